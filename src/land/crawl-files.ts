import { errorDiagnostic, warningDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { SourceFile, SourceStore } from '../core/landing-store.js';
import { failure, success, type Result } from '../core/result.js';
import { findInputs } from './find-inputs.js';
import { emptyShape, noteRecord, type Shape } from './infer-type.js';
import { openSource } from './open-source.js';
import { printProposal } from './print-proposal.js';
import { describeSourceError, scanSource } from './scan-source.js';

/** How far a crawl has come. */
export interface CrawlProgress {
  readonly source: string;
  /** Counts from 0. */
  readonly fileIndex: number;
  readonly fileCount: number;
  readonly bytesRead: number;
  readonly bytesTotal: number;
  /** Over all files so far. */
  readonly records: number;
}

/** What to crawl, and what the proposed model shall be called. */
export interface CrawlOptions {
  /** Files, and folders with all files below them; addresses of `sources`. */
  readonly inputs: readonly string[];
  /** Where inputs come from that are not on this machine. */
  readonly sources?: SourceStore | undefined;
  readonly modelName: string;
  /** The value of the model's `location:`; a template such as `{{ var('landing_location') }}/customer` is kept. */
  readonly location: string;
  /** Returns a path as messages show it. */
  readonly displayPath: (path: string) => string;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: CrawlProgress) => void;
}

/** What a crawl found. */
export interface CrawlSummary {
  /** The proposed properties file. Of a cancelled crawl, it holds what was seen until then. */
  readonly yaml: string;
  /** Files that were read. */
  readonly fileCount: number;
  readonly records: number;
  /** Stretches that are not JSON objects and were not looked at. */
  readonly rejects: number;
  /** Files in input folders that were left out, because their name begins with `.` or `_`. */
  readonly ignored: readonly string[];
  readonly cancelled: boolean;
}

/**
 * Proposes the properties YAML of a landing model from files in all the formats that `landFiles` reads. Every record is
 * looked at; memory grows with the number of different keys only. Records are not changed or landed.
 * Diagnostics: `land-input-unreadable`, `land-input-damaged`, `land-records-rejected`, `land-no-records` (an error if no
 * input holds a record).
 */
export async function crawlFiles(options: CrawlOptions): Promise<Result<CrawlSummary>> {
  const { sources, displayPath, signal } = options;
  const found = await findInputs(options.inputs, { forbidden: [], sources, displayPath });
  const diagnostics = [...found.diagnostics];
  const shape = emptyShape();
  let fileCount = 0;
  let rejects = 0;
  for (const [fileIndex, path] of found.files.entries()) {
    if (signal.aborted) break;
    const source = displayPath(path);
    const crawled = await crawlFile(path, {
      source,
      sources,
      shape,
      signal,
      onRead: (bytesRead, bytesTotal) =>
        options.onProgress?.({
          source,
          fileIndex,
          fileCount: found.files.length,
          bytesRead,
          bytesTotal,
          records: shape.objects,
        }),
    });
    diagnostics.push(...crawled.diagnostics);
    rejects += crawled.rejects;
    if (crawled.isRead) fileCount += 1;
  }
  if (shape.objects === 0) {
    return failure([
      ...diagnostics,
      errorDiagnostic(
        'land-no-records',
        'no input holds a record, so there is nothing to propose',
        {
          hint: 'give files with JSON objects: one a line, in arrays or one after another, also gzipped',
        },
      ),
    ]);
  }
  const { modelName, location } = options;
  return success(
    {
      yaml: printProposal(shape, { modelName, location, fileCount }),
      fileCount,
      records: shape.objects,
      rejects,
      ignored: found.ignored,
      cancelled: signal.aborted,
    },
    diagnostics,
  );
}

async function crawlFile(
  path: string,
  options: {
    readonly source: string;
    readonly sources: SourceStore | undefined;
    readonly shape: Shape;
    readonly signal: AbortSignal;
    readonly onRead: (bytesRead: number, bytesTotal: number) => void;
  },
): Promise<{ isRead: boolean; rejects: number; diagnostics: readonly Diagnostic[] }> {
  const { source, shape, signal } = options;
  const diagnostics: Diagnostic[] = [];
  let rejects = 0;
  let firstReject = '';
  let opened: SourceFile | undefined;
  try {
    opened = await openSource(path, options.sources);
    const { size } = opened;
    await scanSource(opened, {
      size,
      source,
      signal,
      sink: {
        record: ({ bytes }) => noteRecord(shape, bytes),
        reject({ line, reason, part }) {
          if (part > 0) return;
          if (rejects === 0) firstReject = `line ${line}: ${reason}`;
          rejects += 1;
        },
        damage({ reason, part }) {
          if (part > 0) return;
          const message = `'${source}' is not complete: ${reason}`;
          diagnostics.push(
            warningDiagnostic('land-input-damaged', message, {
              location: { path: source },
              hint: 'fetch the file again; what is missing may hold other keys',
            }),
          );
        },
        read: (bytesRead) => options.onRead(bytesRead, size),
      },
    });
  } catch (error) {
    return {
      isRead: false,
      rejects,
      diagnostics: [...diagnostics, describeSourceError(error, source)],
    };
  } finally {
    await opened?.close();
  }
  if (rejects > 0) {
    const places = rejects === 1 ? 'place' : 'places';
    diagnostics.push(
      warningDiagnostic(
        'land-records-rejected',
        `${rejects} ${places} of '${source}' could not be read as JSON objects and were not looked at; the first, ${firstReject}`,
        { location: { path: source } },
      ),
    );
  }
  return { isRead: true, rejects, diagnostics };
}
