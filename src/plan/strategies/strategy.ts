import type { Capabilities, DialectWriters } from '../../core/adapter.js';
import type { Step } from '../../core/plan.js';
import type { Relation } from '../../core/relation.js';

/** What a strategy writes with. */
export interface StrategyInput {
  readonly target: Relation;
  /** The target's columns in order; the query must return each of them, more are left out. */
  readonly columns: readonly string[];
  /** The model's query, in the engine's dialect. */
  readonly query: string;
  readonly uniqueKey: readonly string[];
  /** A name for a relation of the strategy's own, which it must discard. */
  readonly staged: Relation;
  readonly writers: DialectWriters;
}

/** How new rows get into an existing table. A new strategy is one such object in the record of `strategies/`. */
export interface Strategy {
  readonly name: string;
  readonly needsUniqueKey: boolean;
  /** What the engine must be able to do. */
  readonly capabilities: readonly (keyof Capabilities)[];
  /** Returns the steps, which run inside one transaction. */
  write(input: StrategyInput): readonly Step[];
}
