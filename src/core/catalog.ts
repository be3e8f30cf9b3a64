import type { Relation } from './relation.js';

export interface CatalogColumn {
  readonly name: string;
  /** In the engine's own spelling. */
  readonly type: string;
  readonly comment?: string;
}

export interface CatalogRelation {
  readonly relation: Relation;
  readonly columns: readonly CatalogColumn[];
  readonly comment?: string;
  /** Its last build was not published to its end: rows of it may be missing, so nothing is added to it. */
  readonly isUnfinished?: boolean;
  /** It lies in another database than the target's: only its name with three parts means it. */
  readonly isForeign?: boolean;
  /** What else the adapter knows of it, for its own checks: how it is stored, who owns it. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** The one look at the warehouse, taken before compile. Keys are `relationKey`s. */
export interface Catalog {
  readonly relations: ReadonlyMap<string, CatalogRelation>;
}
