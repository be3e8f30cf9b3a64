import { formatType, type SqlType } from '../../../core/sql-type.js';
import { duckDbType } from '../types/duckdb-type.js';
import { raw, sql, type Sql } from './fragment.js';

/** A value to cast. */
export interface Castable {
  readonly sql: Sql;
  readonly type: SqlType;
}

/** SQL, or why there is none. `forbidden`: Athena has no such cast. */
export type CastResult = Sql | { readonly refused: string } | { readonly forbidden: true };

/** Casts the parts of arrays, maps and rows; given to the files of this folder that need it. */
export type CastPart = (value: Castable, target: SqlType) => CastResult;

/** DuckDB's own cast. */
export function plainCast(value: Sql, target: SqlType): CastResult {
  const name = duckDbType(target);
  return name === undefined
    ? { refused: `DuckDB has no type for ${formatType(target)}` }
    : sql`CAST(${value} AS ${raw(name)})`;
}
