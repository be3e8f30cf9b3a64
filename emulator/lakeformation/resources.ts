import type * as LF from '@aws-sdk/client-lakeformation';
import { accountId } from '../core/account.js';
import { GlueError, type GlueCatalog } from '../core/glue-catalog.js';
import { ServiceError } from '../core/service.js';

/** Returns the name that LF-tags of a database are kept under. */
export function databaseName(database: string): string {
  return `db:${database.toLowerCase()}/`;
}

/** Returns the name that LF-tags of a table, or of a column of it, are kept under. */
export function tableName(database: string, table: string, column?: string): string {
  const name = `${databaseName(database)}table:${table.toLowerCase()}/`;
  return column === undefined ? name : `${name}column:${column.toLowerCase()}/`;
}

/**
 * Returns the names of what a resource means: a database, a table, or the columns it lists. Throws `ServiceError`
 * `EntityNotFoundException` for what is not in the catalog, `InvalidInputException` for a resource that takes no tags.
 */
export function namesOf(resource: LF.Resource | undefined, glue: GlueCatalog): readonly string[] {
  const { Database: database, Table: table, TableWithColumns: columns } = resource ?? {};
  return ask(() => {
    if (database !== undefined) {
      glue.getDatabase(database.Name ?? '');
      return [databaseName(database.Name ?? '')];
    }
    const names = columns ?? table;
    if (names === undefined) {
      throw new ServiceError('InvalidInputException', 'The resource takes no LF-tags.');
    }
    const [db, name] = [names.DatabaseName ?? '', names.Name ?? ''];
    const found = glue.getTable(db, name);
    if (columns === undefined) {
      return [tableName(db, name)];
    }
    const known = [...(found.StorageDescriptor?.Columns ?? []), ...(found.PartitionKeys ?? [])].map(
      (column) => column.Name ?? '',
    );
    return (columns.ColumnNames ?? known).map((column) => {
      if (!known.some((each) => each.toLowerCase() === column.toLowerCase())) {
        throw new ServiceError('EntityNotFoundException', `Column not found: ${column}`);
      }
      return tableName(db, name, column);
    });
  });
}

/** Runs what asks the catalog; its errors become this API's. */
export function ask<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw error instanceof GlueError ? new ServiceError(error.code, error.message) : error;
  }
}

/** Returns a resource in one spelling, so that two that mean the same are equal: names in lower case, catalog filled in. */
export function normalizeResource(resource: LF.Resource | undefined): LF.Resource {
  return normalize(resource ?? {}, '') as LF.Resource;
}

const lowered = new Set(['DatabaseName', 'Name', 'TableName', 'TagKey']);

function normalize(value: unknown, name: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((each) => normalize(each, name));
    return name === 'ColumnNames' ? items.map((each) => String(each).toLowerCase()).sort() : items;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member != null)
      .map(([key, member]: [string, unknown]) => {
        // A filter's name keeps its case; that Lake Formation tells them apart by it is not sourced.
        const keeps = name === 'DataCellsFilter' && key === 'Name';
        return [key, keeps ? member : normalize(member, key)] as const;
      });
    const filled = ['Database', 'Table', 'TableWithColumns'].includes(name)
      ? [['CatalogId', accountId] as const, ...members.filter(([key]) => key !== 'CatalogId')]
      : members;
    return Object.fromEntries([...filled].sort(([left], [right]) => (left < right ? -1 : 1)));
  }
  return lowered.has(name) && typeof value === 'string' ? value.toLowerCase() : value;
}
