import type { Diagnostic } from './diagnostic.js';
import type { SourceNode } from './node.js';

/** dbt's words for how old a source is. */
export type FreshnessStatus = 'pass' | 'warn' | 'error' | 'runtime error';

/** What a check of one source found. */
export interface FreshnessResult {
  readonly source: SourceNode;
  readonly status: FreshnessStatus;
  /** When the newest row was loaded, ISO 8601, UTC; `null` if there is none, or it could not be found out. */
  readonly maxLoadedAt: string | null;
  /** The engine's clock at that moment, ISO 8601, UTC; `null` if it could not be asked. */
  readonly snapshottedAt: string | null;
  /** How old the newest row is, in seconds; `null` as above. */
  readonly ageSeconds: number | null;
  /** Why it could not be found out. */
  readonly diagnostics: readonly Diagnostic[];
  readonly startedAt: string;
  readonly completedAt: string;
  readonly executionMs: number;
  readonly threadId: string;
  readonly adapterResponse: Readonly<Record<string, string | number>>;
}
