import type { JsonValue } from './node.js';

/** Returns whether a value is a mapping: an object that is no list. */
export function isMapping(value: unknown): value is Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
