import type {
  FrameBound,
  SortItem,
  WindowFrame,
  WindowReference,
  WindowSpecification,
} from '../core/sql-syntax.js';
import type { Cursor } from './cursor.js';

/** Reads `expression [ASC|DESC] [NULLS FIRST|LAST]`. */
function parseSortItem(cursor: Cursor): SortItem {
  const start = cursor.start();
  const expression = cursor.grammar.expression(cursor);
  const descending = cursor.accept('DESC');
  if (!descending) cursor.accept('ASC');
  const nulls = cursor.accept('NULLS', 'FIRST')
    ? 'first'
    : cursor.accept('NULLS', 'LAST')
      ? 'last'
      : undefined;
  return { expression, descending, ...(nulls && { nulls }), ...cursor.span(start) };
}

/** Reads `ORDER BY …` if it comes next. */
export function parseOrderBy(cursor: Cursor): readonly SortItem[] {
  return cursor.accept('ORDER', 'BY') ? cursor.list(() => parseSortItem(cursor)) : [];
}

function parseBound(cursor: Cursor): FrameBound {
  if (cursor.accept('UNBOUNDED', 'PRECEDING')) return { kind: 'unbounded-preceding' };
  if (cursor.accept('UNBOUNDED', 'FOLLOWING')) return { kind: 'unbounded-following' };
  if (cursor.accept('CURRENT', 'ROW')) return { kind: 'current-row' };
  const value = cursor.grammar.expression(cursor);
  if (cursor.accept('PRECEDING')) return { kind: 'preceding', value };
  cursor.expect('FOLLOWING');
  return { kind: 'following', value };
}

function parseFrame(cursor: Cursor): WindowFrame | undefined {
  const start = cursor.start();
  const unit = (['ROWS', 'RANGE', 'GROUPS'] as const).find((each) => cursor.accept(each));
  if (unit === undefined) {
    if (cursor.sees('MEASURES')) {
      cursor.unsupported('row pattern recognition in a window is not supported', cursor.next());
    }
    return undefined;
  }
  let from: FrameBound;
  let to: FrameBound | undefined;
  if (cursor.accept('BETWEEN')) {
    from = parseBound(cursor);
    cursor.expect('AND');
    to = parseBound(cursor);
  } else {
    from = parseBound(cursor);
  }
  return {
    unit: unit.toLowerCase() as Lowercase<typeof unit>,
    from,
    ...(to && { to }),
    ...cursor.span(start),
  };
}

/** Whether the next word opens a clause of a window rather than names a base window. */
function seesWindowClause(cursor: Cursor): boolean {
  return (
    cursor.sees('PARTITION', 'BY') ||
    cursor.sees('ORDER', 'BY') ||
    ['ROWS', 'RANGE', 'GROUPS'].some(
      (unit) =>
        cursor.sees(unit) &&
        !cursor.seesAt(1, ')') &&
        !cursor.seesAt(1, 'ORDER') &&
        !cursor.seesAt(1, 'PARTITION'),
    )
  );
}

/** Reads `( [base] [PARTITION BY …] [ORDER BY …] [frame] )`. */
export function parseWindowSpecification(cursor: Cursor): WindowSpecification {
  const start = cursor.start();
  cursor.expect('(');
  const base =
    cursor.seesIdentifier() && !seesWindowClause(cursor) ? cursor.identifier() : undefined;
  const partitionBy = cursor.accept('PARTITION', 'BY')
    ? cursor.list(() => cursor.grammar.expression(cursor))
    : [];
  const orderBy = parseOrderBy(cursor);
  const frame = parseFrame(cursor);
  cursor.expect(')');
  return {
    kind: 'specification',
    ...(base && { base }),
    partitionBy,
    orderBy,
    ...(frame && { frame }),
    ...cursor.span(start),
  };
}

/** Reads what follows OVER. */
export function parseWindowReference(cursor: Cursor): WindowReference {
  if (cursor.sees('(')) return parseWindowSpecification(cursor);
  const name = cursor.identifier();
  return { kind: 'name', name, start: name.start, end: name.end };
}
