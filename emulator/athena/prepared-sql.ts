import { isKeyword, nameOf, wordsOf, type Word } from './sql-words.js';

/** What a statement does with prepared statements, if it does anything. */
export type PreparedSql =
  | { readonly kind: 'prepare'; readonly name: string; readonly sql: string }
  | { readonly kind: 'deallocate'; readonly name: string }
  | {
      readonly kind: 'execute';
      /** The prepared statement's name, or the statement itself (`EXECUTE IMMEDIATE`). */
      readonly of: { readonly name: string } | { readonly sql: string };
      readonly parameters: readonly string[];
    };

/**
 * Returns `PREPARE name FROM statement`, `DEALLOCATE PREPARE name`, `EXECUTE name [USING …]` or `EXECUTE IMMEDIATE 'text'
 * [USING …]` in parts; `undefined` for any other statement.
 */
export function readPreparedSql(statement: string): PreparedSql | undefined {
  const sql = statement.trim().replace(/;$/, '');
  const words = wordsOf(sql) ?? [];
  const [first, second, third] = words;
  if (first === undefined || second === undefined) return undefined;
  if (isKeyword(first, 'PREPARE') && third !== undefined && isKeyword(third, 'FROM')) {
    return { kind: 'prepare', name: nameOf(second), sql: sql.slice(third.end).trim() };
  }
  if (isKeyword(first, 'DEALLOCATE') && isKeyword(second, 'PREPARE') && third !== undefined) {
    return { kind: 'deallocate', name: nameOf(third) };
  }
  if (!isKeyword(first, 'EXECUTE')) return undefined;
  const isImmediate = isKeyword(second, 'IMMEDIATE') && third?.kind === 'text';
  const rest = words.slice(isImmediate ? 3 : 2);
  if (rest.length > 0 && !isKeyword(rest[0], 'USING')) return undefined;
  return {
    kind: 'execute',
    of: isImmediate
      ? { sql: third.text.slice(1, -1).replaceAll("''", "'") }
      : { name: nameOf(second) },
    parameters: splitAtCommas(sql, rest.slice(1)),
  };
}

/** Returns the texts between commas that are in no brackets. */
function splitAtCommas(sql: string, words: readonly Word[]): readonly string[] {
  const parts: Word[][] = [];
  let depth = 0;
  for (const word of words) {
    if ('([{'.includes(word.text)) depth += 1;
    if (')]}'.includes(word.text)) depth -= 1;
    if (depth === 0 && word.text === ',') parts.push([]);
    else (parts.at(-1) ?? addTo(parts)).push(word);
  }
  return parts.map((part) => sql.slice(part[0]?.start, part.at(-1)?.end));
}

function addTo(parts: Word[][]): Word[] {
  const part: Word[] = [];
  parts.push(part);
  return part;
}
