import type { Table } from '@aws-sdk/client-glue';
import type { CatalogColumn, CatalogRelation } from '../../core/catalog.js';
import type { Relation } from '../../core/relation.js';
import { isExternal, isUnfinished, isView, ownerOf, tableTypeOf } from './markers.js';
import { isRunFolder } from './run-context.js';

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

/** Returns a table of Glue as the catalog has it. */
export function describeTable(table: Table, relation: Relation, project: string): CatalogRelation {
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
      // What the message of a table that may not be replaced is made of.
      ...(owner.project !== project && { asking_project: project }),
      ...(owner.project === undefined &&
        isRunFolder(table.StorageDescriptor?.Location, relation) && { lies_in: 'run-folder' }),
      ...(owner.project !== undefined && { project: owner.project }),
      ...(owner.node !== undefined && { node: owner.node }),
      ...(owner.run !== undefined && { run: owner.run }),
      ...(type !== 'view' && {
        table_type: tableTypeOf(table),
        location: table.StorageDescriptor?.Location ?? '',
      }),
    },
  };
}
