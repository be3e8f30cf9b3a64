import {
  errorDiagnostic,
  warningDiagnostic,
  type Diagnostic,
  type SourceLocation,
} from '../../core/diagnostic.js';
import type { SeedColumn, SeedTable } from '../../core/node.js';
import type { SourceFile } from '../../core/project.js';
import { inferNativeType } from './infer-native-type.js';
import { inferType } from './infer-type.js';
import { readCsv, type CsvField, type CsvRecords } from './read-csv.js';
import { readSeedValue } from './seed-value.js';

/** The type that the configuration gives to a column. */
export type SeedType = Pick<SeedColumn, 'type' | 'nativeType'>;

/** How a seed's file is to be read. */
export interface SeedReading {
  readonly name: string;
  readonly delimiter: string;
  /** The types that the configuration gives, by column name in lower case. */
  readonly types: ReadonlyMap<string, SeedType>;
  /** The SQL is the engine's own: types and NULL are dbt's, and values are for the engine to cast. */
  readonly isNative?: boolean;
}

/** Of mistakes of one kind, so many are shown. */
const mostShown = 5;

/** A record with as many fields as there are columns. */
type Row = readonly CsvField[];

/**
 * Returns the rows of a CSV file, each value as its column's type takes it. No value, and `null` without quotes, is NULL, as
 * in dbt. Diagnostics, at the value: `seed-invalid` for a file that is no table, `seed-value-invalid`, `seed-null-text`.
 */
export function readSeed(
  { path, content }: Pick<SourceFile, 'path' | 'content'>,
  { name, delimiter, types, isNative = false }: SeedReading,
): { readonly table: SeedTable; readonly diagnostics: readonly Diagnostic[] } {
  const csv = readCsv(content, { path, delimiter });
  const [header = [], ...records] = withoutEmptyEnd(csv.records);
  const diagnostics: Diagnostic[] = [];
  if (csv.problem !== null) {
    const { message, hint, location } = csv.problem;
    diagnostics.push(
      errorDiagnostic('seed-invalid', `seed '${name}': ${message}`, { location, hint }),
    );
  }
  if (header.length === 0) {
    if (csv.problem === null) {
      const message = `seed '${name}' is empty: expected a line with the names of its columns`;
      const hint = 'write the names into the first line, or remove the file';
      diagnostics.push(errorDiagnostic('seed-invalid', message, { location: { path }, hint }));
    }
    return { table: { columns: [], rows: [] }, diagnostics };
  }
  diagnostics.push(
    ...checkHeader(header, { name, csv }),
    ...checkWidths(records, header.length, { name, csv, delimiter }),
    ...checkDelimiter([header, ...records], { name, csv, delimiter }),
  );
  const rows = records.filter((record) => record.length === header.length && !isEmptyLine(record));
  const columns = header.map((field, index): SeedColumn => {
    const columnName = field.text.trim();
    const declared = types.get(columnName.toLowerCase());
    if (declared !== undefined) return { name: columnName, ...declared };
    const texts = textsOf(rows, index);
    return { name: columnName, type: isNative ? inferNativeType(texts) : inferType(texts) };
  });
  const stored =
    isNative && hasApostrophesForQuotes([header, ...rows]) ? takeApostrophesOff(rows) : rows;
  const values = columns.map((column, index) => {
    const read = readColumn(stored, { ...column, index }, { name, csv, isNative });
    diagnostics.push(...read.diagnostics);
    return read.values;
  });
  return {
    table: {
      columns,
      rows: rows.map((_, at) => values.map((column) => column[at] ?? null)),
    },
    diagnostics,
  };
}

/** Empty lines behind the last row say nothing. */
function withoutEmptyEnd(records: readonly Row[]): readonly Row[] {
  const last = records.findLastIndex((record) => !isEmptyLine(record));
  return records.slice(0, last + 1);
}

