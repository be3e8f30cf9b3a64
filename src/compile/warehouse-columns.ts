import type { Dialect, TypedColumn } from '../core/adapter.js';
import type { Catalog } from '../core/catalog.js';
import { relationKey, type Relation } from '../core/relation.js';

/** Returns the columns of a relation as the warehouse has them; `undefined` if it does not have it. */
export function warehouseColumns(
  relation: Relation,
  { catalog, dialect }: { readonly catalog: Catalog; readonly dialect: Dialect },
): readonly TypedColumn[] | undefined {
  const there = catalog.relations.get(relationKey(relation));
  if (there === undefined) return undefined;
  const { native } = dialect;
  if (native) {
    return there.columns.map(({ name, type }) => ({
      name,
      nativeType: type,
      type: native.readType(type),
    }));
  }
  const { schema, identifier } = there.relation;
  const relations = new Map([[relationKey(there.relation), there]]);
  return (
    dialect.catalogColumns?.({ relations })([schema, identifier]) ??
    there.columns.map(({ name }) => ({ name, type: { kind: 'any' } }))
  );
}
