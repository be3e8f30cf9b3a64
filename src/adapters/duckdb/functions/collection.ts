import type { SqlType } from '../../../core/sql-type.js';
import { compareValues } from '../translate/compare.js';
import { raw, sql, type Sql } from '../translate/fragment.js';
import { macroCall } from '../translate/macro-call.js';
import { structSql } from '../translate/struct.js';
import { anyType, isFloating, partsOf } from '../types/common.js';
import { rowFieldName } from '../types/duckdb-type.js';
import { limitSql } from './engine-limits.js';
import { isNull, typedNull } from './datetime-moment.js';
import {
  refusal,
  rewrite,
  type Argument,
  type FunctionCall,
  type FunctionRule,
  type Refusal,
  type Rewritten,
} from './rule.js';

/** A function that returns null when any argument is null. A bare NULL, which has no type, is answered at once. */
export function nullable(write: (call: FunctionCall) => Rewritten): FunctionRule {
  return rewrite((call) => (call.args.some(isNull) ? typedNull(call.type) : write(call)));
}

/** A function that is a macro and returns null when any argument is null. */
export function nullableMacro(name?: string): FunctionRule {
  return nullable((call) => call.stableArgs((args) => macroCall(name ?? call.name, args)));
}

/** Returns the type of an array's elements; `any` if the type is none of an array. */
export function elementType(type: SqlType): SqlType {
  return type.kind === 'array' ? type.element : anyType;
}

/** Returns whether values of the type hold other values. */
export function isNested(type: SqlType): boolean {
  return ['array', 'map', 'row'].includes(type.kind);
}

/** Returns the row `{field0, field1…}` of these values. */
export function rowSql(values: readonly Sql[]): Sql {
  const names = values.map((_, index) => rowFieldName(undefined, index));
  return structSql(names, values);
}

/** Returns the entry `{key, value}` of a map. */
export function entrySql(key: Sql, value: Sql): Sql {
  return structSql(['key', 'value'], [key, value]);
}

/** A refusal if the type holds maps: the order of a map's entries counts for DuckDB. */
export function refuseMaps(argument: Argument): Refusal | undefined {
  const holdsMaps = partsOf(elementType(argument.type)).some((part) => part.kind === 'map');
  return holdsMaps
    ? refusal('maps are not compared in it', 'compare map_entries(…)', argument.syntax)
    : undefined;
}

/**
 * How an array's elements are compared with a value. `plain`: as DuckDB does. `open`: their type is known only to
 * DuckDB. `coded`: by Trino's rules, see `equalityCodes`.
 */
export type Likeness = 'plain' | 'open' | 'coded';

/** Returns how the elements of type `left` are compared with a value of type `right`. */
export function likenessOf(left: SqlType, right: SqlType): Likeness {
  const kinds = [left, right].filter((type) => type.kind !== 'unknown');
  const isSpecial = (type: SqlType): boolean =>
    isFloating(type) || isNested(type) || type.kind === 'char';
  const known = kinds.filter((type) => type.kind !== 'any');
  if (known.length < kinds.length && (known.length === 0 || known.some(isSpecial))) return 'open';
  return known.some(isSpecial) ? 'coded' : 'plain';
}

/**
 * Returns a list with 1 for each element that equals the value, 0 for one that does not, NULL for a null, and 2 where a
 * null inside keeps it open. `undefined` if their types do not meet.
 */
export function equalityCodes(items: Argument, value: Argument): Sql | undefined {
  const item = raw('stedi_item');
  const equal = compareValues('=', { ...items, sql: item, type: elementType(items.type) }, value);
  return (
    equal &&
    sql`list_transform(${items.sql}, lambda ${item}: ${macroCall('equality_code', [equal, item])})`
  );
}

/** Macros that several families of collections call. */
export const collectionMacros: Readonly<Record<string, readonly string[]>> = {
  equality_code: [
    '(equal, item) AS coalesce(CAST(equal AS TINYINT), CASE WHEN item IS NOT NULL THEN 2 END)',
  ],
  is_nan: [
    `(value) AS CASE WHEN typeof(value) IN ('DOUBLE', 'FLOAT') THEN CAST(value AS VARCHAR) IN ('nan', '-nan') ELSE false END`,
  ],
  // A list whose elements' type only DuckDB knows: nulls inside them would count otherwise than in Trino.
  plain_items: [
    `(items) AS CASE WHEN regexp_matches(typeof(items), '^(STRUCT|MAP)|\\[\\]\\[\\]$')
      THEN ${limitSql('open-type', 'typeof(items)', 'items')}
      ELSE items END`,
  ],
  // Without repetitions, in the order of the first ones; nulls are equal to each other.
  distinct_items: [
    `(items) AS list_transform([items], lambda stedi_all: list_filter(stedi_all,
      lambda stedi_item, stedi_place: list_position(stedi_all, stedi_item) = stedi_place))[1]`,
  ],
};
