import { formatType, type SqlType } from '../../../core/sql-type.js';
import { duckDbType } from '../types/duckdb-type.js';

const integers: readonly string[] = ['tinyint', 'smallint', 'integer', 'bigint'];

/** The same names of fields in the same order, whatever the case, and the same types but for digits of a second. */
function isAlike(declared: SqlType, found: SqlType): boolean {
  if (declared.kind === 'timestamp' && found.kind === 'timestamp') {
    return declared.withZone === found.withZone;
  }
  if (declared.kind === 'array' && found.kind === 'array') {
    return isAlike(declared.element, found.element);
  }
  if (declared.kind === 'map' && found.kind === 'map') {
    return isAlike(declared.key, found.key) && isAlike(declared.value, found.value);
  }
  if (declared.kind === 'row' && found.kind === 'row') {
    return (
      declared.fields.length === found.fields.length &&
      declared.fields.every(({ name, type }, index) => {
        const other = found.fields[index];
        return (
          name?.toLowerCase() === other?.name?.toLowerCase() && isAlike(type, other?.type ?? type)
        );
      })
    );
  }
  return formatType(declared) === formatType(found);
}

/**
 * Returns SQL of a column of a Parquet file as the type that the table declares; `undefined` where Athena refuses the one
 * for the other. `found` is the file's type as DuckDB reads it. Numbers that do not fit fail the query.
 * Source: https://github.com/trinodb/trino, lib/trino-parquet, ColumnReaderFactory
 */
export function parquetValue(sql: string, declared: SqlType, found: SqlType): string | undefined {
  const target = duckDbType(declared) ?? 'VARCHAR';
  const cast = `cast(${sql} as ${target})`;
  switch (declared.kind) {
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
      return integers.includes(found.kind) ? cast : undefined;
    case 'double':
      return found.kind === 'double' || found.kind === 'real' ? cast : undefined;
    case 'decimal': {
      if (found.kind !== 'decimal' || found.scale > declared.scale) return undefined;
      return found.precision - found.scale <= declared.precision - declared.scale
        ? cast
        : undefined;
    }
    case 'char':
    case 'varchar': {
      const text = found.kind === 'varbinary' ? `decode(${sql})` : sql;
      if (found.kind !== 'varchar' && found.kind !== 'varbinary') return undefined;
      return declared.length === undefined ? text : `left(${text}, ${declared.length})`;
    }
    case 'varbinary':
      if (found.kind === 'varchar') return `encode(${sql})`;
      return found.kind === 'varbinary' ? sql : undefined;
    case 'timestamp': {
      if (found.kind !== 'timestamp') return undefined;
      const moment = found.withZone ? `(${sql} at time zone 'UTC')` : sql;
      return declared.precision <= 3
        ? `cast(cast(${moment} as timestamp_ms) as timestamp)`
        : `cast(${moment} as timestamp)`;
    }
    default:
      return isAlike(declared, found) ? cast : undefined;
  }
}
