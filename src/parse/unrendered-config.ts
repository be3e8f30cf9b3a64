import { isMapping } from '../core/is-mapping.js';
import type { JsonValue } from '../core/node.js';
import type { ConfigEntries } from '../core/node-config.js';

/**
 * Returns the arguments of the `config()` calls in a template as they are written: literals as their values, anything else
 * as its text. Later calls replace what earlier ones say. dbt keeps the same under `unrendered_config`, so that what a
 * target or variable decides is not taken for a change.
 */
export function readUnrenderedConfig(template: string): ConfigEntries {
  const found: Record<string, JsonValue> = {};
  for (const call of template.matchAll(/\{(?:\{-?|%-?\s*do)\s*config\s*\(/gu)) {
    for (const argument of splitArguments(template, call.index + call[0].length)) {
      const named = /^(?<key>[A-Za-z_]\w*)\s*=(?!=)\s*(?<value>[^]*)$/u.exec(argument)?.groups;
      const { key, value = argument } = named ?? {};
      const read = readLiteral(value);
      // `config({'materialized': 'view'})` says the same as by names.
      if (key === undefined && isMapping(read)) Object.assign(found, read);
      else found[hookKeys[key ?? ''] ?? key ?? 'values'] = read;
    }
  }
  return found;
}

/** Names that Python takes for keys that it does not take, as dbt keeps them. */
const hookKeys: Readonly<Record<string, string>> = {
  pre_hook: 'pre-hook',
  post_hook: 'post-hook',
};

/** Returns the arguments from `start` to the parenthesis that ends the call, each trimmed. */
function splitArguments(text: string, start: number): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = start;
  const take = (end: number): void => {
    const part = text.slice(from, end).trim();
    if (part !== '') parts.push(part);
    from = end + 1;
  };
  const piece = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^]/gu;
  piece.lastIndex = start;
  for (let match = piece.exec(text); match !== null; match = piece.exec(text)) {
    const [word] = match;
    if ('([{'.includes(word)) depth += 1;
    if (')]}'.includes(word)) depth -= 1;
    if (depth < 0) {
      take(match.index);
      return parts;
    }
    if (word === ',' && depth === 0) take(match.index);
  }
  return parts;
}

const words: Readonly<Record<string, JsonValue>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
};

/** Returns the value of a literal; of anything else the text, with one space where there is white space. */
function readLiteral(text: string): JsonValue {
  if (Object.hasOwn(words, text)) return words[text] ?? null;
  // Texts that stand side by side are one, and so is what has three quotes around it.
  if (/^(?:(?:'[^'\\]*'|"[^"\\]*")\s*)+$/u.test(text)) {
    return [...text.matchAll(/'([^']*)'|"([^"]*)"/gu)]
      .map(([, single, double]) => single ?? double ?? '')
      .join('');
  }
  if (/^-?\d+(?:\.\d+)?$/u.test(text)) return Number(text);
  if (text.startsWith('[') && text.endsWith(']')) {
    return splitArguments(`${text.slice(1, -1)})`, 0).map(readLiteral);
  }
  return readMapping(text) ?? text.replace(/\s+/gu, ' ');
}

/** Returns the value of `{'key': …}`; `undefined` for what is no such thing, or has other keys than texts. */
function readMapping(text: string): JsonValue | undefined {
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined;
  const entries: [string, JsonValue][] = [];
  for (const part of splitArguments(`${text.slice(1, -1)})`, 0)) {
    const groups = /^(?:'(?<single>[^'\\]*)'|"(?<double>[^"\\]*)")\s*:\s*(?<value>[^]+)$/u.exec(
      part,
    )?.groups;
    if (groups === undefined) return undefined;
    const { single, double, value = '' } = groups;
    entries.push([single ?? double ?? '', readLiteral(value)]);
  }
  return Object.fromEntries(entries);
}
