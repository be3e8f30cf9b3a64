import type { PartitionField } from '../../core/table-format.js';
import { userError } from '../errors.js';
import type { PropertyValue } from '../sql/statement.js';
import type { TableFormat } from '../hive/storage-formats.js';

/** Source: Athena User Guide, create-table-as. */
const hiveOnly = ['external_location', 'partitioned_by', 'bucketed_by', 'bucket_count'];
const icebergOnly = [
  'location',
  'partitioning',
  'write_target_data_file_size_bytes',
  'optimize_rewrite_min_data_file_size_bytes',
  'optimize_rewrite_max_data_file_size_bytes',
  'optimize_rewrite_data_file_threshold',
  'optimize_rewrite_delete_file_threshold',
  'vacuum_min_snapshots_to_keep',
  'vacuum_max_snapshot_age_seconds',
  'vacuum_max_metadata_files_to_keep',
];
const both = [
  'table_type',
  'is_external',
  'format',
  'field_delimiter',
  'write_compression',
  'orc_compression',
  'parquet_compression',
  'compression_level',
];
const compressions = ['write_compression', 'orc_compression', 'parquet_compression'];

export interface CtasProperties {
  readonly isIceberg: boolean;
  readonly format: TableFormat;
  readonly externalLocation?: string;
  /** Of Iceberg tables. */
  readonly location?: string;
  readonly partitionedBy: readonly string[];
  readonly partitioning: readonly PartitionField[];
  readonly bucketedBy: readonly string[];
  readonly bucketCount: number;
  readonly compression?: string;
  readonly fieldDelimiter?: string;
  /** What is left for the table format, as texts. */
  readonly rest: Readonly<Record<string, string>>;
}

function invalid(message: string): never {
  throw userError('tableProperty', `INVALID_TABLE_PROPERTY: ${message}`);
}

function texts(name: string, value: PropertyValue | undefined): readonly string[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  return invalid(
    `line 1:1: Invalid value for catalog 'awsdatacatalog' table property '${name}': expected an array of varchar`,
  );
}

function text(name: string, value: PropertyValue | undefined): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  return invalid(
    `line 1:1: Invalid value for catalog 'awsdatacatalog' table property '${name}': expected varchar`,
  );
}

/** Reads `day(ts)`, `bucket(id, 16)`: in a CTAS the number comes last. */
function readPartitioning(field: string): PartitionField {
  const [, transform, column = '', width] =
    /^\s*(year|month|day|hour|bucket|truncate)\s*\(\s*"?([^",)]+?)"?\s*(?:,\s*(\d+)\s*)?\)\s*$/i.exec(
      field,
    ) ?? [];
  if (transform === undefined) {
    const name = field.trim().replace(/^"(.*)"$/, '$1');
    if (/^\w+$/.test(name)) return { column: name.toLowerCase(), transform: 'identity' };
    return invalid(
      `Unable to parse partitioning value: Invalid partition field declaration: ${field}`,
    );
  }
  const kind = transform.toLowerCase() as PartitionField['transform'];
  if ((kind === 'bucket' || kind === 'truncate') !== (width !== undefined)) {
    return invalid(
      `Unable to parse partitioning value: Invalid partition field declaration: ${field}`,
    );
  }
  return {
    column: column.toLowerCase(),
    transform: kind,
    ...(width !== undefined && { width: Number(width) }),
  };
}

function readFormat(value: string | undefined, isIceberg: boolean): TableFormat {
  const format = (value ?? 'PARQUET').toUpperCase();
  const known: readonly TableFormat[] = isIceberg
    ? ['PARQUET', 'ORC', 'AVRO']
    : ['PARQUET', 'ORC', 'AVRO', 'JSON', 'ION', 'TEXTFILE'];
  return known.find((each) => each === format) ?? invalid(`Unsupported format: ${value ?? ''}`);
}

function requireKnown(names: readonly string[], isIceberg: boolean): void {
  const allowed = [...both, ...(isIceberg ? icebergOnly : hiveOnly)];
  const unknown = names.find((name) => !allowed.includes(name));
  if (unknown === undefined) return;
  const other = [...hiveOnly, ...icebergOnly].includes(unknown);
  invalid(
    other
      ? `The table property '${unknown}' is not supported for table type ${isIceberg ? 'ICEBERG' : 'HIVE'}`
      : `line 1:1: Catalog 'awsdatacatalog' table property '${unknown}' does not exist`,
  );
}

/** Returns the properties of a CTAS. Throws error 1103 for one that is unknown, or not of the table's type. */
export function readCtasProperties(properties: ReadonlyMap<string, PropertyValue>): CtasProperties {
  const get = (name: string): string | undefined => text(name, properties.get(name));
  const type = (get('table_type') ?? 'HIVE').toUpperCase();
  if (type !== 'HIVE' && type !== 'ICEBERG') invalid(`Unsupported table type: ${type}`);
  const isIceberg = type === 'ICEBERG';
  const names = [...properties.keys()];
  requireKnown(names, isIceberg);
  if (names.filter((name) => compressions.includes(name)).length > 1) {
    invalid('Only one of write_compression, orc_compression and parquet_compression can be set');
  }
  const isExternal = properties.get('is_external');
  if (isIceberg && isExternal !== false) {
    // Athena's documentation asks for it; a CTAS without it is what clients send and what is accepted.
    if (isExternal === true) invalid('is_external must be false for Iceberg tables');
  }
  const level = properties.get('compression_level');
  if (
    level !== undefined &&
    !(Number.isInteger(level) && Number(level) >= 1 && Number(level) <= 22)
  ) {
    invalid('compression_level must be a whole number from 1 to 22');
  }
  const location = get('location');
  if (isIceberg && location === undefined) {
    invalid('Table location can not be null when tableType is ICEBERG');
  }
  const fieldDelimiter = get('field_delimiter');
  if (fieldDelimiter !== undefined && fieldDelimiter.length !== 1) {
    invalid('field_delimiter must be a single character');
  }
  const bucketedBy = texts('bucketed_by', properties.get('bucketed_by'));
  const bucketCount = Number(properties.get('bucket_count') ?? 0);
  if (bucketedBy.length > 0 !== bucketCount > 0) {
    invalid('Must specify both bucketed_by and bucket_count');
  }
  const compression = compressions.map(get).find((each) => each !== undefined);
  const externalLocation = get('external_location');
  return {
    isIceberg,
    format: readFormat(get('format'), isIceberg),
    ...(externalLocation !== undefined && { externalLocation }),
    ...(location !== undefined && { location }),
    partitionedBy: texts('partitioned_by', properties.get('partitioned_by')).map((each) =>
      each.toLowerCase(),
    ),
    partitioning: texts('partitioning', properties.get('partitioning')).map(readPartitioning),
    bucketedBy: bucketedBy.map((each) => each.toLowerCase()),
    bucketCount,
    ...(compression !== undefined && { compression: compression.toUpperCase() }),
    ...(fieldDelimiter !== undefined && { fieldDelimiter }),
    rest: Object.fromEntries(
      names
        .filter((name) => !['table_type', 'location', 'partitioning', 'is_external'].includes(name))
        .map((name) => [name, String(properties.get(name))]),
    ),
  };
}
