import type { SqlToken } from './sql-toolkit.js';

/** What a statement of a hook or an operation does, in Athena's SQL. Offsets are in the text that was tokenized. */
export type StatementShape =
  | { readonly kind: 'query' }
  /** `head` is everything before the query: INSERT INTO t (a, b), CREATE TABLE t AS. */
  | { readonly kind: 'head-and-query'; readonly queryStart: number }
  | {
      readonly kind: 'delete';
      /** The parts of the table's name, without quotes. */
      readonly table: readonly string[];
      /** `null` where all rows go. */
      readonly conditionStart: number | null;
    }
  | { readonly kind: 'create-schema' }
  | {
      readonly kind: 'create-table';
      readonly columns: readonly {
        readonly name: SqlToken;
        readonly typeStart: number;
        readonly typeEnd: number;
      }[];
    }
  /** What only some engines know: OPTIMIZE, ALTER TABLE … SET, MERGE. */
  | { readonly kind: 'other'; readonly word: string }
  /** What is never run. */
  | { readonly kind: 'refused'; readonly word: string; readonly reason: string };

const removes = 'nothing is removed that the project did not make and record';
const session = 'transactions and sessions are the business of the run';
const refused: Readonly<Record<string, string>> = {
  DROP: removes,
  TRUNCATE: removes,
  BEGIN: session,
  COMMIT: session,
  ROLLBACK: session,
  START: session,
  SET: session,
  RESET: session,
  USE: session,
  ATTACH: 'the warehouse of a target is one',
  DETACH: 'the warehouse of a target is one',
  COPY: 'files are written by no statement of a project',
  INSTALL: 'extensions are not loaded',
  LOAD: 'extensions are not loaded',
  PRAGMA: session,
  GRANT: 'Athena has no GRANT: rights are given in IAM and Lake Formation',
  REVOKE: 'Athena has no REVOKE: rights are taken in IAM and Lake Formation',
};

function isSymbol(token: SqlToken | undefined, text: string): boolean {
  return token?.kind === 'symbol' && token.text === text;
}

function isWord(token: SqlToken | undefined, ...words: readonly string[]): boolean {
  return token?.kind === 'word' && words.includes(token.text.toUpperCase());
}

const queryWords = ['SELECT', 'WITH', 'VALUES', 'TABLE'];

/** Returns the index behind a name such as `a."b".c`, and its parts. */
function readName(tokens: readonly SqlToken[], from: number) {
  const parts: string[] = [];
  let at = from;
  for (;;) {
    const token = tokens[at];
    if (token === undefined || (token.kind !== 'word' && token.kind !== 'quoted')) break;
    parts.push(
      token.kind === 'quoted' ? token.text.slice(1, -1).replaceAll('""', '"') : token.text,
    );
    at += 1;
    if (!isSymbol(tokens[at], '.')) break;
    at += 1;
  }
  return { parts, next: at };
}

