import type { SqlType } from '../../../core/sql-type.js';

/** Returns the name of a row's field: Trino shows fields without a name as `field0`, `field1`… */
export function rowFieldName(name: string | undefined, index: number): string {
  return name ?? `field${index}`;
}

/** Points in lines or rings, in the parts of a geometry of several; see `functions/geometry-text.ts`. */
export const geometryStruct =
  'STRUCT("kind" VARCHAR, "parts" STRUCT("x" DOUBLE, "y" DOUBLE)[][][])';

const simpleTypes: Readonly<Record<string, string>> = {
  boolean: 'BOOLEAN',
  tinyint: 'TINYINT',
  smallint: 'SMALLINT',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  real: 'FLOAT',
  double: 'DOUBLE',
  varchar: 'VARCHAR',
  char: 'VARCHAR',
  varbinary: 'BLOB',
  date: 'DATE',
  json: 'JSON',
  uuid: 'UUID',
  ipaddress: 'BLOB',
  geometry: geometryStruct,
  sphericalgeography: geometryStruct,
  bingtile: 'BIGINT',
  'interval day to second': 'INTERVAL',
  'interval year to month': 'INTERVAL',
};

/**
 * Returns how DuckDB stores a type, or `undefined` when it cannot hold its values: times with a zone, more than six
 * digits of a second, sketches, or a type that is not known.
 */
export function duckDbType(type: SqlType): string | undefined {
  switch (type.kind) {
    case 'decimal':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'time':
      return type.withZone || type.precision > 6 ? undefined : 'TIME';
    case 'timestamp':
      if (type.precision > 6) return undefined;
      return type.withZone ? 'TIMESTAMPTZ' : 'TIMESTAMP';
    case 'array': {
      const element = duckDbType(type.element);
      return element && `${element}[]`;
    }
    case 'map': {
      const key = duckDbType(type.key);
      const value = duckDbType(type.value);
      return key && value && `MAP(${key}, ${value})`;
    }
    case 'row': {
      const fields = type.fields.map((field, index) => {
        const fieldType = duckDbType(field.type);
        const name = rowFieldName(field.name, index).replaceAll('"', '""');
        return fieldType && `"${name}" ${fieldType}`;
      });
      return fields.every((field) => field !== undefined)
        ? `STRUCT(${fields.join(', ')})`
        : undefined;
    }
    default:
      return simpleTypes[type.kind];
  }
}
