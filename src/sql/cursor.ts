import type { SqlToken } from '../core/sql-toolkit.js';
import type { Expression, Identifier, Query, Span, TypeSyntax } from '../core/sql-syntax.js';
import { isReserved } from './reserved-words.js';
import { ParseFailure } from './parse-failure.js';

/** The parts of the grammar that contain each other; each file of the parser reaches the others through the cursor. */
export interface Grammar {
  readonly query: (cursor: Cursor) => Query;
  readonly expression: (cursor: Cursor) => Expression;
  readonly type: (cursor: Cursor) => TypeSyntax;
}

/** The parser's place among the tokens. Throws `ParseFailure` where the text is not as expected. */
export interface Cursor {
  readonly grammar: Grammar;
  /** The token `ahead` tokens further on, `undefined` at the end. */
  peek(ahead?: number): SqlToken | undefined;
  /** Whether the next tokens are these words (in capitals) and symbols. */
  sees(...texts: readonly string[]): boolean;
  /** Whether the token `ahead` tokens further on is this word or symbol. */
  seesAt(ahead: number, text: string): boolean;
  /** Steps over these tokens if they come next, all or none. */
  accept(...texts: readonly string[]): boolean;
  /** Steps over these tokens, which must come next. */
  expect(...texts: readonly string[]): SqlToken;
  next(): SqlToken;
  identifier(): Identifier;
  /** Whether the token `ahead` tokens further on can be a name. */
  seesIdentifier(ahead?: number): boolean;
  /** The items of a list, at least one, separated by commas. */
  list<T>(item: () => T): readonly T[];
  /** The start offset of the next token. */
  start(): number;
  /** The span from `start` to the last token that was stepped over. */
  span(start: number): Span;
  fail(expected: string, hint?: string): never;
  /** Fails with `sql-unsupported` at a span. */
  unsupported(message: string, span: Span, hint?: string): never;
}

/** Returns what a word (in capitals) or symbol is compared by; `undefined` for the other kinds of tokens. */
function comparedText({ kind, text }: SqlToken): string | undefined {
  if (kind === 'word') return text.toUpperCase();
  return kind === 'symbol' ? text : undefined;
}

/** Returns whether a token is a name: quoted, or a word that is not reserved. */
function isIdentifier(token: SqlToken | undefined): boolean {
  if (token === undefined) return false;
  return token.kind === 'quoted' || (token.kind === 'word' && !isReserved(token.text));
}

/** Whether no item of a list can begin with a token: it ends, or the next clause begins. */
function endsList(token: SqlToken | undefined): boolean {
  if (token === undefined) return true;
  return /^(?:\)|FROM|WHERE|GROUP|HAVING|ORDER|UNION)$/.test(comparedText(token) ?? '');
}

/** Returns how a message names a token. */
export function describeToken(token: SqlToken | undefined): string {
  if (token === undefined) return 'the end of the query';
  const text = token.text.length > 40 ? `${token.text.slice(0, 40)}…` : token.text;
  return ['word', 'number', 'symbol'].includes(token.kind) ? `'${text}'` : text;
}

/** Returns a cursor at the first token. `endOffset` is where the text ends. */
export function createCursor(
  tokens: readonly SqlToken[],
  endOffset: number,
  grammar: Grammar,
): Cursor {
  let index = 0;
  // Each is compared many times, once for every operator that might follow.
  const texts = tokens.map(comparedText);

  const peek = (ahead = 0): SqlToken | undefined => tokens[index + ahead];
  const seesAt = (ahead: number, text: string): boolean => texts[index + ahead] === text;
  const sees = (...expected: readonly string[]): boolean =>
    expected.every((text, ahead) => seesAt(ahead, text));
  const fail = (expected: string, hint?: string): never => {
    const token = peek();
    throw new ParseFailure(
      'sql-syntax',
      `expected ${expected}, found ${describeToken(token)}`,
      token ?? { start: endOffset, end: endOffset },
      hint,
    );
  };
  const next = (): SqlToken => {
    const token = peek();
    if (token === undefined) return fail('more');
    index++;
    return token;
  };
  const accept = (...expected: readonly string[]): boolean => {
    if (!sees(...expected)) return false;
    index += expected.length;
    return true;
  };
  const start = (): number => peek()?.start ?? endOffset;

  return {
    grammar,
    peek,
    sees,
    seesAt,
    accept,
    next,
    fail,
    start,
    span: (from) => ({ start: from, end: tokens[index - 1]?.end ?? from }),
    expect(...expected) {
      let last: SqlToken | undefined;
      for (const text of expected) {
        if (!sees(text)) fail(/^\w/.test(text) ? text : `'${text}'`);
        last = next();
      }
      return last ?? fail('more');
    },
    seesIdentifier: (ahead = 0) => isIdentifier(peek(ahead)),
    identifier() {
      const token = peek();
      if (token === undefined || !isIdentifier(token)) {
        return fail(
          'a name',
          token?.kind === 'word'
            ? `${token.text.toUpperCase()} is a reserved word; write "${token.text}" to use it as a name`
            : undefined,
        );
      }
      index++;
      const quoted = token.kind === 'quoted';
      const value = quoted ? token.text.slice(1, -1).replaceAll('""', '"') : token.text;
      return { value, quoted, start: token.start, end: token.end };
    },
    list(item) {
      const items = [item()];
      while (accept(',')) {
        if (endsList(peek())) fail('another item after the comma', 'remove the comma');
        items.push(item());
      }
      return items;
    },
    unsupported(message, span, hint) {
      throw new ParseFailure('sql-unsupported', message, span, hint);
    },
  };
}
