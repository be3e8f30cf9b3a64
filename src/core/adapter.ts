import type { Catalog } from './catalog.js';
import type { Diagnostic } from './diagnostic.js';
import type { PositionMap } from './compiled-node.js';
import type { Relation } from './relation.js';
import type { Result } from './result.js';
import type { SqlType } from './sql-type.js';
import type { Step } from './plan.js';

/** SQL in the engine's dialect, with the way back to the author's text. */
export interface TranslatedSql {
  readonly sql: string;
  /** From a place in `sql` to the place in the text that was translated. */
  readonly toOriginal: PositionMap;
  /** The result's columns, in order, with Athena's types; left out where a `*` hides some. */
  readonly columns?: readonly TypedColumn[];
}

/** A column with its type in Athena's terms. An expression without an alias has no name. */
export interface TypedColumn {
  readonly name?: string;
  readonly type: SqlType;
}

/**
 * Returns the columns of a table, or `undefined` if nothing is known of it. `name` holds the parts of the name as the
 * query writes it: `table`, `schema.table` or `catalog.schema.table`.
 */
export type TableColumns = (name: readonly string[]) => readonly TypedColumn[] | undefined;

/** What the pure rooms need to know of an engine's SQL. No effects. */
export interface Dialect {
  readonly name: string;
  /** Quotes and qualifies a relation in the author's dialect (Athena DML), as `{{ ref() }}` prints it. */
  renderRelation(relation: Relation): string;
  /**
   * Translates one SELECT from Athena's dialect to the engine's.
   * `path` names the file in diagnostics, whose lines and columns refer to `sql`.
   * `tableColumns` tells the types of tables' columns. The more it knows, the less must be refused because a type is unknown.
   * `storesResult` tells that the result becomes a table or view, whose columns need names, each its own.
   * Diagnostics: `model-empty`, `sql-syntax`, `sql-unsupported`, `sql-type-mismatch`, `column-not-found`,
   * `column-name-invalid`, `function-unsupported`, `function-unknown`, `sql-several-statements`.
   */
  translate(
    sql: string,
    options: {
      readonly path: string;
      readonly tableColumns?: TableColumns;
      readonly storesResult?: boolean;
    },
  ): Result<TranslatedSql>;
  /** Writes the statements of incremental strategies in the engine's dialect. */
  readonly writers: DialectWriters;
}

/** Statements that materializations need, in the engine's dialect. `query` is already translated. */
export interface DialectWriters {
  insert(target: Relation, query: string, columns: readonly string[]): string;
  merge(
    target: Relation,
    query: string,
    options: {
      readonly columns: readonly string[];
      readonly uniqueKey: readonly string[];
    },
  ): string;
  /** Deletes the rows of `target` whose key is in `source`. */
  deleteMatching(target: Relation, source: Relation, uniqueKey: readonly string[]): string;
  selectAll(relation: Relation): string;
}

/** What an engine can do; a strategy names the one it needs. */
export interface Capabilities {
  /** Several statements become visible together (`begin`/`commit`). */
  readonly transactions: boolean;
  readonly merge: boolean;
  readonly deleteInsert: boolean;
  readonly externalTables: boolean;
}

/** What a step did. */
export interface StepOutcome {
  /** The statements as the engine ran them. */
  readonly executedSql: readonly string[];
  readonly rowsAffected: number | null;
  readonly response: Readonly<Record<string, string | number>>;
  /** What was done, and is hardly meant: warnings. */
  readonly warnings?: readonly Diagnostic[];
}

/** Rows of a query; every value is JSON-safe (bigints and decimals as strings where a double would lose digits). */
export interface QueryRows {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
}

/** An engine's refusal of a statement, as a value. `position` is a place in the statement that ran. */
export interface EngineFailure {
  readonly diagnostic: Diagnostic;
  readonly position?: { readonly line: number; readonly column: number };
  readonly statement: string;
  /** The statement was stopped by us. */
  readonly cancelled: boolean;
}

/** The outcome of a call to the engine: exceptions are bugs. */
export type EngineResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: EngineFailure };

/** One conversation with the engine. Steps of a node share it; an open transaction is rolled back by `close`. */
export interface Session {
  /** Carries out one step other than `audit`, which the runner resolves into queries. */
  execute(
    step: Exclude<Step, { kind: 'audit' }>,
    signal: AbortSignal,
  ): Promise<EngineResult<StepOutcome>>;
  /** Runs a query in the engine's dialect and returns its first `limit` rows, or all of them. */
  query(
    sql: string,
    options: { readonly limit: number | null; readonly signal: AbortSignal },
  ): Promise<EngineResult<QueryRows>>;
  close(): Promise<void>;
}

/** A warehouse engine: a record of functions made by its folder's `open…(config)`. */
export interface Adapter {
  readonly name: string;
  readonly dialect: Dialect;
  readonly capabilities: Capabilities;
  /** How many nodes may run at once. */
  readonly threads: number;
  /** The catalog's name for relations of this target. */
  readonly database: string;
  readCatalog(schemas: readonly string[]): Promise<Result<Catalog>>;
  openSession(): Promise<Session>;
  close(): Promise<void>;
}
