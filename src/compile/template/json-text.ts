import type { Run } from './run.js';
import { dictOf } from './dicts.js';
import { formatFloat } from './number-text.js';
import { nestingProblem, TemplateProblem } from './template-problem.js';
import { requireDefined } from './undefined-use.js';
import { isSequence, listOf, none, typeName, type Value } from './values.js';

const deepestValue = 50;

function fail(message: string): never {
  throw new TemplateProblem('template-error', message);
}

/** How Python's `json.dumps` is asked to write. */
export interface JsonStyle {
  readonly sortKeys: boolean;
  readonly indent: number | null;
}

function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Returns Python's `json.dumps(value)`. Throws `template-error` for what JSON cannot hold. */
export function jsonText(value: Value, style: JsonStyle, run: Run, depth = 0): string {
  if (depth > deepestValue) throw nestingProblem();
  run.budget.step();
  const made = (text: string): string => {
    run.budget.allocateText(text.length);
    return text;
  };
  const defined = requireDefined(value);
  if (typeof defined === 'string') return made(quote(defined));
  if (typeof defined === 'boolean' || typeof defined === 'bigint') return made(String(defined));
  if (typeof defined === 'number') return made(numberText(defined));
  const join = (open: string, parts: readonly string[], close: string): string => {
    if (parts.length === 0) return open + close;
    if (style.indent === null) return made(open + parts.join(', ') + close);
    const line = (level: number): string => `\n${' '.repeat((style.indent ?? 0) * level)}`;
    return made(open + line(depth + 1) + parts.join(`,${line(depth + 1)}`) + line(depth) + close);
  };
  const inner = (item: Value): string => jsonText(item, style, run, depth + 1);
  if (defined.kind === 'none') return 'null';
  if (isSequence(defined) && (defined.type === 'list' || defined.type === 'tuple')) {
    return join('[', defined.items.map(inner), ']');
  }
  if (defined.kind === 'dict') {
    const pairs = [...defined.entries.values()].map(
      (entry) => [keyText(entry.key), inner(entry.value)] as const,
    );
    if (style.sortKeys) pairs.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
    return join(
      '{',
      pairs.map(([key, text]) => `${quote(key)}: ${text}`),
      '}',
    );
  }
  return fail(`${typeName(defined)} cannot be written as JSON`);
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '-Infinity' : 'Infinity';
  return formatFloat(value);
}

function keyText(key: Value): string {
  if (typeof key === 'string') return key;
  if (key === none) return 'null';
  if (typeof key === 'number') return numberText(key);
  if (typeof key === 'boolean' || typeof key === 'bigint') return String(key);
  return fail(`${typeName(key)} cannot be a key of JSON`);
}

const token =
  /\s*(?:([[\]{},:])|("(?:[^"\\\u0000-\u001f]|\\.)*")|(-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?)|(true|false|null))/y;
const longestInteger = 1_200;

/** Returns what Python's `json.loads` makes of a text: whole numbers are integers, others floats; `undefined` if it is not JSON. */
export function parseJsonText(text: string, run: Run): Value | undefined {
  run.budget.touch(text.length);
  run.budget.allocateText(text.length);
  let at = 0;
  class NotJson extends Error {}
  const next = (): RegExpExecArray => {
    token.lastIndex = at;
    const found = token.exec(text);
    if (found === null) throw new NotJson();
    at = token.lastIndex;
    return found;
  };
  function read(depth: number, [, mark, string, number, decimals, power, word] = next()): Value {
    if (depth > deepestValue) throw nestingProblem();
    run.budget.allocateItems(1);
    if (string !== undefined) return unquote(string);
    if (number !== undefined) {
      if (decimals !== undefined || power !== undefined) return Number(number);
      if (number.length > longestInteger) throw new NotJson();
      return BigInt(number);
    }
    if (word !== undefined) return word === 'null' ? none : word === 'true';
    if (mark === '[') return listOf(readItems(']', (first) => read(depth + 1, first)));
    if (mark === '{') {
      const pairs = readItems('}', ([, , key]): readonly [Value, Value] => {
        if (key === undefined || next()[1] !== ':') throw new NotJson();
        return [unquote(key), read(depth + 1)];
      });
      return dictOf(pairs, run);
    }
    throw new NotJson();
  }
  function unquote(quoted: string): string {
    try {
      return JSON.parse(quoted) as string;
    } catch {
      throw new NotJson();
    }
  }
  function readItems<T>(end: string, readItem: (first: RegExpExecArray) => T): T[] {
    const items: T[] = [];
    let found = next();
    if (found[1] === end) return items;
    for (;;) {
      items.push(readItem(found));
      const mark = next()[1];
      if (mark === end) return items;
      if (mark !== ',') throw new NotJson();
      found = next();
    }
  }
  try {
    const value = read(0);
    return text.slice(at).trim() === '' ? value : undefined;
  } catch (thrown) {
    if (thrown instanceof NotJson) return undefined;
    throw thrown;
  }
}
