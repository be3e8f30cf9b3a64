import { canCoerce } from '../../../src/adapters/duckdb/types/coercion.js';
import { quoteText } from '../../../src/adapters/duckdb/quote.js';
import { formatType, type SqlType } from '../../../src/core/sql-type.js';
import { storedType } from '../hive/read-hive-table.js';

function isText(type: SqlType): type is SqlType & { kind: 'varchar' | 'char' } {
  return type.kind === 'varchar' || type.kind === 'char';
}

/**
 * Returns whether a value may be stored in a column: what Trino coerces by itself, and any text in a column of text,
 * whose length is then looked at row by row. Source: Trino's StatementAnalyzer and LogicalPlanner (noTruncationCast).
 */
export function canAssign(from: SqlType, to: SqlType): boolean {
  return canCoerce(from, to) || (isText(from) && isText(to));
}

/** Returns SQL of a value as a column stores it; a text that is too long stops the query. */
export function assignSql(value: string, to: SqlType): string {
  const cast = `cast(${value} as ${storedType(to)})`;
  if (!isText(to) || to.length === undefined) return cast;
  const message = `INVALID_CAST_ARGUMENT: Cannot truncate non-space characters when casting to ${formatType(to)} on INSERT`;
  return `case when length(rtrim(${cast})) > ${to.length} then error(${quoteText(message)}) else left(${cast}, ${to.length}) end`;
}
