import type { PartitionField } from '../core/table-format.js';
import { invalidProperty, notSupported } from './errors.js';
import type { IcebergType, NestedField } from './schema.js';

/** How rows are put into partitions (specification, "Partitioning"). */
export interface PartitionSpec {
  readonly 'spec-id': number;
  readonly fields: readonly SpecField[];
}

export interface SpecField {
  readonly 'source-id': number;
  readonly 'field-id': number;
  readonly name: string;
  /** `identity`, `year`, `bucket[16]`, `truncate[4]`… */
  readonly transform: string;
}

export interface Transform {
  readonly kind: PartitionField['transform'];
  readonly width: number;
}

const dates = ['date', 'timestamp', 'timestamptz'];
const sources: Readonly<Record<PartitionField['transform'], (type: string) => boolean>> = {
  identity: () => true,
  year: (type) => dates.includes(type),
  month: (type) => dates.includes(type),
  day: (type) => dates.includes(type),
  hour: (type) => type.startsWith('timestamp'),
  bucket: (type) => !['boolean', 'float', 'double'].includes(type),
  truncate: (type) =>
    ['int', 'long', 'string', 'binary'].includes(type) || type.startsWith('decimal('),
};

/** Reads a spec's transform. Throws `NOT_SUPPORTED` for one that Athena does not know (`void`, `multi-bucket`…). */
export function parseTransform(text: string): Transform {
  const match = /^([a-z]+)(?:\[(\d+)\])?$/.exec(text);
  const kind = match?.[1];
  if (kind === undefined || !(kind in sources)) {
    throw notSupported(`Unsupported partition transform: ${text}`);
  }
  return { kind: kind as Transform['kind'], width: Number(match?.[2] ?? 0) };
}

function transformText(field: PartitionField): string {
  if (field.transform !== 'bucket' && field.transform !== 'truncate') return field.transform;
  if (field.width === undefined || field.width < 1) {
    throw invalidProperty(
      `Invalid number of ${field.transform === 'bucket' ? 'buckets' : 'characters'}: ${field.width ?? 'none'} (must be > 0)`,
    );
  }
  return `${field.transform}[${field.width}]`;
}

const suffixes: Readonly<Record<string, string>> = { truncate: '_trunc', identity: '' };

/** A partition field's name, as Iceberg's library gives it: `ts_day`, `id_bucket`, `name_trunc`, `region`. */
function fieldName(field: PartitionField): string {
  return `${field.column}${suffixes[field.transform] ?? `_${field.transform}`}`;
}

/**
 * Returns the spec of a new table. Throws `EngineError` for a column that is not there, a transform that its type does
 * not take, or the same field twice. The texts are Trino's (PartitionFields) as far as it has them.
 */
export function newPartitionSpec(
  fields: readonly PartitionField[],
  columns: readonly NestedField[],
): PartitionSpec {
  const spec = fields.map((field, index): SpecField => {
    const source = columns.find((column) => column.name === field.column);
    if (source === undefined) {
      throw invalidProperty(
        `Unable to parse partitioning value: Cannot find source column: ${field.column}`,
      );
    }
    if (typeof source.type !== 'string') {
      throw notSupported(`Unable to partition by non-primitive column: ${field.column}`);
    }
    if (!sources[field.transform](source.type)) {
      throw invalidProperty(`Invalid source type ${source.type} for transform: ${field.transform}`);
    }
    return {
      'source-id': source.id,
      'field-id': 1000 + index,
      name: fieldName(field),
      transform: transformText(field),
    };
  });
  const names = spec.map((field) => field.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw invalidProperty(`Cannot use partition name more than once: ${twice}`);
  }
  return { 'spec-id': 0, fields: spec };
}

/** The type of a transform's values (specification, "Partition Transforms"). A day is a date. */
export function transformResultType(transform: Transform, source: IcebergType): string {
  if (typeof source !== 'string') throw new Error('a partition of a nested column');
  switch (transform.kind) {
    case 'identity':
    case 'truncate':
      return source;
    case 'day':
      return 'date';
    default:
      return 'int';
  }
}

/** The spec's fields as DDL writes them, in SHOW CREATE TABLE: `` bucket(16, `id`) ``. */
export function describePartitionField(field: SpecField, column: string): string {
  const { kind, width } = parseTransform(field.transform);
  const name = `\`${column}\``;
  if (kind === 'identity') return name;
  return width > 0 ? `${kind}(${width}, ${name})` : `${kind}(${name})`;
}
