import { asNumber } from './comparing.js';
import { formatFloat } from './number-text.js';
import { checkedPrecision, floatText } from './number-format.js';
import { toText } from './printing.js';
import type { Run } from './run.js';
import { TemplateProblem } from './template-problem.js';
import { lengthOf } from './text.js';
import { typeName, type Value } from './values.js';

/** Python's format specification: `[[fill]align][sign][#][0][width][grouping][.precision][type]`. */
const specification =
  /^(?:(?<fill>[\s\S])?(?<align>[<>=^]))?(?<sign>[-+ ])?(?<alternate>#)?(?<zero>0)?(?<width>\d+)?(?<grouping>[,_])?(?:\.(?<precision>\d+))?(?<type>[bcdeEfFgGnosxX%])?$/u;

function fail(message: string): never {
  throw new TemplateProblem('template-error', `format(): ${message}`);
}

/** Returns Python's `format(value, spec)` for strings, numbers and booleans. Throws `template-error`. */
export function formatValue(value: Value, spec: string, run: Run): string {
  if (spec === '') return toText(value, run);
  const parts = specification.exec(spec)?.groups;
  if (parts === undefined) return fail(`'${spec}' is not a valid format`);
  const isNumber =
    typeof value === 'bigint' ||
    typeof value === 'number' ||
    (typeof value === 'boolean' && parts.type !== 's');
  if (!isNumber && typeof value !== 'string') return fail(`${typeName(value)} takes no format`);
  const width = Number(parts.width ?? 0);
  run.budget.allocateText(width);
  const text = typeof value === 'string' ? formatText(value, parts) : formatNumeric(value, parts);
  const align = parts.align ?? (parts.zero !== undefined ? '=' : isNumber ? '>' : '<');
  const fill = parts.fill ?? (parts.zero !== undefined ? '0' : ' ');
  if (align === '=' && !isNumber) return fail(`'${spec}' is not a valid format of a string`);
  const padded =
    align === '='
      ? padDigits(text, {
          fill,
          width,
          grouping: parts.fill === undefined ? parts.grouping : undefined,
        })
      : pad(text, align, fill, width);
  run.budget.allocateText(padded.length);
  return padded;
}

function pad(text: string, align: string, fill: string, width: number): string {
  const missing = Math.max(0, width - lengthOf(text));
  const left = align === '<' ? 0 : align === '>' ? missing : Math.floor(missing / 2);
  return fill.repeat(left) + text + fill.repeat(missing - left);
}

/** Fills between the sign and the digits; zeros are grouped like digits. */
function padDigits(
  text: string,
  {
    fill,
    width,
    grouping,
  }: { readonly fill: string; readonly width: number; readonly grouping: string | undefined },
): string {
  const [, sign = '', digits = ''] = /^([-+ ]?(?:0[xXob])?)([\s\S]*)$/.exec(text) ?? [];
  let body = digits;
  if (grouping === undefined) {
    body = fill.repeat(Math.max(0, width - lengthOf(text))) + digits;
  } else {
    const [whole = '', ...rest] = digits.split('.');
    const tail = rest.length > 0 ? `.${rest.join('.')}` : '';
    let plain = whole.replaceAll(grouping, '');
    while (sign.length + group(plain, grouping, 3).length + tail.length < width)
      plain = `0${plain}`;
    body = group(plain, grouping, 3) + tail;
  }
  return sign + body;
}

function group(digits: string, separator: string, size: number): string {
  const first = digits.length % size;
  const groups = first > 0 ? [digits.slice(0, first)] : [];
  for (let at = first; at < digits.length; at += size) groups.push(digits.slice(at, at + size));
  return groups.join(separator);
}

type Parts = Readonly<Record<string, string | undefined>>;

function formatText(value: string, { type, precision, sign, grouping }: Parts): string {
  if ((type ?? 's') !== 's' || sign !== undefined || grouping !== undefined) {
    return fail(`a string cannot be formatted as a number`);
  }
  return precision === undefined
    ? value
    : Array.from(value).slice(0, checkedPrecision(precision)).join('');
}

function formatNumeric(value: bigint | number | boolean, parts: Parts): string {
  const number = asNumber(value) ?? 0n;
  const { type, sign, grouping, alternate, precision } = parts;
  if (type === 's') return fail('a number cannot be formatted as a string');
  if (type === 'c') return String.fromCodePoint(Math.min(0x10ffff, Math.max(0, Number(number))));
  const isWhole = typeof number === 'bigint' && (type === undefined || 'bdnoxX'.includes(type));
  if (!isWhole && type !== undefined && 'bdoxX'.includes(type)) {
    return fail(`a float cannot be formatted with '${type}'`);
  }
  let text: string;
  let isNegative: boolean;
  if (isWhole) {
    if (precision !== undefined) return fail('an integer takes no precision');
    isNegative = number < 0n;
    text = wholeText(isNegative ? -number : number, type, grouping, alternate !== undefined);
  } else {
    const float = Number(number);
    isNegative = float < 0 || Object.is(float, -0);
    const digits = precision === undefined ? undefined : checkedPrecision(precision);
    const [whole = '', ...rest] = magnitudeText(Math.abs(float), type, digits).split('.');
    const grouped = grouping === undefined ? whole : group(whole, grouping, 3);
    text = [grouped, ...rest].join('.');
  }
  const positive = sign === '+' || sign === ' ' ? sign : '';
  return (isNegative ? '-' : positive) + text;
}

function wholeText(
  value: bigint,
  type: string | undefined,
  grouping: string | undefined,
  alternate: boolean,
): string {
  const base = { b: 2, o: 8, x: 16, X: 16 }[type ?? 'd'] ?? 10;
  const digits = value.toString(base);
  const grouped = grouping === undefined ? digits : group(digits, grouping, base === 10 ? 3 : 4);
  const text = alternate && base !== 10 ? `0${(type ?? '').toLowerCase()}${grouped}` : grouped;
  return type === 'X' ? text.toUpperCase() : text;
}

function magnitudeText(
  value: number,
  type: string | undefined,
  precision: number | undefined,
): string {
  if (type === '%') return `${floatText('f', value * 100, precision ?? 6)}%`;
  if (type === undefined) {
    if (precision === undefined) return formatFloat(value);
    const text = floatText('g', value, precision);
    // Without a type there is always a decimal, unless there is an exponent.
    return /[.en]/.test(text) ? text : `${text}.0`;
  }
  return floatText(type === 'n' ? 'g' : type, value, precision ?? 6);
}
