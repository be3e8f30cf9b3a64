import { builtin, type BoundArguments, type Builtin } from './arguments.js';
import { formatBraces } from './brace-format.js';
import { toPairs } from './collection-methods.js';
import { toItems } from './iterating.js';
import type { Run } from './run.js';
import { sliceBounds } from './slicing.js';
import { TemplateProblem } from './template-problem.js';
import {
  capitalizeText,
  charactersOf,
  countText,
  isCased,
  isSpace,
  lengthOf,
  replaceText,
  splitLines,
  splitLinesWithEnds,
  splitWords,
  stripText,
} from './text.js';
import { isNone, isSequence, listOf, tupleOf, typeName, type Value } from './values.js';

function fail(message: string): never {
  throw new TemplateProblem('template-error', message);
}

/** A method that turns the string into another. */
function mapping(transform: (text: string) => string): Builtin {
  return builtin('self', (args, run) => made(transform(args.text('self')), run));
}

function made(text: string, run: Run): string {
  run.budget.allocateText(text.length);
  return text;
}

function matching(test: (text: string) => boolean): Builtin {
  return builtin('self', (args) => test(args.text('self')));
}

function stripping(side: 'start' | 'end' | 'both'): Builtin {
  return builtin('self chars?', (args, run) => {
    const characters = isNone(args.value('chars')) ? null : args.text('chars');
    return made(stripText(args.text('self'), characters, side), run);
  });
}

/** `startswith` and `endswith`: the second argument may be a tuple of alternatives. */
function edge(test: (text: string, part: string) => boolean): Builtin {
  return builtin('self part start? end?', (args) => {
    const text = part(args);
    const parts = args.value('part');
    const alternatives = isSequence(parts) && parts.type === 'tuple' ? parts.items : [parts];
    return alternatives.some((each) =>
      typeof each === 'string'
        ? test(text, each)
        : fail(`expected a string or a tuple of strings, found ${typeName(each)}`),
    );
  });
}

/** The part of the string that the optional `start` and `end` name. */
function part(args: BoundArguments): string {
  if (!args.has('start') && !args.has('end')) return args.text('self');
  const characters = charactersOf(args.text('self'));
  const { start, end } = bounds(args, characters.length);
  return characters.slice(start, end).join('');
}

function bounds(
  args: BoundArguments,
  length: number,
): { readonly start: number; readonly end: number } {
  const given = (name: string): number | null =>
    isNone(args.value(name)) ? null : args.integer(name);
  return sliceBounds(given('start'), given('end'), length);
}

/** `find` and its kin: the position in characters, or -1. */
function findText(args: BoundArguments, side: 'first' | 'last'): number {
  const whole = args.text('self');
  if (!args.has('start') && !args.has('end')) return offsetOf(whole, args.text('part'), side);
  const length = lengthOf(whole);
  const { start, end } = bounds(args, length);
  if (start > end || (args.has('start') && args.integer('start') > length)) return -1;
  const text = charactersOf(whole).slice(start, end).join('');
  const at = offsetOf(text, args.text('part'), side);
  return at < 0 ? -1 : start + at;
}

/** The offset in characters, or -1. */
function offsetOf(text: string, sought: string, side: 'first' | 'last'): number {
  const at = side === 'first' ? text.indexOf(sought) : text.lastIndexOf(sought);
  return at < 0 ? -1 : lengthOf(text.slice(0, at));
}

function finding(side: 'first' | 'last', required: boolean): Builtin {
  return builtin('self part start? end?', (args) => {
    const at = findText(args, side);
    if (at < 0 && required) fail('the text does not contain the part looked for');
    return BigInt(at);
  });
}

function justifying(place: (text: string, missing: number, fill: string) => string): Builtin {
  return builtin('self width fillchar?', (args, run) => {
    const text = args.text('self');
    const fill = args.text('fillchar', ' ');
    if (lengthOf(fill) !== 1) fail('the fill character must be exactly one character');
    const missing = Math.max(0, args.integer('width') - lengthOf(text));
    run.budget.allocateText(text.length + missing);
    return place(text, missing, fill);
  });
}

