import type {
  CommonTable,
  Expression,
  GroupBy,
  GroupingElement,
  Query,
  QueryBody,
  Select,
  SelectItem,
} from '../core/sql-syntax.js';
import type { Cursor } from './cursor.js';
import {
  parseColumnNames,
  parseQualifiedName,
  parseRelation,
  seesAlias,
} from './parse-relation.js';
import { parseDigits } from './parse-type.js';
import { parseOrderBy, parseWindowSpecification } from './parse-window.js';

function parseCommonTable(cursor: Cursor): CommonTable {
  const start = cursor.start();
  const name = cursor.identifier();
  const columns = parseColumnNames(cursor);
  cursor.expect('AS', '(');
  const query = parseQuery(cursor);
  cursor.expect(')');
  return { name, ...(columns && { columns }), query, ...cursor.span(start) };
}

function parseWith(cursor: Cursor): Query['with'] {
  const start = cursor.start();
  if (cursor.sees('WITH', 'FUNCTION')) {
    cursor.unsupported(
      'functions defined in a query are not supported, as in Athena',
      cursor.next(),
    );
  }
  if (!cursor.accept('WITH')) return undefined;
  const recursive = cursor.accept('RECURSIVE');
  const tables = cursor.list(() => parseCommonTable(cursor));
  return { recursive, tables, ...cursor.span(start) };
}

/** Reads `[WITH …]` and what follows. */
export function parseQuery(cursor: Cursor): Query {
  const start = cursor.start();
  const clause = parseWith(cursor);
  const rest = parseQueryWithoutWith(cursor);
  return { ...rest, ...(clause && { with: clause }), ...cursor.span(start) };
}

function parseLimit(cursor: Cursor): { readonly limit?: string; readonly withTies: boolean } {
  if (cursor.accept('LIMIT')) {
    if (cursor.accept('ALL')) return { withTies: false };
    return { limit: parseDigits(cursor, 'a number of rows or ALL'), withTies: false };
  }
  if (!cursor.accept('FETCH', 'FIRST') && !cursor.accept('FETCH', 'NEXT')) {
    return { withTies: false };
  }
  const limit = cursor.peek()?.kind === 'number' ? parseDigits(cursor, 'a number of rows') : '1';
  if (!cursor.accept('ROWS')) cursor.expect('ROW');
  const withTies = cursor.accept('WITH', 'TIES');
  if (!withTies) cursor.expect('ONLY');
  return { limit, withTies };
}

function parseQueryWithoutWith(cursor: Cursor): Query {
  const start = cursor.start();
  const body = parseUnion(cursor);
  const orderBy = parseOrderBy(cursor);
  let offset: string | undefined;
  if (cursor.accept('OFFSET')) {
    offset = parseDigits(cursor, 'a number of rows');
    if (!cursor.accept('ROWS')) cursor.accept('ROW');
  }
  const { limit, withTies } = parseLimit(cursor);
  return {
    kind: 'query',
    body,
    orderBy,
    ...(offset !== undefined && { offset }),
    ...(limit !== undefined && { limit }),
    withTies,
    ...cursor.span(start),
  };
}

function parseSetOperations(
  cursor: Cursor,
  operators: readonly ('union' | 'except' | 'intersect')[],
  operand: () => QueryBody,
): QueryBody {
  const start = cursor.start();
  let left = operand();
  for (;;) {
    const operator = operators.find((each) => cursor.accept(each.toUpperCase()));
    if (operator === undefined) return left;
    const distinct = !cursor.accept('ALL');
    if (distinct) cursor.accept('DISTINCT');
    if (cursor.sees('CORRESPONDING')) {
      cursor.unsupported('CORRESPONDING is not supported', cursor.next());
    }
    const right = operand();
    left = { kind: 'set-operation', operator, distinct, left, right, ...cursor.span(start) };
  }
}

function parseUnion(cursor: Cursor): QueryBody {
  return parseSetOperations(cursor, ['union', 'except'], () =>
    parseSetOperations(cursor, ['intersect'], () => parsePrimaryQuery(cursor)),
  );
}

