import type { Capabilities, DialectWriters, TypedColumn } from '../../core/adapter.js';
import type { BuiltNode } from '../../core/node.js';
import type { Step } from '../../core/plan.js';
import type { Relation } from '../../core/relation.js';
import type { ModelSteps } from '../materialization.js';
import type { RowOptionKey, RowOptions } from '../row-options.js';

/** What a strategy writes with. */
export interface StrategyInput {
  readonly model: BuiltNode;
  /** What is written to: the published table inside a transaction, or its clone. */
  readonly target: Relation;
  /** The columns to write, in the target's order; the query returns each of them, more are left out. */
  readonly columns: readonly string[];
  /** The model's query, in the engine's dialect. */
  readonly query: string;
  readonly queryColumns?: readonly TypedColumn[];
  /** The columns that tell which rows belong together, from `Strategy.key`. */
  readonly key: readonly string[];
  readonly options: RowOptions;
  /** Where the model is built before it is published. */
  readonly staged: Relation;
  /** A name for a relation of the strategy's own, which it must discard. */
  readonly rows: Relation;
  readonly writers: DialectWriters;
}

/** How new rows get into an existing table. A new strategy is one such object in the record of `strategies/`. */
export interface Strategy {
  readonly name: string;
  /** The configuration key without which the strategy cannot work. */
  readonly needs: 'unique_key' | 'partitioned_by' | null;
  /** What the engine must be able to do. */
  readonly capabilities: readonly (keyof Capabilities)[];
  /** The configuration keys that it reads besides its own. */
  readonly reads: readonly RowOptionKey[];
  /** The columns that tell which rows belong together. */
  key(model: BuiltNode): readonly string[];
  /** Returns the steps, which run inside one transaction. */
  write(input: StrategyInput): readonly Step[];
  /** Returns the steps where there are no transactions: new rows are staged apart, and added or switched at the end. */
  writeApart?(input: StrategyInput): ModelSteps;
}

/** Returns the step that fixes the query's rows under the strategy's own name. */
export function stageRows({ model, query, queryColumns, rows }: StrategyInput): Step {
  return {
    kind: 'stage',
    as: 'rows',
    staged: rows,
    sql: query,
    model,
    ...(queryColumns && { columns: queryColumns }),
  };
}
