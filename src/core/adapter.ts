import type { Catalog, CatalogColumn, CatalogRelation } from './catalog.js';
import type { Diagnostic } from './diagnostic.js';
import type { PositionMap } from './compiled-node.js';
import type { Relation } from './relation.js';
import type { Result } from './result.js';
import type { SqlType } from './sql-type.js';
import type { LineColumn } from './text-position.js';
import type { BuiltNode, SourceNode, UniqueId } from './node.js';
import type { EngineStep, Plan } from './plan.js';
import type { SqlToolkit } from './sql-toolkit.js';

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
  /** The type in the engine's own words, which may say more, where authors write its SQL. */
  readonly nativeType?: string;
}

/**
 * Returns the columns of a table, or `undefined` if nothing is known of it. `name` holds the parts of the name as the
 * query writes it: `table`, `schema.table` or `catalog.schema.table`.
 */
export type TableColumns = (name: readonly string[]) => readonly TypedColumn[] | undefined;

/**
 * How the rows of an incremental model change, all of them at once:
 * `transaction`: in a transaction of the engine, on the published table itself;
 * `clone`: on a clone of the published table, which takes its place at `commit`;
 * `none`: the engine cannot; only strategies that stage their rows and then add or switch them are possible.
 */
export type Isolation = 'transaction' | 'clone' | 'none';

/** What an adapter may check of a model before anything runs. */
export interface ModelCheck {
  readonly model: BuiltNode;
  /** The query's columns, as far as they are known. */
  readonly columns?: readonly TypedColumn[];
  /** The query in the engine's dialect. */
  readonly sql?: string;
  /** What has the model's name in the warehouse. */
  readonly existing?: CatalogRelation;
  /** All that is known to be there. */
  readonly catalog?: Catalog;
}

/** A column of a table, with the type that it is to have. */
export interface StoredColumn {
  readonly name: string;
  readonly type: SqlType;
  /** The type in the engine's own words, where `type` cannot say it. */
  readonly nativeType?: string;
}

/** How the columns of a table change. */
export interface Alteration {
  /** At the end of the table, in this order. */
  readonly add: readonly StoredColumn[];
  /** Columns that get a wider type. */
  readonly change: readonly StoredColumn[];
  readonly drop: readonly string[];
}

/** What an engine knows of the columns of tables that are there, and how they may change. */
export interface TableColumnRules {
  /** Returns the type of a table's column in Athena's terms; `any` where it is not known. */
  readType(column: CatalogColumn, table: CatalogRelation): SqlType;
  /** Returns the type that a table of the model stores for a column of its query; `undefined` if none is known. */
  storedType(type: SqlType, model: BuiltNode): SqlType | undefined;
  /** Returns why the table cannot change so, a sentence for each reason; none if it can. */
  refuse(
    alteration: Alteration,
    table: { readonly model: BuiltNode; readonly existing: CatalogRelation },
  ): readonly string[];
}

/** What an incremental model's condition may speak of. */
export interface PredicateOptions {
  /** The file, for diagnostics. */
  readonly path: string;
  /** The columns of the table; `undefined` where they are not known. */
  readonly target: readonly TypedColumn[] | undefined;
  /** The columns of the query, as far as they are known; `null` where a condition cannot speak of its rows. */
  readonly source: readonly TypedColumn[] | undefined | null;
}

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
  /**
   * Translates the statements of a hook or an operation: queries, INSERT, DELETE, CREATE, and what else the engine takes.
   * Diagnostics as for `translate`; `sql-unsupported` for what is not run.
   */
  translateStatements?(
    sql: string,
    options: { readonly path: string; readonly tableColumns?: TableColumns },
  ): Result<readonly string[]>;
  /** How long a statement may be, in bytes of UTF-8; left out where there is no limit. */
  readonly maxStatementBytes?: number;
  /** Writes the statements of incremental strategies in the engine's dialect. */
  readonly writers: DialectWriters;
  /** Returns what the warehouse itself knows of its tables' columns, in Athena's terms. */
  catalogColumns?(catalog: Catalog): TableColumns;
  /** How the rows of an incremental model change. */
  isolation(model: BuiltNode): Isolation;
  /** What is known of the columns of tables; without it, tables keep the columns that they have. */
  readonly tableColumnRules?: TableColumnRules;
  /**
   * Translates a condition of `incremental_predicates`, in which `DBT_INTERNAL_DEST` or `target` is the table and
   * `DBT_INTERNAL_SOURCE` or `src` the query, for the writers' statements. Diagnostics as for `translate`.
   */
  translatePredicate?(sql: string, options: PredicateOptions): Result<string>;
  /** Returns what a reader may see of a model while it is published, where that is not all at once. */
  publishNotes?(publishing: {
    readonly model: BuiltNode;
    /** What has the model's name in the warehouse. */
    readonly existing?: CatalogRelation;
    /** The relation is built anew; otherwise rows are added to it. */
    readonly rebuilds: boolean;
  }): readonly string[];
  /** Returns what the engine cannot do of a model's configuration and columns. */
  checkModel?(check: ModelCheck): readonly Diagnostic[];
  /** What `catalog.json` calls the kinds of relations, where that is not `table` and `view`. */
  readonly catalogTypes?: { readonly table: string; readonly view: string };
  /** Returns what guards a model's rows and would not guard a copy of them, such as the rows that a test finds. */
  rowGuard?(model: BuiltNode): string | undefined;
  /** Left out where what a model staged cannot be read by others, or is gone once it is published. */
  readonly ahead?: ReadingAhead;
  /**
   * The project's SQL is the engine's own: `translate` and the rest pass on what authors wrote. Left out where it is
   * Athena's.
   */
  readonly native?: NativeSql;
}

