import { asNumber } from './comparing.js';
import { formatFixed } from './number-text.js';
import { TemplateProblem } from './template-problem.js';
import { typeName, type Value } from './values.js';

const largestPrecision = 90;

function fail(message: string): never {
  throw new TemplateProblem('template-error', `'%' formatting: ${message}`);
}

/** Returns the number of decimals or digits that a format asks for. */
export function checkedPrecision(text: string): number {
  const precision = Number(text);
  if (precision > largestPrecision) fail(`at most ${largestPrecision} digits can be asked for`);
  return precision;
}

/** Returns a number by a conversion of `%` formatting: `d i u f F x X o`. */
export function formatNumber(
  conversion: string,
  value: Value,
  options: { readonly flags: string; readonly precision: number | undefined },
): string {
  const number = asNumber(value);
  if (number === undefined) {
    return fail(`'%${conversion}' expects a number, found ${typeName(value)}`);
  }
  const text =
    conversion === 'f' || conversion === 'F'
      ? decimalText(Number(number), options.precision ?? 6)
      : integerText(conversion, number, options);
  if (text.startsWith('-')) return text;
  if (options.flags.includes('+')) return `+${text}`;
  return options.flags.includes(' ') ? ` ${text}` : text;
}

function decimalText(value: number, precision: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  return formatFixed(value, precision);
}

function integerText(
  conversion: string,
  number: bigint | number,
  options: { readonly flags: string; readonly precision: number | undefined },
): string {
  const isDecimal = 'diu'.includes(conversion);
  if (typeof number === 'number' && (!isDecimal || !Number.isFinite(number))) {
    return fail(`'%${conversion}' expects an integer, found a float`);
  }
  const whole = typeof number === 'bigint' ? number : BigInt(Math.trunc(number));
  const base = isDecimal ? 10 : conversion === 'o' ? 8 : 16;
  const digits = (whole < 0n ? -whole : whole).toString(base).padStart(options.precision ?? 0, '0');
  const prefix = options.flags.includes('#') && !isDecimal ? `0${conversion.toLowerCase()}` : '';
  const text = (whole < 0n ? '-' : '') + prefix + digits;
  return conversion === 'X' ? text.toUpperCase() : text;
}
