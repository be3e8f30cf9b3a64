import type { StatementOutcome } from '../core/engine.js';
import type { ObjectStore } from '../core/object-store.js';
import { columnsOf } from './column-info.js';
import type { Query } from './query-store.js';
import { resultMetadata } from './result-metadata.js';

/** Returns `s3://…` of the file that OutputLocation names; `undefined` where Athena keeps results itself. */
export function resultAddress(query: Query): string | undefined {
  const { outputLocation, traits } = query;
  return outputLocation === undefined ? undefined : outputLocation + traits.resultFile;
}

/** Returns all rows as GetQueryResults pages through them, and result files list them: header first where there is one. */
export function resultRows(
  query: Query,
  outcome: StatementOutcome,
): readonly (readonly (string | null)[])[] {
  const header = query.traits.hasHeader ? [columnsOf(outcome).map(({ name }) => name)] : [];
  return [...header, ...outcome.rows];
}

/**
 * Writes the result file and its `.metadata`. Names, content and content types are measured: CSV with every value in
 * quotes and nothing for NULL; texts as lines without one at the end; `.metadata` only where there are columns.
 */
export async function writeResult(
  query: Query,
  outcome: StatementOutcome,
  objects: ObjectStore,
): Promise<void> {
  const address = resultAddress(query);
  if (address === undefined) return;
  const contentType = contentTypeOf(query, outcome);
  if (query.traits.writesResultFile) {
    await putText(objects, address, resultText(query, outcome), contentType);
  }
  if (columnsOf(outcome).length > 0) {
    const { bucket, key } = partsOf(`${address}.metadata`);
    await objects.put(bucket, key, resultMetadata(query, outcome), { contentType });
  }
}

/** Writes the reason of a failed statement of Hive's kind: such reasons begin with `FAILED:` (measured). */
export async function writeFailure(
  query: Query,
  reason: string,
  objects: ObjectStore,
): Promise<void> {
  const address = resultAddress(query);
  if (address === undefined || !isHiveFailure(reason)) return;
  await putText(objects, address, reason, 'application/octet-stream');
}

/** Hive's part of Athena words its failures so; GetQueryResults does not refuse them (measured). */
export function isHiveFailure(reason: string): boolean {
  return reason.startsWith('FAILED: ');
}

/**
 * Writes the manifest, the address of a written file on each line, and returns where it is. A query without written files
 * has one only where `mayBeEmpty`: an INSERT without rows has none (measured), and a failed statement has one of the
 * files that it meant to write (User Guide, querying) if it came to that.
 */
export async function writeManifest(
  { outputLocation, traits, hasManifest }: Query,
  { files, mayBeEmpty }: { readonly files: readonly string[]; readonly mayBeEmpty: boolean },
  objects: ObjectStore,
): Promise<string | undefined> {
  if (!hasManifest || outputLocation === undefined || traits.manifestFile === undefined) {
    return undefined;
  }
  if (files.length === 0 && !mayBeEmpty) return undefined;
  const address = outputLocation + traits.manifestFile;
  const lines = files.map((file) => `${file}\n`).join('');
  await putText(objects, address, lines, 'application/octet-stream');
  return address;
}

function resultText(query: Query, outcome: StatementOutcome): string {
  const rows = resultRows(query, outcome);
  if (!query.traits.resultFile.endsWith('.csv')) {
    return rows.map((row) => row.map((value) => value ?? '').join('\t')).join('\n');
  }
  const line = (row: readonly (string | null)[]) =>
    `${row.map((value) => (value === null ? '' : quoted(value))).join(',')}\n`;
  return rows.map(line).join('');
}

const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;

/** What Athena answers without planning a query is `binary/…`; of these, SELECTs of literals alone are left out here. */
function contentTypeOf({ kind }: Query, outcome: StatementOutcome): string {
  const isUnplanned =
    (kind.statementType === 'DDL' && columnsOf(outcome).length === 0) ||
    (kind.substatementType.startsWith('SHOW_') &&
      !['SHOW_FUNCTIONS', 'SHOW_CREATE_TABLE'].includes(kind.substatementType));
  return isUnplanned ? 'binary/octet-stream' : 'application/octet-stream';
}

async function putText(
  objects: ObjectStore,
  address: string,
  content: string,
  contentType: string,
): Promise<void> {
  const { bucket, key } = partsOf(address);
  await objects.put(bucket, key, Buffer.from(content), { contentType });
}

/** Returns bucket and key of an `s3://` address. */
export function partsOf(address: string): { readonly bucket: string; readonly key: string } {
  const [bucket = '', ...key] = address.slice('s3://'.length).split('/');
  return { bucket, key: key.join('/') };
}
