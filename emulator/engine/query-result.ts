import type { ResultColumn } from '../core/engine.js';
import { loadNodeApi } from '../../src/adapters/duckdb/node-api.js';
import { quoteName, quoteText } from '../../src/adapters/duckdb/quote.js';
import { readDuckDbType } from '../../src/adapters/duckdb/types/read-duckdb-type.js';
import type { SqlType } from '../../src/core/sql-type.js';
import type { TypedColumn } from '../../src/core/adapter.js';
import type { StatementSession } from './duck/duck-session.js';
import { formatValue } from './duck/value-text.js';

/** Digits that GetQueryResults tells of a type; 0 for those that are not here. */
const precisions: Readonly<Record<string, number>> = {
  tinyint: 3,
  smallint: 5,
  integer: 10,
  bigint: 19,
  real: 17,
  double: 17,
  varbinary: 1_073_741_824,
  json: 2_147_483_647,
};

/** Returns a column of a result as GetQueryResults describes it: bare names of types. */
export function resultColumn(name: string, type: SqlType): ResultColumn {
  const nullable = 'UNKNOWN' as const;
  const base = { name, scale: 0, nullable };
  switch (type.kind) {
    case 'decimal':
      return { ...base, type: 'decimal', precision: type.precision, scale: type.scale };
    case 'varchar':
    case 'char':
      return { ...base, type: type.kind, precision: type.length ?? 2_147_483_647 };
    case 'timestamp':
    case 'time': {
      const zone = type.withZone ? ' with time zone' : '';
      return { ...base, type: type.kind + zone, precision: type.precision };
    }
    // Athena calls it float in results.
    case 'real':
      return { ...base, type: 'float', precision: 17 };
    case 'any':
      return { ...base, type: 'varchar', precision: 2_147_483_647 };
    default:
      return { ...base, type: type.kind, precision: precisions[type.kind] ?? 0 };
  }
}

/** A column of DDL's and SHOW's output. */
export function stringColumn(name: string): ResultColumn {
  return { name, type: 'string', precision: 0, scale: 0, nullable: 'UNKNOWN' };
}

/** SQL of an instant as the clock of its zone shows it. */
function inZone(column: string, zone: string): string {
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d\d):(\d\d)$/.exec(zone) ?? [];
  if (sign === undefined) return `timezone(${quoteText(zone)}, ${column})`;
  const offset = `interval (${Number(hours) * 60 + Number(minutes)}) minute`;
  return `timezone('UTC', ${column}) ${sign} ${offset}`;
}

/** Names of one kind may occur several times in a result; inside DuckDB columns have numbers. */
function numbered(sql: string, columns: readonly TypedColumn[]): string {
  const names = columns.map((_, index) => `c${index}`);
  const items = columns.map(({ type }, index) => {
    const name = `c${index}`;
    const isZoned = type.kind === 'timestamp' && type.withZone && type.zone !== undefined;
    return isZoned ? `${inZone(name, type.zone ?? 'UTC')} as ${name}` : name;
  });
  return `select ${items.join(', ')} from (${sql}) as stedi_result(${names.map(quoteName).join(', ')})`;
}

export interface QueryResult {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Runs a translated query and returns its rows as Athena spells them. */
export async function runQuery(
  session: StatementSession,
  sql: string,
  columns: readonly TypedColumn[] | undefined,
): Promise<QueryResult> {
  const needsZone = columns?.some(
    ({ type }) => type.kind === 'timestamp' && type.withZone && (type.zone ?? 'UTC') !== 'UTC',
  );
  const result = await session.result(needsZone === true ? numbered(sql, columns ?? []) : sql);
  const types = Array.from(
    { length: result.columnCount },
    (_, index): SqlType =>
      columns?.[index]?.type ?? readDuckDbType(result.columnType(index).toString()),
  );
  const api = loadNodeApi();
  const rows = (await result.getRows()).map((row) =>
    row.map((value, index) =>
      value === null ? null : formatValue(api, value, types[index] ?? { kind: 'any' }),
    ),
  );
  return {
    columns: types.map((type, index) =>
      resultColumn(
        columns?.[index]?.name ?? unnamed(result.columnName(index), columns, index),
        type,
      ),
    ),
    rows,
  };
}

/** Athena names columns without a name `_col0`, `_col1`… */
function unnamed(name: string, columns: readonly TypedColumn[] | undefined, index: number): string {
  return columns === undefined ? name : `_col${index}`;
}