function parsePrimaryQuery(cursor: Cursor): QueryBody {
  const start = cursor.start();
  if (cursor.accept('(')) {
    const query = parseQueryWithoutWith(cursor);
    cursor.expect(')');
    return { kind: 'nested', query, ...cursor.span(start) };
  }
  if (cursor.accept('TABLE')) {
    const name = parseQualifiedName(cursor);
    return { kind: 'table', name, ...cursor.span(start) };
  }
  if (cursor.accept('VALUES')) {
    const rows = cursor.list(() => cursor.grammar.expression(cursor));
    return { kind: 'values', rows, ...cursor.span(start) };
  }
  if (!cursor.sees('SELECT')) cursor.fail('SELECT, VALUES, TABLE or a query in parentheses');
  return parseSelect(cursor);
}

function parseSelectItem(cursor: Cursor): SelectItem {
  const start = cursor.start();
  const finishStar = (base?: Expression): SelectItem => {
    cursor.expect('*');
    const aliases = base && cursor.accept('AS') ? parseColumnNames(cursor) : undefined;
    return {
      kind: 'star',
      ...(base && { base }),
      ...(aliases && { aliases }),
      ...cursor.span(start),
    };
  };
  if (cursor.sees('*')) return finishStar();
  const expression = cursor.grammar.expression(cursor);
  if (cursor.accept('.')) return finishStar(expression);
  const alias = cursor.accept('AS') || seesAlias(cursor) ? cursor.identifier() : undefined;
  return { kind: 'expression', expression, ...(alias && { alias }), ...cursor.span(start) };
}

/** Reads one set of ROLLUP, CUBE or GROUPING SETS: `(a, b)`, `()` or `a`. */
function parseGroupingSet(cursor: Cursor): readonly Expression[] {
  if (cursor.accept('(', ')')) return [];
  const inParentheses = cursor.sees('(');
  const expression = cursor.grammar.expression(cursor);
  return inParentheses && expression.kind === 'row' ? expression.items : [expression];
}

function parseGroupingElement(cursor: Cursor): GroupingElement {
  const start = cursor.start();
  const sets = (): readonly (readonly Expression[])[] => {
    cursor.expect('(');
    const read = cursor.sees(')') ? [] : cursor.list(() => parseGroupingSet(cursor));
    cursor.expect(')');
    return read;
  };
  if (cursor.accept('ROLLUP')) return { kind: 'rollup', sets: sets(), ...cursor.span(start) };
  if (cursor.accept('CUBE')) return { kind: 'cube', sets: sets(), ...cursor.span(start) };
  if (cursor.sees('GROUPING', 'SETS') || cursor.sees('GROUPING', 'SETS', '(')) {
    cursor.expect('GROUPING', 'SETS');
    return { kind: 'grouping-sets', sets: sets(), ...cursor.span(start) };
  }
  return { kind: 'simple', expressions: parseGroupingSet(cursor), ...cursor.span(start) };
}

function parseGroupBy(cursor: Cursor): GroupBy | undefined {
  const start = cursor.start();
  if (!cursor.accept('GROUP', 'BY')) return undefined;
  const distinct = cursor.accept('DISTINCT');
  if (!distinct) cursor.accept('ALL');
  const elements = cursor.list(() => parseGroupingElement(cursor));
  return { distinct, elements, ...cursor.span(start) };
}

function parseSelect(cursor: Cursor): Select {
  const start = cursor.start();
  cursor.expect('SELECT');
  const distinct = cursor.accept('DISTINCT');
  if (!distinct) cursor.accept('ALL');
  const items = cursor.list(() => parseSelectItem(cursor));
  const from = cursor.accept('FROM') ? cursor.list(() => parseRelation(cursor)) : [];
  const where = cursor.accept('WHERE') ? cursor.grammar.expression(cursor) : undefined;
  const groupBy = parseGroupBy(cursor);
  const having = cursor.accept('HAVING') ? cursor.grammar.expression(cursor) : undefined;
  const windows = cursor.accept('WINDOW')
    ? cursor.list(() => {
        const name = cursor.identifier();
        cursor.expect('AS');
        return { name, window: parseWindowSpecification(cursor) };
      })
    : [];
  return {
    kind: 'select',
    distinct,
    items,
    from,
    ...(where && { where }),
    ...(groupBy && { groupBy }),
    ...(having && { having }),
    windows,
    ...cursor.span(start),
  };
}
