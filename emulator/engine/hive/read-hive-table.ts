import type { Table } from '@aws-sdk/client-glue';
import { quoteName, quoteText } from '../../../src/adapters/duckdb/quote.js';
import { duckDbType } from '../../../src/adapters/duckdb/types/duckdb-type.js';
import { formatType, type SqlType } from '../../../src/core/sql-type.js';
import type { FormatColumn, FormatContext, TableReader } from '../../core/table-format.js';
import { userError } from '../errors.js';
import { listTableFiles, type TableFile } from './list-files.js';
import { readJsonFiles } from './read-json.js';
import { readParquetFiles } from './read-parquet.js';
import { readTextFiles } from './read-text.js';
import { fileFormat, formatColumns } from './table-storage.js';

/** The column that readers of files add: the local path, which tells the partition and the address. */
export const fileColumn = 'stedi$file';

/** Returns how DuckDB stores a column. */
export function storedType(type: SqlType): string {
  return duckDbType(type) ?? 'VARCHAR';
}

function nullColumns(columns: readonly FormatColumn[]): string {
  const items = columns.map(
    ({ name, type }) => `cast(null as ${storedType(type)}) as ${quoteName(name)}`,
  );
  return `select ${[...items, `cast(null as varchar) as "$path"`].join(', ')} where false`;
}

/** SQL of a partition column's value; a text that is not of the type fails the query (Trino, HivePartitionKey). */
function partitionValue(text: string, { name, type }: FormatColumn): string {
  if (type.kind === 'varchar' || type.kind === 'char') return text;
  const complaint = `error('HIVE_INVALID_PARTITION_VALUE: Invalid partition value ''' || ${text} || ${quoteText(`' for ${formatType(type).toUpperCase()} partition key: ${name}`)})`;
  return `case when ${text} is not null then coalesce(try_cast(${text} as ${storedType(type)}), ${complaint}) end`;
}

/** Adds the columns of partitions and `$path` to what was read of the files. */
function addPartitions(
  sql: string,
  files: readonly TableFile[],
  columns: readonly FormatColumn[],
  keys: readonly FormatColumn[],
): string {
  const rows = files.map(({ object, address, values }) => {
    const texts = [object.path, address, ...values];
    return `(${texts.map((each) => (each === null ? 'null::varchar' : quoteText(each))).join(', ')})`;
  });
  const names = ['file', 'address', ...keys.map((_, index) => `v${index}`)];
  const items = [
    ...columns.map(({ name }) => `stedi_rows.${quoteName(name)}`),
    ...keys.map(
      ({ name, type }, index) =>
        `${partitionValue(`stedi_files.v${index}`, { name, type })} as ${quoteName(name)}`,
    ),
    `stedi_files.address as "$path"`,
  ];
  return `select ${items.join(', ')}
from (${sql}) as stedi_rows
join (values ${rows.join(', ')}) as stedi_files(${names.join(', ')}) on stedi_rows.${quoteName(fileColumn)} = stedi_files.file`;
}

/** Returns how DuckDB reads a Hive table now. `constrained` are the columns that the query compares with constants. */
export async function readHiveTable(
  context: FormatContext,
  table: Table,
  constrained: ReadonlySet<string> = new Set(),
): Promise<TableReader> {
  const keys = formatColumns(table.PartitionKeys);
  const keyNames = new Set(keys.map(({ name }) => name));
  const columns = formatColumns(table.StorageDescriptor?.Columns).filter(
    ({ name }) => !keyNames.has(name),
  );
  const all = [...columns, ...keys];
  if (all.length === 0) {
    throw userError('semantic', 'COLUMN_NOT_FOUND: Relation contains no accessible columns');
  }
  const format = fileFormat(table.StorageDescriptor);
  const files = listTableFiles(context, table, constrained);
  const bytes = files.reduce((sum, { object }) => sum + object.size, 0);
  if (files.length === 0) return { columns: all, sql: nullColumns(all), bytes };
  const read = {
    parquet: readParquetFiles,
    json: readJsonFiles,
    text: readTextFiles,
    csv: readTextFiles,
  }[format];
  const sql = await read(context, { table, columns, files });
  return { columns: all, sql: addPartitions(sql, files, columns, keys), bytes };
}
