/** How the fields of a CSV line are told apart. */
export interface CsvFormat {
  readonly separator: string;
  readonly quote: string;
  readonly escape: string;
}

const isBlank = (text: string): boolean => text !== '' && text.trim() === '';

/**
 * Returns the fields of a line as OpenCSVSerde takes it apart, with all that is odd in it: quotes inside of a field are kept
 * from the fourth character of the line on, an escape character vanishes where nothing is escaped, a last field whose quote
 * does not end is NULL, as are the fields that a line does not have. An empty line has none.
 * Source: https://github.com/trinodb/trino, lib/trino-hive-formats, CsvDeserializer
 */
export function splitCsvLine(
  line: string,
  { separator, quote, escape }: CsvFormat,
): readonly (string | null)[] {
  if (line === '') return [];
  const fields: (string | null)[] = [];
  let field = '';
  let isQuoted = false;
  let isInside = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at] ?? '';
    const next = line[at + 1];
    if (character === escape) {
      if ((isQuoted || isInside) && (next === quote || next === escape)) field += line[++at] ?? '';
    } else if (character === quote) {
      if ((isQuoted || isInside) && next === quote) {
        field += line[++at] ?? '';
      } else {
        const isEmbedded =
          at > 2 && line[at - 1] !== separator && next !== undefined && next !== separator;
        if (isEmbedded) field = isBlank(field) ? '' : field + character;
        isQuoted = !isQuoted;
      }
      isInside = !isInside;
    } else if (character === separator && !isQuoted) {
      fields.push(field);
      field = '';
      isInside = false;
    } else {
      field += character;
      isInside = true;
    }
  }
  return [...fields, isQuoted ? null : field];
}

/** How the fields of a line of LazySimpleSerDe are told apart. */
export interface DelimitedFormat {
  readonly separator: string;
  readonly escape?: string;
  /** What stands for NULL, before escapes are taken away. */
  readonly nullText: string;
}

/**
 * Returns the fields of a line as LazySimpleSerDe takes it apart.
 * Source: https://github.com/trinodb/trino, lib/trino-hive-formats, SimpleDeserializer
 */
export function splitDelimitedLine(
  line: string,
  { separator, escape, nullText }: DelimitedFormat,
): readonly (string | null)[] {
  const fields: string[] = [];
  let start = 0;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === separator) {
      fields.push(line.slice(start, at));
      start = at + 1;
    } else if (line[at] === escape) {
      at += 1;
    }
  }
  fields.push(line.slice(start));
  const unescape = (field: string): string =>
    escape === undefined
      ? field
      : field.replaceAll(
          new RegExp(`\\x${escape.charCodeAt(0).toString(16).padStart(2, '0')}(.)`, 'gs'),
          '$1',
        );
  return fields.map((field) => (field === nullText ? null : unescape(field)));
}
