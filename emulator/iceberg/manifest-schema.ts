import type { AvroSchema } from './avro.js';
import type { PartitionSpec } from './partition-spec.js';
import { parseTransform, transformResultType } from './partition-spec.js';
import { decimalBytes } from './partition-values.js';
import type { Schema } from './schema.js';

/* Avro schemas with the field ids of Iceberg's specification, version 2. */

function required(name: string, id: number, type: AvroSchema): AvroSchema {
  return { name, type, 'field-id': id };
}

function optional(name: string, id: number, type: AvroSchema): AvroSchema {
  return { name, type: ['null', type], default: null, 'field-id': id };
}

/** Maps with keys that are no text are arrays of pairs in Avro. */
function pairs(keyId: number, valueId: number, value: AvroSchema): AvroSchema {
  return {
    type: 'array',
    logicalType: 'map',
    items: {
      type: 'record',
      name: `k${keyId}_v${valueId}`,
      fields: [required('key', keyId, 'int'), required('value', valueId, value)],
    },
  };
}

function avroPartitionType(type: string, name: string): AvroSchema {
  const decimal = /^decimal\((\d+),\s*(\d+)\)$/.exec(type);
  if (decimal) {
    const [precision, scale] = [Number(decimal[1]), Number(decimal[2])];
    const size = decimalBytes(precision);
    return { type: 'fixed', name, size, logicalType: 'decimal', precision, scale };
  }
  switch (type) {
    case 'date':
      return { type: 'int', logicalType: 'date' };
    case 'timestamp':
    case 'timestamptz':
      return {
        type: 'long',
        logicalType: 'timestamp-micros',
        'adjust-to-utc': type === 'timestamptz',
      };
    case 'binary':
      return 'bytes';
    default:
      return type;
  }
}

/** A name that Avro allows. */
export function avroName(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9_]/g, (char) => `_x${char.charCodeAt(0).toString(16)}`);
  return /^\d/.test(safe) ? `_${safe}` : safe;
}

/** The types of a spec's values, in order. A source column that the schema has no more gives `string`. */
export function partitionTypes(schema: Schema, spec: PartitionSpec): readonly string[] {
  return spec.fields.map((field) => {
    const source = schema.fields.find((each) => each.id === field['source-id']);
    return source === undefined
      ? 'string'
      : transformResultType(parseTransform(field.transform), source.type);
  });
}

/** The schema of a manifest's entries. */
export function manifestEntrySchema(schema: Schema, spec: PartitionSpec): AvroSchema {
  const types = partitionTypes(schema, spec);
  const partition: AvroSchema = {
    type: 'record',
    name: 'r102',
    fields: spec.fields.map((field, index) =>
      optional(
        avroName(field.name),
        field['field-id'],
        avroPartitionType(types[index] ?? 'string', `decimal_${field['field-id']}`),
      ),
    ),
  };
  const dataFile: AvroSchema = {
    type: 'record',
    name: 'r2',
    fields: [
      required('content', 134, 'int'),
      required('file_path', 100, 'string'),
      required('file_format', 101, 'string'),
      required('partition', 102, partition),
      required('record_count', 103, 'long'),
      required('file_size_in_bytes', 104, 'long'),
      optional('column_sizes', 108, pairs(117, 118, 'long')),
      optional('value_counts', 109, pairs(119, 120, 'long')),
      optional('null_value_counts', 110, pairs(121, 122, 'long')),
      optional('nan_value_counts', 137, pairs(138, 139, 'long')),
      optional('lower_bounds', 125, pairs(126, 127, 'bytes')),
      optional('upper_bounds', 128, pairs(129, 130, 'bytes')),
      optional('key_metadata', 131, 'bytes'),
      optional('split_offsets', 132, { type: 'array', items: 'long', 'element-id': 133 }),
      optional('equality_ids', 135, { type: 'array', items: 'int', 'element-id': 136 }),
      optional('sort_order_id', 140, 'int'),
    ],
  };
  return {
    type: 'record',
    name: 'manifest_entry',
    fields: [
      required('status', 0, 'int'),
      optional('snapshot_id', 1, 'long'),
      optional('sequence_number', 3, 'long'),
      optional('file_sequence_number', 4, 'long'),
      required('data_file', 2, dataFile),
    ],
  };
}

const fieldSummary: AvroSchema = {
  type: 'record',
  name: 'r508',
  fields: [
    required('contains_null', 509, 'boolean'),
    optional('contains_nan', 518, 'boolean'),
    optional('lower_bound', 510, 'bytes'),
    optional('upper_bound', 511, 'bytes'),
  ],
};

/** The schema of a manifest list's entries. */
export const manifestListSchema: AvroSchema = {
  type: 'record',
  name: 'manifest_file',
  fields: [
    required('manifest_path', 500, 'string'),
    required('manifest_length', 501, 'long'),
    required('partition_spec_id', 502, 'int'),
    required('content', 517, 'int'),
    required('sequence_number', 515, 'long'),
    required('min_sequence_number', 516, 'long'),
    required('added_snapshot_id', 503, 'long'),
    required('added_files_count', 504, 'int'),
    required('existing_files_count', 505, 'int'),
    required('deleted_files_count', 506, 'int'),
    required('added_rows_count', 512, 'long'),
    required('existing_rows_count', 513, 'long'),
    required('deleted_rows_count', 514, 'long'),
    optional('partitions', 507, { type: 'array', items: fieldSummary, 'element-id': 508 }),
    optional('key_metadata', 519, 'bytes'),
  ],
};
