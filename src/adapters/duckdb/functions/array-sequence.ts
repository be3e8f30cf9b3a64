import { raw, sql, type Sql } from '../translate/fragment.js';
import { macroCall, openMacroCall } from '../translate/macro-call.js';
import type { SqlType } from '../../../core/sql-type.js';
import { isOpen } from '../types/common.js';
import { elementType, nullable } from './collection.js';
import type { FunctionCall, FunctionRule, Rewritten } from './rule.js';

const tooMany = 'result of sequence function must not have more than 10000 entries';
const wrongWay =
  'sequence stop value should be greater than or equal to start value if step is greater than zero otherwise stop should be less than or equal to start';

const [start, stop, step] = ['stedi_ends[1]', 'stedi_ends[2]', 'stedi_ends[3]'];

/**
 * Returns the body of a macro that checks a sequence of `size` steps and makes it. The ends are evaluated once: they may
 * be queries, which lambdas do not take.
 */
function sequenceBody(size: string, list: string): string {
  return `(start, stop, step) AS list_transform([row(start, stop, step)],
    lambda stedi_ends: CASE
      WHEN ${start} IS NULL OR ${stop} IS NULL OR ${step} IS NULL THEN NULL
      WHEN ${step} = 0 THEN stedi_trino.fail('step must not be zero', [${start}])
      WHEN (${step} > 0 AND ${stop} < ${start}) OR (${step} < 0 AND ${stop} > ${start})
        THEN stedi_trino.fail('${wrongWay}', [${start}])
      WHEN ${size} >= 10000 THEN stedi_trino.fail('${tooMany}', [${start}])
      ELSE ${list} END)[1]`;
}

/** The milliseconds that an element of the sequence cannot hold. */
function unit(type: SqlType): number | undefined {
  return type.kind === 'timestamp' && type.precision < 3 ? 10 ** (3 - type.precision) : undefined;
}

/** Macros of several types cannot be told apart in UNNEST, so the one for the types is called where they are known. */
function sequence(call: FunctionCall): Rewritten {
  const interval = call.args[2];
  const element = elementType(call.type);
  const isMonths = interval?.type.kind === 'interval year to month';
  return call.stableArgs(([from = raw('NULL'), to = raw('NULL'), by]) => {
    const walk = (macro: string, size: Sql): Sql => macroCall(macro, [from, to, size]);
    const direction = macroCall('direction', [from, to]);
    if (isOpen(element)) return openMacroCall('sequence_open', [], [from, to, ...(by ? [by] : [])]);
    if (element.kind === 'bigint') return walk('sequence_of_numbers', by ?? direction);
    if (by === undefined) return walk('sequence_of_days', direction);
    if (isMonths) {
      const months = walk('sequence_of_months', macroCall('interval_months', [by]));
      return element.kind === 'date' ? sql`CAST(${months} AS DATE[])` : months;
    }
    if (element.kind === 'date') return walk('sequence_of_days', macroCall('whole_days', [by]));
    const milliseconds = unit(element);
    const whole =
      milliseconds === undefined ? by : macroCall('whole_step', [by, raw(String(milliseconds))]);
    return walk('sequence_of_moments', sql`epoch_ms(${whole}) * 1000`);
  });
}

/** sequence, of numbers, dates and timestamps. */
export const arraySequenceRules: Readonly<Record<string, FunctionRule>> = {
  sequence: nullable(sequence),
};

/** Macros of `arraySequenceRules`; they choose by the types that DuckDB finds. */
export const arraySequenceMacros: Readonly<Record<string, readonly string[]>> = {
  direction: ['(start, stop) AS CASE WHEN start <= stop THEN 1 ELSE -1 END'],
  sequence_open: [
    `(start DATE, stop DATE) AS stedi_trino.sequence_of_days(start, stop, stedi_trino.direction(start, stop))`,
    `(start, stop) AS stedi_trino.sequence_of_numbers(start, stop, stedi_trino.direction(start, stop))`,
    `(start DATE, stop DATE, step INTERVAL) AS CASE WHEN stedi_trino.interval_months(step) <> 0
      THEN CAST(stedi_trino.sequence_of_months(start, stop, stedi_trino.interval_months(step)) AS DATE[])
      ELSE stedi_trino.sequence_of_days(start, stop, stedi_trino.whole_days(step)) END`,
    `(start TIMESTAMP, stop TIMESTAMP, step INTERVAL) AS CASE WHEN stedi_trino.interval_months(step) <> 0
      THEN stedi_trino.sequence_of_months(start, stop, stedi_trino.interval_months(step))
      ELSE stedi_trino.sequence_of_moments(start, stop, epoch_ms(step) * 1000) END`,
    '(start, stop, step) AS stedi_trino.sequence_of_numbers(start, stop, step)',
  ],
  sequence_of_numbers: [
    sequenceBody(
      `(CAST(${stop} AS HUGEINT) - ${start}) // ${step}`,
      `generate_series(CAST(${start} AS BIGINT), CAST(${stop} AS BIGINT), CAST(${step} AS BIGINT))`,
    ),
  ],
  sequence_of_days: [
    sequenceBody(
      `(${stop} - ${start}) // ${step}`,
      `CAST(generate_series(${start}, ${stop}, to_days(CAST(${step} AS INTEGER))) AS DATE[])`,
    ),
  ],
  sequence_of_moments: [
    sequenceBody(
      `(epoch_us(${stop}) - epoch_us(${start})) // ${step}`,
      `generate_series(${start}, ${stop}, to_microseconds(${step}))`,
    ),
  ],
  // Each month is counted from the start, so that the end of a shorter month does not stay.
  sequence_of_months: [
    sequenceBody(
      `date_sub('month', ${start}, ${stop}) // ${step}`,
      `list_transform(generate_series(0, date_sub('month', ${start}, ${stop}) // ${step}), lambda stedi_i:
        ${start} + to_months(CAST(stedi_i * ${step} AS INTEGER)))`,
    ),
  ],
  whole_days: [
    `(step) AS CASE WHEN epoch_ms(step) % 86400000 = 0 THEN epoch_ms(step) // 86400000
      ELSE stedi_trino.fail('sequence step must be a day interval if start and end values are dates', epoch_ms(step)) END`,
  ],
  whole_step: [
    `(step, unit) AS CASE WHEN epoch_ms(step) % unit = 0 THEN step
      ELSE stedi_trino.fail('The step has more digits of a second than the timestamps', step) END`,
  ],
};
