import type { SqlToken } from '../core/sql-toolkit.js';
import { ParseFailure } from './parse-failure.js';

/** Symbols of more than one character, longest first. */
const longSymbols = ['->', '=>', '<>', '!=', '<=', '>=', '||', '::', '{-', '-}'];

const number =
  /(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/y;
const word = /[A-Za-z_][A-Za-z0-9_]*/y;
const space = /\s+/y;

function matchAt(pattern: RegExp, sql: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0].length ?? 0;
}

/** Returns the offset after a quoted piece that starts at `at`; a doubled quote stands for itself. */
function endOfQuoted(sql: string, at: number, quote: string, what: string): number {
  for (let end = at + 1; end < sql.length; end++) {
    if (sql[end] !== quote) continue;
    if (sql[end + 1] !== quote) return end + 1;
    end++;
  }
  throw new ParseFailure(
    'sql-syntax',
    `${what} is not closed`,
    { start: at, end: at + 1 },
    `add the closing ${quote}; inside, a ${quote} is written twice: ${quote}${quote}`,
  );
}

/** Returns the offset of the first token at or after `at`: comments and white space are left behind. */
function skipTrivia(sql: string, from: number): number {
  let at = from;
  for (;;) {
    at += matchAt(space, sql, at);
    if (sql.startsWith('--', at)) {
      const end = sql.indexOf('\n', at);
      at = end < 0 ? sql.length : end + 1;
    } else if (sql.startsWith('/*', at)) {
      const end = sql.indexOf('*/', at + 2);
      if (end < 0) {
        throw new ParseFailure(
          'sql-syntax',
          'a comment is not closed',
          { start: at, end: at + 2 },
          'add the closing */',
        );
      }
      at = end + 2;
    } else {
      return at;
    }
  }
}

function tokenAt(sql: string, start: number): SqlToken {
  const token = (kind: SqlToken['kind'], end: number): SqlToken => ({
    kind,
    text: sql.slice(start, end),
    start,
    end,
  });
  const character = sql[start] ?? '';
  if (character === "'") return token('string', endOfQuoted(sql, start, "'", 'a string'));
  if (character === '"') return token('quoted', endOfQuoted(sql, start, '"', 'a quoted name'));
  if (/^[uU]&'/.test(sql.slice(start, start + 3))) {
    return token('unicode-string', endOfQuoted(sql, start + 2, "'", 'a string'));
  }
  if (/^[xX]'/.test(sql.slice(start, start + 2))) {
    return token('binary', endOfQuoted(sql, start + 1, "'", 'a binary literal'));
  }
  if (/[0-9]/.test(character) || (character === '.' && /[0-9]/.test(sql[start + 1] ?? ''))) {
    const end = start + matchAt(number, sql, start);
    const tail = matchAt(word, sql, end);
    if (tail > 0) {
      throw new ParseFailure(
        'sql-syntax',
        `a name must not start with a digit: ${sql.slice(start, end + tail)}`,
        { start, end: end + tail },
        `write "${sql.slice(start, end + tail)}"`,
      );
    }
    return token('number', end);
  }
  const wordLength = matchAt(word, sql, start);
  if (wordLength > 0) return token('word', start + wordLength);
  if (character === '`') {
    throw new ParseFailure(
      'sql-syntax',
      'backquotes do not quote names in a query',
      { start, end: start + 1 },
      'use double quotes: "name"',
    );
  }
  const symbol = longSymbols.find((each) => sql.startsWith(each, start)) ?? character;
  if (!/[-+*/%=<>!|(){}[\].,;:?>]/.test(character)) {
    const end = start + ((sql.codePointAt(start) ?? 0) > 0xffff ? 2 : 1);
    throw new ParseFailure(
      'sql-syntax',
      `unexpected character ${JSON.stringify(sql.slice(start, end))}`,
      { start, end },
      /\p{L}/u.test(sql.slice(start, end))
        ? 'put names with such letters in double quotes'
        : undefined,
    );
  }
  return token('symbol', start + symbol.length);
}

/** Returns the tokens of `sql`. Throws `ParseFailure` (`sql-syntax`). */
export function readTokens(sql: string): readonly SqlToken[] {
  const tokens: SqlToken[] = [];
  for (let at = skipTrivia(sql, 0); at < sql.length;) {
    const token = tokenAt(sql, at);
    tokens.push(token);
    at = skipTrivia(sql, token.end);
  }
  return tokens;
}
