import type { GlueCatalog } from '../core/glue-catalog.js';
import { userError } from './errors.js';
import type { Name, Statement } from './sql/statement.js';

/** Returns the table, view or database that a statement of either dialect makes, changes or shows. */
function subjectOf(
  statement: Statement,
): { readonly name: Name; readonly parts: number } | undefined {
  if ('table' in statement) return { name: statement.table, parts: 3 };
  if (!('name' in statement)) return undefined;
  const isDatabase = /-database$/.test(statement.kind);
  return { name: statement.name, parts: isDatabase ? 2 : 3 };
}

/**
 * Returns the Glue catalog that a statement writes to or shows: that of the data catalog in its target's name, or else of
 * the request's. Names in its queries may say others. Throws CATALOG_NOT_FOUND.
 */
export function findTargetGlue(
  statement: Statement,
  requested: string,
  findGlue: (name: string) => GlueCatalog | undefined,
): GlueCatalog {
  const subject = subjectOf(statement);
  const [first] = subject?.name.parts ?? [];
  const catalog = subject?.name.parts.length === subject?.parts ? (first ?? requested) : requested;
  const glue = findGlue(catalog);
  if (glue !== undefined) return glue;
  throw userError('semantic', `CATALOG_NOT_FOUND: line 1:1: Catalog '${catalog}' not found`);
}
