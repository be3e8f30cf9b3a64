import type { HookResult } from './hook.js';
import type { QueryRows } from './adapter.js';
import type { TimeWindow } from './event-time.js';
import type { Diagnostic } from './diagnostic.js';
import type { SqlNode, UniqueId } from './node.js';

/** dbt's words: `success|error|skipped` for models, `pass|fail|warn|error|skipped` for tests. */
export type NodeStatus = 'success' | 'pass' | 'warn' | 'fail' | 'error' | 'skipped' | 'cancelled';

/** How one node ended. */
export interface NodeResult {
  readonly uniqueId: UniqueId;
  readonly node: SqlNode;
  readonly status: NodeStatus;
  /** One line for people: `OK`, `Got 3 results, configured to fail if != 0`, the engine's reason, why it was skipped. */
  readonly message: string;
  /** Rows written by a model; `null` where there is nothing to count. */
  readonly rowsAffected: number | null;
  /** Rows that a data test returned. */
  readonly failures: number | null;
  /** The first of the rows that a data test returned, if it failed or warned. */
  readonly failingRows?: QueryRows;
  /** Of a model that is built in batches: those that were published, and those that were not. */
  readonly batches?: {
    readonly successful: readonly TimeWindow[];
    readonly failed: readonly TimeWindow[];
  };
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly executionMs: number;
  readonly threadId: string;
  readonly diagnostics: readonly Diagnostic[];
  /** The statements that the engine ran for this node, in order. */
  readonly executedSql: readonly string[];
  readonly compiledSql: string | null;
  /** What the adapter reports of itself (query ids, bytes scanned…). */
  readonly adapterResponse: Readonly<Record<string, string | number>>;
}

/** How a run ended. */
export interface RunResults {
  /** The hooks around the run, in order; left out where there are none. */
  readonly hooks?: readonly HookResult[];
  readonly results: readonly NodeResult[];
  readonly startedAt: string;
  readonly elapsedMs: number;
  readonly cancelled: boolean;
}
