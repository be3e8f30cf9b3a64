import type { SqlToolkit } from '../../../src/core/sql-toolkit.js';
import { cancelledError } from '../errors.js';
import { placeOf, type MappedText } from '../sql/mapped-text.js';
import type { CatalogStatementContext } from '../statement-context.js';
import { currentDatabase } from '../statement-context.js';
import { toEngineError } from './engine-error.js';
import { athenaCatalog, icebergCatalog } from './trino-catalogs.js';
import { TrinoError, type TrinoClient, type TrinoResult } from './trino-client.js';

/** What a statement that Trino runs works with. */
export interface TrinoContext extends CatalogStatementContext {
  readonly client: TrinoClient;
  readonly toolkit: SqlToolkit;
  /** The port of the local AWS, which is part of the name of Trino's catalog of Iceberg tables. */
  readonly port: number;
  /** Bytes that were read, added up. */
  readonly scanned: { bytes: number };
}

/** Returns the files that a query wrote and that are there; Trino puts the query's id into their names. */
export function findWrittenFiles(
  { objects }: Pick<TrinoContext, 'objects'>,
  queryId: string,
): readonly string[] {
  return [...objects.buckets.keys()].flatMap((bucket) =>
    objects
      .list(bucket, '')
      .filter(({ key }) => {
        const name = key.slice(key.lastIndexOf('/') + 1);
        return name.startsWith(queryId);
      })
      .map(({ key }) => `s3://${bucket}/${key}`),
  );
}

/** Returns the offset of a place in a text; lines and columns count from 1. */
function offsetOf(text: string, { line, column }: { line: number; column: number }): number {
  const before = text.split('\n').slice(0, line - 1);
  return before.reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
}

/** Returns Trino's message with its places those of the statement that the user sent. */
function describe({ message, location }: TrinoError, text: MappedText, context: TrinoContext) {
  const names = message.replaceAll(icebergCatalog(context.port), athenaCatalog);
  if (location === undefined) return names;
  const offset = text.toOriginal(offsetOf(text.text, location));
  return names.replace(/^line \d+:\d+/, placeOf(context.request.sql, offset));
}

/** Runs a text on Trino. Throws `EngineError`. */
export async function runOnTrino(
  context: TrinoContext,
  text: MappedText,
  properties: Readonly<Record<string, string>> = {},
): Promise<TrinoResult> {
  const { client, signal } = context;
  try {
    const result = await client.run(text.text, {
      catalog: athenaCatalog,
      schema: currentDatabase(context),
      properties,
      signal,
    });
    context.scanned.bytes += result.scannedBytes;
    return result;
  } catch (error) {
    if (signal.aborted) throw cancelledError();
    if (!(error instanceof TrinoError)) throw error;
    throw toEngineError(
      error,
      describe(error, text, context),
      findWrittenFiles(context, error.queryId),
    );
  }
}

/** The session's properties of a statement that writes: it stops at the workgroup's limit of bytes read. */
export function writerProperties({ request }: TrinoContext): Readonly<Record<string, string>> {
  const { scannedBytesLimit } = request;
  return scannedBytesLimit === undefined
    ? {}
    : { query_max_scan_physical_bytes: `${scannedBytesLimit}B` };
}
