import type { Relation } from './relation.js';

export interface CatalogColumn {
  readonly name: string;
  /** In the engine's own spelling. */
  readonly type: string;
}

export interface CatalogRelation {
  readonly relation: Relation;
  readonly columns: readonly CatalogColumn[];
}

/** The one look at the warehouse, taken before compile. Keys are `relationKey`s. */
export interface Catalog {
  readonly relations: ReadonlyMap<string, CatalogRelation>;
}
