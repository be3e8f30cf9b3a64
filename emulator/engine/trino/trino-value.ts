import { readTypeSyntax } from '../../../src/adapters/duckdb/types/type-syntax.js';
import type { SqlToolkit } from '../../../src/core/sql-toolkit.js';
import type { SqlType } from '../../../src/core/sql-type.js';
import type { TrinoValue } from './trino-client.js';

/** Returns a type that Trino names; `any` for one that Athena does not have. */
export function readTrinoType(toolkit: SqlToolkit, text: string): SqlType {
  const parsed = toolkit.parseType(text, { path: 'type' });
  if (!parsed.ok) return { kind: 'any' };
  const read = readTypeSyntax(parsed.value);
  return 'type' in read ? read.type : { kind: 'any' };
}

/** Returns a value as Athena's results spell it. */
export function formatTrinoValue(value: TrinoValue, type: SqlType): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') {
    return type.kind === 'varbinary' ? formatBytes(Buffer.from(value, 'base64')) : value;
  }
  if (type.kind === 'row') {
    const items = Array.isArray(value) ? value : Object.values(value);
    const fields = type.fields.map(
      ({ name, type: field }, index) =>
        `${name ?? `field${index}`}=${formatTrinoValue(items[index] ?? null, field)}`,
    );
    return `{${fields.join(', ')}}`;
  }
  if (Array.isArray(value)) {
    const element: SqlType = type.kind === 'array' ? type.element : { kind: 'any' };
    return `[${value.map((each) => formatTrinoValue(each, element)).join(', ')}]`;
  }
  const item: SqlType = type.kind === 'map' ? type.value : { kind: 'any' };
  const entries = Object.entries(value).map(
    ([key, each]) => `${key}=${formatTrinoValue(each, item)}`,
  );
  return `{${entries.join(', ')}}`;
}

function formatBytes(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
