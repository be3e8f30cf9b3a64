import { raw } from '../translate/fragment.js';
import { macroCall } from '../translate/macro-call.js';
import type { SqlType } from '../../../core/sql-type.js';
import { elementType, nullable } from './collection.js';
import type { Argument, FunctionCall, FunctionRule, Rewritten } from './rule.js';

const tooMany = 'result of sequence function must not have more than 10000 entries';
const wrongWay =
  'sequence stop value should be greater than or equal to start value if step is greater than zero otherwise stop should be less than or equal to start';

/** Checks a sequence and returns it: `size` is the number of its steps. */
function checked(size: string, list: string): string {
  return `CASE WHEN start IS NULL OR stop IS NULL OR step IS NULL THEN NULL
    WHEN step = 0 THEN stedi_trino.fail('step must not be zero', [start])
    WHEN (step > 0 AND stop < start) OR (step < 0 AND stop > start) THEN stedi_trino.fail('${wrongWay}', [start])
    WHEN ${size} >= 10000 THEN stedi_trino.fail('${tooMany}', [start])
    ELSE ${list} END`;
}

/** Evaluates the ends once: they may be queries, which lambdas do not take. */
function withEnds(macro: string, step: string): string {
  return `list_transform([struct_pack(a := start, b := stop, s := ${step})], lambda stedi_ends:
    stedi_trino.${macro}(stedi_ends.a, stedi_ends.b, stedi_ends.s))[1]`;
}

const direction = 'CASE WHEN start <= stop THEN 1 ELSE -1 END';

/** The milliseconds that an element of the sequence cannot hold. */
function unit(type: SqlType): number | undefined {
  return type.kind === 'timestamp' && type.precision < 3 ? 10 ** (3 - type.precision) : undefined;
}

function sequence(call: FunctionCall): Rewritten {
  const step: Argument | undefined = call.args[2];
  const milliseconds = unit(elementType(call.type));
  return call.stableArgs((args) =>
    milliseconds !== undefined && step?.type.kind === 'interval day to second'
      ? macroCall('sequence', [
          ...args.slice(0, 2),
          macroCall('whole_step', [...args.slice(2), raw(String(milliseconds))]),
        ])
      : macroCall('sequence', args),
  );
}

/** sequence, of numbers, dates and timestamps. */
export const arraySequenceRules: Readonly<Record<string, FunctionRule>> = {
  sequence: nullable(sequence),
};

/** Macros of `arraySequenceRules`; they choose by the types that DuckDB finds. */
export const arraySequenceMacros: Readonly<Record<string, readonly string[]>> = {
  sequence: [
    `(start DATE, stop DATE) AS ${withEnds('sequence_of_days', direction)}`,
    `(start, stop) AS ${withEnds('sequence_of_numbers', direction)}`,
    `(start DATE, stop DATE, step INTERVAL) AS CASE WHEN stedi_trino.interval_months(step) <> 0
      THEN CAST(${withEnds('sequence_of_months', 'stedi_trino.interval_months(step)')} AS DATE[])
      ELSE ${withEnds('sequence_of_days', 'stedi_trino.whole_days(step)')} END`,
    `(start TIMESTAMP, stop TIMESTAMP, step INTERVAL) AS CASE WHEN stedi_trino.interval_months(step) <> 0
      THEN ${withEnds('sequence_of_months', 'stedi_trino.interval_months(step)')}
      ELSE ${withEnds('sequence_of_moments', 'epoch_ms(step) * 1000')} END`,
    `(start, stop, step) AS ${withEnds('sequence_of_numbers', 'step')}`,
  ],
  sequence_of_numbers: [
    `(start, stop, step) AS ${checked(
      '(CAST(stop AS HUGEINT) - start) // step',
      'generate_series(CAST(start AS BIGINT), CAST(stop AS BIGINT), CAST(step AS BIGINT))',
    )}`,
  ],
  sequence_of_days: [
    `(start, stop, step) AS ${checked(
      '(stop - start) // step',
      'CAST(generate_series(start, stop, to_days(CAST(step AS INTEGER))) AS DATE[])',
    )}`,
  ],
  sequence_of_moments: [
    `(start, stop, step) AS ${checked(
      '(epoch_us(stop) - epoch_us(start)) // step',
      'generate_series(start, stop, to_microseconds(step))',
    )}`,
  ],
  // Each month is counted from the start, so that the end of a shorter month does not stay.
  sequence_of_months: [
    `(start, stop, step) AS ${checked(
      `date_sub('month', start, stop) // step`,
      `list_transform(generate_series(0, date_sub('month', start, stop) // step), lambda stedi_i:
        start + to_months(CAST(stedi_i * step AS INTEGER)))`,
    )}`,
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
