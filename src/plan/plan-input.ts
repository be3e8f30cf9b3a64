import type { Capabilities, Dialect } from '../core/adapter.js';
import type { Catalog } from '../core/catalog.js';
import type { CompiledNode } from '../core/compiled-node.js';
import type { Graph } from '../core/graph.js';
import type { UniqueId } from '../core/node.js';
import type { Relation } from '../core/relation.js';
import type { Result } from '../core/result.js';

/** What a plan is made from. */
export interface PlanInput {
  readonly graph: Graph;
  /** What the user selected; models and tests, sources are passed over. */
  readonly selection: ReadonlySet<UniqueId>;
  /** Holds every selected model and test. */
  readonly compiled: ReadonlyMap<UniqueId, CompiledNode>;
  readonly catalog: Catalog;
  readonly dialect: Dialect;
  readonly capabilities: Capabilities;
  /** `run`: models only; `seed`: seeds only; `snapshot`: snapshots only; `test`: data tests only; `build`: all. */
  readonly command: 'run' | 'seed' | 'snapshot' | 'test' | 'build';
  /** Whether tests hold back the models they test (write, audit, publish) or run after them, in dbt's order. */
  readonly auditGate: boolean;
  readonly fullRefresh: boolean;
  /**
   * Whether a model that breaks its contract, or whose columns its table cannot take, is an error of the plan; without it,
   * that model alone fails.
   */
  readonly brokenModels?: 'stop';
  /** When the run began, in UTC: `2026-01-31T12:00:00.000Z`. What a snapshot sees, it sees at this time. */
  readonly runStartedAt: string;
  /** What follows a model's name while it is built; `__staged` if left out. */
  readonly stagedSuffix?: string;
  /** Compiles a test with other relations in place of some models'. */
  compileAudit(test: UniqueId, relations: ReadonlyMap<UniqueId, Relation>): Result<CompiledNode>;
}

/** Returns what follows a model's name while it is built. */
export function suffixOf({ stagedSuffix = '__staged' }: Pick<PlanInput, 'stagedSuffix'>): string {
  return stagedSuffix;
}