function isEmptyLine(record: Row): boolean {
  const [field] = record;
  return record.length === 1 && field?.isQuoted === false && field.text.trim() === '';
}

/** So many lines DuckDB looks at before it says what quotes are: `sample_size` of its reader of CSV files. */
const sampledLines = 20_480;

const betweenApostrophes = /^'((?:[^']|'')*)'$/u;

/**
 * Whether DuckDB, which loads the file in dbt-duckdb, takes apostrophes for quotes: where none are double and each value
 * that begins with an apostrophe is between two. Types are chosen before, of the values with them.
 */
function hasApostrophesForQuotes(lines: readonly Row[]): boolean {
  const opened = lines
    .slice(0, sampledLines)
    .flatMap((line) => line.filter(({ text }) => text.trimStart().startsWith("'")));
  return (
    opened.length > 0 &&
    opened.every(({ text }) => betweenApostrophes.test(text.trim())) &&
    !lines.some((line) => line.some(({ isQuoted }) => isQuoted))
  );
}

function takeApostrophesOff(rows: readonly Row[]): readonly Row[] {
  return rows.map((row) =>
    row.map((field) => {
      const inner = betweenApostrophes.exec(field.text.trim())?.[1];
      // Quoted, so that the word null in it is a text.
      return inner === undefined
        ? field
        : { ...field, text: inner.replaceAll("''", "'"), isQuoted: true };
    }),
  );
}

interface Reported {
  readonly name: string;
  readonly csv: CsvRecords;
}

function checkHeader(header: Row, { name, csv }: Reported): readonly Diagnostic[] {
  const first = new Map<string, SourceLocation>();
  return header.flatMap((field, index) => {
    const text = field.text.trim();
    const location = csv.locate(field, text.length);
    if (text === '') {
      const message = `column ${index + 1} of seed '${name}' has no name`;
      const hint =
        'write a name into the first line, or take the delimiter off that makes the column';
      return [errorDiagnostic('seed-invalid', message, { location, hint })];
    }
    const earlier = first.get(text.toLowerCase());
    if (earlier === undefined) {
      first.set(text.toLowerCase(), location);
      return [];
    }
    const message = `two columns of seed '${name}' have the name '${text}'`;
    const hint = 'rename one of them; names of columns compare without regard to case';
    const related = [{ message: 'first here', location: earlier }];
    return [errorDiagnostic('seed-invalid', message, { location, hint, related })];
  });
}

function checkWidths(
  records: readonly Row[],
  width: number,
  { name, csv, delimiter }: Reported & { readonly delimiter: string },
): readonly Diagnostic[] {
  const ragged = records.filter((record) => record.length !== width || isEmptyLine(record));
  return ragged.slice(0, mostShown).flatMap((record, index) => {
    const [first] = record;
    if (first === undefined) return [];
    const others = index + 1 === mostShown ? countOthers(ragged.length, 'rows') : '';
    const field = record[width] ?? first;
    const found = isEmptyLine(record) ? 'an empty line' : `${record.length}`;
    const message = `expected ${width} values, as the first line of seed '${name}' has, found ${found}${others}`;
    const hint = isEmptyLine(record)
      ? width === 1
        ? 'write "" for NULL, or remove the line'
        : 'remove the line'
      : record.length > width
        ? `put a value with ${JSON.stringify(delimiter)} in it between double quotes`
        : `write a delimiter for each value that is missing; config 'delimiter' is ${JSON.stringify(delimiter)}`;
    const location = csv.locate(field, field.text.length);
    return [errorDiagnostic('seed-invalid', message, { location, hint })];
  });
}

const otherDelimiters = [',', ';', '\t', '|'];

