import type { Table } from '@aws-sdk/client-glue';
import type { SqlType } from '../../src/core/sql-type.js';
import type { GlueCatalog } from './glue-catalog.js';
import type { ObjectStore } from './object-store.js';

/*
 * Where the SQL engine and a table format (Iceberg) meet. The engine parses, checks and translates statements; the format
 * knows how a table's rows lie in objects, and commits changes to Glue. SQL given to the other side is DuckDB's.
 */

/** The statement's own connection to DuckDB. Times are UTC. Throws `EngineError` if the statement was stopped. */
export interface DuckSession {
  /** Runs one statement. Rows by column name; values are JSON-safe: bigints, decimals, dates and times as text. */
  query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Runs one statement and returns the number of rows it wrote (COPY, CREATE TABLE AS, INSERT…). */
  run(sql: string): Promise<number>;
}

/** What a statement about tables, not about rows, works with. */
export interface CatalogContext {
  readonly objects: ObjectStore;
  readonly glue: GlueCatalog;
  /** For names of files: `<queryId>_<n>.parquet` or what the format wants. */
  readonly queryId: string;
  readonly signal: AbortSignal;
}

/** What a format works with, for one statement. */
export interface FormatContext extends CatalogContext {
  readonly duck: DuckSession;
}

export interface FormatColumn {
  /** Lower case. */
  readonly name: string;
  readonly type: SqlType;
  readonly comment?: string;
}

/** One field of PARTITIONED BY, whichever dialect it was written in. */
export interface PartitionField {
  /** Lower case. */
  readonly column: string;
  readonly transform: 'identity' | 'year' | 'month' | 'day' | 'hour' | 'bucket' | 'truncate';
  /** Of `bucket` and `truncate`. */
  readonly width?: number;
}

/** A table at one moment: how to read it. */
export interface TableReader {
  /** In order, with Athena's types. */
  readonly columns: readonly FormatColumn[];
  /** A DuckDB query with these columns (of the types that `duckDbType` names) and, last, `"$path"`: the file's `s3://…`. */
  readonly sql: string;
  /** Sizes of all the files that reading it opens. */
  readonly bytes: number;
}

export interface ReadOptions {
  /** `FOR VERSION AS OF` (a snapshot's id, or the name of a ref) or `FOR TIMESTAMP AS OF`. */
  readonly asOf?:
    | { readonly kind: 'version'; readonly version: string }
    | { readonly kind: 'timestamp'; readonly epochMs: number };
  /** `"t$files"`: the metadata table, without `$path`. */
  readonly metadata?: string;
}

/** What CREATE TABLE and CTAS ask for. Nothing of it is checked for what only the format knows. */
export interface NewTable {
  readonly database: string;
  readonly name: string;
  /** CTAS gives the query's types. */
  readonly columns: readonly FormatColumn[];
  readonly partitioning: readonly PartitionField[];
  /** `s3://bucket/prefix`, as written. */
  readonly location: string;
  /** TBLPROPERTIES, or WITH of a CTAS without what is above: names in lower case. */
  readonly properties: Readonly<Record<string, string>>;
  readonly comment?: string;
  /** The dialect it is written in: the two have different properties. */
  readonly dialect: 'ddl' | 'ctas';
}

export interface WriteOutcome {
  readonly rowCount: number;
  /** `s3://…` of the data files. */
  readonly writtenFiles: readonly string[];
}

export type TableChange =
  | { readonly kind: 'add-columns'; readonly columns: readonly FormatColumn[] }
  | { readonly kind: 'drop-column'; readonly name: string }
  | {
      readonly kind: 'change-column';
      readonly name: string;
      readonly column: FormatColumn;
      readonly position?: 'first' | { readonly after: string };
    }
  | { readonly kind: 'rename'; readonly database: string; readonly name: string }
  | { readonly kind: 'set-properties'; readonly properties: Readonly<Record<string, string>> }
  | { readonly kind: 'unset-properties'; readonly names: readonly string[] };

/** What DDL does to tables of a format; whichever engine reads and writes their rows. Everything throws `EngineError`. */
export interface TableDefinitions {
  /** Creates a table without rows. */
  create(context: CatalogContext, table: NewTable): Promise<void>;
  alter(context: CatalogContext, table: Table, change: TableChange): Promise<void>;
  /** DROP TABLE: the table and its data. */
  drop(context: CatalogContext, table: Table): Promise<void>;
  /** What SHOW CREATE TABLE prints, one line each. */
  describe(context: CatalogContext, table: Table): Promise<readonly string[]>;
}

/**
 * A table format. `table` is Glue's table as the statement read it first; a commit expects Glue's `VersionId` to be that
 * one still (`glue.updateTable(…, { versionId })`), or throws `ICEBERG_COMMIT_ERROR` (category 2, type 233; appends may
 * take the newer state and try again). Everything throws `EngineError`.
 */
export interface TableFormat extends TableDefinitions {
  read(context: FormatContext, table: Table, options?: ReadOptions): Promise<TableReader>;
  /** Creates a table with rows: `sql` is a query with the table's columns, in order. */
  createAs(context: FormatContext, table: NewTable, sql: string): Promise<WriteOutcome>;
  /** Adds rows. `sql` has all columns of the table, in order and of its types. */
  append(context: FormatContext, table: Table, sql: string): Promise<WriteOutcome>;
  /**
   * DELETE, UPDATE, MERGE, copy on write: takes away the files whose `$path` is in `removed` and puts the rows of `sql` in
   * their place (all that is left of these files, what was changed, what is new). `rowCount` is that of `sql`.
   */
  replaceFiles(
    context: FormatContext,
    table: Table,
    change: {
      readonly removed: readonly string[];
      readonly sql: string;
      readonly operation: 'delete' | 'update' | 'merge';
    },
  ): Promise<WriteOutcome>;
  /** OPTIMIZE … REWRITE DATA USING BIN_PACK. `where` is a DuckDB condition on the table's columns. */
  optimize(context: FormatContext, table: Table, where?: string): Promise<WriteOutcome>;
  vacuum(context: CatalogContext, table: Table): Promise<void>;
}
