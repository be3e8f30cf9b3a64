import { castValue } from '../translate/cast.js';
import { callSql, joinSql, raw, sql, type Sql } from '../translate/fragment.js';
import { macroCall } from '../translate/macro-call.js';
import { varcharType } from '../types/common.js';
import { arrayOrderMacros, arrayOrderRules } from './array-order.js';
import { arraySequenceMacros, arraySequenceRules } from './array-sequence.js';
import { arraySetMacros, arraySetRules } from './array-set.js';
import { collectionMacros, elementType, nullable, nullableMacro, rowSql } from './collection.js';
import { isNull, typedNull } from './datetime-moment.js';
import {
  literalString,
  macro,
  refusal,
  refuseOpenType,
  rewrite,
  type FunctionCall,
  type FunctionFamily,
  type Rewritten,
} from './rule.js';

function cardinality(call: FunctionCall): Rewritten {
  const { sql: value, type } = call.arg(0);
  switch (type.kind) {
    case 'array':
      return callSql('len', [value]);
    case 'map':
      return sql`CAST(cardinality(${value}) AS BIGINT)`;
    case 'any':
      return macroCall('cardinality_open', [value]);
    default:
      return refusal('of sketches it is not supported', undefined, call.arg(0).syntax);
  }
}

function elementAt(call: FunctionCall): Rewritten {
  const [items, index] = [call.arg(0), call.arg(1)];
  const kind = items.type.kind === 'array' || items.type.kind === 'map' ? items.type.kind : 'any';
  if (kind === 'any' && index.type.kind === 'any') return refuseOpenType(items);
  const name = { array: 'element_of_array', map: 'element_of_map', any: 'element_of_any' }[kind];
  return call.stableArgs((args) => macroCall(name, args));
}

/** Elements are joined as a cast to varchar prints them. */
function join(call: FunctionCall): Rewritten {
  const items = call.arg(0);
  const item = raw('stedi_item');
  const element = elementType(items.type);
  if (['array', 'map', 'row', 'varbinary'].includes(element.kind)) {
    return refusal('the elements cannot be cast to varchar', undefined, items.syntax);
  }
  const text = castValue({ sql: item, type: element }, varcharType);
  if ('refused' in text) return refusal(text.refused, undefined, items.syntax);
  if ('forbidden' in text) {
    return refusal('the elements cannot be cast to varchar', undefined, items.syntax);
  }
  const isText = element.kind === 'varchar' || element.kind === 'char';
  const texts = isText ? items.sql : sql`list_transform(${items.sql}, lambda ${item}: ${text})`;
  const [, ...rest] = call.args;
  // DuckDB joins by a constant.
  const isConstant = literalString(call.arg(1)) !== undefined;
  const name = isConstant ? 'array_join' : 'array_join_by';
  return macroCall(name, [texts, ...rest.map((each) => each.sql)]);
}

/** The shorter arrays are filled with nulls. */
function zip(call: FunctionCall): Rewritten {
  const lists = call.args.map((each) => each.sql);
  const items = raw('stedi_items');
  const fields = lists.map((_, index): Sql => sql`${items}[${raw(String(index + 1))}]`);
  const present = joinSql(
    lists.map((list) => sql`${list} IS NOT NULL`),
    ' AND ',
  );
  return sql`CASE WHEN ${present} THEN list_transform(list_zip(${lists}), lambda ${items}: ${rowSql(fields)}) END`;
}

