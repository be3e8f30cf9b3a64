import type { Expression, Query, QueryBody } from '../core/sql-syntax.js';
import type { OutputColumn } from '../core/sql-toolkit.js';

function describeExpression(expression: Expression): OutputColumn {
  if (expression.kind === 'name') return { kind: 'named', name: expression.name.value };
  if (expression.kind === 'field') return { kind: 'named', name: expression.field.value };
  return { kind: 'unnamed' };
}

function columnsOfBody(body: QueryBody): readonly OutputColumn[] {
  switch (body.kind) {
    case 'select':
      return body.items.flatMap((item): readonly OutputColumn[] => {
        if (item.kind === 'expression') {
          return [
            item.alias
              ? { kind: 'named', name: item.alias.value }
              : describeExpression(item.expression),
          ];
        }
        if (item.aliases) return item.aliases.map(({ value }) => ({ kind: 'named', name: value }));
        const base = item.base && describeExpression(item.base);
        return [{ kind: 'star', ...(base?.kind === 'named' && { base: base.name }) }];
      });
    case 'set-operation':
      return columnsOfBody(body.left);
    case 'values': {
      const [row] = body.rows;
      const width = row?.kind === 'row' ? row.items.length : 1;
      return Array.from({ length: width }, () => ({ kind: 'unnamed' }));
    }
    case 'table':
      return [{ kind: 'star' }];
    case 'nested':
      return columnsOfBody(body.query.body);
  }
}

/** Returns the columns of a query's result in order, as far as the text alone tells. */
export function outputColumns(query: Query): readonly OutputColumn[] {
  return columnsOfBody(query.body);
}
