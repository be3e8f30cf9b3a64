import type { ConfigIssue } from '../../core/config-issue.js';
import { readExternalTable } from '../../core/external-table.js';
import type { JsonValue, BuiltNode } from '../../core/node.js';
import { didYouMean } from '../../core/suggest.js';
import { refusedModelKeys } from './model-keys.js';
import {
  readPartitionField,
  transformNames,
  type PartitionField,
} from './storage/partition-field.js';
import type { TableType } from './storage/stored-type.js';

/** How a model's rows are stored, from its configuration. */
export interface ModelStorage {
  readonly tableType: TableType;
  /** Lower case: `parquet`, `orc`, `avro`, `json`, `textfile`, `ion`, and `csv` of external tables. */
  readonly format: string;
  readonly writeCompression?: string;
  readonly fieldDelimiter?: string;
  readonly partitionedBy: readonly PartitionField[];
  readonly bucketing?: { readonly columns: readonly string[]; readonly count: number };
  /** Values as Glue and Athena spell them. */
  readonly tableProperties: Readonly<Record<string, string>>;
  /** `s3://…/`, in place of the target's. */
  readonly dataDir?: string;
  readonly workGroup?: string;
  readonly partitionsLimit?: number;
  readonly keepHistory: boolean;
  readonly persistDocs: { readonly relation: boolean; readonly columns: boolean };
}

/** A configuration that was read, and what is wrong with it; `path` begins with the key. */
export interface ReadModelConfig {
  readonly storage: ModelStorage;
  readonly issues: readonly ConfigIssue[];
}

/** Athena User Guide, "CREATE TABLE AS", property `format`. */
const formats: Readonly<Record<TableType, readonly string[]>> = {
  iceberg: ['parquet', 'orc', 'avro'],
  hive: ['parquet', 'orc', 'avro', 'json', 'textfile', 'ion'],
};

/** Athena User Guide, "Athena compression support". */
const compressions: Readonly<Record<string, readonly string[]>> = {
  parquet: ['snappy', 'gzip', 'zstd', 'lz4', 'none'],
  orc: ['zlib', 'snappy', 'zstd', 'lz4', 'none'],
  avro: ['snappy', 'deflate', 'bzip2', 'zstd', 'none'],
  json: ['gzip', 'bzip2', 'deflate', 'lz4', 'snappy', 'zstd', 'none'],
  textfile: ['gzip', 'bzip2', 'deflate', 'lz4', 'snappy', 'zstd', 'none'],
  ion: ['gzip', 'bzip2', 'deflate', 'lz4', 'snappy', 'zstd', 'none'],
};

/** Properties that Athena takes for an Iceberg table, all of them numbers. Athena User Guide, "CREATE TABLE AS". */
export const icebergProperties: readonly string[] = [
  'compression_level',
  'write_target_data_file_size_bytes',
  'optimize_rewrite_data_file_threshold',
  'optimize_rewrite_delete_file_threshold',
  'optimize_rewrite_min_data_file_size_bytes',
  'optimize_rewrite_max_data_file_size_bytes',
  'vacuum_max_metadata_files_to_keep',
  'vacuum_max_snapshot_age_seconds',
  'vacuum_min_snapshots_to_keep',
];

/** Properties by which tables are found, owned or read; a model must not set them. */
const reservedProperty =
  /^(stedi_sql\..*|metadata_location|previous_metadata_location|table_type|location|external_location|external|presto_.*|comment)$/i;

function toTexts(value: JsonValue | undefined): readonly string[] {
  const list: readonly JsonValue[] = Array.isArray(value) ? value : value == null ? [] : [value];
  return list.filter((each) => typeof each === 'string');
}

function toText(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function toMapping(value: JsonValue | undefined): Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, JsonValue>>)
    : {};
}

function issue(
  kind: 'invalid-value' | 'conflict' | 'unsupported',
  key: string,
  message: string,
  hint: string,
): ConfigIssue {
  return { path: [key], kind, message, hint };
}

function refusedKeys({ resourceType, config }: BuiltNode): readonly ConfigIssue[] {
  return Object.keys(config.extra).flatMap((key) => {
    // A key of seeds in dbt itself: it is taken there, and both values mean the same (project).
    if (resourceType === 'seed' && key === 'quote_columns') return [];
    const refused = Object.hasOwn(refusedModelKeys, key) ? refusedModelKeys[key] : undefined;
    if (refused === undefined) return [];
    return [
      issue('unsupported', key, `'${key}' is not supported: ${refused.why}`, refused.instead),
    ];
  });
}

