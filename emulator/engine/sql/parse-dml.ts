import type { SqlToken } from '../../../src/core/sql-toolkit.js';
import type { RelationSyntax } from '../../../src/core/sql-syntax.js';
import { createEmbeddedSql, type EmbeddedSql } from './embedded-sql.js';
import { parseCreateTableHead, parseOptimizeHead, parsePlainName } from './parse-heads.js';
import { parseQueryProperties } from './parse-properties.js';
import type { Assignment, MergeClause, Statement } from './statement.js';
import { createStatementCursor, type StatementCursor } from './statement-cursor.js';

interface Parser {
  readonly cursor: StatementCursor;
  readonly sql: EmbeddedSql;
}

/** Reads a statement of Trino's dialect. Throws `ParseFailure`. */
export function parseTrinoStatement(sql: string, tokens: readonly SqlToken[]): Statement {
  const cursor = createStatementCursor(tokens, 'trino');
  const statement = parseAny({ cursor, sql: createEmbeddedSql(sql, cursor, tokens) });
  if (!cursor.atEnd()) cursor.fail('<EOF>');
  return statement;
}

function parseAny(parser: Parser): Statement {
  const { cursor } = parser;
  if (cursor.accept('INSERT', 'INTO')) return parseInsert(parser);
  if (cursor.sees('CREATE', 'TABLE')) return parseCreateTableAs(parser);
  if (cursor.accept('CREATE')) return parseCreateView(parser);
  if (cursor.accept('DROP', 'VIEW')) {
    const ifExists = cursor.accept('IF', 'EXISTS');
    return { kind: 'drop-view', ifExists, name: cursor.qualifiedName() };
  }
  if (cursor.accept('MERGE', 'INTO')) return parseMerge(parser);
  if (cursor.accept('UPDATE')) return parseUpdate(parser);
  if (cursor.accept('DELETE', 'FROM')) {
    const table = cursor.qualifiedName();
    const where = cursor.accept('WHERE') ? parser.sql.expression() : undefined;
    return { kind: 'delete', table, ...(where && { where }) };
  }
  if (cursor.accept('UNLOAD')) return parseUnload(parser);
  if (cursor.accept('EXPLAIN')) return parseExplain(parser);
  if (cursor.accept('OPTIMIZE')) {
    const table = parseOptimizeHead(cursor);
    const where = cursor.accept('WHERE') ? parser.sql.expression() : undefined;
    return { kind: 'optimize', table, ...(where && { where }) };
  }
  if (cursor.accept('VACUUM')) return { kind: 'vacuum', table: parsePlainName(cursor) };
  return { kind: 'query', query: parser.sql.query() };
}

function parseNames(cursor: StatementCursor): readonly string[] {
  cursor.expect('(');
  const names = cursor.list(() => cursor.name());
  cursor.expect(')');
  return names;
}

/** Whether `(` opens a list of columns and not a query. */
function seesColumns(cursor: StatementCursor): boolean {
  if (!cursor.sees('(')) return false;
  const second = cursor.peek(2);
  return second?.kind === 'symbol' && (second.text === ',' || second.text === ')');
}

function parseInsert({ cursor, sql }: Parser): Statement {
  const table = cursor.qualifiedName();
  const columns = seesColumns(cursor) ? parseNames(cursor) : undefined;
  return { kind: 'insert', table, ...(columns && { columns }), query: sql.query() };
}

function parseCreateTableAs({ cursor, sql }: Parser): Statement {
  cursor.expect('CREATE', 'TABLE');
  const head = parseCreateTableHead(cursor);
  const query = sql.query();
  const withoutData = cursor.accept('WITH', 'NO', 'DATA');
  if (!withoutData) cursor.accept('WITH', 'DATA');
  return { kind: 'create-table-as', ...head, withData: !withoutData, query };
}