/** Whether a file of one column has another delimiter in each of its lines: then it is a table of several columns. */
function checkDelimiter(
  lines: readonly Row[],
  { name, csv, delimiter }: Reported & { readonly delimiter: string },
): readonly Diagnostic[] {
  const [header] = lines;
  const [field] = header ?? [];
  if (header?.length !== 1 || field === undefined || field.isQuoted) return [];
  const countIn = (text: string, sign: string): number => text.split(sign).length - 1;
  const found = otherDelimiters.find((sign) => {
    const count = sign === delimiter ? 0 : countIn(field.text, sign);
    return (
      count > 0 &&
      lines.every((line) => isEmptyLine(line) || countIn(line[0]?.text ?? '', sign) === count)
    );
  });
  if (found === undefined) return [];
  const message = `seed '${name}' is a table of one column, '${shorten(field.text)}': its delimiter is ${JSON.stringify(delimiter)}, and its lines are divided by ${JSON.stringify(found)}`;
  return [
    warningDiagnostic('seed-invalid', message, {
      location: csv.locate(field, field.text.length),
      hint: `set the config \`delimiter: ${JSON.stringify(found)}\` of the seed, or put the name of its one column between double quotes`,
    }),
  ];
}

function countOthers(count: number, what: string): string {
  return count > mostShown ? `; so are ${count - mostShown} more ${what}` : '';
}

/** As in dbt: no value and the word null are NULL; between quotes the word is a text here. */
function isNull({ text, isQuoted }: CsvField): boolean {
  if (text === '') return true;
  const trimmed = text.trim();
  return !isQuoted && (trimmed === '' || trimmed.toLowerCase() === 'null');
}

/** Returns the texts of a column that are not NULL. */
function textsOf(rows: readonly Row[], index: number): readonly string[] {
  return rows.flatMap((row) => {
    const field = row[index];
    return field === undefined || isNull(field) ? [] : [field.text];
  });
}

function readColumn(
  rows: readonly Row[],
  { name: columnName, type, nativeType, index }: SeedColumn & { readonly index: number },
  { name, csv, isNative }: Reported & { readonly isNative: boolean },
): { readonly values: readonly (string | null)[]; readonly diagnostics: readonly Diagnostic[] } {
  const wrong: { readonly field: CsvField; readonly expected: string }[] = [];
  const nullTexts: CsvField[] = [];
  const values = rows.map((row) => {
    const field = row[index];
    if (field === undefined || isNull(field)) {
      // In a column of texts dbt reads the word as a text, whatever it took it for when it chose the type.
      return isNative && type.kind === 'varchar' && field?.text ? field.text : null;
    }
    const read = nativeType === undefined ? readSeedValue(field.text, type) : field;
    const value = isNative && 'expected' in read ? field : read;
    if ('text' in value) {
      if (!isNative && field.isQuoted && value.text.trim().toLowerCase() === 'null')
        nullTexts.push(field);
      return value.text;
    }
    wrong.push({ field, expected: value.expected });
    return null;
  });
  const where = `column '${columnName}' of seed '${name}'`;
  const diagnostics = wrong.slice(0, mostShown).map(({ field, expected }, at) => {
    const others = at + 1 === mostShown ? countOthers(wrong.length, 'values') : '';
    return errorDiagnostic(
      'seed-value-invalid',
      `expected ${expected} in ${where}, found '${shorten(field.text)}'${others}`,
      {
        location: csv.locate(field, field.text.length),
        hint: "correct the value, or give the column another type under 'column_types'",
      },
    );
  });
  const [nullText] = nullTexts;
  if (nullText !== undefined) {
    const others = nullTexts.length > 1 ? ` (${nullTexts.length} times)` : '';
    const message = `the quoted word '${nullText.text}' in ${where} is a text here${others}; dbt takes it for NULL`;
    const location = csv.locate(nullText, nullText.text.length + 2);
    const hint = 'take the quotes off where NULL is meant';
    diagnostics.push(warningDiagnostic('seed-null-text', message, { location, hint }));
  }
  return { values, diagnostics };
}

function shorten(text: string): string {
  const line = text.replace(/[\r\n]+/gu, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
