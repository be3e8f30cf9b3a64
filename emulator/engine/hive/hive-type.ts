import { readDeclaredType } from '../../../src/core/declared-type.js';
import type { SqlType } from '../../../src/core/sql-type.js';

/** Returns the type of a Glue column, which is in Hive's spelling; `undefined` if it is none. */
export function readHiveType(text: string): SqlType | undefined {
  const type = readDeclaredType(text, { char: true });
  return 'problem' in type ? undefined : type;
}

const simple: Readonly<Record<string, string>> = {
  boolean: 'boolean',
  tinyint: 'tinyint',
  smallint: 'smallint',
  integer: 'int',
  bigint: 'bigint',
  real: 'float',
  double: 'double',
  varbinary: 'binary',
  date: 'date',
};

/** Returns a type in Hive's spelling, or `undefined` for what no table can hold: uuid, json, times, instants. */
export function hiveTypeText(type: SqlType): string | undefined {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'varchar':
      return type.length === undefined || type.length > 65_535
        ? 'string'
        : `varchar(${type.length})`;
    case 'char':
      return type.length <= 255 ? `char(${type.length})` : undefined;
    case 'timestamp':
      return type.withZone ? undefined : 'timestamp';
    case 'array': {
      const element = hiveTypeText(type.element);
      return element && `array<${element}>`;
    }
    case 'map': {
      const [key, value] = [hiveTypeText(type.key), hiveTypeText(type.value)];
      return key && value && `map<${key},${value}>`;
    }
    case 'row': {
      const fields = type.fields.map(({ name, type: field }) => {
        const text = hiveTypeText(field);
        return name !== undefined && text !== undefined ? `${name}:${text}` : undefined;
      });
      return fields.every((each) => each !== undefined) ? `struct<${fields.join(',')}>` : undefined;
    }
    default:
      return simple[type.kind];
  }
}
