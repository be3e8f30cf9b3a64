/** A call that reached the emulator. */
export interface Call {
  /** Counts from 1. */
  readonly number: number;
  readonly service: 'athena' | 'glue' | 's3' | 'sts' | 'lakeformation';
  /** The API's own name: `StartQueryExecution`, `UpdateTable`, `PutObject`, `UploadPart`… */
  readonly operation: string;
  /** What it is about, for logs and faults: the SQL, `db.table`, `bucket/key`. */
  readonly subject: string;
}

/** An error to answer with in place of the call's own answer. */
export interface InjectedError {
  readonly status: number;
  /** `ThrottlingException`, `SlowDown`, `InternalServerException`, `ExpiredTokenException`… */
  readonly code: string;
  readonly message: string;
}

/** What happens to a call; nothing out of the ordinary where both are left out. */
export interface Fault {
  /** Answered before the call has any effect. `drop` closes the connection without an answer. */
  readonly before?: InjectedError | 'drop';
  /** Answered after the call had its effect: the lost response. */
  readonly after?: InjectedError | 'drop';
  /** Called after the call had its effect, before anything is answered: the moment to kill the client. */
  readonly onEffect?: () => Promise<void> | void;
  /**
   * Entries of a batch call (`BatchCreatePartition`, `DeleteObjects`…), counted from 0, that have no effect and come
   * back as errors in the body of an answer that is otherwise a success.
   */
  readonly failEntries?: {
    readonly indexes: readonly number[];
    readonly code: string;
    readonly message: string;
  };
}

/** Sees every call, in order; may hold it up or have it fail. Tests and the fault runner give one. */
export type CallHook = (call: Call) => Promise<Fault | undefined> | Fault | undefined;
