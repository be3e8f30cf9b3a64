import type { ExternalTable } from '../../../core/external-table.js';
import { quoteName, quoteText, quoteTexts } from '../quote.js';
import { convertCsvText, convertLazyText } from './convert-text.js';
import type { LandingColumn } from './landing-view.js';

/** Four control characters that no text holds: DuckDB is to give whole lines. */
const noDelimiter = '\u0001\u0002\u0003\u0002';
/** Athena's own limit of a row: https://docs.aws.amazon.com/athena/latest/ug/other-notable-limitations.html */
const longestLineBytes = 33_554_432;
const shownLength = 80;

/** Returns a character of ASCII as a regular expression of RE2's, also inside of brackets. */
function toPattern(character: string): string {
  return `\\x{${character.charCodeAt(0).toString(16)}}`;
}

/**
 * Returns SQL of a line's fields as OpenCSVSerDe takes it apart, where that is what everybody would: fields that begin and
 * end with a quote, or hold none. Outside of quotes an escape character vanishes. Lines of other forms, of which the SerDe
 * makes something of its own, fail the query.
 * Source: https://github.com/trinodb/trino, lib/trino-hive-formats, CsvDeserializer ("bug for bug compatible")
 */
function csvFields({ delimiter, quote, escape }: ExternalTable): string {
  const [s, q, e] = [delimiter, quote, escape].map(toPattern);
  const quoted = `${q}(?:[^${q}${e}]|${q}${q}|${e}.)*${q}`;
  const plain = `(?:[^${s}${q}${e}]|${e}[^${s}${q}${e}])*${e}?`;
  const field = `(?:${quoted}|${plain})`;
  const inside = `regexp_replace(x[2:-2], ${quoteText(`${e}(.)|${q}(${q})`)}, '\\1\\2', 'g')`;
  const value = `case when starts_with(x, ${quoteText(quote)}) then ${inside} else replace(x, ${quoteText(escape)}, '') end`;
  const all = `regexp_extract_all(line || ${quoteText(delimiter)}, ${quoteText(`(${field})${s}`)}, 1)`;
  const complaint = `error('landing file ''' || file || ''': the line is not CSV that everybody reads alike: ' || left(line, ${shownLength}))`;
  return `case when line = '' then []::varchar[] \
when not contains(line, ${quoteText(quote)}) and not contains(line, ${quoteText(escape)}) then string_split(line, ${quoteText(delimiter)}) \
when regexp_full_match(line, ${quoteText(`${field}(?:${s}${field})*`)}) then list_transform(${all}, lambda x: ${value}) \
else ${complaint} end`;
}

/**
 * Returns a query of CSV or delimited text: the declared columns and `file`. Fields beyond the columns are left out, columns
 * beyond the fields are NULL. The files' lines must all end alike.
 */
export function readDelimited(
  table: ExternalTable,
  columns: readonly LandingColumn[],
  paths: readonly string[],
): string {
  const isCsv = table.format === 'csv';
  const options = [
    `columns = {line: 'VARCHAR'}`,
    `delim = ${quoteText(noDelimiter)}`,
    `quote = ''`,
    `escape = ''`,
    'header = false',
    'auto_detect = false',
    'strict_mode = false',
    `skip = ${table.headerLines}`,
    `max_line_size = ${longestLineBytes}`,
    `filename = true`,
  ];
  // DuckDB takes an empty line for NULL.
  const lines = `select filename as file, coalesce(line, '') as line from read_csv(${quoteTexts(paths)}, ${options.join(', ')})`;
  const fields = isCsv ? csvFields(table) : `string_split(line, ${quoteText(table.delimiter)})`;
  const items = columns.map(({ name, type }, index) => {
    const field = `fields[${index + 1}]`;
    const value = isCsv
      ? convertCsvText(field, type, { file: 'file', column: name })
      : convertLazyText(`nullif(${field}, ${quoteText(table.nullText)})`, type);
    return `${value} as ${quoteName(name)}`;
  });
  return `select ${[...items, 'file'].join(',\n  ')}\nfrom (select file, ${fields} as fields from (${lines}))`;
}