/**
 * What an engine says of models that are staged from what their parents staged, while the parents' tests run. What is staged
 * stays until the run ends.
 */
export interface ReadingAhead {
  /** Whether what a model stages has the rows that readers see once it is published, all of them. */
  mayBeRead(parent: BuiltNode): boolean;
  /** Whether the rows of a model depend on nothing but its query, and staging them changes nothing else. */
  mayStage(model: BuiltNode): boolean;
  /**
   * Returns the tables that a query reads; `undefined` for one that is not named in full. Returns `undefined` where that cannot
   * be told.
   */
  tablesOf(sql: string): readonly (Relation | undefined)[] | undefined;
}

/** A file that holds the rows of a model, behind a view of its name. */
export interface FileTarget {
  /** A file or, for rows in partitions, a folder; relative to the project folder. */
  readonly location: string;
  /** How the engine writes it. */
  readonly writeOptions: string;
  /** What stands for the file in a query. */
  readonly source: string;
  /** What is read has the query's own columns, in their order and with their types. */
  readonly keepsColumns: boolean;
}

/** What there is to know of an engine's own SQL where authors write it. */
export interface NativeSql {
  /** The toolkit's `addCtes` for queries of this SQL. */
  readonly addCtes: SqlToolkit['addCtes'];
  /** Returns the type that a declaration in the engine's words means; `any` for one that Athena does not have. */
  readonly readType: (declared: string) => SqlType;
  /** Returns a type in the engine's words in its one spelling, so that two texts of one type are equal. */
  spellType(declared: string): string;
  /** Returns how a cast names a type; `undefined` for one that is not known, or that the engine does not store. */
  writeType(type: SqlType): string | undefined;
  /** Returns an expression of a value of JSON; `text` is a literal. */
  jsonText(text: string): string;
  /** Returns what stands for a source in a query, where that is not its relation. */
  readSource?(source: SourceNode): string | { readonly problem: Diagnostic } | undefined;
  /** Returns the file that a model's rows go to, where its materialization is one; codes: `materialization-invalid`. */
  describeFile?(model: BuiltNode): Result<FileTarget>;
  /** Returns an expression of the seconds from 1970 UTC to a time. */
  readonly secondsSince1970: (time: string) => string;
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
      /** The columns that a row gets anew whose key is there already; none leaves it as it is. All but the key if left out. */
      readonly updates?: readonly string[];
      /** Conditions besides the key, from `translatePredicate`: rows that do not meet them do not match. */
      readonly predicates?: readonly string[];
      /** Conditions on the rows that are updated, and on those that are added; all are if left out. */
      readonly updateWhen?: string;
      readonly insertWhen?: string;
    },
  ): string;
  /**
   * Deletes the rows of `target` whose key is in `source` and that meet the predicates; with `nullsMatch`, a null in a key
   * equals a null. `expressions` are the keys that are no columns but SQL over them.
   */
  deleteMatching(
    target: Relation,
    source: Relation,
    uniqueKey: readonly string[],
    options?: {
      readonly nullsMatch?: boolean;
      readonly predicates?: readonly string[];
      readonly expressions?: readonly string[];
    },
  ): string;
  /** Deletes the rows of `target` that meet a condition from `translatePredicate`. */
  deleteWhere(target: Relation, condition: string): string;
  /** Returns the rows of a query that meet a condition from `translatePredicate`. */
  selectWhere(query: string, condition: string): string;
  selectAll(relation: Relation): string;
  /** Returns the columns of a query, in this order. */
  selectColumns(query: string, columns: readonly string[]): string;
  /**
   * Returns the md5, in hex, of expressions' texts joined by `|`; null is the empty text. Left out, the engine keeps no
   * snapshots.
   */
  readonly hash?: (expressions: readonly string[]) => string;
  /**
   * Returns a query whose rows are all there before the first is used, for a statement that changes the table that the query
   * reads. Left out where a statement never sees what it changes itself.
   */
  readonly settle?: (query: string) => string;
  /**
   * Returns a query of rows of texts and NULL, in their order; left out where VALUES does as well. `width` is the number of
   * columns, whose names are up to whoever reads them.
   */
  textRows?(rows: readonly (readonly (string | null)[])[], width: number): string;
}

