import type { PartitionField } from '../../core/table-format.js';
import { parseHiveProperties } from './parse-properties.js';
import type { CreateTable, DeclaredColumn } from './statement.js';
import type { StatementCursor } from './statement-cursor.js';

/** Reads a type in Hive's spelling and returns its text in lower case without white space. */
export function parseHiveType(cursor: StatementCursor): string {
  const token = cursor.peek();
  if (token?.kind !== 'word') return cursor.fail('<type>');
  cursor.moveTo(cursor.position + 1);
  const name = token.text.toLowerCase();
  const fail = (): never => {
    cursor.moveTo(cursor.position - 1);
    return cursor.fail('<type>');
  };
  // DML's names of types (Athena User Guide, "Data types in Amazon Athena"); the text is not sourced.
  if (['integer', 'real', 'varbinary'].includes(name)) return fail();
  if (name === 'varchar' && !cursor.sees('(')) return fail();
  if (cursor.accept('(')) {
    const numbers = cursor.list(() => {
      const number = cursor.peek();
      if (number?.kind !== 'number') return cursor.fail('<number>');
      cursor.moveTo(cursor.position + 1);
      return number.text;
    });
    cursor.expect(')');
    const longest = { char: 255, varchar: 65_535 }[name];
    const [length = 0] = numbers.map(Number);
    if (longest !== undefined && (length < 1 || length > longest)) {
      return cursor.fail(`a length from 1 to ${longest}`);
    }
    return `${name}(${numbers.join(',')})`;
  }
  if (!cursor.accept('<')) return name;
  const parts = cursor.list(() => {
    if (name !== 'struct') return parseHiveType(cursor);
    const field = cursor.name();
    cursor.expect(':');
    const type = parseHiveType(cursor);
    if (cursor.accept('COMMENT')) cursor.string();
    return `${field}:${type}`;
  });
  cursor.expect('>');
  return `${name}<${parts.join(',')}>`;
}

/** Reads `name type [COMMENT 'text']`. */
export function parseColumn(cursor: StatementCursor): DeclaredColumn {
  const start = cursor.start();
  const name = cursor.name();
  const type = parseHiveType(cursor);
  const comment = cursor.accept('COMMENT') ? cursor.string() : undefined;
  return { name, type, ...(comment !== undefined && { comment }), ...cursor.span(start) };
}

/** Reads `(column, …)`. */
export function parseColumns(cursor: StatementCursor): readonly DeclaredColumn[] {
  cursor.expect('(');
  const columns = cursor.list(() => parseColumn(cursor));
  cursor.expect(')');
  return columns;
}

const transforms = ['year', 'month', 'day', 'hour', 'bucket', 'truncate'] as const;

/** Reads `column`, `day(column)` or `bucket(16, column)`: in DDL the number comes first. */
function parsePartitionField(cursor: StatementCursor): PartitionField {
  const transform = transforms.find((each) => cursor.accept(each.toUpperCase(), '('));
  if (transform === undefined) return { column: cursor.name(), transform: 'identity' };
  let width: number | undefined;
  if (transform === 'bucket' || transform === 'truncate') {
    const number = cursor.peek();
    if (number?.kind !== 'number') return cursor.fail('<number>');
    cursor.moveTo(cursor.position + 1);
    width = Number(number.text);
    cursor.expect(',');
  }
  const column = cursor.name();
  cursor.expect(')');
  return { column, transform, ...(width !== undefined && { width }) };
}

type Partitioning = Pick<CreateTable, 'partitionColumns' | 'partitionFields'>;

function parsePartitionedBy(cursor: StatementCursor): Partitioning {
  cursor.expect('(');
  const read = cursor.list(() => parsePartitionFieldOrColumn(cursor));
  cursor.expect(')');
  return {
    partitionColumns: read.flatMap((each) => ('type' in each ? [each] : [])),
    partitionFields: read.flatMap((each) => ('transform' in each ? [each] : [])),
  };
}

