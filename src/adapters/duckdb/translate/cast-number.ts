import { formatType, type SqlType } from '../../../core/sql-type.js';
import { isFloating, isInteger, isNumeric } from '../types/common.js';
import { callSql, sql, stringSql, type Sql } from './fragment.js';
import { macroCall, openMacroCall } from './macro-call.js';
import { plainCast, type Castable, type CastResult } from './plain-cast.js';

/** Returns the argument of DuckDB's cast, in a form that it casts as Trino does; `undefined` if Trino has no such cast. */
function prepared(value: Castable, target: SqlType): Sql | undefined {
  const { type, sql: source } = value;
  const name = stringSql(formatType(target).toUpperCase());
  if (isInteger(target)) {
    if (type.kind === 'varchar') return macroCall('integer_text', [source, name]);
    if (type.kind === 'any') return macroCall('any_to_integer', [source]);
    if (type.kind === 'real' && target.kind === 'bigint')
      return macroCall('real_to_bigint', [source]);
    // Trino rounds half away from zero, DuckDB half to even.
    return isFloating(type) ? callSql('round', [source]) : source;
  }
  if (target.kind === 'decimal') {
    if (type.kind === 'varchar') return macroCall('decimal_text', [source, name]);
    if (type.kind === 'any') return macroCall('any_to_decimal', [source]);
    // Trino rounds the digits that are shown of a double, not its exact value.
    return isFloating(type) ? sql`CAST(${source} AS VARCHAR)` : source;
  }
  if (type.kind === 'varchar') return macroCall('double_from_text', [source, name]);
  if (type.kind === 'any') return openMacroCall('any_to_double', [], [source]);
  return source;
}

/** Casts to a number. */
export function castToNumber(value: Castable, target: SqlType): CastResult {
  const { type } = value;
  const isPossible =
    isNumeric(type) || type.kind === 'boolean' || type.kind === 'varchar' || type.kind === 'any';
  const source = isPossible ? prepared(value, target) : undefined;
  if (source === undefined) return { forbidden: true };
  if (target.kind !== 'real' || isInteger(type) || type.kind === 'boolean') {
    return plainCast(source, target);
  }
  const wide = type.kind === 'double' ? source : plainCast(source, { kind: 'double' });
  return 'parts' in wide ? macroCall('double_to_real', [wide]) : wide;
}

/** Casts to boolean. */
export function castToBoolean(value: Castable): CastResult {
  const { type } = value;
  if (isNumeric(type)) return plainCast(value.sql, { kind: 'boolean' });
  if (type.kind === 'varchar') return macroCall('boolean_from_text', [value.sql]);
  return type.kind === 'any'
    ? openMacroCall('any_to_boolean', [], [value.sql])
    : { forbidden: true };
}
