/** What Athena reports of a query that failed. Categories: 1 system, 2 user, 3 other (Athena User Guide, error reference). */
export class EngineError extends Error {
  constructor(
    readonly category: 1 | 2 | 3,
    readonly type: number,
    /** `StateChangeReason` and `AthenaError.ErrorMessage`, as Athena words it: `TABLE_NOT_FOUND: line 1:15: …`. */
    message: string,
    readonly retryable = false,
    /** Addresses of the files that CTAS, INSERT or UNLOAD had written or begun: they are left where they are. */
    readonly writtenFiles: readonly string[] = [],
  ) {
    super(message);
    this.name = 'EngineError';
  }
}

/** One statement to run, with everything that Athena's request and workgroup say of it. */
export interface StatementRequest {
  readonly queryId: string;
  readonly sql: string;
  /** `QueryExecutionContext`; Athena's defaults when left out. */
  readonly catalog: string;
  readonly database: string | undefined;
  /** Values for `?`, as SQL texts. */
  readonly parameters: readonly string[];
  /** Where results go, such as `s3://bucket/results/`, after the workgroup has had its say. */
  readonly outputLocation: string;
  /** The workgroup enforces its output location. */
  readonly enforcesOutput: boolean;
  /**
   * The workgroup's limit. A statement that writes and reads more is stopped before it has an effect, by an `EngineError`
   * with the message `Bytes scanned limit was exceeded`; of others the API sees it afterwards.
   */
  readonly scannedBytesLimit?: number;
  readonly signal: AbortSignal;
}

export interface ResultColumn {
  readonly name: string;
  /** The bare name that GetQueryResults shows: `varchar`, `bigint`, `array`, `row`, `timestamp with time zone`… */
  readonly type: string;
  readonly precision: number;
  readonly scale: number;
  readonly nullable: 'NULLABLE' | 'NOT_NULL' | 'UNKNOWN';
}

/** What a statement did. */
export interface StatementOutcome {
  readonly columns: readonly ResultColumn[];
  /** Values as Athena's result files and GetQueryResults spell them; `null` for NULL. Without the header row. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** Rows written by CTAS, INSERT, MERGE, UPDATE, DELETE; `null` otherwise. */
  readonly updateCount: number | null;
  readonly scannedBytes: number;
  /** Addresses (`s3://…`) of the files that CTAS, INSERT and UNLOAD wrote: the manifest. */
  readonly writtenFiles: readonly string[];
}

/** What can be said of a statement before it runs. */
export interface StatementKind {
  readonly statementType: 'DDL' | 'DML' | 'UTILITY';
  /** `CREATE_TABLE_AS_SELECT`, `SELECT`, `INSERT`, `MERGE`, `CREATE_VIEW`, `ALTER_TABLE`… */
  readonly substatementType: string;
}

/** Runs statements as Athena's engine version 3 does. */
export interface Engine {
  /** Throws `EngineError` (type 1006) for what is no statement. */
  classify(sql: string): StatementKind;
  /** Throws `EngineError`. A statement that fails or is stopped may leave files behind, as on Athena. */
  execute(request: StatementRequest): Promise<StatementOutcome>;
  /** Tells the engine where Glue and S3 answer, before the first statement; only an engine that asks them has it. */
  attach?(port: number): Promise<void>;
  close(): Promise<void>;
}
