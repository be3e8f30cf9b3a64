import type { Table } from '@aws-sdk/client-glue';
import { userError } from '../errors.js';
import { partitionPath } from '../hive/partition-path.js';
import { isIceberg, isView } from '../hive/table-storage.js';
import { textRows, type Outcome } from '../outcome.js';
import { readPrestoView } from '../query/presto-view.js';
import type { Statement } from '../sql/statement.js';
import type { CatalogStatementContext } from '../statement-context.js';
import { findDatabase, findTable } from './find-table.js';
import { showCreateHiveTable } from './show-create.js';

type Of<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>;

/** Returns whether a name fits Hive's pattern: `*` for any text, `|` between choices, without regard to case. */
function fits(name: string, like: string | undefined): boolean {
  if (like === undefined) return true;
  const pattern = like
    .split('|')
    .map((choice) =>
      choice
        .replace(/\.\*/g, '*')
        .replace(/[.+?^${}()[\]\\]/g, '\\$&')
        .replaceAll('*', '.*'),
    )
    .join('|');
  return new RegExp(`^(?:${pattern})$`, 'i').test(name);
}

/** SHOW DATABASES. */
export function showDatabases(
  { glue }: CatalogStatementContext,
  { like }: Of<'show-databases'>,
): Outcome {
  const names = glue.listDatabases().map(({ Name = '' }) => Name);
  return textRows(['database_name'], names.filter((name) => fits(name, like)).sort());
}

/** SHOW TABLES (views included) and SHOW VIEWS. */
export function showTables(
  context: CatalogStatementContext,
  { kind, database, like }: Of<'show-tables'> | Of<'show-views'>,
): Outcome {
  const names = context.glue
    .listTables(findDatabase(context, database))
    .filter((table) => kind === 'show-tables' || isView(table))
    .map(({ Name = '' }) => Name);
  const column = kind === 'show-tables' ? 'tab_name' : 'views';
  return textRows([column], names.filter((name) => fits(name, like)).sort());
}

function pad(text: string): string {
  return text.padEnd(20);
}

/** Returns names and types of a table's columns, the partition columns last. */
function columnsOf(table: Table) {
  const view = readPrestoView(table);
  if (view !== undefined)
    return view.columns.map(({ name, type }) => ({ Name: name, Type: type, Comment: '' }));
  return [...(table.StorageDescriptor?.Columns ?? []), ...(table.PartitionKeys ?? [])];
}

/** SHOW COLUMNS: padded to 20 characters for Hive tables. */
export function showColumns(
  context: CatalogStatementContext,
  { table: name }: Of<'show-columns'>,
): Outcome {
  const table = findTable(context, name);
  const isPlain = isIceberg(table) || isView(table);
  return textRows(
    ['field'],
    columnsOf(table).map(({ Name = '' }) => (isPlain ? Name : pad(Name))),
  );
}

/** SHOW PARTITIONS. */
export function showPartitions(
  context: CatalogStatementContext,
  { table: name }: Of<'show-partitions'>,
): Outcome {
  const table = findTable(context, name);
  if (isIceberg(table)) {
    throw userError('notSupported', 'Query type not supported by Athena Iceberg at this time');
  }
  const keys = (table.PartitionKeys ?? []).map(({ Name = '' }) => Name);
  if (keys.length === 0) {
    throw userError(
      'semantic',
      `FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. Table ${table.Name ?? ''} is not a partitioned table`,
    );
  }
  const paths = context.glue
    .listPartitions(table.DatabaseName ?? '', table.Name ?? '')
    .map(({ Values = [] }) => partitionPath(keys, Values));
  return textRows(['partition'], paths.sort());
}

/** SHOW TBLPROPERTIES: name and value, with a tab between them. */
export function showProperties(
  context: CatalogStatementContext,
  { table: name, property }: Of<'show-properties'>,
): Outcome {
  const parameters = findTable(context, name).Parameters ?? {};
  if (property !== undefined) {
    const value =
      parameters[property] ?? `Table ${name.parts.join('.')} does not have property: ${property}`;
    return textRows(['prpt_name', 'prpt_value'], [`${value}\t`]);
  }
  const rows = Object.entries(parameters).map(([key, value]) => `${key}\t${value}`);
  return textRows(['prpt_name', 'prpt_value'], rows.sort());
}

/** SHOW CREATE TABLE, a row a line. */
export async function showCreateTable(
  context: CatalogStatementContext,
  { table: name }: Of<'show-create-table'>,
): Promise<Outcome> {
  const table = findTable(context, name);
  if (isView(table)) {
    throw userError(
      'semantic',
      `FAILED: SemanticException ${name.parts.join('.')} is a view; use SHOW CREATE VIEW`,
    );
  }
  const lines = isIceberg(table)
    ? await context.iceberg.describe(context, table)
    : showCreateHiveTable(table);
  return textRows(['createtab_stmt'], lines);
}

/** SHOW CREATE VIEW. */
export function showCreateView(
  context: CatalogStatementContext,
  { table: name }: Of<'show-create-view'>,
): Outcome {
  const table = findTable(context, name);
  const view = readPrestoView(table);
  if (view === undefined) {
    throw userError(
      'semantic',
      `SYNTAX_ERROR: line 1:1: Relation '${name.parts.join('.')}' is a table, not a view`,
    );
  }
  const text = `CREATE VIEW ${table.DatabaseName ?? ''}.${table.Name ?? ''} AS\n${view.originalSql}`;
  return textRows(['create view'], text.split('\n'));
}

/** DESCRIBE: one row a column, name, type and comment with tabs between them, and Hive's block on partitions. */
export function describe(
  context: CatalogStatementContext,
  { table: name, form }: Pick<Of<'describe'>, 'table' | 'form'>,
): Outcome {
  const table = findTable(context, name);
  const headers = ['col_name', 'data_type', 'comment'];
  if (isView(table)) {
    return textRows(
      ['column', 'type'],
      columnsOf(table).map(({ Name = '', Type = '' }) => `${Name}\t${Type}`),
    );
  }
  if (isIceberg(table)) {
    const rows = columnsOf(table).map(
      ({ Name = '', Type = '', Comment = '' }) => `${Name}\t${Type}\t${Comment}`,
    );
    return textRows(headers, ['# Table schema:', '# col_name\tdata_type\tcomment', ...rows]);
  }
  const line = ({ Name = '', Type = '', Comment = '' }): string =>
    [Name, Type, Comment].map(pad).join('\t');
  const keys = table.PartitionKeys ?? [];
  const blank = pad('') + '\t' + pad('') + '\t' + pad('');
  const rows = columnsOf(table).map(line);
  if (keys.length > 0) {
    rows.push(
      blank,
      '# Partition Information',
      line({ Name: '# col_name', Type: 'data_type', Comment: 'comment' }),
      blank,
    );
    rows.push(...keys.map(line));
  }
  if (form !== 'plain') {
    rows.push(
      blank,
      `Detailed Table Information\t${JSON.stringify({ location: table.StorageDescriptor?.Location, parameters: table.Parameters })}`,
    );
  }
  return textRows(headers, rows);
}
