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

/** Returns a number by a conversion of `%` formatting: `d i u f F e E g G x X o`. */
export function formatNumber(
  conversion: string,
  value: Value,
  options: { readonly flags: string; readonly precision: number | undefined },
): string {
  const number = asNumber(value);
  if (number === undefined) {
    return fail(`'%${conversion}' expects a number, found ${typeName(value)}`);
  }
  const text = 'fFeEgG'.includes(conversion)
    ? floatText(conversion, Number(number), options.precision ?? 6)
    : integerText(conversion, number, options);
  if (text.startsWith('-')) return text;
  if (options.flags.includes('+')) return `+${text}`;
  return options.flags.includes(' ') ? ` ${text}` : text;
}

/** Returns a float by C's conversions `f e g`, in upper case for `F E G`. */
export function floatText(conversion: string, value: number, precision: number): string {
  const lower = conversion.toLowerCase();
  const text = Number.isFinite(value)
    ? finiteText(lower, value, precision)
    : Number.isNaN(value)
      ? 'nan'
      : value < 0
        ? '-inf'
        : 'inf';
  return conversion === lower ? text : text.toUpperCase();
}

function finiteText(conversion: string, value: number, precision: number): string {
  if (conversion === 'f') return formatFixed(value, precision);
  if (conversion === 'e') return exponentText(value, precision);
  // C's %g: as many significant digits, without trailing zeros.
  const significant = Math.max(1, precision);
  const rounded = exponentText(value, significant - 1);
  const [mantissa = '0', power = '0'] = rounded.split('e');
  const exponent = Number(power);
  const trim = (text: string): string =>
    text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
  if (exponent < -4 || exponent >= significant) return `${trim(mantissa)}e${power}`;
  return trim(formatFixed(value, significant - 1 - exponent));
}

function exponentText(value: number, precision: number): string {
  const [mantissa = '0', power = '+0'] = value.toExponential(precision).split('e');
  return `${Object.is(value, -0) ? '-' : ''}${mantissa}e${power.slice(0, 1)}${power.slice(1).padStart(2, '0')}`;
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
