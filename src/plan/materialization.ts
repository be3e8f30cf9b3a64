import type { Capabilities, Dialect } from '../core/adapter.js';
import type { Catalog } from '../core/catalog.js';
import type { CompiledNode } from '../core/compiled-node.js';
import type { BuiltNode } from '../core/node.js';
import type { Step } from '../core/plan.js';
import type { Relation } from '../core/relation.js';
import type { Result } from '../core/result.js';

/** What a materialization sees of the model it plans. */
export interface ModelPlanInput {
  readonly node: BuiltNode;
  readonly compiled: CompiledNode;
  /** Where the model is built before it is published. */
  readonly staged: Relation;
  /** A name for a relation of a strategy's own, which it must discard. */
  readonly rows: Relation;
  /** The same, for the rows of a batch. */
  batchRows(index: number): Relation;
  readonly catalog: Catalog;
  readonly dialect: Dialect;
  readonly capabilities: Capabilities;
  readonly fullRefresh: boolean;
  /** When the run began, in UTC: `2026-01-31T12:00:00.000Z`. */
  readonly runStartedAt: string;
}

/**
 * The steps of one model, around its audit: `write` makes the new rows, `publish` makes them visible. Tests that gate the
 * model run between the two; `audited` is the relation that they read in place of the published one, and `null` where
 * the new rows are already in the published relation, inside an open transaction.
 */
export interface ModelSteps {
  readonly write: readonly Step[];
  readonly audited: Relation | null;
  readonly publish: readonly Step[];
}

/** How a model becomes a relation. A new materialization is one such object in the record of `materializations/`. */
export interface Materialization {
  readonly name: string;
  /** Returns the steps, or `null` for a model that is no relation of its own. */
  plan(input: ModelPlanInput): Result<ModelSteps | null>;
}
