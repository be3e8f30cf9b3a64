import { ParseFailure } from '../../../src/sql/parse-failure.js';
import { parseColumn, parseColumns } from './parse-create-table.js';
import { parseHiveProperties } from './parse-properties.js';
import type { AlterAction, PartitionValues } from './statement.js';
import { unquote, type StatementCursor } from './statement-cursor.js';

/** Reads `PARTITION (a = '1', b = 2)`, after its first word. */
export function parsePartitionValues(cursor: StatementCursor): PartitionValues {
  cursor.expect('(');
  const values = cursor.list(() => {
    const column = cursor.name();
    cursor.expect('=');
    const token = cursor.peek();
    if (token === undefined || token.kind === 'symbol') return cursor.fail('<constant>');
    cursor.moveTo(cursor.position + 1);
    const isQuoted = token.kind === 'string' || token.kind === 'quoted';
    return { column, value: isQuoted ? unquote(token) : token.text };
  });
  cursor.expect(')');
  return values;
}

/** ALTER TABLE that Athena does not have, by its first words. Source: Athena User Guide, unsupported-ddl. */
const unsupported: readonly (readonly string[])[] = [
  ['SET', 'SERDEPROPERTIES'],
  ['SET', 'SERDE'],
  ['SET', 'FILEFORMAT'],
  ['SET', 'SKEWED'],
  ['CONCATENATE'],
  ['COMPACT'],
  ['TOUCH'],
  ['CLUSTERED'],
  ['NOT'],
  ['SKEWED'],
  ['EXCHANGE'],
  ['ARCHIVE'],
  ['UNARCHIVE'],
];

/** Reads what follows `ALTER TABLE name`. */
export function parseAlterAction(cursor: StatementCursor): AlterAction {
  const first = cursor.peek();
  if (first !== undefined && unsupported.some((words) => cursor.sees(...words))) {
    throw new ParseFailure('sql-unsupported', `ALTER TABLE ${first.text.toUpperCase()}`, first);
  }
  if (cursor.accept('ADD', 'COLUMNS'))
    return { kind: 'add-columns', columns: parseColumns(cursor) };
  if (cursor.accept('REPLACE', 'COLUMNS')) {
    return { kind: 'replace-columns', columns: parseColumns(cursor) };
  }
  if (cursor.accept('DROP', 'COLUMN')) return { kind: 'drop-column', column: cursor.name() };
  if (cursor.accept('CHANGE')) return parseChange(cursor);
  if (cursor.accept('ADD')) return parseAddPartitions(cursor);
  if (cursor.accept('DROP')) {
    const ifExists = cursor.accept('IF', 'EXISTS');
    const partitions = cursor.list(() => {
      cursor.expect('PARTITION');
      return parsePartitionValues(cursor);
    });
    return { kind: 'drop-partitions', ifExists, partitions };
  }
  if (cursor.accept('SET', 'TBLPROPERTIES')) {
    return { kind: 'set-properties', properties: parseHiveProperties(cursor) };
  }
  if (cursor.accept('UNSET', 'TBLPROPERTIES')) {
    cursor.expect('(');
    const names = cursor.list(() => cursor.string());
    cursor.expect(')');
    return { kind: 'unset-properties', names };
  }
  if (cursor.accept('SET', 'LOCATION')) return { kind: 'set-location', location: cursor.string() };
  if (cursor.accept('RENAME', 'TO')) return { kind: 'rename', to: cursor.qualifiedName() };
  if (cursor.accept('PARTITION')) return parsePartitionAction(cursor);
  return cursor.fail("'ADD', 'CHANGE', 'DROP', 'PARTITION', 'RENAME', 'REPLACE', 'SET', 'UNSET'");
}

function parseChange(cursor: StatementCursor): AlterAction {
  cursor.accept('COLUMN');
  const column = cursor.name();
  const to = parseColumn(cursor);
  const position = cursor.accept('FIRST')
    ? ('first' as const)
    : cursor.accept('AFTER')
      ? { after: cursor.name() }
      : undefined;
  return { kind: 'change-column', column, to, ...(position && { position }) };
}

function parseAddPartitions(cursor: StatementCursor): AlterAction {
  const ifNotExists = cursor.accept('IF', 'NOT', 'EXISTS');
  const partitions = [];
  do {
    cursor.expect('PARTITION');
    const values = parsePartitionValues(cursor);
    const location = cursor.accept('LOCATION') ? cursor.string() : undefined;
    partitions.push({ values, ...(location !== undefined && { location }) });
    cursor.accept(',');
  } while (!cursor.atEnd());
  return { kind: 'add-partitions', ifNotExists, partitions };
}

function parsePartitionAction(cursor: StatementCursor): AlterAction {
  const partition = parsePartitionValues(cursor);
  if (cursor.accept('SET', 'LOCATION')) {
    return { kind: 'set-location', location: cursor.string(), partition };
  }
  if (cursor.accept('RENAME', 'TO', 'PARTITION')) {
    return { kind: 'rename-partition', from: partition, to: parsePartitionValues(cursor) };
  }
  if (cursor.accept('ADD', 'COLUMNS')) {
    return { kind: 'add-columns', columns: parseColumns(cursor), partition };
  }
  return cursor.fail("'ADD', 'RENAME', 'SET'");
}
