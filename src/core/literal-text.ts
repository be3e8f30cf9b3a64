import { isMapping } from './is-mapping.js';
import type { JsonValue } from './node.js';

/** A brace as nobody else writes it. */
const brace = "{{  '{'  }}";

/**
 * Returns a value as templates that render as its texts. What is rendered first may become part of a configuration that is
 * rendered as well, and nothing is rendered twice.
 */
export function toLiteralTemplates<Value extends JsonValue>(value: Value): Value {
  return mapTexts(value, (text) => text.replace(/\{(?=[{%#])/gu, brace)) as Value;
}

/** Returns the value that `toLiteralTemplates` was given. */
export function fromLiteralTemplates<Value extends JsonValue>(value: Value): Value {
  return mapTexts(value, (text) => text.replaceAll(brace, '{')) as Value;
}

function mapTexts(value: JsonValue, change: (text: string) => string): JsonValue {
  if (typeof value === 'string') return value.includes('{') ? change(value) : value;
  if (Array.isArray(value)) {
    return (value as readonly JsonValue[]).map((each) => mapTexts(each, change));
  }
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, mapTexts(each, change)]),
  );
}
