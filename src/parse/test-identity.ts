import type { JsonValue, TestMetadata } from '../core/node.js';
import { printPythonText } from './print-python.js';

/**
 * Returns the ten digits behind the name of a generic test in its unique id: the end of the md5 of the name and its metadata as
 * Python prints it, so that an id is the one that dbt gives. Source: dbt-core 1.10, `parser/schema_generic_tests.py`.
 */
export function identifyTest(
  name: string,
  { kwargs, name: testName, namespace }: TestMetadata,
  md5: (text: string) => string,
): string {
  return md5(`${name}${printTexts({ kwargs, name: testName, namespace })}`).slice(-10);
}

/** Keys in order, and every scalar a text, as dbt compares them. */
function printTexts(value: JsonValue): string {
  if (Array.isArray(value)) {
    return `[${(value as readonly JsonValue[]).map(printTexts).join(', ')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value as Readonly<Record<string, JsonValue>>).sort(([a], [b]) =>
      a < b ? -1 : 1,
    );
    return `{${entries.map(([key, each]) => `${printPythonText(key)}: ${printTexts(each)}`).join(', ')}}`;
  }
  if (typeof value === 'boolean') return value ? "'True'" : "'False'";
  return value === null ? "'None'" : printPythonText(String(value));
}