/** Returns the index behind the parenthesis that closes the one at `from`. */
function skipParentheses(tokens: readonly SqlToken[], from: number): number {
  let depth = 0;
  for (let at = from; at < tokens.length; at += 1) {
    if (isSymbol(tokens[at], '(')) depth += 1;
    else if (isSymbol(tokens[at], ')')) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return tokens.length;
}

function shapeOfInsert(tokens: readonly SqlToken[]): StatementShape {
  const { next } = readName(tokens, 2);
  const hasColumns = isSymbol(tokens[next], '(') && !isWord(tokens[next + 1], ...queryWords);
  const query = tokens[hasColumns ? skipParentheses(tokens, next) : next];
  return query === undefined
    ? { kind: 'other', word: 'INSERT' }
    : { kind: 'head-and-query', queryStart: query.start };
}

function shapeOfDelete(tokens: readonly SqlToken[]): StatementShape {
  const { parts, next } = readName(tokens, 2);
  if (parts.length === 0 || !isWord(tokens[1], 'FROM')) return { kind: 'other', word: 'DELETE' };
  const where = tokens[next];
  if (where === undefined) return { kind: 'delete', table: parts, conditionStart: null };
  const condition = tokens[next + 1];
  if (!isWord(where, 'WHERE') || condition === undefined) return { kind: 'other', word: 'DELETE' };
  return { kind: 'delete', table: parts, conditionStart: condition.start };
}

function readColumns(tokens: readonly SqlToken[], open: number): StatementShape {
  const end = skipParentheses(tokens, open) - 1;
  const other = { kind: 'other', word: 'CREATE TABLE' } as const;
  // Athena's own clauses (LOCATION, TBLPROPERTIES) follow; another engine has none of them.
  if (end + 1 < tokens.length) return other;
  const columns: { name: SqlToken; typeStart: number; typeEnd: number }[] = [];
  for (let at = open + 1; at < end; at += 1) {
    const [name, first] = [tokens[at], tokens[at + 1]];
    if (name === undefined || first === undefined) return other;
    let last = at + 1;
    while (last < end && !isSymbol(tokens[last], ',')) {
      last = isSymbol(tokens[last], '(') ? skipParentheses(tokens, last) : last + 1;
    }
    const lastToken = tokens[last - 1];
    if (lastToken === undefined) return other;
    columns.push({ name, typeStart: first.start, typeEnd: lastToken.end });
    at = last;
  }
  return { kind: 'create-table', columns };
}

function shapeOfCreate(tokens: readonly SqlToken[]): StatementShape {
  let at = 1;
  if (isWord(tokens[at], 'OR')) at += 2;
  const what = tokens[at]?.text.toUpperCase() ?? '';
  at += 1;
  if (isWord(tokens[at], 'IF')) at += 3;
  if (what === 'SCHEMA' || what === 'DATABASE') return { kind: 'create-schema' };
  if (what !== 'TABLE' && what !== 'VIEW') return { kind: 'other', word: `CREATE ${what}` };
  const { next } = readName(tokens, at);
  const query = tokens[next + 1];
  if (isWord(tokens[next], 'AS') && query !== undefined) {
    return { kind: 'head-and-query', queryStart: query.start };
  }
  const isList = what === 'TABLE' && isSymbol(tokens[next], '(');
  return isList ? readColumns(tokens, next) : { kind: 'other', word: `CREATE ${what}` };
}

/** Returns what a statement does. `tokens` are those of one statement, without a semicolon. */
export function classifyStatement(tokens: readonly SqlToken[]): StatementShape {
  const [first] = tokens;
  const word = first?.text.toUpperCase() ?? '';
  if (isSymbol(first, '(') || queryWords.includes(word)) return { kind: 'query' };
  const reason = refused[word];
  if (reason !== undefined) return { kind: 'refused', word, reason };
  if (word === 'ALTER' && tokens.some((token) => isWord(token, 'DROP', 'RENAME'))) {
    return { kind: 'refused', word: 'ALTER … DROP', reason: removes };
  }
  if (word === 'INSERT') return shapeOfInsert(tokens);
  if (word === 'DELETE') return shapeOfDelete(tokens);
  return word === 'CREATE' ? shapeOfCreate(tokens) : { kind: 'other', word };
}

/** A statement of a text. */
export interface WrittenStatement {
  readonly sql: string;
  readonly shape: StatementShape;
}

/** Returns the statements of a text of hooks or operations; empty ones do not count. */
export function splitWritten(
  sql: string,
  tokens: readonly SqlToken[],
  tokenize: (text: string) => readonly SqlToken[],
): readonly WrittenStatement[] {
  const ends = tokens.filter((token) => isSymbol(token, ';'));
  const starts = [0, ...ends.map(({ end }) => end)];
  return starts.flatMap((start, index) => {
    const text = sql.slice(start, ends[index]?.start ?? sql.length).trim();
    const own = tokenize(text);
    return own.length === 0 ? [] : [{ sql: text, shape: classifyStatement(own) }];
  });
}
