import type { Expression, Query, TypeSyntax } from '../core/sql-syntax.js';
import type { SqlToken } from '../core/sql-toolkit.js';
import { suggest } from '../core/suggest.js';
import { createCursor, describeToken, type Cursor, type Grammar } from './cursor.js';
import { parseExpression, seesQuery } from './parse-expression.js';
import { ParseFailure } from './parse-failure.js';
import { parseQuery } from './parse-query.js';
import { parseType } from './parse-type.js';
import { readTokens } from './tokenize.js';

const grammar: Grammar = { query: parseQuery, expression: parseExpression, type: parseType };

const otherStatements =
  `ALTER ANALYZE CALL COMMENT COMMIT CREATE DEALLOCATE DELETE DENY DESCRIBE DESC DROP EXECUTE
  EXPLAIN GRANT INSERT MERGE MSCK OPTIMIZE PREPARE REFRESH RESET REVOKE ROLLBACK SET SHOW START TRUNCATE UNLOAD UPDATE
  USE VACUUM`.split(/\s+/);

/** Returns the tokens of each statement that is not empty. */
export function splitStatements(tokens: readonly SqlToken[]): readonly (readonly SqlToken[])[] {
  const statements: SqlToken[][] = [[]];
  for (const token of tokens) {
    if (token.kind === 'symbol' && token.text === ';') statements.push([]);
    else statements.at(-1)?.push(token);
  }
  return statements.filter((statement) => statement.length > 0);
}

function refuseStatement(cursor: Cursor): never {
  const first = cursor.next();
  const word = first.text.toUpperCase();
  if (otherStatements.includes(word)) {
    return cursor.unsupported(
      `expected a query (SELECT, WITH, VALUES or TABLE), found ${word}`,
      first,
      'a model is one query; stedi-sql writes the statements around it',
    );
  }
  const meant = suggest(word, ['SELECT', 'WITH', 'VALUES', 'TABLE']);
  throw new ParseFailure(
    'sql-syntax',
    `expected a query (SELECT, WITH, VALUES or TABLE), found ${describeToken(first)}`,
    first,
    meant === undefined ? undefined : `did you mean '${meant}'?`,
  );
}

/** What people write who know other engines, and what they find in its place. */
const foreignSyntax: Readonly<Record<string, string>> = {
  '::': 'Athena has no :: to cast; write CAST(… AS …)',
  ilike: 'Athena has no ILIKE; write lower(…) LIKE …',
  offset: 'OFFSET stands before LIMIT',
  qualify: 'Athena has no QUALIFY; filter in a query around this one',
};

/** Returns what to write where a query goes on with what Athena does not have. */
function adviseOnRest(cursor: Cursor): string | undefined {
  // QUALIFY itself was taken for the alias of a table.
  return [cursor.peek(), cursor.peek(-1)].flatMap(
    (token) => (token && foreignSyntax[token.text.toLowerCase()]) ?? [],
  )[0];
}

function readAll<T>(tokens: readonly SqlToken[], end: number, read: (cursor: Cursor) => T): T {
  const cursor = createCursor(tokens, end, grammar);
  const value = read(cursor);
  if (cursor.peek() !== undefined) cursor.fail('the end of the query', adviseOnRest(cursor));
  return value;
}

/** Reads the one query of a text. Throws `ParseFailure`. */
export function readQuery(sql: string): Query {
  const [first, second] = splitStatements(readTokens(sql));
  if (first === undefined) {
    throw new ParseFailure('model-empty', 'expected a query, found no SQL', { start: 0, end: 0 });
  }
  if (second?.[0] !== undefined) {
    throw new ParseFailure(
      'sql-several-statements',
      'expected one query, found a second statement',
      second[0],
      'a model is one query; move the other statement to a model of its own',
    );
  }
  const end = first.at(-1)?.end ?? sql.length;
  return readAll(first, end, (cursor) =>
    seesQuery(cursor) ? parseQuery(cursor) : refuseStatement(cursor),
  );
}

/** Reads an expression that fills the text. Throws `ParseFailure`. */
export function readExpression(sql: string): Expression {
  return readAll(readTokens(sql), sql.length, parseExpression);
}

/** Reads a type that fills the text. Throws `ParseFailure`. */
export function readType(text: string): TypeSyntax {
  return readAll(readTokens(text), text.length, parseType);
}
