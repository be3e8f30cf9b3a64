import type { SourceLocation } from '../../core/diagnostic.js';

/** A value of a CSV file. Lines and columns count from 1. */
export interface CsvField {
  /** Without the quotes around it; a doubled quote inside is one. */
  readonly text: string;
  readonly isQuoted: boolean;
  readonly line: number;
  readonly column: number;
}

/** What is wrong in a CSV file, and where. */
export interface CsvProblem {
  readonly message: string;
  readonly hint: string;
  readonly location: SourceLocation;
}

/** The records of a CSV file; an empty line is a record with one empty field. */
export interface CsvRecords {
  readonly records: readonly (readonly CsvField[])[];
  /** `null` where the whole file could be read. */
  readonly problem: CsvProblem | null;
  /** Returns the place of a field, with its line's text. */
  locate(field: Pick<CsvField, 'line' | 'column'>, length?: number): SourceLocation;
}

const lineEnd = /\r\n|\r|\n/gu;

/** Longer lines say nothing in a message. */
const longestLine = 500;

/**
 * Returns the records of a CSV text by RFC 4180: fields in double quotes may hold delimiters, line ends and doubled quotes;
 * lines end in CRLF, LF or CR; the end of the last one may be missing. A quote inside a field that does not begin with one
 * stands for itself, as Python's reader takes it. Stops at the first quote that is not closed, or is closed too early.
 */
export function readCsv(
  content: string,
  { path, delimiter }: { readonly path: string; readonly delimiter: string },
): CsvRecords {
  const text = content.replace(/^\ufeff/u, '');
  const lineText = createLineReader(text);
  const locate: CsvRecords['locate'] = ({ line, column }, length) => {
    const sourceLine = lineText(line);
    return {
      path,
      line,
      column,
      ...(length !== undefined && { length: Math.max(1, length) }),
      ...(sourceLine.length <= longestLine && { sourceLine }),
    };
  };
  const records: (readonly CsvField[])[] = [];
  let record: CsvField[] = [];
  let at = 0;
  let line = 1;
  let lineStart = 0;
  const stop = (place: Pick<CsvField, 'line' | 'column'>, message: string, hint: string) => ({
    records,
    problem: { message, hint, location: locate(place, 1) },
    locate,
  });

  /** Moves behind the line end at `at`. */
  const passLineEnd = (): void => {
    at += text.startsWith('\r\n', at) ? 2 : 1;
    line += 1;
    lineStart = at;
  };
  const isLineEnd = (): boolean => text[at] === '\n' || text[at] === '\r';

  while (at < text.length) {
    const start = { line, column: at - lineStart + 1 };
    let value: string;
    const isQuoted = text[at] === '"';
    if (isQuoted) {
      at += 1;
      value = '';
      for (;;) {
        const quote = text.indexOf('"', at);
        if (quote === -1) {
          return stop(
            start,
            'the quote is never closed',
            'close it, or double it if it is part of the value',
          );
        }
        const part = text.slice(at, quote);
        value += part;
        for (const end of part.matchAll(lineEnd)) {
          line += 1;
          lineStart = at + end.index + end[0].length;
        }
        at = quote + 1;
        if (text[at] !== '"') break;
        value += '"';
        at += 1;
      }
      if (at < text.length && text[at] !== delimiter && !isLineEnd()) {
        const place = { line, column: at - lineStart + 1 };
        const found = JSON.stringify(text[at]);
        return stop(
          place,
          `expected a delimiter or the end of the line behind a closing quote, found ${found}`,
          'double a quote that is part of the value: ""',
        );
      }
    } else {
      const from = at;
      while (at < text.length && text[at] !== delimiter && !isLineEnd()) at += 1;
      value = text.slice(from, at);
    }
    record.push({ text: value, isQuoted, ...start });
    if (text[at] === delimiter) {
      at += 1;
      // A delimiter at the very end is followed by one more field, an empty one.
      if (at < text.length) continue;
      record.push({ text: '', isQuoted: false, line, column: at - lineStart + 1 });
    }
    if (at < text.length) passLineEnd();
    records.push(record);
    record = [];
  }
  return { records, problem: null, locate };
}

/** Returns the function that gives the text of a line; the lines are looked for when the first is asked for. */
function createLineReader(text: string): (line: number) => string {
  let lines: readonly string[] | undefined;
  return (line) => (lines ??= text.split(/\r\n|\r|\n/u))[line - 1] ?? '';
}
