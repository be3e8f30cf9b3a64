import { parseQueryProperties } from './parse-properties.js';
import type { Name, PropertyValue } from './statement.js';
import type { StatementCursor } from './statement-cursor.js';

/** What a CREATE TABLE AS says before its query. */
export interface CreateTableHead {
  readonly table: Name;
  readonly ifNotExists: boolean;
  readonly comment?: string;
  readonly properties: ReadonlyMap<string, PropertyValue>;
}

/** Reads what stands between CREATE TABLE and the query. Throws `ParseFailure`. */
export function parseCreateTableHead(cursor: StatementCursor): CreateTableHead {
  const ifNotExists = cursor.accept('IF', 'NOT', 'EXISTS');
  const table = cursor.qualifiedName();
  const comment = cursor.accept('COMMENT') ? cursor.string() : undefined;
  const properties = cursor.accept('WITH')
    ? parseQueryProperties(cursor)
    : new Map<string, never>();
  cursor.expect('AS');
  return { table, ifNotExists, ...(comment !== undefined && { comment }), properties };
}

/** Reads a name without quotes: OPTIMIZE and VACUUM take no others, as their clients found out. Throws `ParseFailure`. */
export function parsePlainName(cursor: StatementCursor): Name {
  for (const ahead of [0, 2, 4]) {
    if (cursor.peek(ahead)?.kind === 'quoted') return cursor.fail('<identifier>');
    if (cursor.peek(ahead + 1)?.text !== '.') break;
  }
  return cursor.qualifiedName();
}

/** Reads OPTIMIZE up to its condition. Throws `ParseFailure`. */
export function parseOptimizeHead(cursor: StatementCursor): Name {
  const table = parsePlainName(cursor);
  cursor.expect('REWRITE', 'DATA', 'USING', 'BIN_PACK');
  return table;
}
