import { resolve } from 'node:path';
import { isWord, tokenizeDuckDb } from './native/tokenize-duckdb.js';
import { quoteText } from './quote.js';

/**
 * Returns a statement of an author's whose file starts at the project folder, wherever the command was started, as dbt has it:
 * what COPY writes or reads, and ATTACH opens. DuckDB itself looks for files that queries read.
 */
export function resolveWrittenFile(statement: string, root: string): string {
  const tokens = tokenizeDuckDb(statement);
  if (!isWord(tokens[0], 'COPY', 'ATTACH')) return statement;
  const isCopy = isWord(tokens[0], 'COPY');
  const file = tokens.find(
    (token, index) =>
      /^'[^']*'$/u.test(token.text) && (!isCopy || isWord(tokens[index - 1], 'TO', 'FROM')),
  );
  if (file === undefined) return statement;
  const path = file.text.slice(1, -1);
  // An address, a database in memory, or no path at all.
  if (path === '' || path.startsWith(':') || /^\w{2,}:/u.test(path)) return statement;
  return `${statement.slice(0, file.start)}${quoteText(resolve(root, path))}${statement.slice(file.end)}`;
}
