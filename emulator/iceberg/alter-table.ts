import type { Table } from '@aws-sdk/client-glue';
import type { FormatColumn, TableChange } from '../core/table-format.js';
import { EngineError } from '../core/engine.js';
import { GlueError } from '../core/glue-catalog.js';
import { icebergError, notSupported } from './errors.js';
import { toTableInput } from '../core/table-input.js';
import type { TableMetadata } from './metadata.js';
import { currentSchema, currentSpec } from './metadata.js';
import { toMetadataName, toMetadataProperties } from './properties.js';
import type { IcebergType, NestedField } from './schema.js';
import { toHiveType } from './schema-text.js';
import { fieldIdsAfter, toFields } from './schema.js';
import type { IcebergContext } from './table-state.js';
import { commitChange } from './table-state.js';

function withFields(
  metadata: TableMetadata,
  fields: readonly NestedField[],
  lastColumnId = metadata['last-column-id'],
): TableMetadata {
  const id = Math.max(...metadata.schemas.map((schema) => schema['schema-id'])) + 1;
  return {
    ...metadata,
    'last-column-id': lastColumnId,
    'current-schema-id': id,
    schemas: [...metadata.schemas, { type: 'struct', 'schema-id': id, fields }],
  };
}

function findField(fields: readonly NestedField[], name: string): NestedField {
  const found = fields.find((field) => field.name === name);
  if (found === undefined) {
    throw new EngineError(2, 1006, `COLUMN_NOT_FOUND: Column '${name}' does not exist`);
  }
  return found;
}

function refuseDuplicates(fields: readonly NestedField[]): void {
  const names = fields.map((field) => field.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new EngineError(2, 1000, `COLUMN_ALREADY_EXISTS: Column '${twice}' already exists`);
  }
}

function addColumns(metadata: TableMetadata, columns: readonly FormatColumn[]): TableMetadata {
  const ids = fieldIdsAfter(metadata['last-column-id']);
  const fields = [...currentSchema(metadata).fields, ...toFields(columns, ids, 'ddl')];
  refuseDuplicates(fields);
  return withFields(metadata, fields, ids.last());
}

function dropColumn(metadata: TableMetadata, name: string): TableMetadata {
  const { fields } = currentSchema(metadata);
  const dropped = findField(fields, name);
  if (currentSpec(metadata).fields.some((field) => field['source-id'] === dropped.id)) {
    throw notSupported(`Cannot drop partition field: ${name}`);
  }
  if (fields.length === 1) throw notSupported('Cannot drop the only column in a table');
  return withFields(
    metadata,
    fields.filter((field) => field !== dropped),
  );
}

function decimalOf(type: IcebergType): readonly [number, number] | undefined {
  const match = typeof type === 'string' ? /^decimal\((\d+),\s*(\d+)\)$/.exec(type) : null;
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

/** Whether a column's type may become another without rewriting files (specification, "Schema Evolution"). */
function isPromotion(from: IcebergType, to: IcebergType): boolean {
  if (from === 'int' && to === 'long') return true;
  if (from === 'float' && to === 'double') return true;
  const [before, after] = [decimalOf(from), decimalOf(to)];
  return (
    before !== undefined && after !== undefined && before[1] === after[1] && before[0] <= after[0]
  );
}

function changedType(field: NestedField, column: FormatColumn): IcebergType {
  // Ids do not matter here: a nested type stays as it is, or is refused.
  const [wanted] = toFields([column], fieldIdsAfter(0), 'ddl');
  const to = wanted?.type ?? field.type;
  if (toHiveType(field.type) === toHiveType(to)) return field.type;
  if (isPromotion(field.type, to)) return to;
  throw notSupported(
    `Cannot change column type: ${field.name}: ${toHiveType(field.type)} -> ${toHiveType(to)}`,
  );
}

function changeColumn(
  metadata: TableMetadata,
  change: TableChange & { readonly kind: 'change-column' },
): TableMetadata {
  const { fields } = currentSchema(metadata);
  const field = findField(fields, change.name);
  const doc = change.column.comment ?? field.doc;
  const changed: NestedField = {
    ...field,
    name: change.column.name,
    type: changedType(field, change.column),
    ...(doc !== undefined && { doc }),
  };
  if (change.position === undefined) {
    const next = fields.map((each) => (each === field ? changed : each));
    refuseDuplicates(next);
    return withFields(metadata, next);
  }
  const others = fields.filter((each) => each !== field);
  const { position } = change;
  const index = position === 'first' ? 0 : others.indexOf(findField(others, position.after)) + 1;
  const next = [...others.slice(0, index), changed, ...others.slice(index)];
  refuseDuplicates(next);
  return withFields(metadata, next);
}

function setProperties(
  metadata: TableMetadata,
  properties: Readonly<Record<string, string>>,
): TableMetadata {
  if ('table_type' in properties) {
    throw new EngineError(2, 1200, 'Unsupported table property key: table_type');
  }
  const changed = toMetadataProperties(properties, 'ddl');
  return { ...metadata, properties: { ...metadata.properties, ...changed } };
}

function unsetProperties(metadata: TableMetadata, names: readonly string[]): TableMetadata {
  const gone = names.map((name) => toMetadataName(name));
  const kept = Object.entries(metadata.properties).filter(([name]) => !gone.includes(name));
  return { ...metadata, properties: Object.fromEntries(kept) };
}

/** RENAME TO: a new entry in Glue, then the old one goes (Iceberg's GlueCatalog). Files and location stay. */
function renameTable(context: IcebergContext, table: Table, database: string, name: string): void {
  try {
    context.glue.createTable(database, { ...toTableInput(table), Name: name });
    context.glue.deleteTable(table.DatabaseName ?? '', table.Name ?? '');
  } catch (error) {
    if (!(error instanceof GlueError)) throw error;
    throw icebergError('ICEBERG_CATALOG_ERROR', `Failed to rename table: ${error.message}`);
  }
}

/** The metadata after a change. Throws `EngineError`. */
function apply(
  metadata: TableMetadata,
  change: Exclude<TableChange, { readonly kind: 'rename' }>,
): TableMetadata {
  switch (change.kind) {
    case 'add-columns':
      return addColumns(metadata, change.columns);
    case 'drop-column':
      return dropColumn(metadata, change.name);
    case 'change-column':
      return changeColumn(metadata, change);
    case 'set-properties':
      return setProperties(metadata, change.properties);
    case 'unset-properties':
      return unsetProperties(metadata, change.names);
  }
}

/**
 * ALTER TABLE. Only metadata changes, files stay. Throws `EngineError`: `COLUMN_NOT_FOUND`, `COLUMN_ALREADY_EXISTS`,
 * `NOT_SUPPORTED` (a type that is no promotion, a column that partitions), `Unsupported table property key`; apart from
 * the last, texts are Trino's or Iceberg's and not measured on Athena. A schema change that lost a race fails with
 * `ICEBERG_COMMIT_ERROR`; one of properties is made again.
 */
export async function alterTable(
  context: IcebergContext,
  table: Table,
  change: TableChange,
): Promise<void> {
  if (change.kind === 'rename') {
    renameTable(context, table, change.database, change.name);
    return;
  }
  const isProperties = change.kind === 'set-properties' || change.kind === 'unset-properties';
  await commitChange(context, table, isProperties ? 'rebase' : 'never', (state) =>
    apply(state.metadata, change),
  );
}
