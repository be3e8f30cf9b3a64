import type { Expression, Span } from '../../../src/core/sql-syntax.js';
import { createCursor } from '../../../src/sql/cursor.js';
import { parseExpression } from '../../../src/sql/parse-expression.js';
import { parseQuery } from '../../../src/sql/parse-query.js';
import { parseType } from '../../../src/sql/parse-type.js';
import { readTokens } from '../../../src/sql/tokenize.js';

/** `FOR VERSION AS OF …` or `FOR TIMESTAMP AS OF …`, which follows a table's name. */
export interface TimeTravel extends Span {
  readonly kind: 'version' | 'timestamp';
  readonly value: Expression;
  /** The value as written. */
  readonly valueText: string;
  /** The end of the table's name before it. */
  readonly nameEnd: number;
}

const openings: readonly (readonly [words: readonly string[], kind: TimeTravel['kind']])[] = [
  [['FOR', 'VERSION', 'AS', 'OF'], 'version'],
  [['FOR', 'SYSTEM_VERSION', 'AS', 'OF'], 'version'],
  [['FOR', 'TIMESTAMP', 'AS', 'OF'], 'timestamp'],
  [['FOR', 'SYSTEM_TIME', 'AS', 'OF'], 'timestamp'],
];

/** Returns the clauses of a text; the parser of queries does not know them. Throws `ParseFailure`. */
export function findTimeTravel(text: string): readonly TimeTravel[] {
  if (!/\bAS\s+OF\b/i.test(text)) return [];
  const tokens = readTokens(text);
  const found: TimeTravel[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const opening = openings.find(([words]) =>
      words.every((word, ahead) => tokens[index + ahead]?.text.toUpperCase() === word),
    );
    const first = tokens[index];
    if (opening === undefined || first === undefined) continue;
    const grammar = { query: parseQuery, expression: parseExpression, type: parseType };
    const cursor = createCursor(tokens.slice(index + 4), text.length, grammar);
    const value = parseExpression(cursor);
    const { end } = cursor.span(first.start);
    found.push({
      kind: opening[1],
      value,
      valueText: text.slice(tokens[index + 4]?.start, end),
      start: first.start,
      end,
      nameEnd: tokens[index - 1]?.end ?? 0,
    });
  }
  return found;
}
