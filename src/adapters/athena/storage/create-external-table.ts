import type { ExternalTable as ExternalFiles } from '../../../core/external-table.js';
import type { Relation } from '../../../core/relation.js';
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
  /** How its files are read; the columns of its partitions are taken out of the files' columns. */
  readonly files: ExternalFiles;
  readonly tableProperties: Readonly<Record<string, string>>;
  /** All columns. */
  readonly columns: readonly HiveColumn[];
  /** `s3://bucket/folder/`. */
  readonly location: string;
}

function serde(library: string, properties: Readonly<Record<string, string>>): readonly string[] {
  const entries = Object.entries(properties).map(
    ([name, value]) => `${quoteDdlText(name)} = ${quoteDdlText(value)}`,
  );
  return [
    `ROW FORMAT SERDE ${quoteDdlText(library)}`,
    ...(entries.length === 0 ? [] : [`WITH SERDEPROPERTIES (${entries.join(', ')})`]),
  ];
}

/** How files are read, by format. Source: Athena User Guide, "Choose a SerDe for your data". */
function rowFormat(files: ExternalFiles): readonly string[] {
  const { delimiter } = files;
  switch (files.format) {
    case 'parquet':
      return ['STORED AS PARQUET'];
    case 'csv':
      return serde('org.apache.hadoop.hive.serde2.OpenCSVSerde', {
        separatorChar: delimiter,
        quoteChar: files.quote,
        escapeChar: files.escape,
      });
    case 'textfile':
      return serde('org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe', {
        // Hive's own separator goes without saying: it is a control character.
        ...(delimiter !== '\u0001' && {
          'field.delim': delimiter,
          'serialization.format': delimiter,
        }),
        'serialization.null.format': files.nullText,
      });
    case 'json':
      // Keys match columns without regard to case, which is the SerDe's default. A record that is no JSON fails the query.
      return serde('org.openx.data.jsonserde.JsonSerDe', files.jsonProperties);
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
  files,
  tableProperties,
  columns,
  location,
}: ExternalTable): string {
  const { partitions } = files;
  const isPartition = ({ name }: HiveColumn): boolean => partitions.includes(name.toLowerCase());
  const keys = partitions.flatMap((name) =>
    columns.filter((column) => column.name.toLowerCase() === name),
  );
  const properties = Object.entries(tableProperties);
  return [
    `CREATE EXTERNAL TABLE ${quoteDdlRelation(relation)} (${formatColumns(columns.filter((column) => !isPartition(column)))}\n)`,
    ...(keys.length === 0 ? [] : [`PARTITIONED BY (${formatColumns(keys)}\n)`]),
    ...rowFormat(files),
    `LOCATION ${quoteDdlText(location.endsWith('/') ? location : `${location}/`)}`,
    ...(properties.length === 0
      ? []
      : [
          `TBLPROPERTIES (${properties.map(([name, value]) => `${quoteDdlText(name)} = ${quoteDdlText(value)}`).join(', ')})`,
        ]),
  ].join('\n');
}
