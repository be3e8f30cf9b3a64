import type { Table } from '@aws-sdk/client-glue';
import { quoteName, quoteText, quoteTexts } from '../../../src/adapters/duckdb/quote.js';
import type { FormatColumn, FormatContext } from '../../core/table-format.js';
import { userError } from '../errors.js';
import type { TableFile } from './list-files.js';
import { fileColumn, storedType } from './read-hive-table.js';

/** What readers of files get. */
export interface ReadTask {
  readonly table: Table;
  /** Without the partition columns. */
  readonly columns: readonly FormatColumn[];
  /** At least one. */
  readonly files: readonly TableFile[];
}

/** Returns SQL of a column as its declared type; Hive's timestamps have three digits. */
function typed(value: string, { type }: FormatColumn): string {
  return type.kind === 'timestamp' && type.precision <= 3
    ? `cast(cast(${value} as timestamp_ms) as timestamp)`
    : `cast(${value} as ${storedType(type)})`;
}

/** Returns a query of Parquet files: columns by name without regard to case, NULL where a file has none of that name. */
export async function readParquetFiles(
  { duck }: FormatContext,
  { columns, files }: ReadTask,
): Promise<string> {
  const paths = quoteTexts(files.map(({ object }) => object.path));
  const source = `read_parquet(${paths}, union_by_name = true, hive_partitioning = false, filename = ${quoteText(fileColumn)})`;
  const described = await duck.query(`describe select * from ${source}`).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    const [file] = files.filter(({ object }) => reason.includes(object.path));
    throw userError(
      'data',
      `HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split ${file?.address ?? files[0]?.address ?? ''}: Not a valid Parquet file`,
    );
  });
  const byName = new Map(
    described.map((row) => [String(row['column_name']).toLowerCase(), String(row['column_name'])]),
  );
  const items = columns.map((column) => {
    const found = byName.get(column.name);
    const value =
      found === undefined
        ? `cast(null as ${storedType(column.type)})`
        : typed(quoteName(found), column);
    return `${value} as ${quoteName(column.name)}`;
  });
  return `select ${[...items, quoteName(fileColumn)].join(', ')} from ${source}`;
}
