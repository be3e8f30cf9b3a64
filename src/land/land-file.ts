import { createHash } from 'node:crypto';
import { warningDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type {
  LandingOutput,
  LandingStore,
  SourceBytes,
  SourceFile,
  SourceStore,
} from '../core/landing-store.js';
import { openSource } from './open-source.js';
import { readSlices } from './read-slices.js';
import { createRejectsFile, type RejectsFile } from './rejects-file.js';
import { describeSourceError, refuseSource, scanSource } from './scan-source.js';

/** How one source ended. */
export interface LandedFile {
  /** The source, the output and the rejects file as messages show them. */
  readonly source: string;
  /** The file in the landing location, now or since an earlier landing; `null` if there is none. */
  readonly output: string | null;
  readonly rejectsFile: string | null;
  /** Records that this landing wrote. */
  readonly records: number;
  /** Stretches of the source that this landing put into the rejects file. */
  readonly rejects: number;
  /** Size of the source as it is stored. */
  readonly bytes: number;
  /** `empty`: no record was found, nothing was written to the location. `skipped`: not (completely) read, nothing written. */
  readonly status: 'landed' | 'already-landed' | 'empty' | 'failed' | 'skipped';
}

/** How far the landing of one source has come. */
export interface LandFileProgress {
  readonly bytesRead: number;
  readonly bytesTotal: number;
  readonly records: number;
  readonly rejects: number;
}

/** What `landFile` needs besides the source. */
export interface LandFileOptions {
  /** Where to, made ready. */
  readonly store: LandingStore;
  /** Where inputs come from that are not on this machine. */
  readonly sources?: SourceStore | undefined;
  readonly displayPath: (path: string) => string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: LandFileProgress) => void;
}

/**
 * Lands one file and returns how it ended. The output is named after the sha256 of the source's bytes, so the same
 * content is landed once, whatever its name. Nothing is visible before it is complete; the rejects file comes before the
 * output, so an output never lacks its rejects.
 * Diagnostics: `land-input-unreadable`, `land-records-rejected`, `land-input-damaged`, `land-duplicate-keys`,
 * `land-large-records`, `land-no-records`, `disk-full`, `write-failed`.
 */
export async function landFile(
  path: string,
  options: LandFileOptions,
): Promise<{ readonly file: LandedFile; readonly diagnostics: readonly Diagnostic[] }> {
  const { displayPath } = options;
  const source = displayPath(path);
  const nothing = { source, output: null, rejectsFile: null, records: 0, rejects: 0, bytes: 0 };
  let opened: SourceFile | undefined;
  try {
    opened = await openSource(path, options.sources);
    return await landOpenFile(opened, source, options);
  } catch (error) {
    const diagnostics = [describeSourceError(error, source)];
    return { file: { ...nothing, status: 'failed' }, diagnostics };
  } finally {
    await opened?.close();
  }
}

async function landOpenFile(
  opened: SourceFile,
  source: string,
  options: LandFileOptions,
): Promise<{ readonly file: LandedFile; readonly diagnostics: readonly Diagnostic[] }> {
  const { store, signal } = options;
  const { size } = opened;
  const file = {
    source,
    output: null,
    rejectsFile: null,
    records: 0,
    rejects: 0,
    bytes: size,
  };
  const skipped = { file: { ...file, status: 'skipped' as const }, diagnostics: [] };

  const digest = await hashFile(opened, size, signal);
  if (digest === undefined) return skipped;
  const known = await store.find(digest);
  if (known !== undefined) {
    const { output, rejects } = known;
    const landed = { ...file, output, rejectsFile: rejects, status: 'already-landed' as const };
    return { file: landed, diagnostics: [] };
  }

  const addresses = store.addressesOf(digest);
  const output = store.openOutput(digest);
  const rejects = createRejectsFile(() => store.openRejects(digest));
  try {
    const tally = await copyRecords(opened, { output, rejects, source, options, size });
    if (!tally) return skipped;
    if (await opened.hasChanged()) {
      throw refuseSource('land-input-unreadable', source, {
        reason: 'it changed while it was read',
        hint: 'land it again when it is complete',
      });
    }
    const hasRejects = await rejects.commit();
    if (tally.records > 0) await output.commit();
    const landed: LandedFile = {
      ...file,
      output: tally.records > 0 ? addresses.output : null,
      rejectsFile: hasRejects ? addresses.rejects : null,
      records: tally.records,
      rejects: tally.rejects,
      status: tally.records > 0 ? 'landed' : 'empty',
    };
    return { file: landed, diagnostics: describeTally(landed, tally) };
  } finally {
    await output.discard();
    await rejects.discard();
  }
}

/** Returns the sha256 of the file's bytes, hex, or `undefined` if it was cancelled. */
async function hashFile(
  handle: SourceBytes,
  size: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const hash = createHash('sha256');
  for await (const { bytes } of readSlices(handle, { to: size, step: 256 * 1024 })) {
    if (signal.aborted) return undefined;
    hash.update(bytes);
  }
  return hash.digest('hex');
}

