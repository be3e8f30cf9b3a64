import type { SqlToken } from '../../../src/core/sql-toolkit.js';
import type { Span } from '../../../src/core/sql-syntax.js';
import { ParseFailure } from '../../../src/sql/parse-failure.js';
import { isDdlReserved } from './ddl-reserved-words.js';
import type { Name } from './statement.js';

/** The parser's place among the tokens of a statement outside of its queries. Throws `ParseFailure`. */
export interface StatementCursor {
  readonly position: number;
  moveTo(position: number): void;
  peek(ahead?: number): SqlToken | undefined;
  sees(...texts: readonly string[]): boolean;
  accept(...texts: readonly string[]): boolean;
  expect(...texts: readonly string[]): void;
  /** A name of one part, lower case. */
  name(): string;
  /** A name of up to three parts. */
  qualifiedName(): Name;
  /** The value of a string in quotes. */
  string(): string;
  list<T>(item: () => T): readonly T[];
  span(start: number): Span;
  start(): number;
  atEnd(): boolean;
  fail(expected: string): never;
}

/** Which quotes names may have, and which words are reserved: those of Hive's DDL, or of Trino's statements. */
export type Quoting = 'hive' | 'trino' | 'either';

function textOf(token: SqlToken): string {
  return token.kind === 'word' ? token.text.toUpperCase() : token.text;
}

/** Hive's strings know `\'`, `\t`, `\001`, `\u0001`. */
function readEscapes(text: string): string {
  return text.replace(
    /\\(?:u([0-9a-fA-F]{4})|([0-7]{3})|(.))/gs,
    (_, unicode: string | undefined, octal: string | undefined, plain: string | undefined) => {
      if (unicode !== undefined) return String.fromCharCode(parseInt(unicode, 16));
      if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
      const letters: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', b: '\b' };
      return letters[plain ?? ''] ?? plain ?? '';
    },
  );
}

/** Returns the text of a string in quotes. */
export function unquote(token: SqlToken): string {
  const quote = token.text[0] ?? '';
  return token.text.slice(1, -1).replaceAll(quote + quote, quote);
}

/** Returns a cursor at the first token. */
export function createStatementCursor(
  tokens: readonly SqlToken[],
  quoting: Quoting,
): StatementCursor {
  let position = 0;
  const end = tokens.at(-1)?.end ?? 0;
  const peek = (ahead = 0): SqlToken | undefined => tokens[position + ahead];
  const sees = (...texts: readonly string[]): boolean =>
    texts.every((text, ahead) => {
      const token = peek(ahead);
      return token !== undefined && /^(?:word|symbol)$/.test(token.kind) && textOf(token) === text;
    });
  const accept = (...texts: readonly string[]): boolean => {
    if (!sees(...texts)) return false;
    position += texts.length;
    return true;
  };
  const fail = (expected: string): never => {
    const token = peek();
    const found = token === undefined ? '<EOF>' : token.text;
    throw new ParseFailure(
      'sql-syntax',
      `mismatched input '${found}'. Expecting: ${expected}`,
      token ?? { start: end, end },
    );
  };
  const name = (): string => {
    const token = peek();
    const isWord = token?.kind === 'word' && !(quoting === 'hive' && isDdlReserved(token.text));
    const isQuoted =
      token?.kind === 'quoted' &&
      (quoting === 'either' || token.text.startsWith('`') === (quoting === 'hive'));
    if (token === undefined || (!isWord && !isQuoted)) return fail('<identifier>');
    // Names that begin with an underscore need backticks in DDL, those that begin with a digit double quotes in DML.
    if (isWord && (quoting === 'hive' ? /^_/ : /^\d/).test(token.text)) return fail('<identifier>');
    position++;
    return (isQuoted ? unquote(token) : token.text).toLowerCase();
  };
  const start = (): number => peek()?.start ?? end;
  const span = (from: number): Span => ({ start: from, end: tokens[position - 1]?.end ?? from });
  return {
    get position() {
      return position;
    },
    moveTo(next) {
      position = next;
    },
    peek,
    sees,
    accept,
    expect(...texts) {
      for (const text of texts) if (!accept(text)) fail(`'${text}'`);
    },
    name,
    qualifiedName() {
      const from = start();
      const parts = [name()];
      while (parts.length < 3 && accept('.')) parts.push(name());
      return { parts, ...span(from) };
    },
    string() {
      const token = peek();
      const isString =
        token?.kind === 'string' ||
        (quoting !== 'trino' && token?.kind === 'quoted' && token.text.startsWith('"'));
      if (token === undefined || !isString) return fail('<string>');
      position++;
      return quoting === 'hive' ? readEscapes(unquote(token)) : unquote(token);
    },
    list(item) {
      const items = [item()];
      while (accept(',')) items.push(item());
      return items;
    },
    span,
    start,
    atEnd: () => position >= tokens.length,
    fail,
  };
}
