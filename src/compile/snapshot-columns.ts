import type { TypedColumn } from '../core/adapter.js';
import type { SnapshotNode } from '../core/node.js';
import { relationKey, type Relation } from '../core/relation.js';
import { isKnownType } from '../core/widening.js';
import type { CompileOptions } from './compile-options.js';

const unknown = { kind: 'any' } as const;

type Warehouse = Pick<CompileOptions, 'catalog' | 'dialect'>;

/** Returns the columns of a relation as the warehouse has them, by name in lower case. */
function foundColumns(
  relation: Relation,
  { catalog, dialect }: Warehouse,
): ReadonlyMap<string, TypedColumn> {
  const there = catalog.relations.get(relationKey(relation));
  if (there === undefined) return new Map();
  const { schema, identifier } = there.relation;
  const relations = new Map([[relationKey(there.relation), there]]);
  const typed = dialect.catalogColumns?.({ relations })([schema, identifier]);
  const columns: readonly TypedColumn[] =
    typed ?? there.columns.map(({ name }) => ({ name, type: { kind: 'any' } }));
  return new Map(columns.map((column) => [column.name?.toLowerCase() ?? '', column]));
}

/** Returns columns with the types of the warehouse where theirs are not known. */
export function withFoundTypes(
  relation: Relation,
  columns: readonly TypedColumn[],
  warehouse: Warehouse,
): readonly TypedColumn[] {
  const found = foundColumns(relation, warehouse);
  return columns.map((column) =>
    isKnownType(column.type)
      ? column
      : { ...column, type: found.get(column.name?.toLowerCase() ?? '')?.type ?? column.type },
  );
}

/**
 * Returns the columns that who reads a snapshot finds: those that its table has, in their order, and those that this run
 * adds; of a table that is not there yet the query's, then the snapshot's own.
 */
export function snapshotColumns(
  { relation, rules: { columns, hardDeletes, updatedAt, validToCurrent } }: SnapshotNode,
  query: readonly TypedColumn[],
  warehouse: Warehouse,
): readonly TypedColumn[] {
  const text = { kind: 'varchar' } as const;
  const moment = { kind: 'timestamp', precision: 6, withZone: false } as const;
  const changed = query.find(({ name }) => name?.toLowerCase() === updatedAt?.toLowerCase());
  // As in dbt, where the SQL is the engine's own.
  const hasDates = warehouse.dialect.native !== undefined && changed?.type.kind === 'date';
  const time = hasDates ? ({ kind: 'date' } as const) : moment;
  const end = hasDates && validToCurrent !== null ? ({ kind: 'any' } as const) : time;
  const own: readonly TypedColumn[] = [
    { name: columns.scdId, type: text },
    { name: columns.updatedAt, type: time },
    { name: columns.validFrom, type: time },
    { name: columns.validTo, type: end },
    ...(hardDeletes === 'new_record' ? [{ name: columns.isDeleted, type: text }] : []),
  ];
  const all = new Map(foundColumns(relation, warehouse));
  for (const column of query) {
    const key = column.name?.toLowerCase() ?? '';
    if (!all.has(key) || isKnownType(column.type)) all.set(key, column);
  }
  for (const column of own) {
    const key = column.name?.toLowerCase() ?? '';
    if (!isKnownType(all.get(key)?.type ?? unknown)) all.set(key, column);
  }
  return [...all.values()];
}
