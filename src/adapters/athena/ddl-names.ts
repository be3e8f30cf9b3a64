import type { SqlToken } from '../../core/sql-toolkit.js';
import { quoteDdlName } from './quote.js';

/** Statements that name their table as Hive's grammar does, by their first words; the others take names without quotes. */
const kinds: readonly { readonly words: readonly string[]; readonly quoted: boolean }[] = [
  { words: ['ALTER', 'TABLE'], quoted: true },
  { words: ['MSCK', 'REPAIR', 'TABLE'], quoted: true },
  { words: ['OPTIMIZE'], quoted: false },
  { words: ['VACUUM'], quoted: false },
];

/**
 * Returns a statement with its table's name as Athena takes it, where that is not as in a query, which is what `{{ this }}`
 * and `{{ ref() }}` print: without the catalog, which the request says, and in backticks (ALTER TABLE, MSCK REPAIR TABLE) or
 * without quotes (OPTIMIZE, VACUUM). Other statements stay as they are.
 * Source: Athena User Guide, "Escape reserved keywords" and "OPTIMIZE"; what the adapter of dbt strips.
 */
export function respellTableName(sql: string, tokens: readonly SqlToken[]): string {
  const kind = kinds.find(({ words }) =>
    words.every((word, at) => tokens[at]?.text.toUpperCase() === word),
  );
  if (kind === undefined) return sql;
  const from = kind.words.length;
  const parts: SqlToken[] = [];
  for (let at = from; ; at += 2) {
    const token = tokens[at];
    if (token?.kind !== 'word' && token?.kind !== 'quoted') break;
    parts.push(token);
    if (tokens[at + 1]?.text !== '.') break;
  }
  const [first, last] = [parts[0], parts.at(-1)];
  if (first === undefined || last === undefined) return sql;
  if (!parts.some(({ kind: spelled, text }) => spelled === 'quoted' && text.startsWith('"'))) {
    return sql;
  }
  const names = parts
    .slice(-2)
    .map(({ kind: spelled, text }) =>
      spelled === 'quoted' ? text.slice(1, -1).replaceAll('""', '"') : text,
    );
  const name = names.map((each) => (kind.quoted ? quoteDdlName(each) : each)).join('.');
  return sql.slice(0, first.start) + name + sql.slice(last.end);
}