function parseCreateView({ cursor, sql }: Parser): Statement {
  const replace = cursor.accept('OR', 'REPLACE');
  cursor.expect('VIEW');
  const name = cursor.qualifiedName();
  const comment = cursor.accept('COMMENT') ? cursor.string() : undefined;
  cursor.expect('AS');
  const query = sql.query();
  return { kind: 'create-view', name, replace, ...(comment !== undefined && { comment }), query };
}

function parseUnload({ cursor, sql }: Parser): Statement {
  cursor.expect('(');
  const query = sql.query();
  cursor.expect(')', 'TO');
  const location = cursor.string();
  const properties = cursor.accept('WITH')
    ? parseQueryProperties(cursor)
    : new Map<string, never>();
  return { kind: 'unload', query, location, properties };
}

function parseExplain(parser: Parser): Statement {
  const { cursor } = parser;
  const analyze = cursor.accept('ANALYZE');
  // Options change the form of the plan only; this emulator's plans are DuckDB's, as text.
  if (cursor.sees('(', 'TYPE') || cursor.sees('(', 'FORMAT')) {
    while (!cursor.accept(')')) cursor.moveTo(cursor.position + 1);
  }
  return { kind: 'explain', analyze, statement: parseAny(parser) };
}

function parseAssignments({ cursor, sql }: Parser): readonly Assignment[] {
  return cursor.list(() => {
    const start = cursor.start();
    const column = cursor.name();
    cursor.expect('=');
    const value = sql.expression();
    return { column, value, ...cursor.span(start) };
  });
}

function parseUpdate(parser: Parser): Statement {
  const { cursor, sql } = parser;
  const table = cursor.qualifiedName();
  cursor.expect('SET');
  const assignments = parseAssignments(parser);
  const where = cursor.accept('WHERE') ? sql.expression() : undefined;
  return { kind: 'update', table, assignments, ...(where && { where }) };
}

/** The name by which conditions call the source of a MERGE. */
function aliasOf(relation: RelationSyntax, cursor: StatementCursor): string {
  if (relation.kind === 'aliased') return relation.alias.value.toLowerCase();
  if (relation.kind === 'table') return relation.name.parts.at(-1)?.value.toLowerCase() ?? '';
  return cursor.fail('<identifier>');
}

function parseMergeClause(parser: Parser): MergeClause {
  const { cursor, sql } = parser;
  cursor.expect('WHEN');
  const matched = !cursor.accept('NOT');
  cursor.expect('MATCHED');
  const condition = cursor.accept('AND') ? sql.expression() : undefined;
  cursor.expect('THEN');
  const base = { matched, ...(condition && { condition }) };
  if (!matched) {
    cursor.expect('INSERT');
    const columns = seesColumns(cursor) || cursor.sees('(') ? parseNames(cursor) : undefined;
    cursor.expect('VALUES', '(');
    const values = cursor.list(() => sql.expression());
    cursor.expect(')');
    return { ...base, action: { kind: 'insert', ...(columns && { columns }), values } };
  }
  if (cursor.accept('DELETE')) return { ...base, action: { kind: 'delete' } };
  cursor.expect('UPDATE', 'SET');
  return { ...base, action: { kind: 'update', assignments: parseAssignments(parser) } };
}

function parseMerge(parser: Parser): Statement {
  const { cursor, sql } = parser;
  const table = cursor.qualifiedName();
  const alias = cursor.accept('AS') || !cursor.sees('USING') ? cursor.name() : undefined;
  cursor.expect('USING');
  const start = cursor.start();
  const relation = sql.relation();
  const source = cursor.span(start);
  const sourceAlias = aliasOf(relation, cursor);
  cursor.expect('ON');
  const condition = sql.expression();
  const clauses = [parseMergeClause(parser)];
  while (cursor.sees('WHEN')) clauses.push(parseMergeClause(parser));
  return {
    kind: 'merge',
    table,
    ...(alias !== undefined && { alias }),
    source,
    sourceAlias,
    condition,
    clauses,
  };
}
