import type { Relation } from '../../../core/relation.js';
import type { ModelStorage } from '../model-config.js';
import { quoteDdlName, quoteDdlRelation, quoteDdlText } from '../quote.js';

/** A column with its type in Hive's spelling. */
export interface HiveColumn {
  readonly name: string;
  readonly type: string;
  readonly comment: string;
}

/** What a CREATE EXTERNAL TABLE declares. */
export interface ExternalTable {
  readonly relation: Relation;
  readonly storage: ModelStorage;
  /** All columns; those of `storage.partitionedBy` are taken out of the files' columns. */
  readonly columns: readonly HiveColumn[];
  /** `s3://bucket/folder/`. */
  readonly location: string;
}

/** How files are read, by format. Source: Athena User Guide, "Choose a SerDe for your data". */
function rowFormat({ format, fieldDelimiter = ',' }: ModelStorage): readonly string[] {
  switch (format) {
    case 'parquet':
      return ['STORED AS PARQUET'];
    case 'csv':
      return [
        `ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'`,
        `WITH SERDEPROPERTIES ('separatorChar' = ${quoteDdlText(fieldDelimiter)}, 'quoteChar' = '"', 'escapeChar' = '\\\\')`,
      ];
    default:
      // Keys match columns without regard to case, which is the SerDe's default. A record that is no JSON fails the query.
      return [`ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'`];
  }
}

function formatColumns(columns: readonly HiveColumn[]): string {
  return columns
    .map(({ name, type, comment }) =>
      [
        quoteDdlName(name),
        type,
        ...(comment === '' ? [] : [`COMMENT ${quoteDdlText(comment)}`]),
      ].join(' '),
    )
    .map((column) => `\n  ${column}`)
    .join(',');
}

/** Returns the statement that declares a table over files, in Hive's DDL. */
export function createExternalTable({
  relation,
  storage,
  columns,
  location,
}: ExternalTable): string {
  const partitions = storage.partitionedBy.map(({ column }) => column);
  const isPartition = ({ name }: HiveColumn): boolean => partitions.includes(name.toLowerCase());
  const keys = partitions.flatMap((name) =>
    columns.filter((column) => column.name.toLowerCase() === name),
  );
  const properties = Object.entries(storage.tableProperties);
  return [
    `CREATE EXTERNAL TABLE ${quoteDdlRelation(relation)} (${formatColumns(columns.filter((column) => !isPartition(column)))}\n)`,
    ...(keys.length === 0 ? [] : [`PARTITIONED BY (${formatColumns(keys)}\n)`]),
    ...rowFormat(storage),
    `LOCATION ${quoteDdlText(location.endsWith('/') ? location : `${location}/`)}`,
    ...(properties.length === 0
      ? []
      : [
          `TBLPROPERTIES (${properties.map(([name, value]) => `${quoteDdlText(name)} = ${quoteDdlText(value)}`).join(', ')})`,
        ]),
  ].join('\n');
}
