import type { Query, QueryBody, SelectItem } from '../../../core/sql-syntax.js';
import type { Context } from './context.js';
import type { RelationColumns } from './scope.js';
import { columnName } from './select.js';

/** Returns the items of the SELECT that names a query's columns; none if it is not a SELECT. */
function namingItems(body: QueryBody): readonly SelectItem[] {
  switch (body.kind) {
    case 'select':
      return body.items;
    case 'set-operation':
      return namingItems(body.left);
    case 'nested':
      return namingItems(body.query.body);
    default:
      return [];
  }
}

/**
 * Reports what no table and no view can have: a column without a name, and a name that two columns have, without regard
 * to case. Athena refuses both (`Column name not specified at position 1`, `Column name 'id' specified more than once`).
 * Code: `column-name-invalid`.
 */
export function checkColumnNames(
  { columns }: RelationColumns,
  query: Query,
  report: Context['report'],
): void {
  const items = namingItems(query.body);
  const expressions = items.filter((item) => item.kind === 'expression');
  const unnamed = expressions.filter((item) => columnName(item) === undefined);
  const seen = new Set<string>();
  columns.forEach(({ name }, index) => {
    if (name === undefined) {
      const place = unnamed.shift() ?? query;
      report('column-name-invalid', `column ${index + 1} has no name`, place, 'add one: … AS name');
      return;
    }
    const lowered = name.toLowerCase();
    if (seen.has(lowered)) {
      const place = expressions.findLast((item) => columnName(item)?.toLowerCase() === lowered);
      report(
        'column-name-invalid',
        `two columns have the name '${name}'`,
        place ?? items.find((item) => item.kind === 'star') ?? query,
        place === undefined
          ? 'write the columns that are meant in the place of *'
          : 'give one of them another name: … AS name',
      );
    }
    seen.add(lowered);
  });
}
