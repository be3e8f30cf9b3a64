import type { Table } from '@aws-sdk/client-glue';
import { quoteName, quoteText } from '../../../src/adapters/duckdb/quote.js';
import { formatType } from '../../../src/core/sql-type.js';
import type { GlueCatalog } from '../../core/glue-catalog.js';
import type { FormatColumn, TableReader } from '../../core/table-format.js';
import { formatColumns, isView } from '../hive/table-storage.js';
import { readPrestoView } from './presto-view.js';

type Cell = string | number | null;

function allTables(glue: GlueCatalog): readonly (readonly [database: string, table: Table])[] {
  return glue
    .listDatabases()
    .flatMap(({ Name = '' }) => glue.listTables(Name).map((table) => [Name, table] as const));
}

/** Returns the columns of a table, or none where they cannot be read, as in Athena's own listing. */
function columnsOf(
  table: Table,
): readonly (readonly [name: string, type: string, comment: string | null])[] {
  const view = readPrestoView(table);
  if (view !== undefined) return view.columns.map(({ name, type }) => [name, type, null]);
  try {
    return formatColumns([
      ...(table.StorageDescriptor?.Columns ?? []),
      ...(table.PartitionKeys ?? []),
    ]).map(({ name, type, comment }) => [name, formatType(type), comment ?? null]);
  } catch {
    return [];
  }
}

const contents: Readonly<
  Record<
    string,
    {
      readonly columns: readonly string[];
      rows(glue: GlueCatalog, catalog: string): readonly (readonly Cell[])[];
    }
  >
> = {
  schemata: {
    columns: ['catalog_name', 'schema_name'],
    rows: (glue, catalog) => [
      ...glue.listDatabases().map(({ Name = '' }) => [catalog, Name]),
      [catalog, 'information_schema'],
    ],
  },
  tables: {
    columns: ['table_catalog', 'table_schema', 'table_name', 'table_type'],
    rows: (glue, catalog) =>
      allTables(glue).map(([database, table]) => [
        catalog,
        database,
        table.Name ?? '',
        isView(table) ? 'VIEW' : 'BASE TABLE',
      ]),
  },
  views: {
    columns: ['table_catalog', 'table_schema', 'table_name', 'view_definition'],
    rows: (glue, catalog) =>
      allTables(glue).flatMap(([database, table]) =>
        isView(table)
          ? [[catalog, database, table.Name ?? '', readPrestoView(table)?.originalSql ?? null]]
          : [],
      ),
  },
  columns: {
    columns: [
      'table_catalog',
      'table_schema',
      'table_name',
      'column_name',
      'ordinal_position',
      'column_default',
      'is_nullable',
      'data_type',
      'comment',
      'extra_info',
    ],
    rows: (glue, catalog) =>
      allTables(glue).flatMap(([database, table]) => {
        const keys = new Set((table.PartitionKeys ?? []).map(({ Name }) => Name));
        return columnsOf(table).map(([name, type, comment], index) => [
          catalog,
          database,
          table.Name ?? '',
          name,
          index + 1,
          null,
          'YES',
          type,
          comment,
          keys.has(name) ? 'partition key' : null,
        ]);
      }),
  },
};

function cellSql(cell: Cell): string {
  if (cell === null) return 'null';
  return typeof cell === 'number' ? String(cell) : quoteText(cell);
}

/** Returns a table of `information_schema`, or `undefined` if there is none of that name. */
export function readInformationSchema(
  glue: GlueCatalog,
  catalog: string,
  table: string,
): TableReader | undefined {
  const content = contents[table];
  if (content === undefined) return undefined;
  const columns = content.columns.map((name): FormatColumn => ({
    name,
    type: { kind: name === 'ordinal_position' ? 'bigint' : 'varchar' },
  }));
  const types = columns.map(({ type }) => (type.kind === 'bigint' ? 'BIGINT' : 'VARCHAR'));
  const rows = content.rows(glue, catalog);
  const nulls = types.map((type) => `cast(null as ${type})`);
  const source =
    rows.length === 0
      ? `select ${nulls.join(', ')} where false`
      : `values ${rows.map((row) => `(${row.map(cellSql).join(', ')})`).join(', ')}`;
  const items = columns.map(
    ({ name }, index) => `cast(c${index} as ${types[index] ?? 'VARCHAR'}) as ${quoteName(name)}`,
  );
  const names = columns.map((_, index) => `c${index}`).join(', ');
  return {
    columns,
    sql: `select ${items.join(', ')}, cast(null as varchar) as "$path" from (${source}) as stedi_rows(${names})`,
    bytes: 0,
  };
}
