import type { TypedLiteral } from '../../../core/sql-syntax.js';
import { simpleType } from '../types/common.js';
import { failedValue, makeValue, type Context, type Value } from './context.js';
import { raw, stringSql } from './fragment.js';
import { macroCall } from './macro-call.js';
import { fixedOffset, instantOf, readZone } from './zone.js';

const datePattern = String.raw`[+-]?\d{4,}-\d{1,2}-\d{1,2}`;
const timePattern = String.raw`\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.(\d+))?)?`;

function refuse(context: Context, literal: TypedLiteral, reason: string, hint?: string): Value {
  context.report('sql-unsupported', reason, literal, hint);
  return failedValue(literal);
}

function digitsOf(fraction: string | undefined): number {
  return fraction?.length ?? 0;
}

/** Whether the text starts with a day that the calendar has. */
function isRealDay(text: string): boolean {
  const [, year, month, day] = /^([+-]?\d+)-(\d+)-(\d+)/.exec(text) ?? [];
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  const isLeap = y % 4 === 0 && (y % 100 !== 0 || y % 400 === 0);
  const length = m === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(m) ? 30 : 31;
  return m >= 1 && m <= 12 && d >= 1 && d <= length;
}

/** Translates DATE, TIME and TIMESTAMP literals. A zone in the text makes a timestamp with time zone. */
export function translateTimeLiteral(
  context: Context,
  literal: TypedLiteral,
  kind: 'date' | 'time' | 'timestamp',
): Value {
  const text = literal.value.trim();
  if (kind !== 'time' && !isRealDay(text)) return invalid(context, literal);
  if (kind === 'date') {
    if (!new RegExp(`^${datePattern}$`).test(text)) return invalid(context, literal);
    return makeValue(raw(`DATE '${text}'`), simpleType('date'), literal);
  }
  const pattern =
    kind === 'time'
      ? new RegExp(`^${timePattern}(.*)$`)
      : new RegExp(`^${datePattern}(?: ${timePattern})?(.*)$`);
  const match = pattern.exec(text);
  if (match === null) return invalid(context, literal);
  const [, fraction, rest = ''] = match;
  const precision = digitsOf(fraction);
  if (precision > 6) {
    return refuse(
      context,
      literal,
      'more than six digits of a second are not supported: DuckDB counts microseconds',
    );
  }
  const zone = rest.trim();
  const local = text.slice(0, text.length - rest.length);
  if (kind === 'time') {
    if (Number.parseInt(local, 10) > 23) return invalid(context, literal);
    if (zone !== '') return refuse(context, literal, 'a time with a time zone is not supported');
    return makeValue(raw(`TIME '${local}'`), { kind, precision, withZone: false }, literal);
  }
  if (zone === '') {
    return makeValue(raw(`TIMESTAMP '${local}'`), { kind, precision, withZone: false }, literal);
  }
  const shown = readZone(zone);
  if (shown === undefined) {
    return refuse(context, literal, `'${zone}' is not a time zone that is known here`);
  }
  const timestamp = raw(`TIMESTAMP '${local}'`);
  // No clock of the zone shows a time that is left out when the clocks go forward.
  const instant =
    fixedOffset(shown) === undefined
      ? macroCall('shown_instant', [timestamp, stringSql(shown)])
      : instantOf(timestamp, shown);
  return makeValue(instant, { kind, precision, withZone: true, zone: shown }, literal);
}

function invalid(context: Context, literal: TypedLiteral): Value {
  context.report(
    'sql-syntax',
    `'${literal.value}' is not a valid ${literal.type.toUpperCase()} literal`,
    literal,
  );
  return failedValue(literal);
}
