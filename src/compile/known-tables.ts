import type { TypedColumn } from '../core/adapter.js';
import { isRelationNode, type RelationNode, type UniqueId } from '../core/node.js';
import { seedColumns } from './compile-seed.js';
import { isEphemeral, relationOf } from './name-bindings.js';
import type { KnownColumns } from './rows-to-sql.js';
import { snapshotColumns, withFoundTypes } from './snapshot-columns.js';
import { columnsAsTheyAre } from './table-as-is.js';
import type { Surroundings } from './surroundings.js';
import { declaredColumns, sourceColumns, type KnownTable } from './table-columns.js';

/**
 * Returns the columns of what is read, as far as they are known. Where no type of a source's column is declared, the
 * warehouse's counts: tables are written with the types that their rows have.
 */
export function knownTables(ids: Iterable<UniqueId>, surroundings: Surroundings): KnownTable[] {
  const { options, readType, outcomeOf } = surroundings;
  const columnsOf = (node: RelationNode): readonly TypedColumn[] | undefined => {
    // What another state has under this name is in the catalog, or not known: the project may say something else by now.
    if (options.deferred?.has(node.uniqueId) === true) return undefined;
    if (node.resourceType === 'seed') return seedColumns(node);
    if (node.resourceType === 'source') {
      const columns = sourceColumns(node, options.catalog, readType);
      return columns && withFoundTypes(node.relation, columns, options);
    }
    if (node.config.materialized === 'external_table' && node.resourceType === 'model') {
      return declaredColumns(node.columns, readType);
    }
    const result = outcomeOf(node.uniqueId)?.result;
    const columns = result?.ok === true ? result.value.columns : undefined;
    return node.resourceType === 'snapshot' && columns
      ? snapshotColumns(node, columns, options)
      : columns;
  };
  return [...ids].flatMap((id) => {
    const node = options.graph.nodes.get(id);
    if (node === undefined || !isRelationNode(node) || isEphemeral(node)) return [];
    const written = columnsOf(node);
    const columns = columnsAsTheyAre(node, written, options) ?? written;
    return columns === undefined ? [] : [{ relation: relationOf(node, options), columns }];
  });
}

/**
 * Returns the columns that given rows of a model or source have: those of its query, those that YAML declares, or, as in
 * dbt, those that the warehouse has of a source.
 */
export function columnsForRows(
  id: UniqueId,
  { options, readType, outcomeOf }: Surroundings,
): KnownColumns {
  const node = options.graph.nodes.get(id);
  if (node === undefined || !isRelationNode(node)) return { columns: [], complete: false };
  if (node.resourceType === 'seed') return { columns: seedColumns(node), complete: true };
  const isDeclared =
    node.resourceType === 'source' || node.config.materialized === 'external_table';
  const result = isDeclared ? undefined : outcomeOf(id)?.result;
  if (result?.ok === true && result.value.columns !== undefined) {
    const { columns } = result.value;
    return {
      columns: node.resourceType === 'snapshot' ? snapshotColumns(node, columns, options) : columns,
      complete: true,
    };
  }
  if (node.resourceType === 'source') {
    const found = sourceColumns(node, options.catalog, readType);
    if (found) return { columns: withFoundTypes(node.relation, found, options), complete: false };
  }
  const typed = node.columns.filter(({ data_type }) => data_type !== undefined);
  return { columns: declaredColumns(typed, readType), complete: false };
}
