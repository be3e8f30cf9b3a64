import { insertText } from '../../../core/insert-text.js';
import type { AddedCtes, NamedQuery } from '../../../core/sql-toolkit.js';
import { quoteName } from '../quote.js';
import { isWord, splitDuckDbStatements, tokenizeDuckDb } from './tokenize-duckdb.js';

/** Returns the text of a query without what stands behind its last word: semicolons and comments. */
export function trimQuery(sql: string): string {
  const [first] = splitDuckDbStatements(sql);
  const last = first?.at(-1);
  return last === undefined ? sql : sql.slice(0, last.end);
}

/**
 * Returns `sql` with CTEs put before its own; the text of all queries stays as it is. A query of DuckDB may begin with
 * `from`, `pivot` or a parenthesis as well: a WITH may stand before all of them.
 */
export function addNativeCtes(sql: string, ctes: readonly NamedQuery[]): AddedCtes {
  const [first, second] = tokenizeDuckDb(sql);
  if (ctes.length === 0 || first === undefined) {
    return { sql, toOriginal: (line, column) => ({ line, column }) };
  }
  // What is recursive among the query's own CTEs stays so; the others are none the worse for the word.
  const list = ctes
    .map(({ name, query }) => `${quoteName(name)} AS (\n${trimQuery(query)}\n)`)
    .join(', ');
  const isWith = isWord(first, 'WITH');
  const own = isWith && isWord(second, 'RECURSIVE') ? second : first;
  const at = isWith ? (own?.end ?? first.end) : first.start;
  const text = isWith ? ` ${list},` : `WITH ${list}\n`;
  return insertText(sql, { at, text });
}
