import { stringify } from 'yaml';
import type { JsonValue } from '../core/node.js';
import { parseYaml } from './yaml-document.js';

/** Returns the data of a YAML 1.1 text, as Python's `safe_load` reads it, or `undefined` if it is not valid. */
export function parseYamlText(text: string): JsonValue | undefined {
  const parsed = parseYaml(text, '', { version: '1.1' });
  return parsed.ok ? parsed.value.value : undefined;
}

/** Returns the data as YAML in blocks, as Python's `safe_dump` writes it. */
export function writeYamlText(
  value: JsonValue,
  { sortKeys }: { readonly sortKeys: boolean },
): string {
  return stringify(value, {
    version: '1.1',
    singleQuote: true,
    indentSeq: false,
    lineWidth: 0,
    sortMapEntries: sortKeys,
  });
}
