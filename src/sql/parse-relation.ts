import type {
  Identifier,
  JoinRelation,
  QualifiedName,
  RelationSyntax,
} from '../core/sql-syntax.js';
import type { Cursor } from './cursor.js';
import { seesSubquery } from './parse-expression.js';

/** Reads `a.b.c`. */
export function parseQualifiedName(cursor: Cursor): QualifiedName {
  const start = cursor.start();
  const parts = [cursor.identifier()];
  while (cursor.accept('.')) parts.push(cursor.identifier());
  return { parts, ...cursor.span(start) };
}

/** Reads `(a, b)` if it comes next. */
export function parseColumnNames(cursor: Cursor): readonly Identifier[] | undefined {
  if (!cursor.accept('(')) return undefined;
  const names = cursor.list(() => cursor.identifier());
  cursor.expect(')');
  return names;
}

/**
 * Whether an alias without AS comes next. Words that open a clause are no aliases there, although Trino does not
 * reserve them.
 */
export function seesAlias(cursor: Cursor): boolean {
  if (!cursor.seesIdentifier()) return false;
  const next = cursor.peek(1);
  const isCount = next?.kind === 'number' || cursor.seesAt(1, '?');
  const opensClause =
    (cursor.sees('LIMIT') && (isCount || cursor.seesAt(1, 'ALL'))) ||
    (cursor.sees('OFFSET') && isCount) ||
    cursor.sees('FETCH', 'FIRST') ||
    cursor.sees('FETCH', 'NEXT') ||
    (cursor.sees('WINDOW') && cursor.seesIdentifier(1) && cursor.seesAt(2, 'AS')) ||
    cursor.sees('TABLESAMPLE') ||
    cursor.sees('MATCH_RECOGNIZE', '(');
  return !opensClause;
}

function refuseTableSuffix(cursor: Cursor): void {
  if (cursor.sees('TABLESAMPLE')) {
    cursor.unsupported(
      'TABLESAMPLE is not supported: its rows would differ from run to run',
      cursor.next(),
      'filter rows by a hash or by rand() instead',
    );
  }
  if (cursor.sees('MATCH_RECOGNIZE', '(')) {
    cursor.unsupported(
      'MATCH_RECOGNIZE is not supported',
      cursor.next(),
      'use window functions (lag, lead, sum … OVER)',
    );
  }
}

function parsePrimaryRelation(cursor: Cursor): RelationSyntax {
  const start = cursor.start();
  if (cursor.accept('UNNEST', '(')) {
    const expressions = cursor.list(() => cursor.grammar.expression(cursor));
    cursor.expect(')');
    const ordinality = cursor.accept('WITH', 'ORDINALITY');
    return { kind: 'unnest', expressions, ordinality, ...cursor.span(start) };
  }
  if (cursor.accept('LATERAL', '(')) {
    const query = cursor.grammar.query(cursor);
    cursor.expect(')');
    return { kind: 'subquery', lateral: true, query, ...cursor.span(start) };
  }
  if (cursor.sees('TABLE', '(')) {
    cursor.unsupported('table functions are not supported', cursor.next());
  }
  if (cursor.sees('JSON_TABLE', '(')) {
    cursor.unsupported('JSON_TABLE is not supported', cursor.next());
  }
  if (cursor.sees('(')) return parseParenthesizedRelation(cursor);
  const name = parseQualifiedName(cursor);
  if (cursor.sees('FOR')) {
    cursor.unsupported(
      'time travel (FOR VERSION or FOR TIMESTAMP) is not supported',
      cursor.next(),
      'read the table as it is now',
    );
  }
  return { kind: 'table', name, ...cursor.span(start) };
}

/**
 * `((SELECT 1) UNION SELECT 2)` and `((SELECT 1) a JOIN b ON …)` start alike; what follows the inner parenthesis
 * decides.
 */
function parseParenthesizedRelation(cursor: Cursor): RelationSyntax {
  const start = cursor.start();
  if (seesSubquery(cursor)) {
    cursor.expect('(');
    const query = cursor.grammar.query(cursor);
    cursor.expect(')');
    return { kind: 'subquery', lateral: false, query, ...cursor.span(start) };
  }
  cursor.expect('(');
  const relation = parseRelation(cursor);
  cursor.expect(')');
  return { ...relation, ...cursor.span(start) };
}

function parseAliasedRelation(cursor: Cursor): RelationSyntax {
  const start = cursor.start();
  const relation = parsePrimaryRelation(cursor);
  refuseTableSuffix(cursor);
  if (!cursor.accept('AS') && !seesAlias(cursor)) return relation;
  const alias = cursor.identifier();
  const columns = parseColumnNames(cursor);
  refuseTableSuffix(cursor);
  return {
    kind: 'aliased',
    relation,
    alias,
    ...(columns && { columns }),
    ...cursor.span(start),
  };
}

function parseJoinType(cursor: Cursor): JoinRelation['type'] | undefined {
  if (cursor.sees('NATURAL')) {
    cursor.unsupported(
      'NATURAL JOIN is not supported, as in Athena',
      cursor.next(),
      'name the columns: JOIN … USING (column)',
    );
  }
  if (cursor.accept('CROSS', 'JOIN')) return 'cross';
  if (cursor.accept('JOIN') || cursor.accept('INNER', 'JOIN')) return 'inner';
  for (const type of ['left', 'right', 'full'] as const) {
    if (!cursor.accept(type.toUpperCase())) continue;
    cursor.accept('OUTER');
    cursor.expect('JOIN');
    return type;
  }
  return undefined;
}

/** Reads a relation with its joins. */
export function parseRelation(cursor: Cursor): RelationSyntax {
  const start = cursor.start();
  let left = parseAliasedRelation(cursor);
  for (;;) {
    const type = parseJoinType(cursor);
    if (type === undefined) return left;
    if (type === 'cross') {
      const right = parseAliasedRelation(cursor);
      left = { kind: 'join', type, left, right, ...cursor.span(start) };
      continue;
    }
    const right = parseRelation(cursor);
    if (cursor.accept('USING')) {
      const using = parseColumnNames(cursor) ?? cursor.fail("'('");
      left = { kind: 'join', type, left, right, using, ...cursor.span(start) };
    } else {
      if (!cursor.accept('ON')) cursor.fail('ON or USING');
      const on = cursor.grammar.expression(cursor);
      left = { kind: 'join', type, left, right, on, ...cursor.span(start) };
    }
  }
}
