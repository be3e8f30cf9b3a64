import { parse, stringify } from 'yaml';
import type { JsonValue } from '../core/node.js';

/** Returns the data of a YAML text, or `undefined` if it is not valid. */
export function parseYamlText(text: string): JsonValue | undefined {
  try {
    return parse(text, { maxAliasCount: 100 }) as JsonValue;
  } catch {
    return undefined;
  }
}

/** Returns the data as YAML in blocks, as Python's `safe_dump` writes it. */
export function writeYamlText(
  value: JsonValue,
  { sortKeys }: { readonly sortKeys: boolean },
): string {
  return stringify(value, { indentSeq: false, lineWidth: 0, sortMapEntries: sortKeys });
}
