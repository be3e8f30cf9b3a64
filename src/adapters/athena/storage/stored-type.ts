import { formatType, type SqlType } from '../../../core/sql-type.js';

/** How the rows of a table are stored. */
export type TableType = 'iceberg' | 'hive';

/** What a column of a query becomes in a table: a type, or why none can hold it. */
export type StoredType =
  | { readonly type: SqlType }
  | {
      /** What is wrong, to follow the column's name: `is of the type json, which …`. */
      readonly problem: string;
      /** Returns the expression to write in place of the column. */
      readonly cast: (expression: string) => string;
    };

const timestampDigits = { hive: 3, iceberg: 6 } as const;

function refuse(type: SqlType, cast: (expression: string) => string): StoredType {
  return { problem: `has the type ${formatType(type)}, which no table can hold`, cast };
}

const asVarchar = (expression: string): string => `CAST(${expression} AS varchar)`;

/**
 * Returns the type that a table stores for a column of a query. Hive tables keep timestamps in milliseconds, Iceberg
 * tables in microseconds; Iceberg has no integers below 32 bits and no char.
 * Source: Athena User Guide, "Data types in Amazon Athena" and "Supported data types for Iceberg tables".
 */
export function storedType(type: SqlType, tableType: TableType): StoredType {
  switch (type.kind) {
    case 'timestamp':
      return type.withZone
        ? refuse(
            type,
            (expression) =>
              `CAST(${expression} AT TIME ZONE 'UTC' AS timestamp(${timestampDigits[tableType]}))`,
          )
        : { type: { kind: 'timestamp', precision: timestampDigits[tableType], withZone: false } };
    case 'tinyint':
    case 'smallint':
      return { type: tableType === 'iceberg' ? { kind: 'integer' } : type };
    case 'char':
      return { type: tableType === 'iceberg' || type.length > 255 ? { kind: 'varchar' } : type };
    case 'varchar':
      // Iceberg has strings without a length; Hive's varchar ends at 65535.
      return {
        type: tableType === 'iceberg' || (type.length ?? 0) > 65535 ? { kind: 'varchar' } : type,
      };
    case 'json':
      return refuse(type, (expression) => `json_format(${expression})`);
    case 'uuid':
    case 'time':
    case 'ipaddress':
    case 'interval day to second':
    case 'interval year to month':
      return refuse(type, asVarchar);
    case 'geometry':
      return refuse(type, (expression) => `ST_AsText(${expression})`);
    case 'sphericalgeography':
      return refuse(type, (expression) => `ST_AsText(to_geometry(${expression}))`);
    case 'bingtile':
      return refuse(type, (expression) => `bing_tile_quadkey(${expression})`);
    case 'unknown':
      return {
        problem: 'is NULL in every row and so has no type',
        cast: asVarchar,
      };
    case 'exotic':
    case 'function':
      return refuse(type, (expression) => `CAST(${expression} AS varbinary)`);
    case 'array':
      return within(type, [type.element], tableType, ([element = type.element]) => ({
        kind: 'array',
        element,
      }));
    case 'map':
      return within(
        type,
        [type.key, type.value],
        tableType,
        ([key = type.key, value = type.value]) => ({
          kind: 'map',
          key,
          value,
        }),
      );
    case 'row': {
      if (type.fields.some(({ name }) => name === undefined)) {
        return {
          problem: 'is a row whose fields have no names',
          cast: (expression) =>
            `CAST(${expression} AS row(${type.fields.map((field, index) => `${field.name ?? `field${index + 1}`} ${formatType(field.type)}`).join(', ')}))`,
        };
      }
      return within(
        type,
        type.fields.map((field) => field.type),
        tableType,
        (types) => ({
          kind: 'row',
          fields: type.fields.map((field, index) => ({
            ...field,
            type: types[index] ?? field.type,
          })),
        }),
      );
    }
    default:
      return { type };
  }
}

/** The stored type of a type that is made of others. */
function within(
  whole: SqlType,
  parts: readonly SqlType[],
  tableType: TableType,
  build: (types: readonly SqlType[]) => SqlType,
): StoredType {
  const stored = parts.map((part) => storedType(part, tableType));
  if (stored.some((part) => 'problem' in part)) {
    return {
      problem: `has the type ${formatType(whole)}, a part of which no table can hold`,
      cast: (expression) => `CAST(${expression} AS ${formatType(readable(whole, tableType))})`,
    };
  }
  return { type: build(stored.flatMap((part) => ('type' in part ? [part.type] : []))) };
}

/** The nearest type that a table holds, for the hint. */
function readable(type: SqlType, tableType: TableType): SqlType {
  if (type.kind === 'array') return { ...type, element: readable(type.element, tableType) };
  if (type.kind === 'map') {
    return {
      ...type,
      key: readable(type.key, tableType),
      value: readable(type.value, tableType),
    };
  }
  if (type.kind === 'row') {
    const fields = type.fields.map((field, index) => ({
      name: field.name ?? `field${index + 1}`,
      type: readable(field.type, tableType),
    }));
    return { kind: 'row', fields };
  }
  if (type.kind === 'timestamp') {
    return { kind: 'timestamp', precision: timestampDigits[tableType], withZone: false };
  }
  const stored = storedType(type, tableType);
  return 'type' in stored ? stored.type : { kind: 'varchar' };
}
