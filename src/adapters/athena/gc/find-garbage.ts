import type { Journal } from '../journal.js';

/** An object below a prefix that a journal recorded. */
export interface RecordedObject {
  readonly bucket: string;
  readonly key: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970 UTC. */
  readonly modifiedAt: number;
}

/** What tables that stay refer to. */
export interface References {
  /** Folders that tables and partitions read whole: `s3://bucket/folder/`. They may lie in, around or be a recorded folder. */
  readonly folders: readonly string[];
  /** Files that Iceberg tables lead to. */
  readonly files: ReadonlySet<string>;
  /** Folders of Iceberg tables whose metadata could not be read: nothing in them may go. */
  readonly unreadable: readonly string[];
}

/** A recorded folder with what of it is garbage. */
export interface GarbageFolder {
  /** `s3://bucket/lake/trusted/customer/0a1b2c3d-0/`. */
  readonly folder: string;
  readonly journal: Journal;
  readonly objects: readonly RecordedObject[];
}

/** What is garbage in recorded folders. */
export interface FoundGarbage {
  readonly garbage: readonly GarbageFolder[];
  /** Folders that nothing refers to and that are younger than the grace time. */
  readonly young: number;
  /** Journals older than the grace time, below whose prefixes nothing is left after the garbage is removed. */
  readonly empty: readonly Journal[];
}

/** A journal with the objects below its prefixes. */
export interface RecordedRun {
  readonly journal: Journal;
  readonly objects: readonly RecordedObject[];
}

function timeOf(journal: Journal): number {
  return Date.parse(journal.startedAt);
}

function endOf(journal: Journal): number {
  return Date.parse(journal.finishedAt ?? journal.startedAt);
}

/** `s3://bucket/lake/trusted/customer/`: the same for all runs that build a relation. */
function parentOf(prefix: string): string {
  return prefix.slice(0, prefix.lastIndexOf('/') + 1);
}

function addressOf({ bucket, key }: RecordedObject): string {
  return `s3://${bucket}/${key}`;
}

/**
 * Returns what no table refers to among the objects of runs that are over, a folder at a time. A folder was read until a later
 * run replaced it, so it is garbage only if a later run is itself older than the grace time, or there was none; and in it, only
 * what is older than that. `now` and `graceMs` in milliseconds.
 */
export function findGarbage(
  runs: readonly RecordedRun[],
  references: References,
  { now, graceMs }: { readonly now: number; readonly graceMs: number },
): FoundGarbage {
  const isOld = (time: number): boolean => now - time >= graceMs;
  const garbage: GarbageFolder[] = [];
  const empty: Journal[] = [];
  let young = 0;

  function wasReplacedLongAgo(journal: Journal, folder: string): boolean {
    const parent = parentOf(folder.slice(0, -1));
    const later = runs.filter(
      (other) =>
        timeOf(other.journal) > timeOf(journal) &&
        other.journal.prefixes.some((prefix) => parentOf(prefix) === parent),
    );
    return later.length === 0 || later.some((other) => isOld(endOf(other.journal)));
  }

  const readFolders = [...references.folders, ...references.unreadable];
  const isRead = (address: string): boolean =>
    references.files.has(address) ||
    // A table may also name a single file.
    readFolders.some((folder) => `${address}/`.startsWith(folder));

  for (const { journal, objects } of runs) {
    const folders = new Map<string, RecordedObject[]>();
    for (const object of objects) {
      const address = addressOf(object);
      const prefix = journal.prefixes.find((each) => address.startsWith(each));
      if (prefix === undefined) continue;
      const end = address.indexOf('/', prefix.length);
      const folder = end < 0 ? address : address.slice(0, end + 1);
      folders.set(folder, [...(folders.get(folder) ?? []), object]);
    }
    let left = 0;
    for (const [folder, inside] of folders) {
      const unused = inside.filter((object) => !isRead(addressOf(object)));
      const old = wasReplacedLongAgo(journal, folder)
        ? unused.filter(({ modifiedAt }) => isOld(modifiedAt))
        : [];
      if (old.length > 0) garbage.push({ folder, journal, objects: old });
      if (old.length < unused.length) young += 1;
      left += inside.length - old.length;
    }
    // Until then it tells when the run replaced what others made.
    if (left === 0 && isOld(endOf(journal))) empty.push(journal);
  }
  return { garbage, young, empty };
}
