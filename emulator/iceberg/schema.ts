import type { SqlType } from '../../src/core/sql-type.js';
import { rowFieldName } from '../../src/adapters/duckdb/types/duckdb-type.js';
import { formatType } from '../../src/core/sql-type.js';
import type { FormatColumn } from '../core/table-format.js';
import { notSupported } from './errors.js';

/* Schemas as Iceberg's specification (version 2, "Schemas and Data Types") writes them in metadata files. */

export interface StructType {
  readonly type: 'struct';
  readonly fields: readonly NestedField[];
}

export interface ListType {
  readonly type: 'list';
  readonly 'element-id': number;
  readonly 'element-required': boolean;
  readonly element: IcebergType;
}

export interface MapType {
  readonly type: 'map';
  readonly 'key-id': number;
  readonly key: IcebergType;
  readonly 'value-id': number;
  readonly 'value-required': boolean;
  readonly value: IcebergType;
}

/** A primitive type's name (`long`, `decimal(10, 2)`), or a nested type. */
export type IcebergType = string | StructType | ListType | MapType;

export interface NestedField {
  readonly id: number;
  readonly name: string;
  readonly required: boolean;
  readonly type: IcebergType;
  readonly doc?: string;
}

export interface Schema extends StructType {
  readonly 'schema-id': number;
}

/** Gives ids to fields. */
export interface FieldIds {
  next(): number;
}

/** Ids that follow `last`. */
export function fieldIdsAfter(last: number): FieldIds & { readonly last: () => number } {
  let current = last;
  return { next: () => (current += 1), last: () => current };
}

const primitives: Readonly<Record<string, string>> = {
  boolean: 'boolean',
  integer: 'int',
  bigint: 'long',
  real: 'float',
  double: 'double',
  date: 'date',
  varbinary: 'binary',
  varchar: 'string',
};

/** How a new table's types are read: DDL's `timestamp` has no precision, a query's has one. */
export type TypeDialect = 'ddl' | 'ctas';

function timestampType(
  type: SqlType & { readonly kind: 'timestamp' },
  dialect: TypeDialect,
): IcebergType {
  const zone = type.withZone ? ' with time zone' : '';
  if (dialect === 'ctas' && type.precision !== 6) {
    throw notSupported(
      `Timestamp precision (${type.precision}) not supported for Iceberg. Use "timestamp(6)${zone}" instead.`,
    );
  }
  if (type.withZone) throw notSupported(`Type not supported for Iceberg: ${formatType(type)}`);
  return 'timestamp';
}

/**
 * Returns the type that Iceberg stores, with fresh ids (those of a level first, then those inside, as Iceberg's library
 * assigns them). Throws `NOT_SUPPORTED` for what Athena's Iceberg tables cannot hold: tinyint, smallint, char, time, uuid,
 * json, times with a zone. The text is Trino's (TypeConverter); that Athena refuses a timestamp with time zone and a uuid
 * where Trino's own connector takes them is what athena.md 1.2 says of table types.
 */
export function toIcebergType(type: SqlType, ids: FieldIds, dialect: TypeDialect): IcebergType {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision}, ${type.scale})`;
    case 'timestamp':
      return timestampType(type, dialect);
    case 'array': {
      const id = ids.next();
      return {
        type: 'list',
        'element-id': id,
        'element-required': false,
        element: toIcebergType(type.element, ids, dialect),
      };
    }
    case 'map': {
      const key = ids.next();
      const value = ids.next();
      return {
        type: 'map',
        'key-id': key,
        key: toIcebergType(type.key, ids, dialect),
        'value-id': value,
        'value-required': false,
        value: toIcebergType(type.value, ids, dialect),
      };
    }
    case 'row': {
      const fieldIds = type.fields.map(() => ids.next());
      return {
        type: 'struct',
        fields: type.fields.map((field, index) => ({
          id: fieldIds[index] ?? 0,
          name: rowFieldName(field.name, index),
          required: false,
          type: toIcebergType(field.type, ids, dialect),
        })),
      };
    }
    default: {
      const primitive = primitives[type.kind];
      if (primitive !== undefined) return primitive;
      throw notSupported(`Type not supported for Iceberg: ${formatType(type)}`);
    }
  }
}

/** Returns the fields of new columns, with fresh ids. */
export function toFields(
  columns: readonly FormatColumn[],
  ids: FieldIds,
  dialect: TypeDialect,
): readonly NestedField[] {
  const fieldIds = columns.map(() => ids.next());
  return columns.map((column, index) => ({
    id: fieldIds[index] ?? 0,
    name: column.name,
    required: false,
    type: toIcebergType(column.type, ids, dialect),
    ...(column.comment !== undefined && { doc: column.comment }),
  }));
}

const sqlTypes: Readonly<Record<string, SqlType>> = {
  boolean: { kind: 'boolean' },
  int: { kind: 'integer' },
  long: { kind: 'bigint' },
  float: { kind: 'real' },
  double: { kind: 'double' },
  date: { kind: 'date' },
  timestamp: { kind: 'timestamp', precision: 6, withZone: false },
  timestamptz: { kind: 'timestamp', precision: 6, withZone: true, zone: 'UTC' },
  time: { kind: 'time', precision: 6, withZone: false },
  string: { kind: 'varchar' },
  uuid: { kind: 'uuid' },
  binary: { kind: 'varbinary' },
};

/** Returns how Athena shows an Iceberg type. `fixed[n]` is a varbinary. */
export function toSqlType(type: IcebergType): SqlType {
  if (typeof type !== 'string') {
    switch (type.type) {
      case 'struct':
        return {
          kind: 'row',
          fields: type.fields.map((field) => ({ name: field.name, type: toSqlType(field.type) })),
        };
      case 'list':
        return { kind: 'array', element: toSqlType(type.element) };
      case 'map':
        return { kind: 'map', key: toSqlType(type.key), value: toSqlType(type.value) };
    }
  }
  const decimal = /^decimal\((\d+),\s*(\d+)\)$/.exec(type);
  if (decimal) {
    return { kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) };
  }
  if (type.startsWith('fixed[')) return { kind: 'varbinary' };
  const found = sqlTypes[type];
  if (found === undefined) throw notSupported(`Type not supported for Iceberg: ${type}`);
  return found;
}

/** The columns as the engine sees them. */
export function toColumns(schema: StructType): readonly FormatColumn[] {
  return schema.fields.map((field) => ({
    name: field.name,
    type: toSqlType(field.type),
    ...(field.doc !== undefined && { comment: field.doc }),
  }));
}
