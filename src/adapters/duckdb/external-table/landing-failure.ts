import { errorDiagnostic, type Diagnostic } from '../../../core/diagnostic.js';
import type { EngineError } from '../engine-error.js';
import { displayPath } from '../open-failure.js';
import { findLine, type LineTest } from './landing-lines.js';

const land =
  "bring the file in with 'stedi-sql land', which writes clean JSON lines and keeps what it cannot parse in a rejects file";
const declare =
  'correct the file, or declare the column with a type that holds the value, such as varchar';
const restage = 'build the landing model again, so that it looks at the files anew';

/** What a message of DuckDB (or of our own views) says of a landing file. */
interface Finding {
  readonly file: string;
  readonly message: string;
  readonly hint: string;
  /** Finds the line; left out if no line is to blame. */
  readonly isCulprit?: LineTest;
}

/** A kind of message, and what is read from it. */
interface Pattern {
  readonly pattern: RegExp;
  readonly read: (parts: readonly string[]) => Finding;
}

function parseRecord(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Returns a test for the line whose value for the column, in JSON, begins with `shown`. */
function holdsValue(column: string, shown: string): LineTest {
  return (line) => {
    const record = parseRecord(line);
    // A line of a CSV file.
    if (typeof record !== 'object' || record === null) return line.includes(shown);
    return Object.entries(record).some(([key, value]) => {
      if (key.toLowerCase() !== column.toLowerCase()) return false;
      const text = JSON.stringify(value);
      return text.startsWith(shown) || (typeof value === 'number' && value === Number(shown));
    });
  };
}

/** Returns a test for the line whose keys, of whatever object in it, are `shown` in lower case. */
function holdsKeys(shown: string): LineTest {
  const wanted = shown.split(', ');
  return (line) => {
    const keys = [...line.matchAll(/"((?:[^"\\]|\\.)*)"\s*:/g)].map(([, key]) =>
      key?.toLowerCase(),
    );
    return keys.some((_, at) => wanted.every((key, index) => keys[at + index] === key));
  };
}

const patterns: readonly Pattern[] = [
  {
    // DuckDB numbers the records, and one too high.
    pattern: /^Malformed JSON in file "(.*)", at byte (\d+) in line (\d+): (.*)$/,
    read: ([file = '', byte = '', line = '', why = '']) => ({
      file,
      message: `malformed JSON at byte ${byte} of the line: ${why.replace(/\.? Try auto-detecting.*$/, '').trim()}`,
      hint: land,
      isCulprit: (_, record) => record === Number(line) - 1,
    }),
  },
  {
    pattern: /^JSON transform error in file "(.*)", in line (\d+): (.*)$/s,
    read: ([file = '', line = '', why = '']) => ({
      file,
      message: why.startsWith('Expected OBJECT')
        ? 'expected one JSON object on the line'
        : why.replace(/^Object .* has duplicate key/s, 'the record has twice the key'),
      hint: land,
      isCulprit: (_, record) => record === Number(line),
    }),
  },
  {
    pattern: /^landing file '(.*)': (column '(.*)' is declared .*, which cannot hold (.*))$/s,
    read: ([file = '', message = '', column = '', shown = '']) => ({
      file,
      message,
      hint: declare,
      isCulprit: holdsValue(column, shown),
    }),
  },
  {
    pattern: /^landing file '(.*)': (two keys.* without regard to case: (.*))$/s,
    read: ([file = '', message = '', shown = '']) => ({
      file,
      message,
      hint: 'keep one of the two keys; Athena refuses such records as well',
      isCulprit: holdsKeys(shown),
    }),
  },
  {
    pattern: /^landing file '(.*)' ((?:changed|arrived|is gone) .*)$/s,
    read: ([file = '', message = '']) => ({ file, message, hint: restage }),
  },
  {
    pattern: /^landing file '(.*)': (the line is not CSV .*?): (.*)$/s,
    read: ([file = '', message = '', shown = '']) => ({
      file,
      message,
      hint: 'write each field with quotes around all of it, or without any; Athena would make something else of the line than most programs',
      isCulprit: (line) => line.startsWith(shown),
    }),
  },
  {
    pattern:
      /^(?:No magic bytes found at end of file '(.*)'|File '(.*)' too small to be a Parquet file)/s,
    read: ([found, short]) => ({
      file: found ?? short ?? '',
      message: 'it is not a Parquet file, or not all of one',
      hint: 'bring the file in again, or move it out of the location',
    }),
  },
  {
    pattern: /^landing files (arrived) .* in '(.*)'$/s,
    read: ([, folder = '']) => ({
      file: folder,
      message: 'files arrived after the landing model was built over the empty folder',
      hint: restage,
    }),
  },
  {
    pattern: /^"maximum_object_size" of (\d+) bytes exceeded while reading file "(.*)"/s,
    read: ([, file = '']) => ({
      file,
      message: 'a record is longer than 16 MB',
      // Athena's own limit: https://docs.aws.amazon.com/athena/latest/ug/other-notable-limitations.html
      hint: 'split the record, or move the file out of the location; Athena refuses records of more than 32 MB, too',
      isCulprit: (line) => line.length > 16_000_000,
    }),
  },
  {
    pattern: /^No files found that match the pattern "(.*)"$/s,
    read: ([file = '']) => ({
      file: file.replace(/\/\*\*$/, '').replace(/\[([[*?])\]/g, '$1'),
      message: 'the files that the landing model was built over are gone',
      hint: restage,
    }),
  },
  {
    pattern: /^Input is not a GZIP stream: (.*)$/s,
    read: ([file = '']) => ({
      file,
      message: 'the file is not gzip, as its name says',
      hint: land,
    }),
  },
];

function matchPattern(reason: string): Finding | undefined {
  for (const { pattern, read } of patterns) {
    const match = pattern.exec(reason);
    if (match) return read(match.slice(1));
  }
  return undefined;
}

/** Returns whether DuckDB's reason is about a file that an external table reads. */
export function isLandingError(reason: string): boolean {
  return matchPattern(reason) !== undefined;
}

/**
 * Returns what is wrong with a landing file, with the file and, where a line is to blame, its number.
 * `root` is the project folder. Code: `landing-unreadable`.
 */
export async function landingFailure(error: EngineError, root: string): Promise<Diagnostic> {
  const finding = matchPattern(error.reason);
  if (finding === undefined) return errorDiagnostic('landing-unreadable', error.reason);
  const { file, message, hint, isCulprit } = finding;
  const line = isCulprit && (await findLine(file, isCulprit));
  const path = displayPath(file, root);
  const where = line === undefined ? path : `${path}, line ${line}`;
  return errorDiagnostic('landing-unreadable', `landing file ${where}: ${message}`, {
    location: { path, ...(line !== undefined && { line }) },
    hint,
  });
}