function parsePartitionFieldOrColumn(cursor: StatementCursor): PartitionField | DeclaredColumn {
  const start = cursor.position;
  const field = parsePartitionField(cursor);
  if (cursor.sees(',') || cursor.sees(')')) return field;
  cursor.moveTo(start);
  return parseColumn(cursor);
}

/** What ROW FORMAT DELIMITED sets, by the words after it; the names are those of Hive's LazySimpleSerDe. */
const delimiters: readonly (readonly [readonly string[], string])[] = [
  [['FIELDS', 'TERMINATED', 'BY'], 'field.delim'],
  [['ESCAPED', 'BY'], 'escape.delim'],
  [['COLLECTION', 'ITEMS', 'TERMINATED', 'BY'], 'collection.delim'],
  [['MAP', 'KEYS', 'TERMINATED', 'BY'], 'mapkey.delim'],
  [['LINES', 'TERMINATED', 'BY'], 'line.delim'],
  [['NULL', 'DEFINED', 'AS'], 'serialization.null.format'],
];

function parseDelimited(cursor: StatementCursor): Readonly<Record<string, string>> {
  const properties: Record<string, string> = {};
  for (;;) {
    const found = delimiters.find(([words]) => cursor.accept(...words));
    if (found === undefined) break;
    properties[found[1]] = cursor.string();
  }
  if ('field.delim' in properties) {
    properties['serialization.format'] = properties['field.delim'] ?? '';
  }
  return properties;
}

/** Reads what follows `CREATE [EXTERNAL] TABLE [IF NOT EXISTS]`. Clauses come in Hive's order, or in any other. */
export function parseCreateTable(
  cursor: StatementCursor,
  { external, ifNotExists }: { readonly external: boolean; readonly ifNotExists: boolean },
): CreateTable {
  const name = cursor.qualifiedName();
  let table: CreateTable = {
    kind: 'create-table',
    name,
    external,
    ifNotExists,
    columns: cursor.sees('(') ? parseColumns(cursor) : [],
    partitionColumns: [],
    partitionFields: [],
    serdeProperties: {},
    delimited: false,
    properties: {},
  };
  while (!cursor.atEnd()) table = { ...table, ...parseClause(cursor) };
  return table;
}

function parseClause(cursor: StatementCursor): Partial<CreateTable> {
  if (cursor.accept('COMMENT')) return { comment: cursor.string() };
  if (cursor.accept('PARTITIONED', 'BY')) return parsePartitionedBy(cursor);
  if (cursor.accept('CLUSTERED', 'BY')) {
    cursor.expect('(');
    const columns = cursor.list(() => cursor.name());
    cursor.expect(')', 'INTO');
    const buckets = Number(cursor.peek()?.text);
    cursor.moveTo(cursor.position + 1);
    cursor.expect('BUCKETS');
    return { clustering: { columns, buckets } };
  }
  if (cursor.accept('ROW', 'FORMAT', 'DELIMITED')) {
    return { delimited: true, serdeProperties: parseDelimited(cursor) };
  }
  if (cursor.accept('ROW', 'FORMAT', 'SERDE')) {
    const serde = cursor.string();
    const properties = cursor.accept('WITH', 'SERDEPROPERTIES')
      ? parseHiveProperties(cursor)
      : undefined;
    return { serde, ...(properties && { serdeProperties: properties }) };
  }
  if (cursor.accept('WITH', 'SERDEPROPERTIES')) {
    return { serdeProperties: parseHiveProperties(cursor) };
  }
  if (cursor.accept('STORED', 'AS', 'INPUTFORMAT')) {
    const inputFormat = cursor.string();
    cursor.expect('OUTPUTFORMAT');
    return { inputFormat, outputFormat: cursor.string() };
  }
  if (cursor.accept('STORED', 'AS')) return { storedAs: cursor.name().toUpperCase() };
  if (cursor.accept('LOCATION')) return { location: cursor.string() };
  if (cursor.accept('TBLPROPERTIES')) return { properties: parseHiveProperties(cursor) };
  return cursor.fail('<EOF>');
}
