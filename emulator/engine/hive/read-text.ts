import { writeFile } from 'node:fs/promises';
import type { Table } from '@aws-sdk/client-glue';
import {
  convertCsvText,
  convertLazyText,
  orUnfit,
} from '../../../src/adapters/duckdb/external-table/convert-text.js';
import { quoteName, quoteText, quoteTexts } from '../../../src/adapters/duckdb/quote.js';
import type { SqlType } from '../../../src/core/sql-type.js';
import type { FormatColumn, FormatContext } from '../../core/table-format.js';
import { emulatorLimitation } from '../errors.js';
import { readPlainFile } from './plain-file.js';
import { fileColumn, storedType } from './read-hive-table.js';
import type { ReadTask } from './read-parquet.js';
import { splitCsvLine, splitDelimitedLine } from './split-line.js';
import { fileFormat } from './table-storage.js';

function settingsOf(table: Table): Readonly<Record<string, string>> {
  return table.StorageDescriptor?.SerdeInfo?.Parameters ?? {};
}

/** Returns what takes a line apart. */
function lineSplitter(table: Table): (line: string) => readonly (string | null)[] {
  const settings = settingsOf(table);
  if (fileFormat(table.StorageDescriptor) === 'csv') {
    const format = {
      separator: settings['separatorChar'] ?? ',',
      quote: settings['quoteChar'] ?? '"',
      escape: settings['escapeChar'] ?? '\\',
    };
    return (line) => splitCsvLine(line, format);
  }
  const escape = settings['escape.delim'];
  // Hive's DDL writes the default separator's number, 1.
  const given = settings['field.delim'] ?? settings['serialization.format'] ?? '1';
  const format = {
    separator: given === '1' ? '\u0001' : given,
    nullText: settings['serialization.null.format'] ?? '\\N',
    ...(escape !== undefined && { escape }),
  };
  return (line) => splitDelimitedLine(line, format);
}

/** OpenCSVSerde: dates are days, and instants milliseconds, since 1970. Source: Athena User Guide, csv-serde. */
function csvValue(text: string, { name, type }: FormatColumn): string {
  const place = { file: 'file', column: name };
  switch (type.kind) {
    case 'date':
      return orUnfit(`date '1970-01-01' + try_cast(${text} as integer)`, text, type, place);
    case 'timestamp':
      return orUnfit(`make_timestamp(try_cast(${text} as bigint) * 1000)`, text, type, place);
    case 'tinyint':
    case 'smallint':
    case 'real':
    case 'decimal':
      return orUnfit(`try_cast(${text} as ${storedType(type)})`, text, type, place);
    default:
      return convertCsvText(text, type, place);
  }
}

function delimited(text: string, delimiter: string): string {
  return `string_split(${text}, ${quoteText(delimiter)})`;
}

/** LazySimpleSerDe: what cannot be read is NULL. */
function lazyValue(
  text: string,
  type: SqlType,
  settings: Readonly<Record<string, string>>,
): string {
  const collection = settings['collection.delim'] ?? settings['colelction.delim'] ?? '\u0002';
  const mapKey = settings['mapkey.delim'] ?? '\u0003';
  switch (type.kind) {
    case 'array':
      return `list_transform(${delimited(text, collection)}, lambda x: ${lazyValue('x', type.element, settings)})`;
    case 'map': {
      const entry = (index: number): string =>
        `list_transform(${delimited(text, collection)}, lambda x: ${lazyValue(`${delimited('x', mapKey)}[${index}]`, index === 1 ? type.key : type.value, settings)})`;
      return `case when ${text} is not null then map(${entry(1)}, ${entry(2)}) end`;
    }
    case 'varbinary':
      return `try(from_base64(${text}))`;
    case 'row':
      throw emulatorLimitation('a struct in a delimited text file cannot be read');
    default:
      return convertLazyText(text, type);
  }
}

/**
 * Returns a query of delimited text (LazySimpleSerDe) or CSV (OpenCSVSerde). Fields beyond the columns are left out, and
 * columns beyond the fields NULL. Lines are taken apart here and given to DuckDB as lists of texts.
 */
export async function readTextFiles(
  { objects }: FormatContext,
  { table, columns, files }: ReadTask,
): Promise<string> {
  const isCsv = fileFormat(table.StorageDescriptor) === 'csv';
  const split = lineSplitter(table);
  const skipped = Number(table.Parameters?.['skip.header.line.count'] ?? 0);
  const settings = settingsOf(table);
  const plain = await Promise.all(
    files.map(async (file) => {
      const lines = (await readPlainFile(file))
        .toString('utf8')
        .replace(/^\ufeff/, '')
        .split(/\r\n|\n|\r/);
      if (lines.at(-1) === '') lines.pop();
      const path = objects.scratchPath('.json');
      const records = lines.slice(skipped).map((line) => JSON.stringify({ fields: split(line) }));
      await writeFile(path, records.map((record) => `${record}\n`).join(''));
      return { file, path };
    }),
  );
  const known = plain
    .map(
      ({ file, path }) =>
        `(${quoteText(path)}, ${quoteText(file.object.path)}, ${quoteText(file.address)})`,
    )
    .join(', ');
  const items = columns.map((column, index) => {
    const text = `fields[${index + 1}]`;
    const value = isCsv ? csvValue(text, column) : lazyValue(text, column.type, settings);
    return `${value} as ${quoteName(column.name)}`;
  });
  const source = `read_json(${quoteTexts(plain.map(({ path }) => path))}, columns = {fields: 'VARCHAR[]'}, \
format = 'newline_delimited', maximum_object_size = 134217728, filename = 'stedi$plain')`;
  const rows = `select fields, own, file from ${source} as stedi_text
join (values ${known}) as stedi_known(plain, own, file) on stedi_text."stedi$plain" = stedi_known.plain`;
  return `select ${[...items, `own as ${quoteName(fileColumn)}`].join(', ')} from (${rows})`;
}
