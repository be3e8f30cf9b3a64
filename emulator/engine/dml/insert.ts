import type { Table } from '@aws-sdk/client-glue';
import type { TypedColumn } from '../../../src/core/adapter.js';
import { formatType } from '../../../src/core/sql-type.js';
import type { FormatColumn } from '../../core/table-format.js';
import { emulatorLimitation, userError } from '../errors.js';
import { nullPartition } from '../hive/list-files.js';
import { readLocation } from '../hive/location.js';
import { quoteName } from '../../../src/adapters/duckdb/quote.js';
import { knownPartitions, registerPartitions } from '../hive/register-partitions.js';
import type { WriteFormat } from '../hive/storage-formats.js';
import { fileFormat, formatColumns, isIceberg, isView } from '../hive/table-storage.js';
import { partitionFolder, writeRows } from '../hive/write-rows.js';
import { writtenRows, type Outcome } from '../outcome.js';
import { embeddedText, translateQuery } from '../query/translate-query.js';
import { wholeText } from '../sql/mapped-text.js';
import type { Statement } from '../sql/statement.js';
import { currentDatabase, requireScanLimit, type StatementContext } from '../statement-context.js';
import { assignSql, canAssign } from './assignment.js';
import { findTarget } from './find-target.js';

type Insert = Extract<Statement, { kind: 'insert' }>;

const writeFormats: Readonly<Record<string, WriteFormat>> = {
  parquet: 'PARQUET',
  json: 'JSON',
  text: 'TEXTFILE',
};

/** Returns the columns of the table that the query's columns go to, in the query's order. */
function targetColumns({ columns }: Insert, all: readonly FormatColumn[]): readonly FormatColumn[] {
  if (columns === undefined) return all;
  const seen = new Set<string>();
  return columns.map((name) => {
    const found = all.find((column) => column.name === name);
    if (found === undefined) {
      throw userError(
        'semantic',
        `COLUMN_NOT_FOUND: line 1:1: Insert column name does not exist in target table: ${name}`,
      );
    }
    if (seen.has(name)) {
      throw userError(
        'semantic',
        `DUPLICATE_COLUMN_NAME: line 1:1: Insert column name is specified more than once: ${name}`,
      );
    }
    seen.add(name);
    return found;
  });
}

function requireTypes(target: readonly FormatColumn[], query: readonly TypedColumn[]): void {
  const fits =
    target.length === query.length &&
    target.every(({ type }, index) => {
      const from = query[index]?.type;
      return from !== undefined && canAssign(from, type);
    });
  if (fits) return;
  const list = (columns: readonly TypedColumn[]): string =>
    columns.map(({ type }) => formatType(type)).join(', ');
  throw userError(
    'typeMismatch',
    `TYPE_MISMATCH: line 1:1: Insert query has mismatched column types: Table: [${list(target)}], Query: [${list(query)}]`,
  );
}

/** Returns the rows with all columns of the table, in order; those that are not inserted are NULL. */
export function allColumns(
  sql: string,
  target: readonly FormatColumn[],
  all: readonly FormatColumn[],
): string {
  const items = all.map(({ name, type }) => {
    const index = target.findIndex((column) => column.name === name);
    return `${assignSql(index < 0 ? 'null' : `c${index}`, type)} as ${quoteName(name)}`;
  });
  const names = target.map((_, index) => `c${index}`);
  return `select ${items.join(', ')} from (${sql}) as stedi_query(${names.join(', ')})`;
}

async function insertIntoHive(
  context: StatementContext,
  table: Table,
  { sql, all }: { readonly sql: string; readonly all: readonly FormatColumn[] },
): Promise<Outcome> {
  const storage = table.StorageDescriptor;
  if ((storage?.BucketColumns ?? []).length > 0) {
    throw userError(
      'notSupported',
      'NOT_SUPPORTED: INSERT INTO is not supported on bucketed tables',
    );
  }
  const format = writeFormats[fileFormat(storage)];
  if (format === undefined) throw emulatorLimitation('INSERT into a table of OpenCSVSerde');
  const keys = formatColumns(table.PartitionKeys);
  const known = knownPartitions(context.glue, table);
  const folder = readLocation(storage?.Location ?? '');
  const locationOf = (values: readonly (string | null)[]): string | undefined =>
    known.get(
      JSON.stringify(
        values.map((value) => (value == null || value === '' ? nullPartition : value)),
      ),
    );
  const delimiter = storage?.SerdeInfo?.Parameters?.['field.delim'];
  const written = await writeRows(
    context,
    {
      format,
      columns: all.slice(0, all.length - keys.length),
      partitionColumns: keys,
      buckets: 1,
      ...(delimiter !== undefined && { fieldDelimiter: delimiter }),
      folderOf(values) {
        const location = locationOf(values);
        return location === undefined
          ? partitionFolder(folder, keys, values)
          : readLocation(location);
      },
    },
    sql,
  );
  registerPartitions(
    context.glue,
    { database: table.DatabaseName ?? '', table: table.Name ?? '', storage },
    written.partitions.filter(({ values }) => locationOf(values) === undefined),
  );
  return writtenRows(written.rowCount, written.files);
}

/** INSERT INTO, which adds files to a Hive table and a snapshot to an Iceberg table. */
export async function insert(context: StatementContext, statement: Insert): Promise<Outcome> {
  const original = context.request.sql;
  const table = findTarget(context, statement.table);
  if (isView(table)) {
    throw userError(
      'notSupported',
      'NOT_SUPPORTED: line 1:1: Inserting into views is not supported',
    );
  }
  const all = isIceberg(table)
    ? (await context.iceberg.read(context, table)).columns
    : [...formatColumns(table.StorageDescriptor?.Columns), ...formatColumns(table.PartitionKeys)];
  const target = targetColumns(statement, all);
  const translated = await translateQuery(
    context,
    embeddedText(wholeText(original), statement.query),
    { original, database: currentDatabase(context) },
  );
  requireScanLimit(context);
  requireTypes(target, translated.columns);
  const sql = allColumns(translated.sql, target, all);
  if (!isIceberg(table)) return insertIntoHive(context, table, { sql, all });
  const outcome = await context.iceberg.append(context, table, sql);
  return writtenRows(outcome.rowCount, outcome.writtenFiles);
}