/** What was found in one source. */
interface Tally {
  records: number;
  rejects: number;
  firstReject: { readonly line: number | undefined; readonly reason: string } | undefined;
  damage: string | undefined;
  duplicates: number;
  firstDuplicate: { readonly line: number; readonly key: string } | undefined;
  large: number;
  firstLarge: { readonly line: number } | undefined;
}

/** Larger records are refused by the engines that read the landing location, or by some of them. */
const largestRecordBytes = 16 * 2 ** 20;

const lineFeed = Buffer.from('\n');

/** Copies records and rejects; returns what was found, or `undefined` if it was cancelled. */
async function copyRecords(
  handle: SourceBytes,
  to: {
    readonly output: LandingOutput;
    readonly rejects: RejectsFile;
    readonly source: string;
    readonly size: number;
    readonly options: LandFileOptions;
  },
): Promise<Tally | undefined> {
  const { output, rejects, source, size, options } = to;
  const tally: Tally = {
    records: 0,
    rejects: 0,
    firstReject: undefined,
    damage: undefined,
    duplicates: 0,
    firstDuplicate: undefined,
    large: 0,
    firstLarge: undefined,
  };
  const countReject = (part: number, line: number | undefined, reason: string): object => {
    if (part > 0) return { continues: part };
    tally.rejects += 1;
    tally.firstReject ??= { line, reason };
    return {};
  };
  const isComplete = await scanSource(handle, {
    size,
    source,
    signal: options.signal,
    sink: {
      record({ bytes, line, duplicateKey }) {
        output.append(bytes);
        output.append(lineFeed);
        tally.records += 1;
        if (bytes.length > largestRecordBytes) {
          tally.large += 1;
          tally.firstLarge ??= { line };
        }
        if (duplicateKey === undefined) return;
        tally.duplicates += 1;
        tally.firstDuplicate ??= { line, key: duplicateKey };
      },
      reject({ bytes, offset, line, reason, part }) {
        const continues = countReject(part, line, reason);
        rejects.append({ source, offset, line, reason, ...continues }, bytes);
      },
      damage({ bytes, offset, reason, part }) {
        const continues = countReject(part, undefined, reason);
        rejects.append({ source, compressedOffset: offset, reason, ...continues }, bytes);
        tally.damage = reason;
      },
      read(bytesRead) {
        const { records, rejects: rejected } = tally;
        options.onProgress({ bytesRead, bytesTotal: size, records, rejects: rejected });
      },
      drain: () => output.drain() ?? rejects.drain(),
    },
  });
  return isComplete ? tally : undefined;
}

const noRecordsHint = 'check that this is the file you meant, and that it is complete';

function describeTally(file: LandedFile, tally: Tally): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const { source } = file;
  if (file.bytes === 0) {
    diagnostics.push(
      warningDiagnostic('land-no-records', `'${source}' is empty, nothing was landed`, {
        location: { path: source },
        hint: noRecordsHint,
      }),
    );
  } else if (tally.records === 0 && tally.rejects === 0) {
    diagnostics.push(
      warningDiagnostic('land-no-records', `'${source}' holds no records, nothing was landed`, {
        location: { path: source },
        hint: noRecordsHint,
      }),
    );
  }
  if (tally.firstReject) {
    const { line, reason } = tally.firstReject;
    const places = tally.rejects === 1 ? 'place' : 'places';
    diagnostics.push(
      warningDiagnostic(
        'land-records-rejected',
        `${tally.rejects} ${places} of '${source}' could not be read as JSON objects; ` +
          `the first: ${reason}`,
        {
          location: { path: source, ...(line !== undefined && { line }) },
          hint: `see '${file.rejectsFile ?? ''}'; mend the records and land them as a file of their own`,
        },
      ),
    );
  }
  if (tally.damage !== undefined) {
    diagnostics.push(
      warningDiagnostic('land-input-damaged', `'${source}' is not complete: ${tally.damage}`, {
        location: { path: source },
        hint:
          file.output === null
            ? 'fetch the file again and land it'
            : `fetch the file again; before you land it, remove '${file.output}', which holds the records up to the damage`,
      }),
    );
  }
  if (tally.firstDuplicate) {
    const { line, key } = tally.firstDuplicate;
    const records = tally.duplicates === 1 ? 'record holds' : 'records hold';
    diagnostics.push(
      warningDiagnostic(
        'land-duplicate-keys',
        `${tally.duplicates} ${records} a key twice (without regard to case), the first '${key}'; they were landed as they are`,
        {
          location: { path: source, line },
          hint: 'engines refuse such records or read one of the values; remove one of the keys at the source',
        },
      ),
    );
  }
  if (tally.firstLarge) {
    const records = tally.large === 1 ? 'record is' : 'records are';
    diagnostics.push(
      warningDiagnostic(
        'land-large-records',
        `${tally.large} ${records} larger than 16 MB; they were landed as they are`,
        {
          location: { path: source, line: tally.firstLarge.line },
          hint: `engines refuse records of this size; split them at the source, and remove '${file.output ?? ''}'`,
        },
      ),
    );
  }
  return diagnostics;
}
