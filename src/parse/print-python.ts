import type { JsonValue } from '../core/node.js';

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** Returns a text as Python's `repr` shows it: in single quotes, unless only double ones save it from escapes. */
export function printPythonText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replace(/[\\\n\r\t]/g, (each) => escapes[each] ?? each);
  return `${quote}${quote === "'" ? body.replaceAll("'", "\\'") : body}${quote}`;
}

/** Returns a value as Python's `repr` shows it, the keys of mappings in their order. */
export function printPythonValue(value: JsonValue): string {
  if (Array.isArray(value)) {
    return `[${(value as readonly JsonValue[]).map(printPythonValue).join(', ')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value as Readonly<Record<string, JsonValue>>).map(
      ([key, each]) => `${printPythonText(key)}: ${printPythonValue(each)}`,
    );
    return `{${entries.join(', ')}}`;
  }
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value === null) return 'None';
  return typeof value === 'string' ? printPythonText(value) : String(value);
}
