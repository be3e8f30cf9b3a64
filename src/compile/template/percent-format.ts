import { checkedPrecision, formatNumber } from './number-format.js';
import { getEntry } from './dicts.js';
import { toRepresentation, toText } from './printing.js';
import type { Run } from './run.js';
import { TemplateProblem } from './template-problem.js';
import { asciiEscape } from './text.js';
import { isDict, isSequence, typeName, type Value } from './values.js';

const directive = /%(?:\(([^()]*)\))?([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+)?)?[hlL]?([\s\S])?/g;

function fail(message: string): never {
  throw new TemplateProblem('template-error', `'%' formatting: ${message}`);
}

/**
 * Returns Python's `template % values`. Conversions: `s r a c d i u f F e E g G x X o %`.
 */
export function formatPercent(template: string, values: Value, run: Run): string {
  const isTuple = isSequence(values) && values.type === 'tuple';
  const positional = isTuple ? values.items : [values];
  let next = 0;
  let usesKeys = false;
  run.budget.touch(template.length);

  /** A width or precision; `*` takes it from the values. */
  const star = (given: string | undefined): string | undefined => {
    if (given !== '*') return given;
    const value = positional[next] ?? fail('not enough values');
    next += 1;
    return typeof value === 'bigint' ? value.toString() : fail("'*' expects an integer");
  };

  const formatted = template.replace(
    directive,
    (
      all: string,
      key: string | undefined,
      flags: string,
      width: string | undefined,
      precision: string | undefined,
      conversion: string | undefined,
    ) => {
      if (conversion === '%' && all === '%%') return '%';
      if (conversion === undefined) return fail('the format ends within a directive');
      const [wide, exact] = [star(width), star(precision)];
      let value: Value;
      if (key === undefined) {
        value = positional[next] ?? fail('not enough values');
        next += 1;
      } else {
        usesKeys = true;
        if (!isDict(values))
          return fail(`expected a dict for '%(${key})', found ${typeName(values)}`);
        value = getEntry(values, key, run) ?? fail(`the dict has no key '${key}'`);
      }
      const text = convert(conversion, value, {
        flags,
        precision: all.includes('.') && exact === undefined ? '0' : exact,
        run,
      });
      const padded = pad(text, {
        flags: wide?.startsWith('-') === true ? `${flags}-` : flags,
        width: checkedWidth(wide?.replace('-', ''), run),
        isText: 'srac'.includes(conversion),
      });
      run.budget.allocateText(padded.length);
      return padded;
    },
  );
  const allUsed = usesKeys || next >= positional.length || (!isTuple && isDict(values));
  if (!allUsed) fail('not all values are used');
  return formatted;
}

function checkedWidth(width: string | undefined, run: Run): number {
  const count = Number(width ?? 0);
  run.budget.allocateText(count);
  return count;
}

function convert(
  conversion: string,
  value: Value,
  options: { readonly flags: string; readonly precision: string | undefined; readonly run: Run },
): string {
  const { flags, run } = options;
  const precision =
    options.precision === undefined ? undefined : checkedPrecision(options.precision);
  if (conversion === 's' || conversion === 'r') {
    const text = conversion === 's' ? toText(value, run) : toRepresentation(value, run);
    return precision === undefined ? text : Array.from(text).slice(0, precision).join('');
  }
  if (conversion === 'a') {
    return toRepresentation(value, run).replace(/[^\x00-\x7f]/gu, asciiEscape);
  }
  if (conversion === 'c') {
    if (typeof value === 'string' && Array.from(value).length === 1) return value;
    const code =
      typeof value === 'bigint' && value >= 0n && value <= 0x10ffffn ? Number(value) : -1;
    return code < 0 ? fail("'%c' expects a character or its number") : String.fromCodePoint(code);
  }
  if (!'diufFeEgGxXo'.includes(conversion)) return fail(`there is no conversion '%${conversion}'`);
  return formatNumber(conversion, value, { flags, precision });
}

function pad(
  text: string,
  options: { readonly flags: string; readonly width: number; readonly isText: boolean },
): string {
  const missing = options.width - Array.from(text).length;
  if (missing <= 0) return text;
  if (options.flags.includes('-')) return text + ' '.repeat(missing);
  if (!options.flags.includes('0') || options.isText) return ' '.repeat(missing) + text;
  const [, sign = '', digits = ''] = /^([-+ ]?(?:0[xXo])?)([\s\S]*)$/.exec(text) ?? [];
  return sign + '0'.repeat(missing) + digits;
}
