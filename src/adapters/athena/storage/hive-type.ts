import type { RowField, SqlType } from '../../../core/sql-type.js';

/** Returns a type in the spelling of DDL and of Glue: `string`, `int`, `struct<a:bigint>`; `undefined` if no table holds it. */
export function formatHiveType(type: SqlType): string | undefined {
  switch (type.kind) {
    case 'boolean':
    case 'tinyint':
    case 'smallint':
    case 'bigint':
    case 'double':
    case 'date':
      return type.kind;
    case 'integer':
      return 'int';
    case 'real':
      return 'float';
    case 'varbinary':
      return 'binary';
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'varchar':
      return type.length === undefined ? 'string' : `varchar(${type.length})`;
    case 'char':
      return `char(${type.length})`;
    case 'timestamp':
      return type.withZone ? undefined : 'timestamp';
    case 'array': {
      const element = formatHiveType(type.element);
      return element && `array<${element}>`;
    }
    case 'map': {
      const key = formatHiveType(type.key);
      const value = formatHiveType(type.value);
      return key && value && `map<${key},${value}>`;
    }
    case 'row': {
      const fields = type.fields.map(formatField);
      return fields.includes(undefined) ? undefined : `struct<${fields.join(',')}>`;
    }
    default:
      return undefined;
  }
}

function formatField({ name, type }: RowField): string | undefined {
  const formatted = formatHiveType(type);
  return name === undefined || formatted === undefined ? undefined : `${name}:${formatted}`;
}

const simpleTypes: Readonly<Record<string, SqlType>> = {
  bigint: { kind: 'bigint' },
  binary: { kind: 'varbinary' },
  boolean: { kind: 'boolean' },
  date: { kind: 'date' },
  double: { kind: 'double' },
  float: { kind: 'real' },
  int: { kind: 'integer' },
  integer: { kind: 'integer' },
  long: { kind: 'bigint' },
  real: { kind: 'real' },
  smallint: { kind: 'smallint' },
  string: { kind: 'varchar' },
  tinyint: { kind: 'tinyint' },
  uuid: { kind: 'uuid' },
  varbinary: { kind: 'varbinary' },
  varchar: { kind: 'varchar' },
};

/** Splits at commas outside of brackets. */
function splitParts(text: string): readonly string[] {
  const parts = [''];
  let depth = 0;
  for (const character of text) {
    if ('<('.includes(character)) depth++;
    if ('>)'.includes(character)) depth--;
    if (depth === 0 && character === ',') parts.push('');
    else parts.push((parts.pop() ?? '') + character);
  }
  return parts.map((part) => part.trim());
}

/**
 * Returns the type of a column that a query of the table sees, from Glue's spelling; `any` where it is not known.
 * `timestampDigits` is 3 for Hive tables, 6 for Iceberg tables.
 */
export function readHiveType(text: string, timestampDigits: 3 | 6): SqlType {
  const wanted = text.trim().toLowerCase();
  const simple = simpleTypes[wanted];
  if (simple !== undefined) return simple;
  const read = (part: string): SqlType => readHiveType(part, timestampDigits);
  const [, name = wanted, inner = ''] = /^(\w+)\s*[<(](.*)[>)]$/s.exec(wanted) ?? [];
  const [first = '', second = ''] = splitParts(inner);
  switch (name) {
    case 'timestamp':
      return { kind: 'timestamp', precision: timestampDigits, withZone: false };
    case 'timestamptz':
      return { kind: 'timestamp', precision: timestampDigits, withZone: true };
    case 'decimal':
      // Hive's default is decimal(10,0).
      return { kind: 'decimal', precision: Number(first || 10), scale: Number(second || 0) };
    case 'varchar':
      return { kind: 'varchar', length: Number(first) };
    case 'char':
      return { kind: 'char', length: Number(first || 1) };
    case 'array':
      return { kind: 'array', element: read(first) };
    case 'map':
      return { kind: 'map', key: read(first), value: read(second) };
    case 'struct':
      return {
        kind: 'row',
        fields: splitParts(inner).map((part) => {
          const colon = part.indexOf(':');
          return { name: part.slice(0, colon).trim(), type: read(part.slice(colon + 1)) };
        }),
      };
    default:
      return { kind: 'any' };
  }
}
