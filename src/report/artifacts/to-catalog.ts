import type { Catalog, CatalogRelation } from '../../core/catalog.js';
import type { Graph } from '../../core/graph.js';
import type { ParsedNode, UniqueId } from '../../core/node.js';
import { relationKey } from '../../core/relation.js';
import { toMetadata, type InvocationMetadata } from './metadata.js';

/** What `catalog.json` is made of. */
export interface CatalogInput {
  readonly graph: Pick<Graph, 'nodes'>;
  /** What is in the warehouse. */
  readonly catalog: Catalog;
  /** The nodes to tell of; all that have a relation, if left out. */
  readonly selection?: ReadonlySet<UniqueId>;
  readonly invocation: InvocationMetadata;
}

/** As dbt's adapters without statistics have it. */
const stats = {
  has_stats: {
    id: 'has_stats',
    label: 'Has Stats?',
    value: false,
    include: false,
    description: 'Indicates whether there are statistics for this table',
  },
} as const;

function toEntry(id: UniqueId, { relation, columns, comment }: CatalogRelation) {
  return {
    metadata: {
      type: relation.type ?? 'table',
      schema: relation.schema,
      name: relation.identifier,
      database: relation.database,
      comment: comment ?? null,
      owner: null,
    },
    columns: Object.fromEntries(
      columns.map((column, index) => [
        column.name,
        {
          type: column.type,
          // As in dbt, positions count from 1.
          index: index + 1,
          name: column.name,
          comment: column.comment ?? null,
        },
      ]),
    ),
    stats,
    unique_id: id,
  };
}

/**
 * Returns `catalog.json`, version 1: what the warehouse holds of the project's nodes and sources, by unique id. What is
 * not built yet is not in it.
 */
export function toCatalog({ graph, catalog, selection, invocation }: CatalogInput) {
  const entriesOf = (isWanted: (node: ParsedNode) => boolean) =>
    Object.fromEntries(
      [...graph.nodes.values()].flatMap((node) => {
        if (!isWanted(node) || !('relation' in node)) return [];
        if (selection !== undefined && !selection.has(node.uniqueId)) return [];
        const found = catalog.relations.get(relationKey(node.relation));
        return found === undefined ? [] : [[node.uniqueId, toEntry(node.uniqueId, found)]];
      }),
    );
  return {
    metadata: toMetadata('catalog/v1', invocation),
    nodes: entriesOf(({ resourceType }) => resourceType !== 'source'),
    sources: entriesOf(({ resourceType }) => resourceType === 'source'),
    errors: null,
  };
}
