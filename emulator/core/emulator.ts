import type { CallHook, Call } from './calls.js';
import type { GlueCatalog } from './glue-catalog.js';
import type { QueryFault, SetQueryFault } from './query-fault.js';
import type { ObjectStore } from './object-store.js';

/** How slow queries are; all in milliseconds. */
export interface Latency {
  readonly queueMs: number;
  readonly planningMs: number;
  readonly runMs: number;
}

export interface EmulatorOptions {
  /** 0 (the default) takes a free port. Only 127.0.0.1 is listened on. */
  readonly port?: number;
  /** Objects lie in a new folder under this one, which `close` removes; the system's folder for temporary files if left out. */
  readonly folder?: string;
  /** DuckDB if left out. */
  readonly engine?: EngineChoice;
  /** Called for every statement; no latency if left out. */
  readonly latency?: (sql: string) => Latency;
  readonly hook?: CallHook;
  /** Active DML and DDL queries before `TooManyRequestsException`; 200 and 20 if left out. */
  readonly quotas?: { readonly dml?: number; readonly ddl?: number };
  /** Calls a second before `ThrottlingException`, by operation; unlimited if left out. */
  readonly rateLimits?: Readonly<
    Record<string, { readonly perSecond: number; readonly burst: number }>
  >;
}

/** What runs SQL: DuckDB inside the process, or a Trino that listens on an address (`npm run trino:start`). */
export type EngineChoice =
  { readonly kind: 'duckdb' } | { readonly kind: 'trino'; readonly address: string };

/** A running local Athena with Glue, S3, STS and Lake Formation behind one address. */
export interface Emulator {
  /** `http://127.0.0.1:<port>`: the endpoint of every service. */
  readonly endpoint: string;
  readonly port: number;
  readonly objects: ObjectStore;
  /** The account's own Glue catalog. */
  readonly glue: GlueCatalog;
  /** Returns the Glue catalog of another account (twelve digits), which exists from then on. */
  glueOf(account: string): GlueCatalog;
  /** Every call so far. */
  readonly calls: readonly Call[];
  /** Replaces the hook; `undefined` takes it away. */
  setHook(hook: CallHook | undefined): void;
  /** Has a query fail that is started from now on: a fault of the statement, where the hook's are of calls. */
  failQuery(fault: QueryFault): SetQueryFault;
  close(): Promise<void>;
}
