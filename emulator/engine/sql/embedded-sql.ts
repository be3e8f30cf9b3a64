import type { SqlToken } from '../../../src/core/sql-toolkit.js';
import type { Expression, Query, RelationSyntax, Span } from '../../../src/core/sql-syntax.js';
import { createCursor, type Cursor, type Grammar } from '../../../src/sql/cursor.js';
import { parseExpression } from '../../../src/sql/parse-expression.js';
import { parseQuery } from '../../../src/sql/parse-query.js';
import { parseRelation } from '../../../src/sql/parse-relation.js';
import { parseType } from '../../../src/sql/parse-type.js';
import { readTokens } from '../../../src/sql/tokenize.js';
import type { EmbeddedQuery } from './statement.js';
import type { StatementCursor } from './statement-cursor.js';
import { findTimeTravel } from './time-travel.js';

const grammar: Grammar = { query: parseQuery, expression: parseExpression, type: parseType };

/** Reads the parts of a statement that are in Trino's grammar of queries, from where the statement's cursor is. */
export interface EmbeddedSql {
  query(): EmbeddedQuery;
  expression(): Expression;
  relation(): RelationSyntax;
}

/** Returns the tokens without what the parser of queries does not know: semicolons, and the clauses of time travel. */
function readQueryTokens(sql: string): readonly SqlToken[] {
  const travels = findTimeTravel(sql);
  return readTokens(sql).filter(
    ({ text, start }) =>
      text !== ';' && !travels.some((travel) => travel.start <= start && start < travel.end),
  );
}

/** Returns the reader; after each part the cursor is behind it. Throws `ParseFailure`. */
export function createEmbeddedSql(
  sql: string,
  cursor: StatementCursor,
  anyTokens: readonly SqlToken[],
): EmbeddedSql {
  let tokens: readonly SqlToken[] | undefined;
  const read = <T extends Span>(parse: (inner: Cursor) => T): T => {
    tokens ??= readQueryTokens(sql);
    const start = cursor.start();
    const inner = createCursor(
      tokens.filter((token) => token.start >= start),
      anyTokens.at(-1)?.end ?? sql.length,
      grammar,
    );
    const node = parse(inner);
    // Not the node's own end: a nested relation in parentheses ends with what is inside.
    const next = inner.start();
    const position = anyTokens.findIndex((token) => token.start >= next);
    cursor.moveTo(position < 0 || inner.peek() === undefined ? anyTokens.length : position);
    return node;
  };
  return {
    query() {
      const start = cursor.start();
      const query: Query = read(parseQuery);
      return { query, ...cursor.span(start) };
    },
    expression: () => read(parseExpression),
    relation: () => read(parseRelation),
  };
}
