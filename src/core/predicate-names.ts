import { errorDiagnostic } from './diagnostic.js';
import { failure, success, type Result } from './result.js';
import type { SqlToken, SqlToolkit } from './sql-toolkit.js';

/** How statements of incremental strategies call the two sides of a row change. */
export const rowAliases = { target: '_target', source: '_source' } as const;

/** How authors call them: dbt's names, and those of its Athena adapter. */
const authorNames: Readonly<Record<string, keyof typeof rowAliases>> = {
  dbt_internal_dest: 'target',
  target: 'target',
  dbt_internal_source: 'source',
  src: 'source',
};

/**
 * Returns a condition in which the table and the query have the names that the statements give them. `hasSource`: the
 * condition may speak of the query's rows. Diagnostics: `sql-syntax`, `sql-unsupported`.
 */
export function renamePredicate(
  toolkit: SqlToolkit,
  sql: string,
  { path, hasSource }: { readonly path: string; readonly hasSource: boolean },
): Result<string> {
  const parsed = toolkit.parseExpression(sql, { path });
  if (!parsed.ok) return parsed;
  const tokens = toolkit.tokenize(sql, { path });
  return tokens.ok ? renameQualifiers(sql, tokens.value, { path, hasSource }) : tokens;
}

/** The same of a condition whose tokens are known. Diagnostics: `sql-unsupported`. */
export function renameQualifiers(
  sql: string,
  tokens: readonly SqlToken[],
  { path, hasSource }: { readonly path: string; readonly hasSource: boolean },
): Result<string> {
  let renamed = '';
  let end = 0;
  for (const [index, token] of tokens.entries()) {
    const isName = token.kind === 'word' || token.kind === 'quoted';
    const isQualifier =
      isName && tokens[index + 1]?.text === '.' && tokens[index - 1]?.text !== '.';
    const name = token.text.replace(/^"(.*)"$/s, '$1').toLowerCase();
    const side = isQualifier && Object.hasOwn(authorNames, name) ? authorNames[name] : undefined;
    if (side === undefined) continue;
    if (side === 'source' && !hasSource) {
      return failure([
        errorDiagnostic(
          'sql-unsupported',
          `the condition speaks of '${token.text}', the rows of the query, but rows of the table are deleted by their key and the table's columns alone`,
          { location: { path }, hint: 'use DBT_INTERNAL_DEST, or the strategy merge' },
        ),
      ]);
    }
    renamed += sql.slice(end, token.start) + rowAliases[side];
    end = token.end;
  }
  // A comment at the end would swallow what follows the condition.
  return success(renamed + sql.slice(end, tokens.at(-1)?.end));
}
