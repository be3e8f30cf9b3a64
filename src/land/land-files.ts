import { LandingFailure, type LandingStore, type SourceStore } from '../core/landing-store.js';
import { failure, success, type Result } from '../core/result.js';
import { findInputs } from './find-inputs.js';
import { landFile, type LandedFile, type LandFileProgress } from './land-file.js';

/** How far a landing has come. */
export interface LandProgress extends LandFileProgress {
  /** The source under way. */
  readonly source: string;
  /** Counts from 0. */
  readonly fileIndex: number;
  readonly fileCount: number;
}

/** What to land and where. */
export interface LandOptions {
  /** Files, and folders with all files below them, absolute; addresses of `sources`. */
  readonly inputs: readonly string[];
  /** Where to: a folder (see `createFolderStore`), or what an adapter has. */
  readonly store: LandingStore;
  /** Where inputs come from that are not on this machine. */
  readonly sources?: SourceStore | undefined;
  /** Returns a path as messages and rejects files show it. */
  readonly displayPath: (path: string) => string;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: LandProgress) => void;
}

/** How a landing ended. */
export interface LandSummary {
  readonly files: readonly LandedFile[];
  /** Files in input folders that were left out, because their name begins with `.` or `_`. */
  readonly ignored: readonly string[];
  /** Totals over `files`. */
  readonly records: number;
  readonly rejects: number;
  /** `signal` stopped the landing. Files landed before are complete. */
  readonly cancelled: boolean;
}

/**
 * Lands files as sources deliver them (see `createRecordScanner` and `readSource` for what is understood): writes the
 * records of each, one JSON object a line, to one new output of `store`, and what cannot be read to a rejects file.
 * Files are landed one after another; each becomes visible when it is complete, or not at all. A file
 * whose bytes were landed before is not landed again. A full disk ends the landing, other failures only their file.
 *
 * Returns a summary whenever the landing could begin: then errors are among its diagnostics, and their files have the
 * status `failed`. Returns a failure if `store` cannot be written to, or no input can be used.
 * Diagnostics: `land-folders-overlap`, `write-failed`, `disk-full`, those of `landFile` and of `store`.
 */
export async function landFiles(options: LandOptions): Promise<Result<LandSummary>> {
  const { store, sources, displayPath, signal } = options;
  const found = await findInputs(options.inputs, {
    forbidden: store.places,
    sources,
    displayPath,
  });
  const diagnostics = [...found.diagnostics];
  if (found.files.length === 0 && diagnostics.some(({ severity }) => severity === 'error')) {
    return failure(diagnostics);
  }
  try {
    await store.prepare();
  } catch (error) {
    if (!(error instanceof LandingFailure)) throw error;
    return failure([...diagnostics, error.diagnostic]);
  }

  const files: LandedFile[] = [];
  let isDiskFull = false;
  for (const [fileIndex, path] of found.files.entries()) {
    const source = displayPath(path);
    if (signal.aborted || isDiskFull) {
      const nothing = { output: null, rejectsFile: null, records: 0, rejects: 0, bytes: 0 };
      files.push({ source, ...nothing, status: 'skipped' });
      continue;
    }
    const landed = await landFile(path, {
      store,
      sources,
      displayPath,
      signal,
      onProgress: (progress) =>
        options.onProgress?.({ ...progress, source, fileIndex, fileCount: found.files.length }),
    });
    files.push(landed.file);
    diagnostics.push(...landed.diagnostics);
    isDiskFull = landed.diagnostics.some(({ code }) => code === 'disk-full');
  }
  const sum = (key: 'records' | 'rejects'): number =>
    files.reduce((total, file) => total + file[key], 0);
  return success(
    {
      files,
      ignored: found.ignored,
      records: sum('records'),
      rejects: sum('rejects'),
      cancelled: signal.aborted,
    },
    diagnostics,
  );
}
