import type { PositionMap } from './compiled-node.js';
import type { Expression, QualifiedName, Query, TypeSyntax } from './sql-syntax.js';
import type { Result } from './result.js';

/** A token of Athena's SQL, with its place in the text as offsets in UTF-16 code units. */
export interface SqlToken {
  readonly kind: 'word' | 'quoted' | 'string' | 'unicode-string' | 'binary' | 'number' | 'symbol';
  /** As written. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A column that a query returns, as far as it can be known without the tables' columns. */
export type OutputColumn =
  | { readonly kind: 'named'; readonly name: string }
  /** An expression without a name. */
  | { readonly kind: 'unnamed' }
  /** All columns of one relation or of all relations: `*`, `t.*`. */
  | { readonly kind: 'star'; readonly base?: string };

/** Where a syntax error is reported: the file, and the text that is parsed. */
export interface ParseOptions {
  readonly path: string;
}

/** A CTE to put before a query: `name` as the query names it, `query` in the same dialect. */
export interface NamedQuery {
  readonly name: string;
  readonly query: string;
}

/** What `sql/` offers to the other rooms: Athena's SQL as tokens and as a tree. Pure. */
export interface SqlToolkit {
  /** Returns the tokens without comments and white space. Diagnostics: `sql-syntax`. */
  tokenize(sql: string, options: ParseOptions): Result<readonly SqlToken[]>;
  /**
   * Returns the tree of the one query in `sql`; a semicolon may end it.
   * Diagnostics: `sql-syntax`, `sql-unsupported`, `sql-several-statements`, `model-empty`.
   */
  parseQuery(sql: string, options: ParseOptions): Result<Query>;
  /** Returns the tree of one expression. Diagnostics as for `parseQuery`. */
  parseExpression(sql: string, options: ParseOptions): Result<Expression>;
  /** Returns a type as a column declares it (`array(row(a bigint))`). Diagnostics: `sql-syntax`. */
  parseType(text: string, options: ParseOptions): Result<TypeSyntax>;
  /** Returns whether there is anything but comments, white space and semicolons. */
  hasSql(sql: string): boolean;
  /** Counts statements; empty ones do not count, semicolons in strings and comments do not separate. */
  countStatements(sql: string): number;
  /**
   * Returns the query with CTEs before its own; its text, comments included, stays as it is.
   * Diagnostics: those of `parseQuery`.
   */
  addCtes(sql: string, ctes: readonly NamedQuery[], options: ParseOptions): Result<AddedCtes>;
  /** Returns the columns of a query's result in order. */
  outputColumns(query: Query): readonly OutputColumn[];
  /** Returns the names of the tables that a query reads, as written; names of its own CTEs are not among them. */
  tablesOf(query: Query): readonly QualifiedName[];
}

/** The text of a query with CTEs. */
export interface AddedCtes {
  readonly sql: string;
  /** From a place in `sql` to the place in the query that was given; `undefined` inside what was added. */
  readonly toOriginal: PositionMap;
}
