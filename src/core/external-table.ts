import type { ConfigIssue } from './config-issue.js';
import { readDeclaredType } from './declared-type.js';
import { isMapping } from './is-mapping.js';
import type { ColumnProperties, JsonValue } from './node.js';
import { readProjection, type Projection } from './partition-projection.js';
import type { SqlType } from './sql-type.js';
import { didYouMean } from './suggest.js';

/** `csv` has quotes (Athena's OpenCSVSerDe), `textfile` has none (LazySimpleSerDe). */
export type ExternalFormat = (typeof externalFormats)[number];
export const externalFormats = ['json', 'parquet', 'csv', 'textfile'] as const;

/** How the files of an external table are read, with the rules of Hive's SerDes. */
export interface ExternalTable {
  readonly format: ExternalFormat;
  /** Of `csv` and `textfile`: the character between fields, and how many lines at the beginning of a file are no rows. */
  readonly delimiter: string;
  readonly headerLines: number;
  /** Of `csv`. */
  readonly quote: string;
  readonly escape: string;
  /** Of `textfile`: the field that is NULL. */
  readonly nullText: string;
  /** Of `json`: properties of the SerDe that change what a record means, as given. */
  readonly jsonProperties: Readonly<Record<string, string>>;
  /** The columns whose values are in a file's path, lower case. */
  readonly partitions: readonly string[];
  /** `undefined` where partitions are the folders `column=value` that are there. */
  readonly projection: Projection | undefined;
}

/** The part of a model that declares an external table. */
export interface ExternalTableDeclaration {
  readonly config: {
    readonly format: string | null;
    readonly extra: Readonly<Record<string, JsonValue>>;
  };
  readonly columns: readonly Pick<ColumnProperties, 'name' | 'data_type'>[];
}

/** Hive's default separator of fields. */
const hiveDelimiter = '\u0001';
const maxHeaderLines = 1_000_000;

/** The types that each format's SerDe makes of a text; every type where left out. */
const readableTypes: Partial<Record<ExternalFormat, readonly SqlType['kind'][]>> = {
  // Athena User Guide, "Open CSV SerDe": dates and timestamps are numbers there, which hardly anybody's files hold.
  csv: ['varchar', 'boolean', 'integer', 'bigint', 'double'],
  textfile: [
    ...(['varchar', 'char', 'boolean', 'tinyint', 'smallint', 'integer', 'bigint'] as const),
    ...(['real', 'double', 'decimal', 'date', 'timestamp'] as const),
  ],
};
const partitionTypes: readonly SqlType['kind'][] = [
  ...(['varchar', 'boolean', 'tinyint', 'smallint', 'integer', 'bigint', 'date'] as const),
];

const serdeKeys: Readonly<Record<ExternalFormat, RegExp>> = {
  json: /^(ignore\.malformed\.json|mapping\.\w+)$/,
  parquet: /^$/,
  csv: /^(quoteChar|escapeChar)$/,
  textfile: /^serialization\.null\.format$/,
};
const knownSerdeKeys: Readonly<Record<ExternalFormat, string>> = {
  json: "'ignore.malformed.json' and 'mapping.<column>'",
  parquet: 'none',
  csv: "'quoteChar' and 'escapeChar' ('field_delimiter' is the separator)",
  textfile: "'serialization.null.format' ('field_delimiter' separates fields)",
};

function toTexts(value: JsonValue | undefined): Readonly<Record<string, string>> {
  if (!isMapping(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      typeof each === 'string' ? each : JSON.stringify(each),
    ]),
  );
}

function readFormat(text: string): ExternalFormat | undefined {
  return externalFormats.find((each) => each === text.toLowerCase());
}

/** Returns what is wrong with the types of columns, and with the order of those that partitions are. */
function checkColumns(
  columns: ExternalTableDeclaration['columns'],
  { format, partitions }: Pick<ExternalTable, 'format' | 'partitions'>,
): readonly ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  const names = columns.map(({ name }) => name.toLowerCase());
  for (const { name, data_type = '' } of columns) {
    const type = readDeclaredType(data_type, { char: true });
    if ('problem' in type) continue;
    const isPartition = partitions.includes(name.toLowerCase());
    const readable = isPartition ? partitionTypes : readableTypes[format];
    const isBounded = format === 'csv' && type.kind === 'varchar' && type.length !== undefined;
    if (!isBounded && readable?.includes(type.kind) !== false) continue;
    issues.push({
      path: [isPartition ? 'partitioned_by' : 'format'],
      kind: 'conflict',
      message: `column '${name}' is declared ${data_type}, which ${isPartition ? 'no value in a path' : `no field of the format '${format}'`} is read as`,
      hint: 'declare it varchar, and cast it in a model that reads the table',
    });
  }
  const last = names.slice(names.length - partitions.length);
  const isLast = partitions.every((name, index) => last[index] === name);
  if (partitions.every((name) => names.includes(name)) && !isLast) {
    issues.push({
      path: ['partitioned_by'],
      kind: 'conflict',
      message: `the partition columns (${partitions.join(', ')}) are not the last columns`,
      hint: 'declare them at the end, in the order of `partitioned_by`, where queries show them',
    });
  }
  return issues;
}

