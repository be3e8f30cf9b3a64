import type { Expression, Query, Span } from '../../../core/sql-syntax.js';
import type { TypedColumn } from '../../../core/adapter.js';
import type { SqlType } from '../../../core/sql-type.js';
import type { Sql } from './fragment.js';

/** A column of a relation or of a result. */
export type Column = TypedColumn;

/** What is known of a relation's columns. */
export interface RelationColumns {
  readonly columns: readonly Column[];
  /** There may be more columns than are known: a table that nothing is known of. */
  readonly open: boolean;
}

/** A relation in FROM. */
export interface ScopeRelation extends RelationColumns {
  /** The names by which columns can be qualified, the last one first: `t`, `schema`, `catalog`. */
  readonly names: readonly string[];
  /** Columns that a JOIN with USING took out: they belong to no relation any more. */
  readonly hidden?: readonly string[];
}

/** A parameter of a lambda, or another name that stands for an expression. */
export interface LambdaParameter {
  readonly sql: Sql;
  readonly type: SqlType;
}

/** What names mean at a place in a query. */
export interface Scope {
  readonly relations: readonly ScopeRelation[];
  readonly lambdaParameters: ReadonlyMap<string, LambdaParameter>;
  /** How many lambdas stand around this place. */
  readonly lambdaDepth: number;
  /** CTEs by name in lower case. */
  readonly commonTables: ReadonlyMap<string, RelationColumns>;
  /** Parts of a condition of this query that a row must meet to stay; see `filteringTerms`. */
  readonly filters?: readonly Expression[];
  /** The query around this one. */
  readonly outer?: Scope;
  /** The subquery in which this place stands. */
  readonly subquery?: Subquery;
  /** It stands on a side of a UNION of that subquery. */
  readonly inUnion?: boolean;
}

/** A query that stands in another one and may refer to its columns. */
export interface Subquery {
  /** `membership`: under IN, ANY and ALL. */
  readonly kind: 'scalar' | 'exists' | 'membership' | 'lateral';
  readonly query: Query;
  /** Where to report what is wrong with it. */
  readonly span: Span;
  readonly parent?: Subquery;
}

/** Returns a scope in which there are no names. */
export function emptyScope(): Scope {
  return { relations: [], lambdaParameters: new Map(), lambdaDepth: 0, commonTables: new Map() };
}

/** What a name was found to be. */
export type Resolution =
  | { readonly kind: 'parameter'; readonly parameter: LambdaParameter }
  | { readonly kind: 'column'; readonly type: SqlType }
  /** It may be a column of a table that nothing is known of. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ambiguous' }
  | { readonly kind: 'missing'; readonly candidates: readonly string[] };

function sameName(left: string | undefined, right: string): boolean {
  return left !== undefined && left.toLowerCase() === right.toLowerCase();
}

/** Returns what a name without qualifier means. */
export function resolveName(scope: Scope, name: string): Resolution {
  const parameter = scope.lambdaParameters.get(name.toLowerCase());
  if (parameter !== undefined) return { kind: 'parameter', parameter };
  const columns = scope.relations.flatMap((relation) =>
    relation.columns.filter((each) => sameName(each.name, name)),
  );
  const [column, ...others] = columns;
  if (others.length > 0) return { kind: 'ambiguous' };
  if (column !== undefined) return { kind: 'column', type: column.type };
  if (scope.relations.some((relation) => relation.open)) return { kind: 'unknown' };
  const outer = scope.outer && resolveName(scope.outer, name);
  if (outer !== undefined && outer.kind !== 'missing') return outer;
  const names = scope.relations.flatMap((relation) =>
    relation.columns.flatMap((column) => column.name ?? []),
  );
  return { kind: 'missing', candidates: [...names, ...(outer?.candidates ?? [])] };
}

/** Returns the relation that is qualified as `qualifiers` (the last name first), if there is one. */
export function findRelation(
  scope: Scope,
  qualifiers: readonly string[],
): ScopeRelation | undefined {
  const found = scope.relations.find(
    (relation) =>
      qualifiers.length <= relation.names.length &&
      qualifiers.every((qualifier, index) => sameName(relation.names[index], qualifier)),
  );
  return found ?? (scope.outer && findRelation(scope.outer, qualifiers));
}

/** Returns what a column of a relation is. */
export function resolveColumn(relation: ScopeRelation, name: string): Resolution {
  const [column, ...others] = relation.columns.filter((each) => sameName(each.name, name));
  if (others.length > 0) return { kind: 'ambiguous' };
  if (column !== undefined) return { kind: 'column', type: column.type };
  if (relation.hidden?.some((hidden) => sameName(hidden, name))) {
    return { kind: 'missing', candidates: [] };
  }
  if (relation.open) return { kind: 'unknown' };
  return { kind: 'missing', candidates: relation.columns.flatMap((each) => each.name ?? []) };
}
