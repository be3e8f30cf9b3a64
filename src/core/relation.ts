/** What a relation is in the warehouse. */
export type RelationType = 'table' | 'view' | 'external';

/** The only way to name a table. `database` is the catalog: Athena's data catalog, DuckDB's attached database. */
export interface Relation {
  readonly database: string;
  readonly schema: string;
  readonly identifier: string;
  readonly type?: RelationType;
}

/** Returns a key that is equal for equal relations; names compare without regard to case, as on Athena. */
export function relationKey(relation: Relation): string {
  return [relation.database, relation.schema, relation.identifier]
    .map((part) => part.toLowerCase())
    .join('.');
}

/** Returns `schema.identifier`, the short name for messages. */
export function displayRelation(relation: Relation): string {
  return `${relation.schema}.${relation.identifier}`;
}
