import { stringSql, type Sql } from '../translate/fragment.js';
import { macroCall } from '../translate/macro-call.js';
import {
  elementType,
  equalityCodes,
  isNested,
  likenessOf,
  nullable,
  nullableMacro,
  refuseMaps,
} from './collection.js';
import { refusal, type FunctionCall, type FunctionRule, type Rewritten } from './rule.js';

/** A function that looks for a value in an array: one macro for each way to compare. */
function search(name: string): FunctionRule {
  return nullable((call) => {
    const [items, value] = [call.arg(0), call.arg(1)];
    if (items.type.kind === 'varchar') return macroCall('ip_contains', [items.sql, value.sql]);
    switch (likenessOf(elementType(items.type), value.type)) {
      case 'plain':
        return call.stableArgs((args) => macroCall(`${name}_plain`, args));
      case 'open':
        return call.stableArgs((args) => macroCall(`${name}_open`, args));
      case 'coded':
        return call.stableArgs(([list, sought]) => {
          const codes = equalityCodes(
            { ...items, sql: list ?? items.sql },
            { ...value, sql: sought ?? value.sql },
          );
          return macroCall(`${name}_coded`, [
            ...(codes ? [codes] : []),
            list ?? items.sql,
            sought ?? value.sql,
            stringSql(
              `${call.name} does not support arrays with elements that are null or contain null`,
            ),
          ]);
        });
    }
  });
}

/** A function that tells elements apart as IS DISTINCT FROM does. */
function distinctness(call: FunctionCall): Rewritten {
  const maps = call.args.map(refuseMaps).find((each) => each !== undefined);
  return maps ?? call.stableArgs((args: readonly Sql[]) => macroCall(call.name, args));
}

function overlap(call: FunctionCall): Rewritten {
  const types = call.args.map((each) => elementType(each.type));
  if (types.some(isNested)) {
    return refusal(
      'elements that hold other values are not supported',
      undefined,
      call.arg(0).syntax,
    );
  }
  const isOpen = types.every((type) => type.kind === 'any');
  return call.stableArgs((args) =>
    macroCall(
      'arrays_overlap',
      isOpen ? args.map((each) => macroCall('plain_items', [each])) : args,
    ),
  );
}

/** Functions that compare the elements of arrays with a value, or with those of another array. */
export const arraySetRules: Readonly<Record<string, FunctionRule>> = {
  array_distinct: nullable(distinctness),
  array_except: nullable(distinctness),
  array_histogram: nullable(distinctness),
  array_intersect: nullable(distinctness),
  array_position: search('array_position'),
  array_remove: search('array_remove'),
  array_union: nullable(distinctness),
  arrays_overlap: nullable(overlap),
  contains: search('contains'),
  contains_sequence: nullableMacro(),
};

