import type { SqlToken } from '../../../core/sql-toolkit.js';

const word = /[\p{L}_][\p{L}\p{N}_$]*/uy;
const number = /(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|(?:\d[\d_]*)?\.?\d[\d_]*(?:[eE][+-]?\d+)?\.?)/y;
const dollarTag = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/uy;

function matchAt(pattern: RegExp, sql: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0];
}

/** Returns the offset behind what begins at `from` and ends with `quote`, which stands for itself where it is doubled. */
function endOfQuoted(
  sql: string,
  from: number,
  { quote, escapes }: { readonly quote: string; readonly escapes: boolean },
): number {
  for (let at = from; at < sql.length; at += 1) {
    if (escapes && sql[at] === '\\') at += 1;
    else if (sql[at] === quote) {
      if (sql[at + 1] !== quote) return at + 1;
      at += 1;
    }
  }
  return sql.length;
}

/** Comments in slashes nest, as in PostgreSQL, whose lexer DuckDB has. */
function endOfComment(sql: string, from: number): number {
  let depth = 0;
  for (let at = from; at < sql.length; at += 1) {
    const pair = sql.slice(at, at + 2);
    if (pair === '/*') depth += 1;
    else if (pair === '*/') depth -= 1;
    else continue;
    at += 1;
    if (depth === 0) return at + 1;
  }
  return sql.length;
}

function readToken(sql: string, start: number): SqlToken {
  const token = (kind: SqlToken['kind'], end: number): SqlToken => ({
    kind,
    text: sql.slice(start, end),
    start,
    end,
  });
  const character = sql[start] ?? '';
  if (character === "'") {
    return token('string', endOfQuoted(sql, start + 1, { quote: "'", escapes: false }));
  }
  if (character === '"') {
    return token('quoted', endOfQuoted(sql, start + 1, { quote: '"', escapes: false }));
  }
  const prefix = /[eExXbB]/.test(character) && sql[start + 1] === "'";
  if (prefix) {
    const escapes = /[eE]/.test(character);
    return token('string', endOfQuoted(sql, start + 2, { quote: "'", escapes }));
  }
  const tag = matchAt(dollarTag, sql, start);
  if (tag !== undefined) {
    const end = sql.indexOf(tag, start + tag.length);
    return token('string', end < 0 ? sql.length : end + tag.length);
  }
  const name = matchAt(word, sql, start);
  if (name !== undefined) return token('word', start + name.length);
  const digits = /[\d.]/.test(character) ? matchAt(number, sql, start) : undefined;
  if (digits !== undefined) return token('number', start + digits.length);
  return token('symbol', start + 1);
}

/**
 * Returns the tokens of DuckDB's SQL without comments and white space, each sign by itself. It knows just enough to tell
 * names, texts and comments apart; what is wrong is found by DuckDB.
 */
export function tokenizeDuckDb(sql: string): readonly SqlToken[] {
  const tokens: SqlToken[] = [];
  let at = 0;
  while (at < sql.length) {
    if (/\s/.test(sql[at] ?? '')) at += 1;
    else if (sql.startsWith('--', at)) {
      const end = sql.indexOf('\n', at);
      at = end < 0 ? sql.length : end;
    } else if (sql.startsWith('/*', at)) at = endOfComment(sql, at);
    else {
      const token = readToken(sql, at);
      tokens.push(token);
      at = token.end;
    }
  }
  return tokens;
}

/** Returns whether a token is one of these words, whatever their case. */
export function isWord(token: SqlToken | undefined, ...words: readonly string[]): boolean {
  return token?.kind === 'word' && words.includes(token.text.toUpperCase());
}

/** Returns whether a token is this sign. */
export function isSymbol(token: SqlToken | undefined, text: string): boolean {
  return token?.kind === 'symbol' && token.text === text;
}

/** Returns the tokens of each statement of a text; those without any do not count. */
export function splitDuckDbStatements(sql: string): readonly (readonly SqlToken[])[] {
  const statements: SqlToken[][] = [[]];
  for (const token of tokenizeDuckDb(sql)) {
    if (isSymbol(token, ';')) statements.push([]);
    else statements.at(-1)?.push(token);
  }
  return statements.filter((tokens) => tokens.length > 0);
}
