import { isIP } from 'node:net';
import type { CastExpression, TypedLiteral } from '../../../core/sql-syntax.js';
import { formatType, type SqlType } from '../../../core/sql-type.js';
import { canCoerce } from '../types/coercion.js';
import {
  isInteger,
  isNumeric,
  isOpen,
  mustWiden,
  partsOf,
  sameType,
  varcharType,
} from '../types/common.js';
import { duckDbType } from '../types/duckdb-type.js';
import { isGeospatial } from '../types/unstored-types.js';
import { readTypeSyntax } from '../types/type-syntax.js';
import { castAddress, holdsAddress } from './cast-address.js';
import { castCollection } from './cast-collection.js';
import { castJson } from './cast-json.js';
import { castToBoolean, castToNumber } from './cast-number.js';
import { castToText } from './cast-text.js';
import { castTime, castTimeType } from './cast-time.js';
import { tryBodySql } from './try.js';
import { failedValue, freeName, makeValue, type Context, type Value } from './context.js';
import { callSql, stringSql, type Sql } from './fragment.js';
import { macroCall } from './macro-call.js';
import { plainCast, type Castable, type CastResult } from './plain-cast.js';
import type { Scope } from './scope.js';

/** Athena casts geometries and tiles to nothing else; `undefined` where parts of collections are cast one by one. */
function castGeospatial(type: SqlType, target: SqlType): CastResult | undefined {
  if (sameType(type, target)) return undefined;
  if (type.kind === 'any') return { refused: 'its type could not be found out' };
  const isCollection = ['array', 'map', 'row'].includes(type.kind) && type.kind === target.kind;
  return isCollection ? undefined : { forbidden: true };
}

/** Returns SQL that casts as Athena casts. */
export function castValue(value: Castable, target: SqlType): CastResult {
  const { type } = value;
  if (type.kind === 'unknown') return plainCast(value.sql, target);
  if (holdsAddress(type) || holdsAddress(target)) {
    const cast = castAddress(value, target);
    if (cast !== undefined) return cast;
  }
  if (isGeospatial(type) || isGeospatial(target)) {
    const cast = castGeospatial(type, target);
    if (cast !== undefined) return cast;
  }
  if (type.kind === 'json' || target.kind === 'json') return castJson(value, target, castValue);
  if (sameType(type, target) && duckDbType(type) === duckDbType(target)) return value.sql;
  if (target.kind === 'varchar' || target.kind === 'char') return castToText(value, target);
  if (isNumeric(target)) return castToNumber(value, target);
  switch (target.kind) {
    case 'boolean':
      return castToBoolean(value);
    case 'date':
    case 'time':
    case 'timestamp':
      return castTime(value, target);
    case 'varbinary':
      return type.kind === 'varchar' ? callSql('encode', [value.sql]) : { forbidden: true };
    case 'array':
    case 'map':
    case 'row':
      return castCollection(value, target, castValue);
    case 'uuid':
      return plainCast(value.sql, target);
    default:
      return type.kind === target.kind
        ? value.sql
        : { refused: `values of type ${formatType(target)} are not supported` };
  }
}

/** Reports what keeps a cast from being translated, and returns the cast's SQL. */
function finishCast(
  context: Context,
  result: CastResult,
  from: SqlType,
  target: SqlType,
  syntax: CastExpression | TypedLiteral,
): Sql | undefined {
  if ('parts' in result) return result;
  const pair = `${formatType(from)} to ${formatType(target)}`;
  if ('forbidden' in result) {
    context.report('sql-type-mismatch', `Athena cannot cast ${pair}`, syntax);
  } else {
    context.report(
      'sql-unsupported',
      `a cast from ${pair} is not supported: ${result.refused}`,
      syntax,
    );
  }
  return undefined;
}

/** Translates CAST and TRY_CAST. */
export function translateCast(context: Context, syntax: CastExpression, scope: Scope): Value {
  const operand = context.expression(syntax.operand, scope);
  const read = readTypeSyntax(syntax.type);
  if ('problem' in read) {
    context.report('sql-syntax', read.problem.message, read.problem.span);
    return failedValue(syntax);
  }
  const type = castTimeType(read.type, operand.type, syntax.operand);
  const name = freeName(context, 'try');
  const value = syntax.safe ? { sql: name, type: operand.type } : operand;
  const found = finishCast(context, castValue(value, read.type), operand.type, read.type, syntax);
  if (found === undefined) return { ...failedValue(syntax), type };
  const printed = syntax.safe ? tryBodySql(operand.sql, name, found) : found;
  const made = makeValue(printed, type, syntax, [operand]);
  const isText = ['varchar', 'char', 'any', 'json'].includes(operand.type.kind);
  const mayFail =
    isText && !['varchar', 'char'].includes(type.kind) && syntax.operand.kind !== 'string';
  return { ...made, mayFail: !syntax.safe && (mayFail || made.mayFail) };
}