/** Python centers with the odd blank on the left, if the width is odd too. */
export function centerText(text: string, missing: number, fill: string): string {
  const width = lengthOf(text) + missing;
  const left = Math.floor(missing / 2) + (missing & width & 1);
  return fill.repeat(left) + text + fill.repeat(missing - left);
}

function splitting(side: 'start' | 'end'): Builtin {
  return builtin('self sep? maxsplit?', (args, run) => {
    const text = args.text('self');
    const limit = args.integer('maxsplit', -1);
    run.budget.allocateText(text.length);
    const separator = isNone(args.value('sep')) ? null : args.text('sep');
    if (separator === '') fail('the separator of split() must not be empty');
    const parts =
      side === 'start' ? splitText(text, separator, limit) : splitEnd(text, separator, limit);
    run.budget.allocateItems(parts.length);
    return listOf(parts);
  });
}

function splitText(text: string, separator: string | null, limit: number): string[] {
  if (separator === null) return splitWords(text, limit);
  const parts = text.split(separator);
  if (limit < 0 || parts.length <= limit + 1) return parts;
  return [...parts.slice(0, limit), parts.slice(limit).join(separator)];
}

function splitEnd(text: string, separator: string | null, limit: number): string[] {
  const flip = (each: string): string => Array.from(each).reverse().join('');
  const flipped = splitText(flip(text), separator === null ? null : flip(separator), limit);
  return flipped.map(flip).reverse();
}

function partitioning(side: 'first' | 'last'): Builtin {
  return builtin('self sep', (args) => {
    const [text, separator] = [args.text('self'), args.text('sep')];
    if (separator === '') fail('the separator of partition() must not be empty');
    const at = side === 'first' ? text.indexOf(separator) : text.lastIndexOf(separator);
    if (at < 0) return tupleOf(side === 'first' ? [text, '', ''] : ['', '', text]);
    return tupleOf([text.slice(0, at), separator, text.slice(at + separator.length)]);
  });
}

/** Words start after whatever is not a letter: Python's `str.title`. */
function titleCase(text: string): string {
  return text.replace(/\p{L}+/gu, capitalizeText);
}

