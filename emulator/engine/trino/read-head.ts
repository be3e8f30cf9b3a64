import { createStatementCursor } from '../sql/statement-cursor.js';
import {
  parseCreateTableHead,
  parseOptimizeHead,
  parsePlainName,
  type CreateTableHead,
} from '../sql/parse-heads.js';
import { attempt, type ScannedStatement } from '../sql/parse-statement.js';
import type { Name } from '../sql/statement.js';
import type { Span } from '../../../src/core/sql-syntax.js';

/** The beginning of a statement of Trino's dialect: what Athena's own rules need to know. The rest is Trino's to read. */
export type Head =
  /** SELECT, EXPLAIN and what else goes to Trino as it stands. */
  | { readonly kind: 'other' }
  | { readonly kind: 'insert' | 'merge' | 'update' | 'delete'; readonly table: Name }
  | { readonly kind: 'vacuum'; readonly table: Name }
  | { readonly kind: 'optimize'; readonly table: Name; readonly where?: Span }
  | { readonly kind: 'create-view'; readonly table: Name; readonly replace: boolean }
  | { readonly kind: 'drop-view'; readonly table: Name; readonly ifExists: boolean }
  | { readonly kind: 'unload' }
  | (CreateTableHead & {
      readonly kind: 'create-table-as';
      /** The query, without WITH [NO] DATA. */
      readonly query: Span;
      readonly withData: boolean;
    });

/** Reads the beginning of a statement of Trino's dialect. Throws `EngineError`. */
export function readHead(sql: string, { tokens }: ScannedStatement): Head {
  const cursor = createStatementCursor(tokens, 'trino');
  const end = tokens.at(-1)?.end ?? sql.length;

  function createTableAs(): Head {
    const head = parseCreateTableHead(cursor);
    const start = cursor.start();
    const last = tokens.slice(-3).map(({ text }) => text.toUpperCase());
    const withoutData = last.join(' ') === 'WITH NO DATA';
    const saysData = withoutData || last.slice(1).join(' ') === 'WITH DATA';
    const ending = withoutData ? 3 : saysData ? 2 : 0;
    return {
      kind: 'create-table-as',
      ...head,
      query: { start, end: tokens.at(-1 - ending)?.end ?? end },
      withData: !withoutData,
    };
  }

  function read(): Head {
    if (cursor.accept('INSERT', 'INTO')) return { kind: 'insert', table: cursor.qualifiedName() };
    if (cursor.accept('MERGE', 'INTO')) return { kind: 'merge', table: cursor.qualifiedName() };
    if (cursor.accept('UPDATE')) return { kind: 'update', table: cursor.qualifiedName() };
    if (cursor.accept('DELETE', 'FROM')) return { kind: 'delete', table: cursor.qualifiedName() };
    if (cursor.accept('VACUUM')) return { kind: 'vacuum', table: parsePlainName(cursor) };
    if (cursor.accept('UNLOAD')) return { kind: 'unload' };
    if (cursor.accept('OPTIMIZE')) {
      const table = parseOptimizeHead(cursor);
      const where = cursor.accept('WHERE') ? { start: cursor.start(), end } : undefined;
      return { kind: 'optimize', table, ...(where && { where }) };
    }
    if (cursor.accept('CREATE', 'TABLE')) return createTableAs();
    if (cursor.accept('DROP', 'VIEW')) {
      const ifExists = cursor.accept('IF', 'EXISTS');
      return { kind: 'drop-view', ifExists, table: cursor.qualifiedName() };
    }
    if (cursor.accept('CREATE')) {
      const replace = cursor.accept('OR', 'REPLACE');
      cursor.expect('VIEW');
      return { kind: 'create-view', replace, table: cursor.qualifiedName() };
    }
    return { kind: 'other' };
  }

  return attempt(sql, 'trino', read);
}
