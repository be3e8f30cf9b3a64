import { builtin, type Builtin } from './arguments.js';
import { toPairs } from './collection-methods.js';
import { asNumber } from './comparing.js';
import { dictOf } from './dicts.js';
import { jsonText } from './json-text.js';
import { getMember } from './members.js';
import { toRepresentation, toText } from './printing.js';
import { formatFixed } from './number-text.js';
import type { Run } from './run.js';
import { sortItems } from './sorting.js';
import { TemplateProblem } from './template-problem.js';
import { lengthOf, splitLines } from './text.js';
import { requireDefined } from './undefined-use.js';
import { isDict, isNone, isSequence, type Value } from './values.js';

/** Python's `textwrap.wrap` of one line, with spaces kept inside of lines as Jinja2 asks for. */
function wrapLine(
  line: string,
  width: number,
  breakLong: boolean,
  breakHyphens: boolean,
): string[] {
  const pattern = breakHyphens
    ? /\s+|[^\s-]*[^\s\d\W]-+(?=[^\W\d_])|\S+?(?=\s|$)|\S+/gu
    : /\s+|\S+/gu;
  const chunks = (line.match(pattern) ?? []).reverse();
  const lines: string[] = [];
  while (chunks.length > 0) {
    const current: string[] = [];
    let length = 0;
    if (lines.length > 0 && chunks.at(-1)?.trim() === '') chunks.pop();
    for (let chunk = chunks.at(-1); chunk !== undefined; chunk = chunks.at(-1)) {
      if (length + lengthOf(chunk) > width) break;
      current.push(chunk);
      length += lengthOf(chunk);
      chunks.pop();
    }
    const next = chunks.at(-1);
    if (next !== undefined && lengthOf(next) > width) {
      const room = Math.max(1, width - length);
      if (breakLong) {
        current.push(Array.from(next).slice(0, room).join(''));
        chunks[chunks.length - 1] = Array.from(next).slice(room).join('');
      } else if (current.length === 0) {
        current.push(next);
        chunks.pop();
      }
    }
    if (current.at(-1)?.trim() === '') current.pop();
    if (current.length > 0) lines.push(current.join(''));
  }
  return lines;
}

const binaryUnits = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB'];
const decimalUnits = ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];

function fileSize(bytes: number, binary: boolean): string {
  const base = binary ? 1024 : 1000;
  if (bytes === 1) return '1 Byte';
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`;
  const units = binary ? binaryUnits : decimalUnits;
  let unit = base;
  for (const name of units) {
    unit *= base;
    if (bytes < unit || name === units.at(-1))
      return `${formatFixed((base * bytes) / unit, 1)} ${name}`;
  }
  return '';
}

function quoteUrl(text: string, safe: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))
    .replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%2F/g, safe.includes('/') ? '/' : '%2F');
}

/** Dicts in the order of their keys, as Python's `pprint` shows them. */
function sortedDicts(value: Value, run: Run): Value {
  if (!isDict(value)) return value;
  const pairs = toPairs(value, run);
  const order = sortItems(
    pairs.map(([key]) => key),
    (key) => key,
    { reverse: false },
    run,
  );
  const byKey = dictOf(pairs, run);
  return dictOf(
    order.flatMap((key) => toPairs(byKey, run).filter(([each]) => each === key)),
    run,
  );
}

const identity = builtin('value', (args) => args.value('value'));
const widestPrint = 80;

/** Jinja2's remaining filters, and dbt's `as_…`, which change nothing in SQL. */
export const moreFilters: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['as_bool', identity],
  ['as_native', identity],
  ['as_number', identity],
  ['as_text', identity],
  ['attr', builtin('value name', (args) => getMember(args.value('value'), args.text('name')))],
  [
    'filesizeformat',
    builtin('value binary?', (args) => {
      const value = asNumber(args.value('value')) ?? Number(toNumberText(args.value('value')));
      return fileSize(Number(value), args.flag('binary', false));
    }),
  ],
  [
    'pprint',
    builtin('value', (args, run) => {
      const text = toRepresentation(sortedDicts(requireDefined(args.value('value')), run), run);
      if (text.length <= widestPrint) return text;
      throw new TemplateProblem('template-unsupported', 'pprint() supports only short values', {
        hint: "print the value itself, or '| tojson(indent=2)'",
      });
    }),
  ],
  [
    'tojson',
    builtin('value indent?', (args, run) => {
      const indent = isNone(args.value('indent')) ? null : args.integer('indent');
      const text = jsonText(args.value('value'), { sortKeys: true, indent }, run);
      // Jinja2 makes it safe inside of HTML.
      return text
        .replaceAll('<', '\\u003c')
        .replaceAll('>', '\\u003e')
        .replaceAll('&', '\\u0026')
        .replaceAll("'", '\\u0027');
    }),
  ],
  [
    'urlencode',
    builtin('value', (args, run) => {
      const value = args.value('value');
      if (!isDict(value) && !isSequence(value)) return quoteUrl(toText(value, run), '/');
      const part = (each: Value): string => quoteUrl(toText(each, run), '').replaceAll('%20', '+');
      return toPairs(value, run)
        .map(([key, item]) => `${part(key)}=${part(item)}`)
        .join('&');
    }),
  ],
  [
    'wordwrap',
    builtin('value width? break_long_words? wrapstring? break_on_hyphens?', (args, run) => {
      const text = toText(args.value('value'), run);
      run.budget.allocateText(text.length * 2);
      const width = args.integer('width', 79);
      if (width < 1)
        throw new TemplateProblem('template-error', 'wordwrap() expects a width above 0');
      const long = args.flag('break_long_words', true);
      const hyphens = args.flag('break_on_hyphens', true);
      const wrap = args.text('wrapstring', '\n');
      const lines = splitLines(text).map((line) => wrapLine(line, width, long, hyphens).join(wrap));
      const wrapped = lines.join(wrap);
      run.budget.allocateText(wrapped.length);
      return wrapped;
    }),
  ],
]);

function toNumberText(value: Value): string {
  if (typeof value === 'string' && /^\s*[-+]?\d/.test(value)) return value;
  throw new TemplateProblem('template-error', 'filesizeformat() expects a number of bytes');
}
