import type { SqlToken } from '../../../src/core/sql-toolkit.js';
import { parseAlterAction, parsePartitionValues } from './parse-alter-table.js';
import { parseCreateTable } from './parse-create-table.js';
import { parseHiveProperties } from './parse-properties.js';
import type { Name, Statement } from './statement.js';
import { createStatementCursor, type StatementCursor } from './statement-cursor.js';

/** Reads a statement of Hive's dialect. Throws `ParseFailure`. */
export function parseHiveStatement(tokens: readonly SqlToken[]): Statement {
  const cursor = createStatementCursor(tokens, 'hive');
  const statement = parseAny(cursor);
  if (!cursor.atEnd()) cursor.fail('<EOF>');
  return statement;
}

function parseAny(cursor: StatementCursor): Statement {
  if (cursor.accept('CREATE')) return parseCreate(cursor);
  if (cursor.accept('DROP')) return parseDrop(cursor);
  if (cursor.accept('ALTER')) return parseAlter(cursor);
  if (cursor.accept('MSCK', 'REPAIR', 'TABLE')) {
    return { kind: 'repair-table', name: cursor.qualifiedName() };
  }
  if (cursor.accept('SHOW')) return parseShow(cursor);
  if (cursor.accept('DESCRIBE') || cursor.accept('DESC')) return parseDescribe(cursor);
  return cursor.fail("'ALTER', 'CREATE', 'DESCRIBE', 'DROP', 'MSCK', 'SHOW'");
}

function acceptDatabase(cursor: StatementCursor): boolean {
  return cursor.accept('DATABASE') || cursor.accept('SCHEMA');
}

function parseCreate(cursor: StatementCursor): Statement {
  if (acceptDatabase(cursor)) {
    const ifNotExists = cursor.accept('IF', 'NOT', 'EXISTS');
    const name = cursor.qualifiedName();
    const comment = cursor.accept('COMMENT') ? cursor.string() : undefined;
    const location = cursor.accept('LOCATION') ? cursor.string() : undefined;
    const properties = cursor.accept('WITH', 'DBPROPERTIES') ? parseHiveProperties(cursor) : {};
    return {
      kind: 'create-database',
      name,
      ifNotExists,
      ...(comment !== undefined && { comment }),
      ...(location !== undefined && { location }),
      properties,
    };
  }
  const external = cursor.accept('EXTERNAL');
  cursor.expect('TABLE');
  const ifNotExists = cursor.accept('IF', 'NOT', 'EXISTS');
  return parseCreateTable(cursor, { external, ifNotExists });
}

function parseDrop(cursor: StatementCursor): Statement {
  if (acceptDatabase(cursor)) {
    const ifExists = cursor.accept('IF', 'EXISTS');
    const name = cursor.qualifiedName();
    const cascade = cursor.accept('CASCADE');
    if (!cascade) cursor.accept('RESTRICT');
    return { kind: 'drop-database', name, ifExists, cascade };
  }
  cursor.expect('TABLE');
  const ifExists = cursor.accept('IF', 'EXISTS');
  return { kind: 'drop-table', ifExists, name: cursor.qualifiedName() };
}

function parseAlter(cursor: StatementCursor): Statement {
  if (acceptDatabase(cursor)) {
    const name = cursor.qualifiedName();
    cursor.expect('SET', 'DBPROPERTIES');
    return { kind: 'alter-database', name, properties: parseHiveProperties(cursor) };
  }
  cursor.expect('TABLE');
  return { kind: 'alter-table', name: cursor.qualifiedName(), action: parseAlterAction(cursor) };
}

function acceptIn(cursor: StatementCursor): boolean {
  return cursor.accept('IN') || cursor.accept('FROM');
}

function parseLike(cursor: StatementCursor): { readonly like?: string } {
  if (!cursor.accept('LIKE') && cursor.atEnd()) return {};
  return { like: cursor.string() };
}

/** Reads `t`, `db.t` or `t IN db`. */
function parseTableIn(cursor: StatementCursor): Name {
  const table = cursor.qualifiedName();
  if (!acceptIn(cursor)) return table;
  const database = cursor.qualifiedName();
  return { ...table, parts: [...database.parts, ...table.parts.slice(-1)] };
}

function parseShow(cursor: StatementCursor): Statement {
  if (cursor.accept('DATABASES') || cursor.accept('SCHEMAS')) {
    return { kind: 'show-databases', ...parseLike(cursor) };
  }
  for (const kind of ['TABLES', 'VIEWS'] as const) {
    if (!cursor.accept(kind)) continue;
    const database = acceptIn(cursor) ? cursor.qualifiedName() : undefined;
    return {
      kind: kind === 'TABLES' ? 'show-tables' : 'show-views',
      ...(database && { database }),
      ...parseLike(cursor),
    };
  }
  if (cursor.accept('COLUMNS')) {
    if (!acceptIn(cursor)) cursor.fail("'FROM', 'IN'");
    return { kind: 'show-columns', table: parseTableIn(cursor) };
  }
  if (cursor.accept('PARTITIONS')) {
    return { kind: 'show-partitions', table: cursor.qualifiedName() };
  }
  if (cursor.accept('CREATE', 'TABLE')) {
    return { kind: 'show-create-table', table: cursor.qualifiedName() };
  }
  if (cursor.accept('CREATE', 'VIEW')) {
    return { kind: 'show-create-view', table: cursor.qualifiedName() };
  }
  cursor.expect('TBLPROPERTIES');
  const table = cursor.qualifiedName();
  if (!cursor.accept('(')) return { kind: 'show-properties', table };
  const property = cursor.string();
  cursor.expect(')');
  return { kind: 'show-properties', table, property };
}

function parseDescribe(cursor: StatementCursor): Statement {
  if (cursor.accept('VIEW')) return { kind: 'describe-view', name: cursor.qualifiedName() };
  const form = cursor.accept('EXTENDED')
    ? 'extended'
    : cursor.accept('FORMATTED')
      ? 'formatted'
      : 'plain';
  const table = cursor.qualifiedName();
  const partition = cursor.accept('PARTITION') ? parsePartitionValues(cursor) : undefined;
  return { kind: 'describe', table, form, ...(partition && { partition }) };
}
