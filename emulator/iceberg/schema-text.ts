import { formatType } from '../../src/core/sql-type.js';
import { quoteName, quoteText } from '../../src/adapters/duckdb/quote.js';
import { duckDbType } from '../../src/adapters/duckdb/types/duckdb-type.js';
import { notSupported } from './errors.js';
import type { IcebergType, NestedField } from './schema.js';
import { toSqlType } from './schema.js';

/* Iceberg's types and fields in the words of Glue and of DuckDB. */

/** Returns the type as DuckDB writes it. */
export function toDuckType(type: IcebergType): string {
  const sqlType = toSqlType(type);
  const found = duckDbType(sqlType);
  if (found === undefined) {
    throw notSupported(`Type not supported for Iceberg: ${formatType(sqlType)}`);
  }
  return found;
}

const hiveNames: Readonly<Record<string, string>> = {
  long: 'bigint',
  timestamptz: 'timestamp',
  time: 'string',
  uuid: 'string',
};

/** Returns the type as it stands in Glue's columns (IcebergToGlueConverter): `bigint`, `struct<a:int>`, `decimal(10,2)`. */
export function toHiveType(type: IcebergType): string {
  if (typeof type === 'string') {
    if (type.startsWith('fixed[')) return 'binary';
    return hiveNames[type] ?? type.replace(', ', ',');
  }
  switch (type.type) {
    case 'struct':
      return `struct<${type.fields.map((each) => `${each.name}:${toHiveType(each.type)}`).join(',')}>`;
    case 'list':
      return `array<${toHiveType(type.element)}>`;
    case 'map':
      return `map<${toHiveType(type.key)},${toHiveType(type.value)}>`;
  }
}

function fieldIdClause(id: number, type: IcebergType): string {
  if (typeof type === 'string') return String(id);
  const self = `__duckdb_field_id: ${id}`;
  switch (type.type) {
    case 'struct': {
      const inner = type.fields.map(
        (each) => `${quoteName(each.name)}: ${fieldIdClause(each.id, each.type)}`,
      );
      return `{${[self, ...inner].join(', ')}}`;
    }
    case 'list':
      return `{${self}, element: ${fieldIdClause(type['element-id'], type.element)}}`;
    case 'map':
      return `{${self}, key: ${fieldIdClause(type['key-id'], type.key)}, value: ${fieldIdClause(type['value-id'], type.value)}}`;
  }
}

/** Returns the value of DuckDB's `FIELD_IDS` for these fields, so that Parquet files carry Iceberg's ids. */
export function fieldIdsClause(fields: readonly NestedField[]): string {
  return `{${fields.map((each) => `${quoteName(each.name)}: ${fieldIdClause(each.id, each.type)}`).join(', ')}}`;
}

/** Returns the value of `schema` for DuckDB's `read_parquet`: columns by field id, NULL where a file has none. */
export function readSchemaClause(fields: readonly NestedField[]): string {
  const entries = fields.map(
    (each) =>
      `${each.id}: {name: ${quoteText(each.name)}, type: ${quoteText(toDuckType(each.type))}, default_value: NULL}`,
  );
  return `MAP {${entries.join(', ')}}`;
}
