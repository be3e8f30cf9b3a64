/** What a relation is in the warehouse. */
export type RelationType = 'table' | 'view' | 'external';

/** The only way to name a table. `database` is the catalog: Athena's data catalog, DuckDB's attached database. */
export interface Relation {
  readonly database: string;
  readonly schema: string;
  readonly identifier: string;
  readonly type?: RelationType;
  /** The parts of its name that `quoting:` says to write without quotes, where the engine's own SQL is written. */
  readonly unquoted?: readonly RelationPart[];
}

/** A part of the name of a relation. */
export type RelationPart = (typeof relationParts)[number];

/** The parts of the name of a relation, in their order. */
export const relationParts = ['database', 'schema', 'identifier'] as const;

/** Returns the relation with the parts unquoted for which `quoting:` says `false`; by default all are quoted. */
export function withQuoting<Named extends Relation>(
  relation: Named,
  ...levels: readonly (Readonly<Record<string, unknown>> | undefined)[]
): Named {
  const unquoted = relationParts.filter(
    (part) => levels.map((level) => level?.[part]).findLast((each) => each != null) === false,
  );
  return unquoted.length === 0 ? relation : { ...relation, unquoted };
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
