import type { RowField, SqlType } from '../../../core/sql-type.js';
import { anyType } from './common.js';

const simpleTypes: Readonly<Record<string, SqlType>> = {
  BOOLEAN: { kind: 'boolean' },
  TINYINT: { kind: 'tinyint' },
  SMALLINT: { kind: 'smallint' },
  INTEGER: { kind: 'integer' },
  BIGINT: { kind: 'bigint' },
  FLOAT: { kind: 'real' },
  DOUBLE: { kind: 'double' },
  VARCHAR: { kind: 'varchar' },
  BLOB: { kind: 'varbinary' },
  DATE: { kind: 'date' },
  JSON: { kind: 'json' },
  UUID: { kind: 'uuid' },
  TIME: { kind: 'time', precision: 6, withZone: false },
  TIMESTAMP: { kind: 'timestamp', precision: 6, withZone: false },
  TIMESTAMP_S: { kind: 'timestamp', precision: 0, withZone: false },
  TIMESTAMP_MS: { kind: 'timestamp', precision: 3, withZone: false },
  TIMESTAMPTZ: { kind: 'timestamp', precision: 6, withZone: true, zone: 'UTC' },
  'TIMESTAMP WITH TIME ZONE': { kind: 'timestamp', precision: 6, withZone: true, zone: 'UTC' },
};

/** Splits at commas outside of parentheses and quotes. */
function splitParts(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let part = '';
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    if (!quoted && character === '(') depth++;
    if (!quoted && character === ')') depth--;
    if (!quoted && depth === 0 && character === ',') {
      parts.push(part.trim());
      part = '';
    } else {
      part += character;
    }
  }
  return [...parts, part.trim()];
}

function readField(text: string): RowField {
  const [, quoted, plain, type = ''] = /^(?:"((?:[^"]|"")*)"|(\S+))\s+(.*)$/s.exec(text) ?? [];
  const name = quoted?.replaceAll('""', '"') ?? plain;
  return { ...(name !== undefined && { name: name.toLowerCase() }), type: readDuckDbType(type) };
}

/**
 * Returns Athena's type for a type in DuckDB's spelling, as its catalog prints it; `any` for those that Athena does not
 * have (unsigned and huge integers, enumerations, unions, arrays of fixed length) and for intervals, which are of two
 * kinds in Athena.
 */
export function readDuckDbType(text: string): SqlType {
  const simple = simpleTypes[text];
  if (simple !== undefined) return simple;
  if (text.endsWith('[]')) return { kind: 'array', element: readDuckDbType(text.slice(0, -2)) };
  const [, name, inner = ''] = /^(\w+)\((.*)\)$/s.exec(text) ?? [];
  switch (name) {
    case 'DECIMAL': {
      const [precision = 38, scale = 0] = splitParts(inner).map(Number);
      return { kind: 'decimal', precision, scale };
    }
    case 'MAP': {
      const [key = '', value = ''] = splitParts(inner);
      return { kind: 'map', key: readDuckDbType(key), value: readDuckDbType(value) };
    }
    case 'STRUCT':
      return { kind: 'row', fields: splitParts(inner).map(readField) };
    default:
      return anyType;
  }
}
