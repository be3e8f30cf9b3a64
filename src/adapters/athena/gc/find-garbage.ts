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
  /** Folders that nothing refers to, and not for as long as the grace time. */
  readonly young: number;
  /** Journals older than the grace time, below whose prefixes nothing is left after the garbage is removed. */
  readonly empty: readonly Journal[];
  /** Since when nothing has been seen to refer to what is young, by its address; milliseconds since 1970 UTC. */
  readonly unreadSince: ReadonlyMap<string, number>;
}

/** A journal with the objects below its prefixes. */
export interface RecordedRun {
  readonly journal: Journal;
  readonly objects: readonly RecordedObject[];
}

function endOf(journal: Journal): number {
  return Date.parse(journal.finishedAt ?? journal.startedAt);
}

function addressOf({ bucket, key }: RecordedObject): string {
  return `s3://${bucket}/${key}`;
}

/** Whether the grace time has passed since `time`. Without one nothing is waited for: headers tell whole seconds only. */
export function hasPassed(
  time: number,
  { now, graceMs }: { readonly now: number; readonly graceMs: number },
): boolean {
  return graceMs === 0 || now - time >= graceMs;
}

/**
 * Returns what no table refers to among the objects of runs that are over, a folder at a time. When a table ceased to refer to
 * an object (it was replaced, a partition of it was overwritten, somebody dropped it, a snapshot expired) is written nowhere;
 * that it did was seen by an earlier look, which `unreadSince` tells. Garbage is what nothing has referred to for the grace
 * time, and what is itself as old. Times in milliseconds.
 */
export function findGarbage(
  runs: readonly RecordedRun[],
  references: References,
  {
    now,
    graceMs,
    unreadSince,
  }: {
    readonly now: number;
    readonly graceMs: number;
    readonly unreadSince: ReadonlyMap<string, number>;
  },
): FoundGarbage {
  const isOld = (time: number): boolean => hasPassed(time, { now, graceMs });
  const garbage: GarbageFolder[] = [];
  const empty: Journal[] = [];
  const waiting = new Map<string, number>();
  let young = 0;

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
      const old: RecordedObject[] = [];
      for (const object of unused) {
        const address = addressOf(object);
        const since = Math.min(now, unreadSince.get(address) ?? now);
        if (isOld(since) && isOld(object.modifiedAt)) old.push(object);
        else waiting.set(address, since);
      }
      if (old.length > 0) garbage.push({ folder, journal, objects: old });
      if (old.length < unused.length) young += 1;
      left += inside.length - old.length;
    }
    if (left === 0 && isOld(endOf(journal))) empty.push(journal);
  }
  return { garbage, young, empty, unreadSince: waiting };
}
