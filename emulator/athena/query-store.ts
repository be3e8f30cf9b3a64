import type { ResultConfiguration, StartQueryExecutionInput } from '@aws-sdk/client-athena';
import type { EngineError, StatementKind, StatementOutcome } from '../core/engine.js';
import type { Latency } from '../core/emulator.js';
import { invalidRequest } from './api-error.js';
import type { StatementTraits } from './statement-kind.js';

/** Where a query is. Times of phases are in `Query.timeline`. */
export type QueryStatus =
  | { readonly state: 'QUEUED' }
  | { readonly state: 'RUNNING' }
  | {
      readonly state: 'SUCCEEDED';
      readonly outcome: StatementOutcome;
      readonly completedAt: Date;
      /** The query whose result this is. */
      readonly reused?: Query;
    }
  | { readonly state: 'FAILED'; readonly error: EngineError; readonly completedAt: Date }
  | {
      readonly state: 'CANCELLED';
      readonly reason: string;
      readonly completedAt: Date;
      /** What it had read: a query that is stopped at its workgroup's limit is paid for. */
      readonly scannedBytes?: number;
    };

/** Ends of the phases so far, in milliseconds since 1970. */
export interface Timeline {
  readonly submitted: number;
  readonly queued?: number;
  readonly planned?: number;
  readonly executed?: number;
  readonly completed?: number;
}

/** One statement that was started. */
export interface Query {
  readonly id: string;
  readonly request: StartQueryExecutionInput;
  /** What runs: the text of the request, or of the prepared statement that it executes. */
  readonly sql: string;
  readonly parameters: readonly string[];
  readonly kind: StatementKind;
  readonly traits: StatementTraits;
  readonly workGroup: string;
  /** `s3://bucket/prefix/`; `undefined` where Athena keeps the results itself. */
  readonly outputLocation: string | undefined;
  /** The settings for results after the workgroup has had its say. */
  readonly results: ResultConfiguration;
  /** Whether a manifest lists the written files: those of Hive tables (measured). */
  readonly hasManifest: boolean;
  /** Bytes that the query may read. */
  readonly scanLimit: number | undefined;
  readonly latency: Latency;
  readonly abort: AbortController;
  run(): Promise<StatementOutcome>;
  status: QueryStatus;
  timeline: Timeline;
  /** What CTAS, INSERT and UNLOAD wrote or had begun, and where the manifest lists it. */
  written: { readonly files: readonly string[]; readonly manifest?: string | undefined };
}

/** All queries that were ever started, in order. */
export interface QueryStore {
  add(query: Query): void;
  /** Throws `InvalidRequestException`. */
  get(id: string | undefined): Query;
  find(id: string): Query | undefined;
  list(workGroup: string): readonly Query[];
  all(): readonly Query[];
  /** Queries that are queued or run. */
  active(): readonly Query[];
  delete(id: string): void;
  deleteAll(workGroup: string): void;
}

export function createQueryStore(): QueryStore {
  const queries = new Map<string, Query>();
  const all = () => [...queries.values()];
  const list = (workGroup: string) => all().filter((query) => query.workGroup === workGroup);
  // Kept apart so that a long history does not slow down each start.
  const unfinished = new Set<Query>();
  return {
    add: (query) => {
      queries.set(query.id, query);
      unfinished.add(query);
    },
    get: (id = '') => {
      const query = queries.get(id);
      if (query === undefined) throw queryNotFound(id);
      return query;
    },
    find: (id) => queries.get(id),
    list,
    all,
    active: () => {
      for (const query of unfinished) if (isFinished(query)) unfinished.delete(query);
      return [...unfinished];
    },
    delete: (id) => void queries.delete(id),
    deleteAll: (workGroup) => list(workGroup).forEach(({ id }) => queries.delete(id)),
  };
}

export function isFinished({ status }: Query): boolean {
  return status.state !== 'QUEUED' && status.state !== 'RUNNING';
}

/** Measured. */
export function queryNotFound(id: string) {
  return invalidRequest('QUERY_EXECUTION_NOT_FOUND', `QueryExecution ${id} was not found`);
}
