import type { Column, TableInput } from '@aws-sdk/client-glue';
import type { NestedField } from './schema.js';
import { toHiveType } from './schema-text.js';
import type { TableMetadata } from './metadata.js';
import { currentSchema } from './metadata.js';

function toGlueColumn(field: NestedField, isCurrent: boolean): Column {
  return {
    Name: field.name,
    Type: toHiveType(field.type),
    ...(field.doc !== undefined && { Comment: field.doc }),
    Parameters: {
      'iceberg.field.id': String(field.id),
      'iceberg.field.optional': String(!field.required),
      'iceberg.field.current': String(isCurrent),
    },
  };
}

/**
 * Returns Glue's columns of a table: those it has, then those it had (`iceberg.field.current` = `false`), each name once,
 * as Iceberg's IcebergToGlueConverter writes them. A comment is the field's `doc` and nothing else: one that somebody
 * wrote into Glue alone is gone after the next commit (dbt-athena issue 187).
 */
export function toGlueColumns(metadata: TableMetadata): Column[] {
  const current = currentSchema(metadata);
  const former = metadata.schemas.filter((schema) => schema !== current);
  const columns = new Map(current.fields.map((field) => [field.name, toGlueColumn(field, true)]));
  for (const field of former.flatMap((schema) => schema.fields)) {
    if (!columns.has(field.name)) columns.set(field.name, toGlueColumn(field, false));
  }
  return [...columns.values()];
}

/**
 * Returns Glue's table after a commit: the pointer, location and columns are set, everything else stays as `before` has
 * it, parameters of other tools among it (Iceberg's GlueTableOperations).
 */
export function pointTo(
  before: TableInput,
  metadata: TableMetadata,
  metadataLocation: string,
): TableInput {
  const previous = before.Parameters?.['metadata_location'];
  return {
    ...before,
    TableType: 'EXTERNAL_TABLE',
    Parameters: {
      ...before.Parameters,
      table_type: 'ICEBERG',
      metadata_location: metadataLocation,
      ...(previous !== undefined && { previous_metadata_location: previous }),
    },
    StorageDescriptor: {
      ...before.StorageDescriptor,
      Location: metadata.location,
      Columns: toGlueColumns(metadata),
    },
  };
}