/** Macros of `arraySetRules`. */
export const arraySetMacros: Readonly<Record<string, readonly string[]>> = {
  array_distinct: ['(items) AS stedi_trino.distinct_items(items)'],
  array_union: ['(a, b) AS stedi_trino.distinct_items(a || b)'],
  shared_items: [
    `(items, others) AS list_transform([others], lambda stedi_others: stedi_trino.distinct_items(
      list_filter(items, lambda stedi_each: list_position(stedi_others, stedi_each) IS NOT NULL)))[1]`,
  ],
  // The longer array gives the order, the first one if they are of the same length.
  array_intersect: [
    `(a, b) AS CASE WHEN len(a) >= len(b) THEN stedi_trino.shared_items(a, b)
      WHEN len(a) < len(b) THEN stedi_trino.shared_items(b, a) END`,
  ],
  array_except: [
    `(a, b) AS CASE WHEN len(b) = 0 THEN a WHEN len(b) > 0 THEN stedi_trino.distinct_items(
      list_transform([row(a, b)], lambda stedi_both: list_filter(stedi_both[1],
        lambda stedi_each: list_position(stedi_both[2], stedi_each) IS NULL))[1]) END`,
  ],
  array_histogram: [
    `(items) AS list_transform([list_filter(items, lambda stedi_each: stedi_each IS NOT NULL)],
      lambda stedi_whole: map(stedi_trino.distinct_items(stedi_whole),
        list_transform(stedi_trino.distinct_items(stedi_whole), lambda stedi_key:
          CAST(len(list_filter(stedi_whole, lambda stedi_each: stedi_each IS NOT DISTINCT FROM stedi_key)) AS BIGINT))))[1]`,
  ],
  // Not-a-number overlaps with itself.
  arrays_overlap: [
    `(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL
      WHEN len(a) = 0 OR len(b) = 0 THEN false
      WHEN len(list_transform([b], lambda stedi_others: list_filter(a, lambda stedi_each:
        stedi_each IS NOT NULL AND list_position(stedi_others, stedi_each) IS NOT NULL))[1]) > 0 THEN true
      WHEN list_position(a, NULL) IS NOT NULL OR list_position(b, NULL) IS NOT NULL THEN NULL
      ELSE false END`,
  ],
  contains_sequence: [
    `(items, part) AS CASE WHEN items IS NOT NULL AND part IS NOT NULL THEN list_transform(
      [row(items, part)], lambda stedi_both: len(list_filter(
        generate_series(1, len(stedi_both[1]) - len(stedi_both[2]) + 1), lambda stedi_at:
          list_slice(stedi_both[1], stedi_at, stedi_at + len(stedi_both[2]) - 1) = stedi_both[2])) > 0)[1] END`,
  ],
  // By codes: 1 equal, 0 not, NULL null, 2 open because of a null inside.
  check_codes: [
    `(codes, message, value) AS CASE
      WHEN list_position(codes, 2) < coalesce(list_position(codes, 1), len(codes) + 1)
        THEN stedi_trino.refuse(message, value) ELSE value END`,
  ],
  contains_plain: [
    `(items, value) AS CASE WHEN list_contains(items, value) THEN true
      WHEN items IS NULL OR value IS NULL OR list_position(items, NULL) IS NOT NULL THEN NULL ELSE false END`,
  ],
  contains_open: [
    `(items, value) AS CASE WHEN stedi_trino.is_nan(value)
      THEN CASE WHEN list_position(items, NULL) IS NULL THEN false END
      ELSE stedi_trino.contains_plain(stedi_trino.plain_items(items), value) END`,
  ],
  contains_coded: [
    `(codes, items, value, message) AS CASE WHEN items IS NULL OR value IS NULL THEN NULL
      ELSE stedi_trino.check_codes(codes, message, stedi_trino.contains_plain(codes, 1)) END`,
  ],
  array_position_plain: [
    `(items, value) AS CASE WHEN items IS NOT NULL AND value IS NOT NULL
      THEN CAST(coalesce(list_position(items, value), 0) AS BIGINT) END`,
  ],
  array_position_open: [
    `(items, value) AS CASE WHEN stedi_trino.is_nan(value) THEN CASE WHEN items IS NOT NULL THEN 0 END
      ELSE stedi_trino.array_position_plain(stedi_trino.plain_items(items), value) END`,
  ],
  array_position_coded: [
    `(codes, items, value, message) AS CASE WHEN items IS NOT NULL AND value IS NOT NULL
      THEN stedi_trino.check_codes(codes, message, stedi_trino.array_position_plain(codes, 1)) END`,
  ],
  array_remove_plain: [
    `(items, value) AS CASE WHEN value IS NOT NULL
      THEN list_filter(items, lambda stedi_each: stedi_each IS DISTINCT FROM value) END`,
  ],
  array_remove_open: [
    `(items, value) AS CASE WHEN stedi_trino.is_nan(value) THEN items
      ELSE stedi_trino.array_remove_plain(stedi_trino.plain_items(items), value) END`,
  ],
  array_remove_coded: [
    `(codes, items, value, message) AS CASE WHEN value IS NULL THEN NULL
      WHEN list_contains(codes, 2) THEN stedi_trino.refuse(message, items)
      ELSE list_transform([codes], lambda stedi_codes: list_filter(items,
        lambda stedi_each, stedi_place: stedi_codes[stedi_place] IS DISTINCT FROM 1))[1] END`,
  ],
};
