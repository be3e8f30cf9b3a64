import { builtin, type Builtin } from './arguments.js';
import { asNumber } from './comparing.js';
import { formatFixed } from './number-text.js';
import { checkInteger } from './operators.js';
import { TemplateProblem } from './template-problem.js';
import { stripText } from './text.js';
import { requireDefined } from './undefined-use.js';
import { typeName, type Value } from './values.js';

function fail(message: string): never {
  throw new TemplateProblem('template-error', message);
}

const digits = '0123456789abcdefghijklmnopqrstuvwxyz';
const longestInteger = 1_200;

/** Python's `int(text, base)`; `undefined` if the text is not one. */
function parseInteger(text: string, base: number): bigint | undefined {
  const [, sign, body = ''] =
    /^([-+]?)(.*)$/s.exec(stripText(text, null, 'both').toLowerCase()) ?? [];
  const prefix = { 2: '0b', 8: '0o', 16: '0x' }[base];
  const rest =
    prefix !== undefined && body.startsWith(prefix) ? body.slice(2).replace(/^_/, '') : body;
  if (!/^[0-9a-z]+(?:_[0-9a-z]+)*$/.test(rest) || rest.length > longestInteger) return undefined;
  let value = 0n;
  for (const character of rest.replaceAll('_', '')) {
    const digit = digits.indexOf(character);
    if (digit >= base) return undefined;
    value = value * BigInt(base) + BigInt(digit);
  }
  return checkInteger(sign === '-' ? -value : value);
}

/** Python's `float(text)`; `undefined` if the text is not one. */
function parseFloatText(text: string): number | undefined {
  const body = stripText(text, null, 'both').toLowerCase();
  const named = /^([-+]?)(inf|infinity|nan)$/.exec(body);
  if (named) return (named[1] === '-' ? -1 : 1) * (named[2] === 'nan' ? NaN : Infinity);
  const isFloat =
    /^[-+]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:e[-+]?\d+(?:_\d+)*)?$/;
  return isFloat.test(body) ? Number(body.replaceAll('_', '')) : undefined;
}

function wholeOf(value: number | undefined): bigint | undefined {
  return value !== undefined && Number.isFinite(value) ? BigInt(Math.trunc(value)) : undefined;
}

function toInteger(value: Value, base: number): bigint | undefined {
  if (typeof value === 'string') return parseInteger(value, base) ?? wholeOf(parseFloatText(value));
  const number = asNumber(value);
  return typeof number === 'number' ? wholeOf(number) : number;
}

/** Rounds to a multiple of a power of ten, ties to even. */
function roundInteger(value: bigint, zeros: number): bigint {
  return roundToUnit(value, 10n ** BigInt(Math.min(zeros, longestInteger)));
}

function roundToUnit(value: bigint, unit: bigint): bigint {
  const rest = ((value % unit) + unit) % unit;
  const down = value - rest;
  const isUp = rest * 2n === unit ? (down / unit) % 2n !== 0n : rest * 2n > unit;
  return isUp ? down + unit : down;
}

function round(value: bigint | number, precision: number): Value {
  if (typeof value === 'bigint') return precision >= 0 ? value : roundInteger(value, -precision);
  if (!Number.isFinite(value) || precision > 22) return value;
  if (precision < 0) {
    // Twice the whole part, and one more for a fraction: enough to tell what is beyond a tie.
    const twice = BigInt(Math.trunc(value)) * 2n + BigInt(Math.sign(value % 1));
    const unit = 2n * 10n ** BigInt(Math.min(-precision, longestInteger));
    return Number(roundToUnit(twice, unit) / 2n);
  }
  return Number(formatFixed(value, precision));
}

/** Jinja2's filters over numbers. */
export const numberFilters: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [
    'abs',
    builtin('value', (args) => {
      const number = asNumber(args.value('value'));
      if (number === undefined)
        return fail(`abs() expects a number, found ${typeName(args.value('value'))}`);
      return number < 0 ? -number : number;
    }),
  ],
  [
    'float',
    builtin('value default?', (args) => {
      const value = requireDefined(args.value('value'));
      const number = typeof value === 'string' ? parseFloatText(value) : asNumber(value);
      return number === undefined ? (args.optional('default') ?? 0) : Number(number);
    }),
  ],
  [
    'int',
    builtin('value default? base?', (args) => {
      const base = args.integer('base', 10);
      if (base < 2 || base > 36) return fail('int() expects a base from 2 to 36');
      return toInteger(requireDefined(args.value('value')), base) ?? args.optional('default') ?? 0n;
    }),
  ],
  [
    'round',
    builtin('value precision? method?', (args) => {
      const number = asNumber(args.value('value'));
      const precision = args.integer('precision', 0);
      const method = args.text('method', 'common');
      if (number === undefined)
        return fail(`round() expects a number, found ${typeName(args.value('value'))}`);
      if (method === 'common') return round(number, precision);
      if (method !== 'ceil' && method !== 'floor')
        return fail('round() expects common, ceil or floor');
      const scale = 10 ** precision;
      return Math[method](Number(number) * scale) / scale;
    }),
  ],
]);