/** The bits of an integer type without its sign. */
const integerBits: Readonly<Record<string, bigint>> = {
  tinyint: 7n,
  smallint: 15n,
  integer: 31n,
  bigint: 63n,
};

/** Whether the text of a literal is one of its type. Trino finds that out before it runs the query. */
function isValidLiteral(text: string, type: SqlType): boolean {
  if (isInteger(type)) {
    const limit = 2n ** (integerBits[type.kind] ?? 63n);
    return (
      /^[+-]?\d+$/.test(text) &&
      BigInt(text.replace('+', '')) < limit &&
      BigInt(text.replace('+', '')) >= -limit
    );
  }
  if (type.kind === 'ipaddress') return isIP(text) !== 0 && !text.includes('%');
  if (type.kind !== 'json') return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Translates `BIGINT '1'` and its like: a cast of the text. */
export function castLiteral(context: Context, literal: TypedLiteral): Value {
  const read = readTypeSyntax({
    kind: 'generic',
    name: literal.type,
    parameters: [],
    start: literal.start,
    end: literal.end,
  });
  if ('problem' in read) {
    context.report('sql-syntax', read.problem.message, literal);
    return failedValue(literal);
  }
  if (!isValidLiteral(literal.value, read.type)) {
    const name = literal.type.toUpperCase();
    context.report('sql-syntax', `'${literal.value}' is not a valid ${name} literal`, literal);
    return failedValue(literal);
  }
  if (read.type.kind === 'json') {
    return makeValue(macroCall('json_read', [stringSql(literal.value)]), read.type, literal);
  }
  const text = { sql: stringSql(literal.value), type: varcharType };
  const found = finishCast(context, castValue(text, read.type), varcharType, read.type, literal);
  return found === undefined ? failedValue(literal) : makeValue(found, read.type, literal);
}

/**
 * Returns the value as Trino's coercion leaves it, where DuckDB's own would differ: numbers that meet reals, char padded
 * to its length, timestamps that get a zone.
 */
export function coerceValue(value: Castable, target: SqlType): Sql {
  const { type } = value;
  if (!canCoerce(type, target)) return value.sql;
  const needsCast =
    changesFields(type, target) ||
    changesElements(type, target) ||
    (target.kind === 'real' && type.kind !== 'real' && type.kind !== 'unknown') ||
    (target.kind === 'double' && type.kind === 'decimal') ||
    mustWiden(type, target) ||
    (target.kind === 'char' && !sameType(type, target) && type.kind !== 'unknown') ||
    (target.kind === 'timestamp' &&
      !sameType(type, target) &&
      (type.kind === 'timestamp' || type.kind === 'date'));
  if (!needsCast) return value.sql;
  const cast = castValue(value, target);
  return 'parts' in cast ? cast : value.sql;
}

/** Whether a type has rows whose fields DuckDB would not take for those of the other type. */
function changesFields(from: SqlType, target: SqlType): boolean {
  const isKnown = ![from, target].some((type) => isOpen(type));
  const hasRows = partsOf(target).some((part) => part.kind === 'row');
  const padsParts = partsOf(target).some((part) => part.kind === 'char') && !sameType(from, target);
  return isKnown && (padsParts || (hasRows && duckDbType(from) !== duckDbType(target)));
}

/** Whether the elements of a collection have to be coerced one by one. */
function changesElements(from: SqlType, target: SqlType): boolean {
  const isCollection = target.kind === 'array' || target.kind === 'map';
  const kinds = ['char', 'real', 'timestamp'];
  const isWide = partsOf(target).some(
    (part) => part.kind === 'decimal' && part.precision === 38 && part.scale > 0,
  );
  return (
    isCollection &&
    ![from, target].some((type) => isOpen(type)) &&
    !sameType(from, target) &&
    partsOf(from).every(({ kind }) => kind !== 'unknown') &&
    (isWide || partsOf(target).some(({ kind }) => kinds.includes(kind)))
  );
}

/** Casts a literal integer that would otherwise take the smaller type of what it meets. */
export function widenInteger(value: Castable, target: SqlType): Sql {
  const cast =
    isInteger(target) && !sameType(value.type, target) ? plainCast(value.sql, target) : value.sql;
  return 'parts' in cast ? cast : value.sql;
}