/** What an engine can do; a strategy names the one it needs. */
export interface Capabilities {
  readonly merge: boolean;
  readonly deleteInsert: boolean;
  readonly externalTables: boolean;
  /** The queries of one session may run side by side. */
  readonly concurrentQueries?: boolean;
  /** Failing rows of data tests can be kept. */
  readonly storesFailures?: boolean;
}

/** What a step did. */
export interface StepOutcome {
  /** The statements as the engine ran them. */
  readonly executedSql: readonly string[];
  /** `null` where it is not known. An engine far away may still be asked for it, which never fails. */
  readonly rowsAffected: number | null | Promise<number | null>;
  /** What the engine reports of all steps of the session so far; queries report for themselves. */
  readonly response: Readonly<Record<string, string | number>>;
  /** What was done, and is hardly meant: warnings. */
  readonly warnings?: readonly Diagnostic[];
}

/** A query whose columns an engine was asked for, or why it does not know them. */
export type BoundQuery =
  | { readonly ok: true; readonly columns: readonly TypedColumn[] }
  | {
      readonly ok: false;
      /** What is wrong with the query; `null` if it may be right, and only what it reads is not known. */
      readonly problem: Diagnostic | null;
      /** A place in the query. */
      readonly position?: { readonly line: number; readonly column: number };
    };

/**
 * An engine that says what columns queries return, on relations without rows: it reads no warehouse. What is declared
 * later goes before what was.
 */
export interface QueryBinder {
  declare(relation: Relation, columns: readonly TypedColumn[]): Promise<void>;
  /** `before` are the statements that run in the query's session, of which those count that make macros and variables. */
  bind(
    sql: string,
    options: { readonly path: string; readonly before?: readonly string[] },
  ): Promise<BoundQuery>;
  close(): void;
}

/** Rows of a query; every value is JSON-safe (bigints and decimals as strings where a double would lose digits). */
export interface QueryRows {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
  /** What the engine reports of this query alone. */
  readonly response?: Readonly<Record<string, string | number>>;
}

/** An engine's refusal of a statement, as a value. `position` is a place in the statement that ran. */
export interface EngineFailure {
  readonly diagnostic: Diagnostic;
  readonly position?: LineColumn;
  /** Further places where the statement may have failed, if the engine does not tell which. */
  readonly otherPositions?: readonly LineColumn[];
  readonly statement: string;
  /** What the engine reports, as with a success: of the session's steps so far, or of the query. */
  readonly response?: Readonly<Record<string, string | number>>;
  /** The statement was stopped by us. */
  readonly cancelled: boolean;
  /**
   * Another writer changed the published relation in the meantime. Nothing was published; the node may be run again
   * from its first step, in a new session.
   */
  readonly conflict?: boolean;
}

/** The outcome of a call to the engine: exceptions are bugs. */
export type EngineResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: EngineFailure };

/**
 * One conversation with the engine. Steps of a node share it; `close` rolls back an open transaction and removes what was
 * staged in it.
 */
export interface Session {
  /** Carries out one step. */
  execute(step: EngineStep, signal: AbortSignal): Promise<EngineResult<StepOutcome>>;
  /** Runs a query in the engine's dialect and returns its first `limit` rows, or all of them. */
  query(
    sql: string,
    options: { readonly limit: number | null; readonly signal: AbortSignal },
  ): Promise<EngineResult<QueryRows>>;
  /** Returns a relation as it is now, also one that is staged; `undefined` if it is not there. */
  describe(relation: Relation): Promise<EngineResult<CatalogRelation | undefined>>;
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
  /**
   * Returns what is in schemas of the target's database. Those of `others` that lie in other databases, are there, and can be
   * read come with it.
   */
  readCatalog(schemas: readonly string[], others?: readonly Relation[]): Promise<Result<Catalog>>;
  /** Called before the first step of a plan: records what the run may leave behind if it is killed. */
  beginRun?(plan: Plan, signal: AbortSignal): Promise<Result<void>>;
  /** Called after the last step, however the run ended: removes what it staged, and closes the record. */
  endRun?(): Promise<readonly Diagnostic[]>;
  /** `uniqueId` names the node that the session serves. */
  openSession(options?: { readonly uniqueId: UniqueId }): Promise<Session>;
  close(): Promise<void>;
}
