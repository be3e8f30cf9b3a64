import { insertText } from '../core/insert-text.js';
import type { AddedCtes, NamedQuery } from '../core/sql-toolkit.js';
import { readTokens } from './tokenize.js';
import { readQuery } from './statements.js';

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Returns the query without the semicolons that end it, so that it can stand in parentheses. */
function withoutSemicolons(query: string): string {
  return [...readTokens(query)]
    .reverse()
    .filter((token) => token.kind === 'symbol' && token.text === ';')
    .reduce((text, token) => text.slice(0, token.start) + text.slice(token.end), query);
}

/**
 * Returns `sql` with CTEs put before its own. The text of all queries stays as it is; a line end keeps a comment at a
 * query's end from swallowing the parenthesis. Throws `ParseFailure`.
 */
export function prependCtes(sql: string, ctes: readonly NamedQuery[]): AddedCtes {
  const query = readQuery(sql);
  if (ctes.length === 0) return insertText(sql, { at: 0, text: '' });
  const list = ctes
    .map(({ name, query: text }) => `${quoteName(name)} AS (\n${withoutSemicolons(text)}\n)`)
    .join(', ');
  const firstTable = query.with?.tables[0];
  return insertText(
    sql,
    firstTable === undefined
      ? { at: query.start, text: `WITH ${list}\n` }
      : { at: firstTable.start, text: `${list}, ` },
  );
}
