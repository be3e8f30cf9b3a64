import type { z } from 'zod';
import type { JsonValue } from '../core/node.js';
import { valueAt } from './validate-value.js';
import type { ValuePath } from './yaml-document.js';

/** Words that mean a boolean: those of YAML 1.1, and `True` and `False`, as templates print them. */
const booleanWords = new Map([
  ['true', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['no', false],
  ['off', false],
]);

function readText(text: string, expected: string): boolean | number | undefined {
  const trimmed = text.trim();
  if (expected === 'boolean') return booleanWords.get(trimmed.toLowerCase());
  if (expected !== 'number' && expected !== 'int') return undefined;
  return /^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)$/.test(trimmed) ? Number(trimmed) : undefined;
}

/** A value of a template as the template prints it. */
function printed(value: number | boolean): string {
  if (typeof value === 'number') return String(value);
  return value ? 'True' : 'False';
}

/** Returns a copy of `root` with another value at `path`, which must exist. */
export function replaceAt(root: JsonValue, path: ValuePath, value: JsonValue): JsonValue {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(root)) {
    const items: readonly JsonValue[] = root;
    return items.map((item, index) => (index === key ? replaceAt(item, rest, value) : item));
  }
  const mapping = root as Readonly<Record<string, JsonValue>>;
  return { ...mapping, [key]: replaceAt(mapping[key] ?? null, rest, value) };
}

/**
 * Returns `value` with texts turned into the booleans and numbers that the schema expects in their places, where
 * `convertible` allows it, which is what a template rendered; and with the number or boolean that a template gave turned
 * into the text that is expected.
 */
export function convertTexts(
  schema: { safeParse: (value: unknown) => z.ZodSafeParseResult<unknown> },
  value: JsonValue,
  convertible: (path: ValuePath) => boolean,
): JsonValue {
  const result = schema.safeParse(value);
  if (result.success) return value;
  let converted = value;
  for (const issue of result.error.issues) {
    const path = issue.path as ValuePath;
    const text = valueAt(value, path);
    if (issue.code !== 'invalid_type' || !convertible(path)) continue;
    if (issue.expected === 'string' && (typeof text === 'number' || typeof text === 'boolean')) {
      converted = replaceAt(converted, path, printed(text));
    }
    if (typeof text !== 'string') continue;
    const meant = readText(text, issue.expected);
    if (meant !== undefined) converted = replaceAt(converted, path, meant);
  }
  return converted;
}