function checkPlain(text: string | undefined, path: string, what: string): readonly ConfigIssue[] {
  if (text === undefined || /^[\u0001-\u007f]$/.test(text)) return [];
  const message = `${what}: expected one character of ASCII, found '${text}'`;
  return [{ path: [path], kind: 'invalid-value', message, hint: "such as ';'" }];
}

/**
 * Returns how the files of an external table are read, and what is wrong with the configuration that says so; a wrong value
 * is left out. Types that cannot be read at all, and missing columns, are for others to report. Sources: Athena User Guide,
 * "Open CSV SerDe", "Lazy Simple SerDe", "OpenX JSON SerDe".
 */
export function readExternalTable({ config, columns }: ExternalTableDeclaration): {
  readonly table: ExternalTable;
  readonly issues: readonly ConfigIssue[];
} {
  const issues: ConfigIssue[] = [];
  const { extra } = config;
  const asked = config.format ?? 'json';
  const format = readFormat(asked);
  if (format === undefined) {
    const others = `use one of ${externalFormats.join(', ')}`;
    issues.push({
      path: ['format'],
      kind: 'invalid-value',
      message: `an external table cannot have the format '${asked}'`,
      hint: didYouMean(asked, externalFormats, others) ?? others,
    });
  }
  const read = format ?? 'json';
  const isText = read === 'csv' || read === 'textfile';
  const properties = toTexts(extra['table_properties']);
  const serde = toTexts(extra['serde_properties']);
  for (const name of Object.keys(serde).filter((each) => !serdeKeys[read].test(each))) {
    issues.push({
      path: ['serde_properties'],
      kind: 'invalid-value',
      message: `the format '${read}' has no property '${name}'`,
      hint: `it has ${knownSerdeKeys[read]}`,
    });
  }
  const given = extra['field_delimiter'];
  const delimiter = typeof given === 'string' ? given : read === 'csv' ? ',' : hiveDelimiter;
  const quote = serde['quoteChar'] ?? '"';
  const escape = serde['escapeChar'] ?? '\\';
  if (isText) issues.push(...checkPlain(delimiter, 'field_delimiter', 'field_delimiter'));
  if (read === 'csv') {
    issues.push(
      ...checkPlain(quote, 'serde_properties', 'quoteChar'),
      ...checkPlain(escape, 'serde_properties', 'escapeChar'),
    );
    if (new Set([delimiter, quote, escape]).size < 3) {
      const message = 'the separator, the quote and the escape character must differ';
      const hint = "they are ',', '\"' and '\\' where nothing else is said";
      issues.push({ path: ['serde_properties'], kind: 'conflict', message, hint });
    }
  }
  const header = properties['skip.header.line.count'];
  const headerLines = /^\d{1,7}$/.test(header ?? '0') ? Number(header ?? 0) : NaN;
  if (Number.isNaN(headerLines) || headerLines > maxHeaderLines) {
    const message = `'skip.header.line.count': expected a number of lines, found '${header ?? ''}'`;
    issues.push({ path: ['table_properties'], kind: 'invalid-value', message, hint: 'such as 1' });
  } else if (headerLines > 0 && !isText) {
    const message = `files of the format '${read}' have no header lines`;
    const hint = "remove 'skip.header.line.count'";
    issues.push({ path: ['table_properties'], kind: 'conflict', message, hint });
  }
  const list = extra['partitioned_by'];
  const partitions = (Array.isArray(list) ? list : list == null ? [] : [list])
    .filter((each) => typeof each === 'string')
    .map((each) => each.trim().toLowerCase());
  const projected = readProjection(properties, partitions);
  issues.push(...projected.issues, ...checkColumns(columns, { format: read, partitions }));
  return {
    table: {
      format: read,
      delimiter,
      headerLines: Number.isNaN(headerLines) ? 0 : headerLines,
      quote,
      escape,
      nullText: serde['serialization.null.format'] ?? '\\N',
      jsonProperties: read === 'json' ? serde : {},
      partitions,
      projection: projected.projection,
    },
    issues,
  };
}
