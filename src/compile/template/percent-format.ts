import { checkedPrecision, formatNumber } from './number-format.js';
import { getEntry } from './dicts.js';
import { toRepresentation, toText } from './printing.js';
import type { Run } from './run.js';
import { TemplateProblem } from './template-problem.js';
import { isDict, isSequence, typeName, type Value } from './values.js';

const directive = /%(?:\(([^()]*)\))?([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+)?)?[hlL]?([\s\S])?/g;

function fail(message: string): never {
  throw new TemplateProblem('template-error', `'%' formatting: ${message}`);
}

/**
 * Returns Python's `template % values`. Supported conversions: `s r d i u f F x X o %`. Others are
 * `template-unsupported`.
 */
export function formatPercent(template: string, values: Value, run: Run): string {
  const isTuple = isSequence(values) && values.type === 'tuple';
  const positional = isTuple ? values.items : [values];
  let next = 0;
  let usesKeys = false;
  run.budget.touch(template.length);

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
      if (width === '*' || precision === '*') {
        throw new TemplateProblem('template-unsupported', "'%*' formatting is not supported");
      }
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
        precision: all.includes('.') && precision === undefined ? '0' : precision,
        run,
      });
      const padded = pad(text, {
        flags,
        width: checkedWidth(width, run),
        isText: 'sr'.includes(conversion),
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
  if (!'diufFxXo'.includes(conversion)) {
    throw new TemplateProblem(
      'template-unsupported',
      `'%${conversion}' formatting is not supported`,
    );
  }
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
