import type { Table } from '@aws-sdk/client-glue';
import type { FormatColumn, TableChange } from '../../core/table-format.js';
import { ddlError, userError } from '../errors.js';
import { readHiveType } from '../hive/hive-type.js';
import { isIceberg } from '../hive/table-storage.js';
import { nothing, type Outcome } from '../outcome.js';
import type { AlterAction, DeclaredColumn, Statement } from '../sql/statement.js';
import { resolveName, type CatalogStatementContext } from '../statement-context.js';
import { findTable } from './find-table.js';
import {
  addPartitions,
  dropPartitions,
  renamePartition,
  setPartitionLocation,
} from './partitions.js';
import { toGlueColumn } from './tables.js';
import { toTableInput } from '../../core/table-input.js';

function icebergColumn({ name, type: text, comment }: DeclaredColumn): FormatColumn {
  const type = readHiveType(text);
  if (type === undefined)
    throw userError(
      'syntax',
      `FAILED: ParseException line 1:1 cannot recognize input near '${text}' in column type`,
    );
  const stored = type.kind === 'timestamp' ? { ...type, precision: 6 } : type;
  return { name, type: stored, ...(comment !== undefined && { comment }) };
}

/** Returns the change of an Iceberg table, or `undefined` for one that Athena does not have there. */
function icebergChange(
  context: CatalogStatementContext,
  action: AlterAction,
): TableChange | undefined {
  switch (action.kind) {
    case 'add-columns':
      return { kind: 'add-columns', columns: action.columns.map(icebergColumn) };
    case 'drop-column':
      return { kind: 'drop-column', name: action.column };
    case 'change-column':
      return {
        kind: 'change-column',
        name: action.column,
        column: icebergColumn(action.to),
        ...(action.position && { position: action.position }),
      };
    case 'rename': {
      const { database, table } = resolveName(context, action.to);
      return { kind: 'rename', database, name: table };
    }
    case 'set-properties':
      return { kind: 'set-properties', properties: action.properties };
    case 'unset-properties':
      return { kind: 'unset-properties', names: action.names };
    default:
      return undefined;
  }
}

function updateHiveTable(
  { glue }: CatalogStatementContext,
  table: Table,
  change: (input: ReturnType<typeof toTableInput>) => ReturnType<typeof toTableInput>,
): void {
  glue.updateTable(table.DatabaseName ?? '', change(toTableInput(table)));
}

function withColumns(
  context: CatalogStatementContext,
  table: Table,
  columns: NonNullable<Table['StorageDescriptor']>['Columns'],
): void {
  updateHiveTable(context, table, (input) => ({
    ...input,
    StorageDescriptor: { ...input.StorageDescriptor, Columns: columns },
  }));
}

function addColumns(
  context: CatalogStatementContext,
  table: Table,
  columns: readonly DeclaredColumn[],
): void {
  requireNoDate(columns);
  const existing = table.StorageDescriptor?.Columns ?? [];
  const keys = table.PartitionKeys ?? [];
  const repeated = columns.find(({ name }) =>
    [...existing, ...keys].some(({ Name }) => Name === name),
  );
  if (repeated !== undefined) {
    throw ddlError(`Duplicate column name: ${repeated.name}`);
  }
  withColumns(context, table, [...existing, ...columns.map(toGlueColumn)]);
}

/** Source: Athena User Guide, alter-table-add-columns and alter-table-replace-columns. */
function requireNoDate(columns: readonly DeclaredColumn[]): void {
  if (columns.some(({ type }) => type === 'date')) {
    throw ddlError(
      'ALTER TABLE ADD/REPLACE COLUMNS does not work for columns with the date datatype',
    );
  }
}

function changeColumn(
  context: CatalogStatementContext,
  table: Table,
  { column, to }: Extract<AlterAction, { kind: 'change-column' }>,
): void {
  const columns = table.StorageDescriptor?.Columns ?? [];
  if (!columns.some(({ Name }) => Name === column)) {
    throw ddlError(`Invalid column reference ${column}`);
  }
  withColumns(
    context,
    table,
    columns.map((each) => (each.Name === column ? toGlueColumn(to) : each)),
  );
}

function alterHiveTable(context: CatalogStatementContext, table: Table, action: AlterAction): void {
  switch (action.kind) {
    case 'add-columns':
      addColumns(context, table, action.columns);
      return;
    case 'replace-columns':
      requireNoDate(action.columns);
      withColumns(context, table, action.columns.map(toGlueColumn));
      return;
    case 'change-column':
      changeColumn(context, table, action);
      return;
    case 'drop-column':
      throw userError('syntax', "line 1:1: mismatched input 'COLUMN' expecting 'PARTITION'");
    case 'rename':
      throw userError(
        'semantic',
        'FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. Unable to alter table. Table cannot be renamed',
      );
    case 'set-properties':
      updateHiveTable(context, table, (input) => ({
        ...input,
        Parameters: { ...input.Parameters, ...action.properties },
      }));
      return;
    case 'unset-properties':
      updateHiveTable(context, table, (input) => ({
        ...input,
        Parameters: Object.fromEntries(
          Object.entries(input.Parameters ?? {}).filter(([key]) => !action.names.includes(key)),
        ),
      }));
      return;
    case 'set-location':
      if (action.partition === undefined) {
        updateHiveTable(context, table, (input) => ({
          ...input,
          StorageDescriptor: { ...input.StorageDescriptor, Location: action.location },
        }));
      } else {
        setPartitionLocation(context, table, action.partition, action.location);
      }
      return;
    case 'add-partitions':
      addPartitions(context, table, action);
      return;
    case 'drop-partitions':
      dropPartitions(context, table, action);
      return;
    case 'rename-partition':
      renamePartition(context, table, action);
  }
}

/** ALTER TABLE. */
export async function alterTable(
  context: CatalogStatementContext,
  { name, action }: Extract<Statement, { kind: 'alter-table' }>,
): Promise<Outcome> {
  const table = findTable(context, name);
  if (!isIceberg(table)) {
    alterHiveTable(context, table, action);
    return nothing;
  }
  const change = icebergChange(context, action);
  if (change === undefined) {
    throw userError('notSupported', 'Query type not supported by Athena Iceberg at this time');
  }
  await context.iceberg.alter(context, table, change);
  return nothing;
}
