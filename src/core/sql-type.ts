/**
 * Athena's (Trino's) data types as values. A type is compared by structure. Lengths and precisions that are not known
 * are left out: `{ kind: 'varchar' }` is an unbounded varchar.
 */
export type SqlType =
  | { readonly kind: SimpleTypeName }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | {
      readonly kind: 'varchar';
      readonly length?: number;
      /** Trino would know a length where none is given here. */
      readonly inexact?: boolean;
    }
  | { readonly kind: 'char'; readonly length: number }
  | { readonly kind: 'time'; readonly precision: number; readonly withZone: boolean }
  | {
      readonly kind: 'timestamp';
      readonly precision: number;
      readonly withZone: boolean;
      /**
       * The zone that a value with zone shows, when it is the same for all rows: `UTC`, `America/New_York`, `+02:00`.
       * Engines that keep only the instant need it to print or take apart such a value.
       */
      readonly zone?: string;
    }
  | { readonly kind: 'array'; readonly element: SqlType }
  | { readonly kind: 'map'; readonly key: SqlType; readonly value: SqlType }
  | { readonly kind: 'row'; readonly fields: readonly RowField[] }
  | {
      readonly kind: 'function';
      readonly parameters: readonly SqlType[];
      readonly result: SqlType;
    };

/** Types without parameters. `unknown` is the type of NULL; `any` stands for a type that could not be found out. */
export type SimpleTypeName =
  | 'any'
  | 'unknown'
  | 'boolean'
  | 'tinyint'
  | 'smallint'
  | 'integer'
  | 'bigint'
  | 'real'
  | 'double'
  | 'varbinary'
  | 'date'
  | 'json'
  | 'uuid'
  | 'ipaddress'
  | 'interval day to second'
  | 'interval year to month'
  /** Values of geospatial functions, which no table holds. */
  | 'geometry'
  | 'sphericalgeography'
  | 'bingtile'
  /** A type that exists in Trino and has no values in an Athena table: sketches, digests, colours. */
  | 'exotic';

export interface RowField {
  /** Lower case. Left out for a field without a name. */
  readonly name?: string;
  readonly type: SqlType;
}

/** Types that Trino does not write in lower case. */
const writtenNames: Readonly<Partial<Record<SqlType['kind'], string>>> = {
  geometry: 'Geometry',
  sphericalgeography: 'SphericalGeography',
  bingtile: 'BingTile',
};

function formatField(field: RowField): string {
  const type = formatType(field.type);
  if (field.name === undefined) return type;
  const name = /^[a-z_][a-z0-9_]*$/i.test(field.name)
    ? field.name
    : `"${field.name.replaceAll('"', '""')}"`;
  return `${name} ${type}`;
}

/** Returns the type as Trino's `typeof` prints it: `array(varchar(3))`, `timestamp(3) with time zone`, `row(a bigint)`. */
export function formatType(type: SqlType): string {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'varchar':
      return type.length === undefined ? 'varchar' : `varchar(${type.length})`;
    case 'char':
      return `char(${type.length})`;
    case 'time':
    case 'timestamp':
      return `${type.kind}(${type.precision})${type.withZone ? ' with time zone' : ''}`;
    case 'array':
      return `array(${formatType(type.element)})`;
    case 'map':
      return `map(${formatType(type.key)}, ${formatType(type.value)})`;
    case 'row':
      return `row(${type.fields.map(formatField).join(', ')})`;
    case 'function':
      return `function(${[...type.parameters, type.result].map(formatType).join(',')})`;
    default:
      return writtenNames[type.kind] ?? type.kind;
  }
}
