import { sql } from '../translate/fragment.js';
import { macroCall } from '../translate/macro-call.js';
import {
  refusal,
  rewrite,
  same,
  type FunctionCall,
  type FunctionFamily,
  type FunctionRule,
  type Rewritten,
} from './rule.js';

/** lag and lead look by places, so they need an order and take no frame. A negative distance is an error in Trino. */
function shift(name: 'lag' | 'lead'): (call: FunctionCall) => Rewritten {
  return (call) => {
    const { over } = call.syntax;
    if (over?.kind === 'specification' && over.base === undefined) {
      if (over.orderBy.length === 0)
        return refusal('it needs ORDER BY in its window, as in Athena');
      if (over.frame)
        return refusal('its window takes no frame, as in Athena', 'leave the frame out');
    }
    const [value, distance, ...rest] = call.args;
    if (value === undefined || distance === undefined)
      return call.aggregate(name, [call.arg(0).sql]);
    const steps = macroCall('window_distance', [distance.sql]);
    const [fallback] = rest;
    if (fallback === undefined) return call.aggregate(name, [value.sql, steps]);
    // DuckDB would cast the fallback to the value's type, not both to the type in which they meet.
    const isOpen = [value, fallback].some(({ type }) => type.kind === 'any');
    const met = isOpen ? sql`CASE WHEN true THEN ${value.sql} ELSE ${fallback.sql} END` : value.sql;
    return call.aggregate(name, [met, steps, fallback.sql]);
  };
}

/** A function of places and peers, which takes no frame; DuckDB would leave the frame out of account. */
function withoutFrame(name: string): FunctionRule {
  return rewrite((call) => {
    const { over } = call.syntax;
    return over?.kind === 'specification' && over.frame
      ? refusal('its window takes no frame, as in Athena', 'leave the frame out')
      : call.aggregate(
          name,
          call.args.map((each) => each.sql),
        );
  });
}

const byShift = (name: 'lag' | 'lead'): FunctionRule => rewrite(shift(name));

/** Trino's window functions. */
export const windowFunctions: FunctionFamily = {
  name: 'window',
  rules: {
    cume_dist: withoutFrame('cume_dist'),
    dense_rank: withoutFrame('dense_rank'),
    first_value: same(),
    lag: byShift('lag'),
    last_value: same(),
    lead: byShift('lead'),
    nth_value: rewrite((call) =>
      call.aggregate('nth_value', [call.arg(0).sql, macroCall('window_place', [call.arg(1).sql])]),
    ),
    ntile: withoutFrame('ntile'),
    percent_rank: withoutFrame('percent_rank'),
    rank: withoutFrame('rank'),
    row_number: withoutFrame('row_number'),
  },
  macros: {
    window_distance: [
      `(n) AS CASE WHEN n >= 0 THEN n ELSE stedi_trino.fail('Offset must be at least 0, and not null', n) END`,
    ],
    frame_distance: [
      `(n) AS CASE WHEN n >= 0 THEN n ELSE stedi_trino.fail('Window frame offset value must not be negative or null', n) END`,
    ],
    window_place: [
      `(n) AS CASE WHEN n >= 1 THEN n WHEN n IS NULL THEN NULL ELSE stedi_trino.fail('Offset must be at least 1', n) END`,
    ],
  },
};