/** Array functions of Trino's manual, but for those that take lambdas, `concat` and `reverse`. */
export const arrayFunctions: FunctionFamily = {
  name: 'array',
  rules: {
    ...arraySetRules,
    ...arrayOrderRules,
    ...arraySequenceRules,
    array_join: nullable(join),
    cardinality: nullable(cardinality),
    combinations: nullableMacro(),
    element_at: nullable(elementAt),
    flatten: nullable((call) => callSql('flatten', [call.arg(0).sql])),
    ngrams: nullableMacro(),
    repeat: rewrite((call) =>
      isNull(call.arg(1))
        ? typedNull(call.type)
        : call.stableArgs((args) => macroCall('repeat', args)),
    ),
    shuffle: macro(
      '(items) AS list_select(items, list_grade_up(list_transform(items, lambda stedi_item: random())))',
    ),
    slice: nullableMacro(),
    trim_array: nullableMacro(),
    zip: nullable(zip),
  },
  macros: {
    ...collectionMacros,
    ...arraySetMacros,
    ...arrayOrderMacros,
    ...arraySequenceMacros,
    array_join: [
      `(texts, separator) AS CASE WHEN texts IS NOT NULL AND separator IS NOT NULL
        THEN coalesce(array_to_string(texts, separator), '') END`,
      `(texts, separator, missing) AS CASE WHEN separator IS NOT NULL AND missing IS NOT NULL
        THEN array_to_string(list_transform(texts, lambda stedi_text: coalesce(stedi_text, missing)), separator) END`,
    ],
    array_join_by: [
      `(texts, separator) AS CASE WHEN texts IS NOT NULL AND separator IS NOT NULL
        THEN stedi_trino.joined_texts(list_filter(texts, lambda stedi_text: stedi_text IS NOT NULL), separator) END`,
      `(texts, separator, missing) AS CASE WHEN texts IS NOT NULL AND separator IS NOT NULL AND missing IS NOT NULL
        THEN stedi_trino.joined_texts(list_transform(texts, lambda stedi_text: coalesce(stedi_text, missing)), separator) END`,
    ],
    joined_texts: [
      `(texts, separator) AS CASE WHEN len(texts) = 0 THEN ''
        ELSE list_reduce(texts, lambda stedi_left, stedi_right: stedi_left || separator || stedi_right) END`,
    ],
    cardinality_open: [
      `(items) AS CASE WHEN typeof(items) = 'VARCHAR'
        THEN stedi_trino.fail('cardinality is of arrays and maps, not of text', 0) ELSE len(items) END`,
    ],
    element_of_array: [
      `(items, i) AS CASE WHEN i = 0 AND items IS NOT NULL
        THEN stedi_trino.fail('SQL array indices start at 1', items[1])
        WHEN i = -9223372036854775808 AND items IS NOT NULL THEN stedi_trino.refuse('integer overflow', items[1]) ELSE items[i] END`,
    ],
    // DuckDB finds not-a-number in a map; Trino does not.
    element_of_map: [
      '(entries, key) AS CASE WHEN NOT stedi_trino.is_nan(key) THEN map_extract_value(entries, key) END',
    ],
    element_of_any: [
      `(items, i) AS CASE
        WHEN typeof(items) LIKE 'MAP(%' THEN CASE WHEN NOT stedi_trino.is_nan(i) THEN items[i] END
        WHEN typeof(items) NOT LIKE '%[]' THEN stedi_trino.fail('element_at is of arrays and maps, not of ' || typeof(items), items[i])
        WHEN CAST(i AS VARCHAR) = '0' AND items IS NOT NULL THEN stedi_trino.fail('SQL array indices start at 1', items[i])
        ELSE items[i] END`,
    ],
    repeat: [
      `(element, count) AS CASE WHEN count < 0
          THEN stedi_trino.fail('count argument of repeat function must be greater than or equal to 0', [element])
        WHEN count > 10000
          THEN stedi_trino.fail('count argument of repeat function must be less than or equal to 10000', [element])
        WHEN count IS NOT NULL THEN list_resize([element], count, element) END`,
    ],
    slice: [
      `(items, start, size) AS CASE WHEN items IS NULL OR start IS NULL OR size IS NULL THEN NULL
        WHEN start = 0 THEN stedi_trino.fail('SQL array indices start at 1', items)
        WHEN size < 0 THEN stedi_trino.fail('length must be greater than or equal to 0', items)
        WHEN abs(start) > len(items) THEN list_slice(items, 1, 0)
        WHEN start > 0 THEN list_slice(items, CAST(start AS BIGINT), CAST(start AS BIGINT) + size - 1)
        ELSE list_slice(items, len(items) + 1 + start, len(items) + start + size) END`,
    ],
    trim_array: [
      `(items, size) AS CASE
        WHEN items IS NULL THEN NULL
        WHEN size < 0 THEN stedi_trino.fail('size must not be negative: ' || size, items)
        WHEN size > len(items)
          THEN stedi_trino.fail('size must not exceed array cardinality ' || len(items) || ': ' || size, items)
        WHEN items IS NOT NULL AND size IS NOT NULL THEN list_slice(items, 1, len(items) - size) END`,
    ],
    ngrams: [
      `(items, n) AS CASE WHEN items IS NULL THEN NULL
        WHEN n <= 0 THEN stedi_trino.fail('N must be positive', [items])
        WHEN items IS NOT NULL AND n IS NOT NULL THEN list_transform([items], lambda stedi_all: list_transform(
          generate_series(1, greatest(len(stedi_all) - n + 1, 1)), lambda stedi_at:
            list_slice(stedi_all, stedi_at, stedi_at + n - 1)))[1] END`,
    ],
    // Grows lists of places from the last to the first: Trino orders them by their last place.
    combinations: [
      `(items, n) AS CASE WHEN items IS NULL THEN NULL
        WHEN n < 0 THEN stedi_trino.fail('combination size must not be negative: ' || n, [items])
        WHEN n > 5 THEN stedi_trino.fail('combination size must not exceed 5: ' || n, [items])
        WHEN n * stedi_trino.count_combinations(len(items), n) > 100000
          THEN stedi_trino.fail('combinations exceed max size', [items])
        WHEN items IS NOT NULL AND n IS NOT NULL THEN list_transform([items], lambda stedi_all: list_transform(
          list_reduce(list_transform(generate_series(0, n), lambda stedi_step: [CAST([] AS BIGINT[])]),
            lambda stedi_found, stedi_step: flatten(list_transform(stedi_found, lambda stedi_places: list_transform(
              generate_series(1, coalesce(stedi_places[1], len(stedi_all) + 1) - 1), lambda stedi_place:
                list_prepend(stedi_place, stedi_places))))),
          lambda stedi_places: list_select(stedi_all, stedi_places)))[1] END`,
    ],
    count_combinations: [
      `(size, n) AS CASE n WHEN 0 THEN 1e0 WHEN 1 THEN size WHEN 2 THEN size * (size - 1e0) / 2
        WHEN 3 THEN size * (size - 1e0) * (size - 2) / 6 WHEN 4 THEN size * (size - 1e0) * (size - 2) * (size - 3) / 24
        WHEN 5 THEN size * (size - 1e0) * (size - 2) * (size - 3) * (size - 4) / 120 END`,
    ],
  },
};