/** Python's methods of `str`. */
export const stringMethods: ReadonlyMap<string, Builtin> = new Map([
  ['capitalize', mapping(capitalizeText)],
  ['casefold', mapping((text) => text.toLowerCase().replaceAll('ß', 'ss'))],
  ['center', justifying(centerText)],
  [
    'count',
    builtin('self part start? end?', (args) => BigInt(countText(part(args), args.text('part')))),
  ],
  ['endswith', edge((text, end) => text.endsWith(end))],
  [
    'expandtabs',
    builtin('self tabsize?', (args, run) => {
      const size = Math.max(0, args.integer('tabsize', 8));
      run.budget.allocateText((countText(args.text('self'), '\t') + 1) * size);
      return made(expandTabs(args.text('self'), size), run);
    }),
  ],
  ['find', finding('first', false)],
  ['format', builtin('self * **', (args, run) => formatBraces(args.text('self'), args, run))],
  [
    'format_map',
    builtin('self mapping', (args, run) => {
      const named = new Map<string, Value>();
      for (const [key, value] of toPairs(args.value('mapping'), run)) {
        if (typeof key === 'string') named.set(key, value);
      }
      return formatBraces(args.text('self'), { rest: [], named }, run);
    }),
  ],
  ['index', finding('first', true)],
  ['isalnum', matching((text) => /^[\p{L}\p{N}]+$/u.test(text))],
  ['isalpha', matching((text) => /^\p{L}+$/u.test(text))],
  ['isascii', matching((text) => charactersOf(text).every((each) => each <= '\x7f'))],
  ['isdecimal', matching((text) => /^\p{Nd}+$/u.test(text))],
  ['isdigit', matching((text) => /^[\p{Nd}²³¹⁰⁴-⁹₀-₉]+$/u.test(text))],
  ['islower', matching((text) => isCased(text, 'lower'))],
  ['isnumeric', matching((text) => /^\p{N}+$/u.test(text))],
  [
    'isidentifier',
    matching((text) => /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*$/u.test(text)),
  ],
  ['isprintable', matching((text) => !/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(text))],
  ['isspace', matching(isSpace)],
  ['istitle', matching((text) => /\p{Lu}|\p{Ll}/u.test(text) && titleCase(text) === text)],
  ['isupper', matching((text) => isCased(text, 'upper'))],
  [
    'join',
    builtin('self items', (args, run) => joinTexts(args.text('self'), args.value('items'), run)),
  ],
  ['ljust', justifying((text, missing, fill) => text + fill.repeat(missing))],
  ['lower', mapping((text) => text.toLowerCase())],
  ['lstrip', stripping('start')],
  ['partition', partitioning('first')],
  [
    'removeprefix',
    builtin('self prefix', (args) => {
      const [text, prefix] = [args.text('self'), args.text('prefix')];
      return text.startsWith(prefix) ? text.slice(prefix.length) : text;
    }),
  ],
  [
    'removesuffix',
    builtin('self suffix', (args) => {
      const [text, suffix] = [args.text('self'), args.text('suffix')];
      return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
    }),
  ],
  [
    'replace',
    builtin('self old new count?', (args, run) =>
      replaceChecked(
        args.text('self'),
        args.text('old'),
        args.text('new'),
        args.integer('count', -1),
        run,
      ),
    ),
  ],
  ['rfind', finding('last', false)],
  ['rindex', finding('last', true)],
  ['rjust', justifying((text, missing, fill) => fill.repeat(missing) + text)],
  ['rpartition', partitioning('last')],
  ['rsplit', splitting('end')],
  ['rstrip', stripping('end')],
  ['split', splitting('start')],
  [
    'splitlines',
    builtin('self keepends?', (args, run) => {
      const text = args.text('self');
      const lines = args.flag('keepends', false) ? splitLinesWithEnds(text) : splitLines(text);
      run.budget.allocateItems(lines.length);
      return listOf(lines);
    }),
  ],
  ['startswith', edge((text, start) => text.startsWith(start))],
  ['strip', stripping('both')],
  [
    'swapcase',
    mapping((text) =>
      text.replace(/\p{L}/gu, (letter) =>
        letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase(),
      ),
    ),
  ],
  ['title', mapping(titleCase)],
  ['upper', mapping((text) => text.toUpperCase())],
  [
    'zfill',
    builtin('self width', (args, run) => {
      const text = args.text('self');
      const missing = Math.max(0, args.integer('width') - lengthOf(text));
      run.budget.allocateText(text.length + missing);
      const sign = /^[-+]/.exec(text)?.[0] ?? '';
      return sign + '0'.repeat(missing) + text.slice(sign.length);
    }),
  ],
]);

/** Methods that Python's `str` has and this engine refuses. */
export const unsupportedStringMethods: ReadonlySet<string> = new Set([
  'encode',
  'maketrans',
  'translate',
]);

function expandTabs(text: string, size: number): string {
  let column = 0;
  return charactersOf(text)
    .map((character) => {
      if (character === '\t') {
        const missing = size === 0 ? 0 : size - (column % size);
        column += missing;
        return ' '.repeat(missing);
      }
      column = character === '\n' || character === '\r' ? 0 : column + 1;
      return character;
    })
    .join('');
}

function joinTexts(separator: string, items: Value, run: Run): string {
  const texts = toItems(items, run).map((item) =>
    typeof item === 'string' ? item : fail(`join() expects strings, found ${typeName(item)}`),
  );
  return made(joinChecked(texts, separator, run), run);
}

/** Joins after counting, so that a long separator between many items is refused before it is built. */
export function joinChecked(texts: readonly string[], separator: string, run: Run): string {
  const size = texts.reduce((sum, text) => sum + text.length, 0);
  run.budget.allocateText(size + separator.length * Math.max(0, texts.length - 1));
  return texts.join(separator);
}

/** Replaces after counting, so that a text that would grow too large is refused before it is built. */
export function replaceChecked(
  text: string,
  old: string,
  replacement: string,
  count: number,
  run: Run,
): string {
  const found = countText(text, old);
  const times = count < 0 ? found : Math.min(found, count);
  run.budget.allocateText(text.length + times * replacement.length);
  return replaceText(text, old, replacement, count);
}
