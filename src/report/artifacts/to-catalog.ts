import type { Catalog, CatalogRelation } from '../../core/catalog.js';
import type { Graph } from '../../core/graph.js';
import type { Dialect } from '../../core/adapter.js';
import type { ParsedNode, UniqueId } from '../../core/node.js';
import { relationKey, type Relation } from '../../core/relation.js';
import { toMetadata, type InvocationMetadata } from './metadata.js';

/** What `catalog.json` is made of. */
export interface CatalogInput {
  readonly graph: Pick<Graph, 'nodes'>;
  /** What is in the warehouse. */
  readonly catalog: Catalog;
  /** The nodes to tell of; all that have a relation, if left out. */
  readonly selection?: ReadonlySet<UniqueId>;
  /** What the engine's catalog calls tables and views. */
  readonly types?: Dialect['catalogTypes'] | undefined;
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

/** Returns where the rows of a node lie; of a test, those that it keeps. */
function relationOf(node: ParsedNode): Relation | undefined {
  if (node.resourceType === 'test') return node.judgement?.store?.relation;
  return 'relation' in node ? node.relation : undefined;
}

function toEntry(
  id: UniqueId,
  { relation, columns, comment }: CatalogRelation,
  types: Pick<CatalogInput, 'types'>['types'],
) {
  return {
    metadata: {
      type: relation.type === 'view' ? (types?.view ?? 'view') : (types?.table ?? 'table'),
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
export function toCatalog({ graph, catalog, selection, types, invocation }: CatalogInput) {
  const entriesOf = (isWanted: (node: ParsedNode) => boolean) =>
    Object.fromEntries(
      [...graph.nodes.values()].flatMap((node) => {
        const relation = relationOf(node);
        if (!isWanted(node) || relation === undefined) return [];
        if (selection !== undefined && !selection.has(node.uniqueId)) return [];
        const found = catalog.relations.get(relationKey(relation));
        return found === undefined ? [] : [[node.uniqueId, toEntry(node.uniqueId, found, types)]];
      }),
    );
  return {
    metadata: toMetadata('catalog/v1', invocation),
    nodes: entriesOf(({ resourceType }) => resourceType !== 'source'),
    sources: entriesOf(({ resourceType }) => resourceType === 'source'),
    errors: null,
  };
}
