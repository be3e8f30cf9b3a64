import { compareValues } from '../translate/compare.js';
import { callSql, raw, sql, type Sql } from '../translate/fragment.js';
import { macroCall, withKnownType } from '../translate/macro-call.js';
import { isFloating } from '../types/common.js';
import { elementType, isNested, nullable } from './collection.js';
import { refusal, type Argument, type FunctionRule, type Refusal } from './rule.js';

const pair = raw('stedi_pair');

function withoutOrder(items: Argument): Refusal {
  return refusal('JSON has no order, as in Athena', 'cast the elements', items.syntax);
}

/**
 * Sorts arrays and rows. Where a null inside decides, Trino fails; then two neighbours of the sorted list meet it, so
 * these are compared as Trino compares.
 */
function sortNested(items: Argument): Sql | Refusal {
  const type = elementType(items.type);
  const [left, right] = [raw('stedi_pair.field0'), raw('stedi_pair.field1')].map((each) => ({
    ...items,
    sql: each,
    type,
  })) as [Argument, Argument];
  const compared = compareValues('<=', left, right);
  if (compared === undefined) {
    return refusal('the order of these elements is not supported', undefined, items.syntax);
  }
  // A list that is written as NULL has a type only where a name stands for it.
  const whole = raw('stedi_whole');
  const sorted = sql`list_sort(${whole}, 'ASC', 'NULLS LAST')`;
  const pairs = macroCall('neighbours', [sorted]);
  const checked = macroCall('checked_order', [
    sorted,
    sql`list_transform(${pairs}, lambda ${pair}: ${compared})`,
  ]);
  return withKnownType(items.sql, whole, checked);
}

/** Returns the elements in ascending order, nulls last. */
export function sortedSql(items: Argument): Sql | Refusal {
  const type = elementType(items.type);
  if (type.kind === 'json') return withoutOrder(items);
  if (isNested(type)) return sortNested(items);
  const list = type.kind === 'any' ? macroCall('plain_items', [items.sql]) : items.sql;
  return sql`list_sort(${list}, 'ASC', 'NULLS LAST')`;
}

/** array_max and array_min: null if any element is null. Not-a-number loses against any number. */
function extreme(side: 'max' | 'min'): FunctionRule {
  return nullable((call) => {
    const items = call.arg(0);
    const type = elementType(items.type);
    if (type.kind === 'unknown') return raw('NULL');
    if (type.kind === 'json') return withoutOrder(items);
    if (isNested(type)) {
      const sorted = sortNested(items);
      return 'refusal' in sorted
        ? sorted
        : macroCall('unless_null', [
            items.sql,
            callSql('list_extract', [sorted, raw(side === 'max' ? '-1' : '1')]),
          ]);
    }
    const kind = type.kind === 'any' ? '_open' : isFloating(type) ? '_number' : '_plain';
    return call.stableArgs((args) => macroCall(`array_${side}${kind}`, args));
  });
}

function extremeMacros(side: 'max' | 'min'): Readonly<Record<string, readonly string[]>> {
  return {
    [`array_${side}_plain`]: [`(items) AS stedi_trino.unless_null(items, list_${side}(items))`],
    [`array_${side}_number`]: [
      `(items) AS stedi_trino.unless_null(items, coalesce(
        list_${side}(list_filter(items, lambda stedi_each: NOT isnan(stedi_each))), items[1]))`,
    ],
    [`array_${side}_open`]: [
      `(items) AS stedi_trino.unless_null(items, coalesce(
        list_${side}(list_filter(stedi_trino.plain_items(items), lambda stedi_each: NOT stedi_trino.is_nan(stedi_each))),
        items[1]))`,
    ],
  };
}

/** array_max and array_min. Sorting is in `lambda.ts`, for its comparator. */
export const arrayOrderRules: Readonly<Record<string, FunctionRule>> = {
  array_max: extreme('max'),
  array_min: extreme('min'),
};

/** Macros of `arrayOrderRules` and of sorting. */
export const arrayOrderMacros: Readonly<Record<string, readonly string[]>> = {
  ...extremeMacros('max'),
  ...extremeMacros('min'),
  unless_null: ['(items, value) AS CASE WHEN list_position(items, NULL) IS NULL THEN value END'],
  neighbours: [
    `(items) AS list_transform([items], lambda stedi_all: list_transform(
      generate_series(1, len(list_filter(stedi_all, lambda stedi_each: stedi_each IS NOT NULL)) - 1), lambda stedi_place:
        struct_pack(field0 := stedi_all[stedi_place], field1 := stedi_all[stedi_place + 1])))[1]`,
  ],
  // The comparisons are there to fail.
  checked_order: [
    '(items, comparisons) AS CASE WHEN len(comparisons) >= 0 THEN items ELSE items END',
  ],
};
