import type { Table } from '@aws-sdk/client-glue';
import { parquetValue } from '../../../src/adapters/duckdb/external-table/parquet-value.js';
import { quoteName, quoteText, quoteTexts } from '../../../src/adapters/duckdb/quote.js';
import { readDuckDbType } from '../../../src/adapters/duckdb/types/read-duckdb-type.js';
import { formatType } from '../../../src/core/sql-type.js';
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

/** Returns a query of Parquet files: columns by name without regard to case, NULL where a file has none of that name. */
export async function readParquetFiles(
  { duck }: FormatContext,
  { columns, files }: ReadTask,
): Promise<string> {
  const branches: string[] = [];
  /** Files of the same columns are read together: `describe` tells of each. */
  const groups = new Map<string, { readonly items: string; readonly paths: string[] }>();
  for (const file of files) {
    const described = await duck
      .query(`describe select * from ${sourceOf([file.object.path])}`)
      .catch(() => {
        throw userError(
          'data',
          `HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split ${file.address}: Not a valid Parquet file`,
        );
      });
    const types = new Map(
      described.map((row) => [
        String(row['column_name']).toLowerCase(),
        { name: String(row['column_name']), type: String(row['column_type']) },
      ]),
    );
    const items = columns.map((column) => {
      const found = types.get(column.name);
      if (found === undefined) return `cast(null as ${storedType(column.type)})`;
      const value = parquetValue(quoteName(found.name), column.type, readDuckDbType(found.type));
      if (value !== undefined) return value;
      // The names of Parquet's own types are DuckDB's here.
      throw userError(
        'data',
        `HIVE_BAD_DATA: Field ${column.name}'s type ${found.type} in parquet file ${file.address} is incompatible with type ${formatType(column.type)} defined in table schema`,
      );
    });
    const text = items.map((item, index) => `${item} as ${quoteName(columns[index]?.name ?? '')}`);
    const key = text.join(', ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { items: key, paths: [file.object.path] });
    else group.paths.push(file.object.path);
  }
  for (const { items, paths } of groups.values()) {
    const all = items === '' ? quoteName(fileColumn) : `${items}, ${quoteName(fileColumn)}`;
    branches.push(`select ${all} from ${sourceOf(paths)}`);
  }
  return branches.join(' union all ');
}

function sourceOf(paths: readonly string[]): string {
  return `read_parquet(${quoteTexts(paths)}, union_by_name = true, hive_partitioning = false, filename = ${quoteText(fileColumn)})`;
}
