import type { SqlToken } from '../../../src/core/sql-toolkit.js';
import { ParseFailure } from '../../../src/sql/parse-failure.js';

const word = /[A-Za-z_][A-Za-z0-9_]*/y;
const number = /\d+(?:\.\d*)?(?:[eE][+-]?\d+)?/y;
const digitName = /\d+[A-Za-z_]\w*/y;
const space = /\s+/y;

function lengthAt(pattern: RegExp, sql: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0].length ?? 0;
}

function endOfQuoted(sql: string, at: number, quote: string, hasEscapes: boolean): number {
  for (let end = at + 1; end < sql.length; end++) {
    if (hasEscapes && sql[end] === '\\') {
      end++;
      continue;
    }
    if (sql[end] !== quote) continue;
    if (sql[end + 1] !== quote) return end + 1;
    end++;
  }
  throw new ParseFailure('sql-syntax', `${quote} is not closed`, { start: at, end: at + 1 });
}

function skipTrivia(sql: string, from: number): number {
  let at = from;
  for (;;) {
    at += lengthAt(space, sql, at);
    if (sql.startsWith('--', at)) {
      const end = sql.indexOf('\n', at);
      at = end < 0 ? sql.length : end + 1;
    } else if (sql.startsWith('/*', at)) {
      const end = sql.indexOf('*/', at + 2);
      if (end < 0) {
        throw new ParseFailure('sql-syntax', 'a comment is not closed', { start: at, end: at + 2 });
      }
      at = end + 2;
    } else {
      return at;
    }
  }
}

/**
 * Returns the tokens of a statement in either dialect: names in backticks or double quotes are `quoted`. Which quotes
 * the statement may use is up to its parser. `hasEscapes`: a backslash in a string stands before a character to be taken
 * as it is, as in Hive's dialect. Throws `ParseFailure`.
 */
export function readAnyTokens(
  sql: string,
  { hasEscapes }: { readonly hasEscapes: boolean } = { hasEscapes: false },
): readonly SqlToken[] {
  const tokens: SqlToken[] = [];
  for (let at = skipTrivia(sql, 0); at < sql.length;) {
    const start = at;
    const character = sql[at] ?? '';
    let kind: SqlToken['kind'] = 'symbol';
    let end = at + 1;
    if (character === "'") [kind, end] = ['string', endOfQuoted(sql, at, "'", hasEscapes)];
    else if (character === '"' || character === '`') {
      [kind, end] = ['quoted', endOfQuoted(sql, at, character, hasEscapes && character === '"')];
    } else if (lengthAt(digitName, sql, at) > 0) {
      [kind, end] = ['word', at + lengthAt(digitName, sql, at)];
    } else if (lengthAt(number, sql, at) > 0) {
      [kind, end] = ['number', at + lengthAt(number, sql, at)];
    } else if (lengthAt(word, sql, at) > 0) [kind, end] = ['word', at + lengthAt(word, sql, at)];
    tokens.push({ kind, text: sql.slice(start, end), start, end });
    at = skipTrivia(sql, end);
  }
  return tokens;
}
