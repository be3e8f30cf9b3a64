import { quoteName, quoteText } from '../../../src/adapters/duckdb/quote.js';
import type { FormatColumn, FormatContext } from '../../core/table-format.js';
import { EngineError } from '../../core/engine.js';
import { userError } from '../errors.js';
import { addressOf, type Location } from './location.js';
import { partitionPath } from './partition-path.js';
import type { WriteFormat } from './storage-formats.js';

/** The most partitions (times buckets) that one statement may write to. */
const openWriters = 100;

export interface WriteTarget {
  readonly format: WriteFormat;
  /** The columns of files, in order; the partition columns follow them in the rows. */
  readonly columns: readonly FormatColumn[];
  readonly partitionColumns: readonly FormatColumn[];
  /** 1 for a table without buckets. */
  readonly buckets: number;
  /** `GZIP`, `SNAPPY`, `ZSTD`, `NONE`…; gzip if left out, as on Athena. */
  readonly compression?: string;
  readonly fieldDelimiter?: string;
  /** Where the files of a partition (or of a table without any) go. */
  folderOf(values: readonly (string | null)[]): Location;
}

export interface WrittenPartition {
  readonly values: readonly (string | null)[];
  readonly folder: Location;
}

export interface WrittenRows {
  readonly rowCount: number;
  readonly files: readonly string[];
  readonly partitions: readonly WrittenPartition[];
}

interface CopyOptions {
  readonly options: string;
  readonly suffix: string;
}

function copyOptions({ format, compression = 'GZIP', fieldDelimiter }: WriteTarget): CopyOptions {
  const isPlain = ['NONE', 'UNCOMPRESSED'].includes(compression);
  if (format === 'PARQUET') {
    const codec = isPlain ? 'uncompressed' : compression.toLowerCase();
    return { options: `format parquet, compression ${quoteText(codec)}`, suffix: '.parquet' };
  }
  const codec = isPlain ? 'none' : 'gzip';
  const suffix = isPlain ? '' : '.gz';
  if (format === 'JSON') return { options: `format json, compression ${codec}`, suffix };
  const delimiter = quoteText(fieldDelimiter ?? '\u0001');
  return {
    options: `format csv, header false, delimiter ${delimiter}, quote '', escape '', nullstr '\\N', compression ${codec}`,
    suffix,
  };
}

/** SQL of a partition column's value, as folders name it. */
function partitionText({ name, type }: FormatColumn): string {
  return type.kind === 'timestamp'
    ? `strftime(${quoteName(name)}, '%Y-%m-%d %H:%M:%S.%g')`
    : `cast(${quoteName(name)} as varchar)`;
}

/** Where the rows of the statement wait to be written. */
const staged = '"$stedi"."rows"';

function select(columns: readonly FormatColumn[]): string {
  return columns.map(({ name }) => quoteName(name)).join(', ');
}

/** Writes one file and returns its address. */
async function writeFile(
  { duck, objects, queryId }: FormatContext,
  sql: string,
  { options, suffix }: CopyOptions,
  { folder, number }: { readonly folder: Location; readonly number: number },
): Promise<string> {
  const path = objects.scratchPath(suffix === '' ? '.txt' : suffix);
  await duck.run(`copy (${sql}) to ${quoteText(path)} (${options})`);
  const key = `${folder.prefix}${queryId}_${number}${suffix}`;
  await objects.put(folder.bucket, key, { path });
  return addressOf({ bucket: folder.bucket, key });
}

/**
 * Leaves behind what a statement that failed half way leaves on Athena: a file, here without rows, that nobody removes.
 * The statement may have been stopped, so DuckDB is not asked for it any more.
 */
async function leaveOrphan(
  { objects, queryId }: FormatContext,
  empty: string,
  folder: Location,
  suffix: string,
): Promise<string> {
  const key = `${folder.prefix}${queryId}_0${suffix}`;
  await objects.put(folder.bucket, key, { path: empty });
  return addressOf({ bucket: folder.bucket, key });
}

async function makeEmptyFile(
  { duck, objects }: FormatContext,
  target: WriteTarget,
  sql: string,
): Promise<string> {
  const { options, suffix } = copyOptions(target);
  const path = objects.scratchPath(suffix === '' ? '.txt' : suffix);
  await duck.run(
    `copy (select ${select(target.columns)} from (${sql}) limit 0) to ${quoteText(path)} (${options})`,
  );
  return path;
}

/**
 * Runs a query and writes its rows, each partition to files of its own. `sql` has the table's columns, of its types, the
 * partition columns last. A failure while rows are made leaves an orphan file, as on Athena; no table is touched here.
 */
export async function writeRows(
  context: FormatContext,
  target: WriteTarget,
  sql: string,
): Promise<WrittenRows> {
  const { duck } = context;
  const { suffix } = copyOptions(target);
  const empty = await makeEmptyFile(context, target, sql);
  const files: string[] = [];
  try {
    await duck.run('create schema if not exists "$stedi"');
    await duck.run(`create or replace table ${staged} as ${sql}`);
    return await writeStaged(context, target, files);
  } catch (error) {
    if (files.length === 0) {
      const folder = target.folderOf(target.partitionColumns.map(() => null));
      files.push(await leaveOrphan(context, empty, folder, suffix));
    }
    throw error instanceof EngineError ? withFiles(error, files) : error;
  }
}

function withFiles(
  { category, type, message, retryable }: EngineError,
  files: readonly string[],
): EngineError {
  return new EngineError(category, type, message, retryable, files);
}

async function writeStaged(
  context: FormatContext,
  target: WriteTarget,
  files: string[],
): Promise<WrittenRows> {
  const { duck } = context;
  const { partitionColumns } = target;
  const copy = copyOptions(target);
  const [counted] = await duck.query(`select count(*) as n from ${staged}`);
  const rowCount = Number(counted?.['n']);
  if (partitionColumns.length === 0) {
    if (rowCount === 0) return { rowCount, files: [], partitions: [] };
    const folder = target.folderOf([]);
    const sql = `select ${select(target.columns)} from ${staged}`;
    files.push(await writeFile(context, sql, copy, { folder, number: 0 }));
    return { rowCount, files, partitions: [] };
  }
  const values = partitionColumns.map(partitionText);
  const found = await duck.query(
    `select distinct ${values.map((value, index) => `${value} as v${index}`).join(', ')} from ${staged} order by all`,
  );
  if (found.length * target.buckets > openWriters) {
    throw userError(
      'other',
      `HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of ${openWriters} open writers for partitions/buckets`,
    );
  }
  const partitions: WrittenPartition[] = [];
  for (const [number, row] of found.entries()) {
    const own = values.map((_, index) => {
      const value = row[`v${index}`];
      return typeof value === 'string' ? value : null;
    });
    const folder = target.folderOf(own);
    const conditions = values.map(
      (value, index) =>
        `${value} is not distinct from ${own[index] == null ? 'null' : quoteText(own[index])}`,
    );
    const sql = `select ${select(target.columns)} from ${staged} where ${conditions.join(' and ')}`;
    files.push(await writeFile(context, sql, copy, { folder, number }));
    partitions.push({ values: own, folder });
  }
  return { rowCount, files, partitions };
}

/** Returns the folder of a partition below a table's. */
export function partitionFolder(
  table: Location,
  columns: readonly FormatColumn[],
  values: readonly (string | null)[],
): Location {
  if (columns.length === 0) return table;
  const path = partitionPath(
    columns.map(({ name }) => name),
    values,
  );
  return { bucket: table.bucket, prefix: `${table.prefix}${path}/` };
}
