import type { EngineFailure, EngineResult } from '../../../core/adapter.js';
import { errorDiagnostic } from '../../../core/diagnostic.js';
import { formatType } from '../../../core/sql-type.js';
import type { Connection } from '../connection.js';
import { quoteName, quoteText, quoteTexts } from '../quote.js';
import { duckDbType } from '../types/duckdb-type.js';
import { readDuckDbType } from '../types/read-duckdb-type.js';
import type { LandingColumn } from './landing-view.js';
import { parquetValue } from './parquet-value.js';

/** Returns the query of a source that reads Parquet files, whose column `file` names the file. */
function readParquet(paths: readonly string[]): string {
  return `read_parquet(${quoteTexts(paths)}, union_by_name = true, hive_partitioning = false, filename = ${quoteText('stedi$file')})`;
}

/** Returns the files in groups of equal columns. */
async function groupFiles(
  connection: Connection,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<EngineResult<readonly (readonly string[])[]>> {
  const parts = ['name', 'type', 'type_length', 'repetition_type', 'num_children'];
  const all = [...parts, 'converted_type', 'scale', 'precision', 'logical_type'];
  const column = `concat_ws('|', ${all.map((part) => `coalesce(${part}::varchar, '')`).join(', ')})`;
  const grouped = await connection.query(
    `select list(file_name order by file_name) from (
  select file_name, list(${column} order by position) as columns
  from (select *, row_number() over () as position from parquet_schema(${quoteTexts(paths)}))
  group by file_name
) group by columns order by min(file_name)`,
    { limit: null, signal },
  );
  if (!grouped.ok) return grouped;
  return {
    ok: true,
    value: grouped.value.rows.map(([files]) => (files as readonly unknown[]).map(String)),
  };
}

/**
 * Returns a query of Parquet files: the declared columns and `file`. Columns go by name without regard to case, and one that
 * a file has not is NULL. Failures: `landing-unreadable`, for a column whose type Athena would not read as the declared one.
 */
export async function readParquetFiles(
  connection: Connection,
  {
    columns,
    paths,
    displayPath,
  }: {
    readonly columns: readonly LandingColumn[];
    readonly paths: readonly string[];
    readonly displayPath: (path: string) => string;
  },
  signal: AbortSignal,
): Promise<EngineResult<string>> {
  const groups = await groupFiles(connection, paths, signal);
  if (!groups.ok) return groups;
  const branches: string[] = [];
  for (const files of groups.value) {
    const [first = ''] = files;
    const fail = (message: string, hint: string): { ok: false; failure: EngineFailure } => {
      const path = displayPath(first);
      const text = `landing file ${path}: ${message}`;
      const diagnostic = errorDiagnostic('landing-unreadable', text, { location: { path }, hint });
      return { ok: false, failure: { diagnostic, statement: '', cancelled: false } };
    };
    const described = await connection.query(`describe select * from ${readParquet([first])}`, {
      limit: null,
      signal,
    });
    if (!described.ok) return described;
    const there = described.value.rows.map(([name, type]) => [String(name), String(type)] as const);
    const items: string[] = [];
    for (const { name, type } of columns) {
      const found = there.filter(([each]) => each.toLowerCase() === name.toLowerCase());
      const [only] = found;
      if (found.length > 1) {
        return fail(`two columns are '${name}' without regard to case`, 'keep one of them');
      }
      const value =
        only === undefined
          ? `cast(null as ${duckDbType(type) ?? 'VARCHAR'})`
          : parquetValue(quoteName(only[0]), type, readDuckDbType(only[1]));
      if (value === undefined) {
        return fail(
          `its column '${name}' is ${only?.[1] ?? ''}, which cannot be read as the declared ${formatType(type)}`,
          'declare the type that the file has, and cast it in a model that reads the table; Athena refuses the file as well',
        );
      }
      items.push(`${value} as ${quoteName(name)}`);
    }
    items.push(`${quoteName('stedi$file')} as file`);
    branches.push(`select ${items.join(',\n  ')}\nfrom ${readParquet(files)}`);
  }
  return { ok: true, value: branches.join('\nunion all\n') };
}