function readPartitions(
  value: JsonValue | undefined,
  tableType: TableType | 'external',
): { readonly fields: readonly PartitionField[]; readonly issues: readonly ConfigIssue[] } {
  const issues: ConfigIssue[] = [];
  const fields = toTexts(value).flatMap((text) => {
    const field = readPartitionField(text);
    if (field === undefined) {
      const [name = ''] = /^\s*[a-z_]+(?=\s*\()/i.exec(text) ?? [];
      const hint = didYouMean(
        name,
        name === '' ? [] : transformNames,
        'write a column, year(c), month(c), day(c), hour(c), bucket(c, 16) or truncate(c, 4)',
      );
      const message = `expected a column or a transform of one, found '${text}'`;
      issues.push(issue('invalid-value', 'partitioned_by', message, hint ?? ''));
      return [];
    }
    if (tableType !== 'iceberg' && field.transform !== 'identity') {
      const message = `Hive tables are partitioned by columns, not by '${text.trim()}'`;
      const hint = `compute it as a column of the query, or use table_type: iceberg`;
      issues.push(issue('conflict', 'partitioned_by', message, hint));
    }
    return [field];
  });
  return { fields, issues };
}

function readProperties(
  value: JsonValue | undefined,
  tableType: TableType | 'external',
): {
  readonly properties: Readonly<Record<string, string>>;
  readonly issues: readonly ConfigIssue[];
} {
  const key = 'table_properties';
  const issues: ConfigIssue[] = [];
  const properties = Object.entries(toMapping(value)).map(([name, each]) => {
    const text = (typeof each === 'string' ? each : JSON.stringify(each)).replace(
      /^'(.*)'$/s,
      '$1',
    );
    if (reservedProperty.test(name)) {
      const message = `the property '${name}' is set by stedi-sql itself`;
      issues.push(issue('conflict', key, message, 'remove it'));
    } else if (tableType === 'iceberg' && !icebergProperties.includes(name)) {
      const message = `Athena takes no property '${name}' for an Iceberg table`;
      const others = `it takes ${icebergProperties.join(', ')}`;
      issues.push(
        issue('invalid-value', key, message, didYouMean(name, icebergProperties, others) ?? others),
      );
    } else if (tableType === 'iceberg' && !/^[0-9]+(\.[0-9]+)?$/.test(text)) {
      const message = `expected a number for the property '${name}', found '${text}'`;
      issues.push(issue('invalid-value', key, message, 'write a number'));
    }
    return [name, text] as const;
  });
  return { properties: Object.fromEntries(properties), issues };
}

function checkFormat(format: string, tableType: TableType): readonly ConfigIssue[] {
  const allowed = formats[tableType];
  if (allowed.includes(format)) return [];
  const kind = { iceberg: 'an Iceberg table', hive: 'a Hive table' };
  const message = `${kind[tableType]} cannot have the format '${format}'`;
  const others = `use one of ${allowed.join(', ')}`;
  return [issue('invalid-value', 'format', message, didYouMean(format, allowed, others) ?? others)];
}

function checkCompression(format: string, compression: string | undefined): readonly ConfigIssue[] {
  const allowed = compressions[format];
  if (compression === undefined || allowed === undefined || allowed.includes(compression)) {
    return [];
  }
  const message = `files of the format '${format}' cannot have the compression '${compression}'`;
  const others = `use one of ${allowed.join(', ')}`;
  return [
    issue(
      'invalid-value',
      'write_compression',
      message,
      didYouMean(compression, allowed, others) ?? others,
    ),
  ];
}

/**
 * Returns how a model's rows are stored, and what is wrong with the configuration that says so. The keys are those of
 * dbt's Athena adapter; a key that is refused says why, and what to write in its place.
 */
export function readModelConfig(model: BuiltNode): ReadModelConfig {
  const { config } = model;
  const { extra } = config;
  const isExternal = config.materialized === 'external_table';
  const stored =
    isExternal || ['table', 'incremental', 'seed', 'snapshot'].includes(config.materialized);
  const wanted = toText(extra.table_type)?.toLowerCase() ?? 'iceberg';
  const tableType: TableType = isExternal || wanted === 'hive' ? 'hive' : 'iceberg';
  const kind = isExternal ? 'external' : tableType;

  const partitions = readPartitions(extra.partitioned_by, kind);
  const properties = readProperties(extra.table_properties, kind);
  const format = (config.format ?? (isExternal ? 'json' : 'parquet')).toLowerCase();
  const writeCompression = toText(extra.write_compression)?.toLowerCase();
  const fieldDelimiter = toText(extra.field_delimiter);
  const bucketColumns = toTexts(extra.bucketed_by).map((name) => name.toLowerCase());
  const bucketCount = typeof extra.bucket_count === 'number' ? extra.bucket_count : undefined;
  const dataDir = toText(extra.s3_data_dir);
  const workGroup = toText(extra.work_group);
  const docs = toMapping(extra.persist_docs);

  const issues: ConfigIssue[] = [...refusedKeys(model)];
  // Folders give storage keys to all models below them; those that store nothing pass over them.
  if (stored) {
    if (!isExternal && !['iceberg', 'hive'].includes(wanted)) {
      const message = `expected 'iceberg' or 'hive', found '${wanted}'`;
      const hint = didYouMean(wanted, ['iceberg', 'hive'], 'iceberg is the default');
      issues.push(issue('invalid-value', 'table_type', message, hint ?? ''));
    }
    if (config.materialized === 'snapshot' && wanted === 'hive') {
      const message =
        'the rows of a Hive table cannot change, and a table that is written anew would lose the past of a snapshot if anything went wrong';
      issues.push(
        issue('conflict', 'table_type', message, 'remove it: snapshots are Iceberg tables'),
      );
    }
    issues.push(...partitions.issues, ...properties.issues);
    if (isExternal) issues.push(...readExternalTable(model).issues);
    else {
      issues.push(...checkFormat(format, tableType), ...checkCompression(format, writeCompression));
      if (extra.serde_properties !== undefined) {
        const message = 'only an external table says how files are read';
        issues.push(issue('conflict', 'serde_properties', message, 'remove it'));
      }
    }
    const isProjected = properties.properties['projection.enabled']?.toLowerCase() === 'true';
    if (kind === 'hive' && isProjected && config.incremental_strategy === 'insert_overwrite') {
      const message =
        "readers compute where partitions lie ('projection.enabled'), so the strategy 'insert_overwrite' cannot switch them";
      issues.push(
        issue(
          'conflict',
          'table_properties',
          message,
          'use materialized: table, or list partitions in Glue',
        ),
      );
    }
    if (kind === 'hive' && 'storage.location.template' in properties.properties) {
      const message =
        "'storage.location.template' sends readers to another place than the table's own, which changes with every build";
      issues.push(issue('conflict', 'table_properties', message, 'remove it'));
    }
    if (kind === 'iceberg' && (bucketColumns.length > 0 || bucketCount !== undefined)) {
      const hint = `write partitioned_by: ['bucket(${bucketColumns[0] ?? 'id'}, ${bucketCount ?? 16})'], or use table_type: hive`;
      issues.push(issue('conflict', 'bucketed_by', 'an Iceberg table has no buckets', hint));
    } else if (kind !== 'iceberg' && bucketColumns.length > 0 !== (bucketCount !== undefined)) {
      const [key, other] =
        bucketCount === undefined
          ? (['bucketed_by', 'bucket_count'] as const)
          : (['bucket_count', 'bucketed_by'] as const);
      issues.push(
        issue('conflict', key, `'${key}' means nothing without '${other}'`, `add '${other}'`),
      );
    }
    if (bucketColumns.length > 0 && kind === 'hive' && config.materialized === 'incremental') {
      const message = 'Athena cannot add rows to a Hive table with buckets';
      issues.push(
        issue(
          'conflict',
          'bucketed_by',
          message,
          'use table_type: iceberg, or materialized: table',
        ),
      );
    }
    if (fieldDelimiter !== undefined && !['textfile', 'csv'].includes(format)) {
      const message = `files of the format '${format}' have no delimiter between fields`;
      issues.push(
        issue('conflict', 'field_delimiter', message, 'remove it, or use format: textfile'),
      );
    } else if (!isExternal && fieldDelimiter !== undefined && !/^.$/su.test(fieldDelimiter)) {
      issues.push(
        issue('invalid-value', 'field_delimiter', 'expected one character', "such as ';'"),
      );
    }
    if (dataDir !== undefined && !/^s3:\/\/[a-z0-9][a-z0-9.-]+(\/[^/]+)*\/?$/.test(dataDir)) {
      issues.push(
        issue(
          'invalid-value',
          's3_data_dir',
          'expected a place in S3',
          'such as s3://my-bucket/lake/',
        ),
      );
    }
    if (extra.keep_history === true && tableType === 'hive') {
      issues.push(
        issue(
          'conflict',
          'keep_history',
          'a Hive table has no history',
          'remove it, or use table_type: iceberg',
        ),
      );
    }
  }

  return {
    issues,
    storage: {
      tableType,
      format,
      ...(writeCompression !== undefined && { writeCompression }),
      ...(fieldDelimiter !== undefined && { fieldDelimiter }),
      partitionedBy: partitions.fields,
      ...(bucketCount !== undefined &&
        bucketColumns.length > 0 && { bucketing: { columns: bucketColumns, count: bucketCount } }),
      tableProperties: properties.properties,
      ...(dataDir !== undefined && { dataDir: dataDir.endsWith('/') ? dataDir : `${dataDir}/` }),
      ...(workGroup !== undefined && { workGroup }),
      ...(typeof extra.partitions_limit === 'number' && {
        partitionsLimit: extra.partitions_limit,
      }),
      keepHistory: extra.keep_history === true,
      persistDocs: { relation: docs.relation !== false, columns: docs.columns !== false },
    },
  };
}
