import { EngineError } from '../core/engine.js';
import { invalidProperty, notSupported } from './errors.js';

/*
 * Table properties. Athena takes "a predefined list of key-value pairs" (User Guide, creating Iceberg tables) and keeps
 * them in the metadata file, those that Iceberg itself knows under Iceberg's names.
 */

const positive = /^[1-9]\d*$/;
const oneOf = (...values: readonly string[]): RegExp =>
  new RegExp(`^(?:${values.join('|')})$`, 'i');

/** What Athena takes, and the form of the values. */
const known: Readonly<Record<string, RegExp>> = {
  table_type: oneOf('iceberg'),
  format: oneOf('parquet', 'orc', 'avro'),
  write_compression: oneOf('zstd', 'snappy', 'gzip', 'lz4', 'none', 'uncompressed'),
  compression_level: positive,
  write_target_data_file_size_bytes: positive,
  write_data_path_enabled: oneOf('true', 'false'),
  optimize_rewrite_min_data_file_size_bytes: positive,
  optimize_rewrite_max_data_file_size_bytes: positive,
  optimize_rewrite_data_file_threshold: positive,
  optimize_rewrite_delete_file_threshold: positive,
  vacuum_min_snapshots_to_keep: positive,
  vacuum_max_snapshot_age_seconds: positive,
  vacuum_max_metadata_files_to_keep: positive,
};

/** CTAS has names of its own for some (athena.md 1.3). */
const ctasOnly: Readonly<Record<string, RegExp>> = {
  is_external: oneOf('false'),
  parquet_compression: known['write_compression'] ?? positive,
  orc_compression: known['write_compression'] ?? positive,
};

const icebergNames: Readonly<Record<string, string>> = {
  format: 'write.format.default',
  write_compression: 'write.parquet.compression-codec',
  compression_level: 'write.parquet.compression-level',
  write_target_data_file_size_bytes: 'write.target-file-size-bytes',
};

const compressions = ['write_compression', 'parquet_compression', 'orc_compression'];

/**
 * Returns Athena's properties (names in lower case) as the metadata file holds them. Throws `EngineError`:
 * `Unsupported table property key: x` (1200, measured on Athena) and `INVALID_TABLE_PROPERTY` for a value (wording not
 * sourced), `NOT_SUPPORTED` for ORC and Avro, which Athena can write and the local Athena cannot.
 */
export function toMetadataProperties(
  properties: Readonly<Record<string, string>>,
  dialect: 'ddl' | 'ctas',
): Readonly<Record<string, string>> {
  const allowed: Readonly<Record<string, RegExp>> =
    dialect === 'ctas' ? { ...known, ...ctasOnly } : known;
  const entries = Object.entries(properties);
  for (const [name, value] of entries) {
    const form = allowed[name];
    if (form === undefined) {
      throw new EngineError(2, 1200, `Unsupported table property key: ${name}`);
    }
    if (!form.test(value)) {
      throw invalidProperty(`Invalid value for table property '${name}': ${value}`);
    }
  }
  const format = properties['format'];
  if (format !== undefined && format.toLowerCase() !== 'parquet') {
    throw notSupported(`the local Athena writes Iceberg tables as PARQUET only, not ${format}`);
  }
  const given = compressions.filter((name) => properties[name] !== undefined);
  if (given.length > 1) {
    throw invalidProperty(`Only one of ${given.join(', ')} can be specified`);
  }
  const dropped = ['table_type', 'is_external'];
  return Object.fromEntries(
    entries
      .filter(([name]) => !dropped.includes(name))
      .map(([name, value]) => {
        const plain = compressions.includes(name) ? 'write_compression' : name;
        const upper = plain === 'format' || plain === 'write_compression';
        return [icebergNames[plain] ?? plain, upper ? value.toUpperCase() : value];
      }),
  );
}

/** The name that a property has in the metadata file. */
export function toMetadataName(name: string): string {
  if (known[name] === undefined || name === 'table_type') {
    throw new EngineError(2, 1200, `Unsupported table property key: ${name}`);
  }
  return icebergNames[name] ?? name;
}

/** What a new table has where nothing was said. */
export const defaultProperties: Readonly<Record<string, string>> = {
  'write.format.default': 'PARQUET',
  'write.parquet.compression-codec': 'ZSTD',
};

/** Athena's properties of a table, for SHOW CREATE TABLE: names in lower case and in order. */
export function toAthenaProperties(
  properties: Readonly<Record<string, string>>,
): readonly (readonly [string, string])[] {
  const athenaNames = Object.fromEntries(
    Object.entries(icebergNames).map(([athena, iceberg]) => [iceberg, athena]),
  );
  return Object.entries(properties)
    .map(([name, value]) => [athenaNames[name] ?? name, value.toLowerCase()] as const)
    .filter(([name]) => name in known)
    .sort(([left], [right]) => (left < right ? -1 : 1));
}

/** DuckDB's names of compressions. */
export function duckCompression(properties: Readonly<Record<string, string>>): string {
  const codec = (properties['write.parquet.compression-codec'] ?? 'ZSTD').toLowerCase();
  if (codec === 'none') return 'uncompressed';
  return codec === 'lz4' ? 'lz4_raw' : codec;
}

/** A property that is a whole number. */
export function numberProperty(
  properties: Readonly<Record<string, string>>,
  name: string,
  otherwise: number,
): number {
  return Number(properties[name] ?? otherwise);
}
