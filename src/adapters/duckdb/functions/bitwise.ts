import { callSql, raw, sql } from '../translate/fragment.js';
import { macroCall } from '../translate/macro-call.js';
import {
  refuseOpenType,
  rewrite,
  type FunctionCall,
  type FunctionFamily,
  type Rewritten,
} from './rule.js';

const widths: Readonly<Record<string, number>> = {
  tinyint: 8,
  smallint: 16,
  integer: 32,
  bigint: 64,
};

/** A shift works on the bits of the first argument's type. */
function shift(name: string): (call: FunctionCall) => Rewritten {
  return (call) => {
    const value = call.arg(0);
    const kind = value.type.kind === 'unknown' ? 'tinyint' : value.type.kind;
    const width = widths[kind];
    if (width === undefined) return refuseOpenType(value);
    const shifted = macroCall(name, [value.sql, call.arg(1).sql, raw(String(width))]);
    return sql`CAST(${shifted} AS ${raw(kind.toUpperCase())})`;
  };
}

/** Bitwise functions of Trino's manual. Bits are two's complement. */
export const bitwiseFunctions: FunctionFamily = {
  name: 'bitwise',
  rules: {
    bit_count: rewrite((call) => macroCall('bits_set', [call.arg(0).sql, call.arg(1).sql])),
    bitwise_and: rewrite(
      (call) => sql`CAST(${call.arg(0).sql} AS BIGINT) & CAST(${call.arg(1).sql} AS BIGINT)`,
    ),
    bitwise_not: rewrite((call) => sql`~CAST(${call.arg(0).sql} AS BIGINT)`),
    bitwise_or: rewrite(
      (call) => sql`CAST(${call.arg(0).sql} AS BIGINT) | CAST(${call.arg(1).sql} AS BIGINT)`,
    ),
    bitwise_xor: rewrite((call) =>
      callSql('xor', [
        sql`CAST(${call.arg(0).sql} AS BIGINT)`,
        sql`CAST(${call.arg(1).sql} AS BIGINT)`,
      ]),
    ),
    bitwise_left_shift: rewrite(shift('left_shift')),
    bitwise_right_shift: rewrite(shift('right_shift')),
    bitwise_right_shift_arithmetic: rewrite(shift('right_shift_arithmetic')),
  },
  macros: {
    // The value's bits as an unsigned number, and back.
    to_unsigned: [
      `(value, width) AS CASE WHEN value < 0 THEN CAST(value AS HUGEINT) + (CAST(1 AS HUGEINT) << width)
        ELSE CAST(value AS HUGEINT) END`,
    ],
    to_signed: [
      `(bits, width) AS CASE WHEN bits >= (CAST(1 AS HUGEINT) << (width - 1)) THEN bits - (CAST(1 AS HUGEINT) << width)
        ELSE bits END`,
    ],
    // Java takes the last six bits of what a long is shifted by, for which Trino does not check the sign.
    shift_count: [
      '(count) AS CAST(CASE WHEN count < 0 THEN (count % 64 + 64) % 64 ELSE count END AS INTEGER)',
    ],
    left_shift: [
      `(value, count, width) AS CASE WHEN value IS NULL OR count IS NULL THEN NULL
        WHEN count >= width OR (count < 0 AND width < 64) THEN CAST(0 AS HUGEINT)
        ELSE stedi_trino.to_signed(
          (stedi_trino.to_unsigned(value, width) & ((CAST(1 AS HUGEINT) << (width - stedi_trino.shift_count(count))) - 1))
            << stedi_trino.shift_count(count), width) END`,
    ],
    right_shift: [
      `(value, count, width) AS CASE WHEN value IS NULL OR count IS NULL THEN NULL
        WHEN count >= width OR (count < 0 AND width < 64) THEN CAST(0 AS HUGEINT)
        WHEN stedi_trino.shift_count(count) = 0 THEN CAST(value AS HUGEINT)
        ELSE stedi_trino.to_unsigned(value, width) >> stedi_trino.shift_count(count) END`,
    ],
    right_shift_arithmetic: [
      `(value, count, width) AS CASE WHEN value IS NULL OR count IS NULL THEN NULL
        WHEN count >= width OR (count < 0 AND width < 64) THEN CASE WHEN value < 0 THEN -1 ELSE 0 END
        WHEN value < 0 THEN -1 - ((-1 - CAST(value AS HUGEINT)) >> stedi_trino.shift_count(count))
        ELSE CAST(value AS HUGEINT) >> stedi_trino.shift_count(count) END`,
    ],
    bits_set: [
      `(value, width) AS CASE
        WHEN value IS NULL THEN NULL
        WHEN width < 2 OR width > 64 THEN stedi_trino.fail('Bits specified in bit_count must be between 2 and 64, got ' || width, CAST(0 AS BIGINT))
        WHEN width < 64 AND (value < -(CAST(1 AS HUGEINT) << (CAST(width AS INTEGER) - 1))
            OR value >= (CAST(1 AS HUGEINT) << (CAST(width AS INTEGER) - 1)))
          THEN stedi_trino.fail('Number must be representable with the bits specified: ' || value, CAST(0 AS BIGINT))
        WHEN value < 0 THEN CAST(width - bit_count(CAST(-1 - CAST(value AS HUGEINT) AS BIGINT)) AS BIGINT)
        ELSE CAST(bit_count(CAST(value AS BIGINT)) + CASE WHEN width IS NULL THEN NULL ELSE 0 END AS BIGINT) END`,
    ],
  },
};
