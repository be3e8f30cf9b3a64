import type { Table } from '@aws-sdk/client-glue';
import type { Catalog, CatalogColumn, CatalogRelation } from '../../core/catalog.js';
import { relationKey, type Relation } from '../../core/relation.js';
import { failure, success, type Result } from '../../core/result.js';
import { apiDiagnostic } from './client/api-failure.js';
import { isExternal, isUnfinished, isView, ownerOf, tableTypeOf } from './markers.js';
import type { RunContext } from './run-context.js';

/** Columns that an Iceberg table once had stay in Glue with this parameter. */
const droppedColumn = 'iceberg.field.current';

/** Returns a table's columns in the order in which a query sees them: partitions last. Types in Glue's spelling. */
export function columnsOf(table: Table): readonly CatalogColumn[] {
  return [...(table.StorageDescriptor?.Columns ?? []), ...(table.PartitionKeys ?? [])]
    .filter(({ Parameters: parameters }) => parameters?.[droppedColumn] !== 'false')
    .map(({ Name = '', Type = '', Comment: comment }) => ({
      name: Name,
      type: Type,
      ...(comment !== undefined && comment !== '' && { comment }),
    }));
}

function describeTable(table: Table, relation: Relation, project: string): CatalogRelation {
  const owner = ownerOf(table);
  const type = isView(table) ? 'view' : isExternal(table) ? 'external' : 'table';
  return {
    relation: { ...relation, type },
    columns: columnsOf(table),
    ...(table.Description !== undefined &&
      table.Description !== '' && { comment: table.Description }),
    ...(isUnfinished(table) && { isUnfinished: true }),
    attributes: {
      owned: owner.project === project ? 'yes' : 'no',
      ...(owner.project !== undefined && { project: owner.project }),
      ...(owner.node !== undefined && { node: owner.node }),
      ...(owner.run !== undefined && { run: owner.run }),
      ...(type !== 'view' && { table_type: tableTypeOf(table) }),
    },
  };
}

/**
 * Returns the tables and views of the schemas, with `owned: yes | no`, `project`, `node`, `run` and `table_type` as
 * attributes. The context remembers each, with its version, so that a run need not ask again. Codes: those of a call to AWS.
 */
export async function readCatalog(
  context: RunContext,
  schemas: readonly string[],
): Promise<Result<Catalog>> {
  const { client, config, project, seen, listed, databases } = context;
  const names = [...new Set(schemas.map((schema) => schema.toLowerCase()))];
  const read = await Promise.all(names.map((name) => client.tables.getTables(name)));
  const relations = new Map<string, CatalogRelation>();
  for (const [index, result] of read.entries()) {
    const schema = names[index] ?? '';
    if (!result.ok) return failure([apiDiagnostic(result.error)]);
    listed.add(schema);
    // A schema that is not there has no tables; the run makes it when it needs it.
    if (result.value === undefined) continue;
    databases.add(schema);
    for (const table of result.value) {
      const relation = { database: config.catalog, schema, identifier: table.Name ?? '' };
      const key = relationKey(relation);
      seen.set(key, table);
      relations.set(key, describeTable(table, relation, project));
    }
  }
  return success({ relations });
}
