import type { TableColumns } from '../core/adapter.js';
import type { CompiledNode } from '../core/compiled-node.js';
import type { UniqueId } from '../core/node.js';
import type { Result } from '../core/result.js';
import type { CompileOptions } from './compile-options.js';
import type { createTypeReader } from './table-columns.js';

/** What became of a node, for it and for what reads it. */
export interface Outcome {
  readonly result: Result<CompiledNode>;
  /** Rendered SQL without CTEs; `null` if it could not be rendered. */
  readonly ownSql: string | null;
  /** All ephemeral models below, each behind those that it reads itself. */
  readonly cteIds: readonly UniqueId[];
}

/** What compiling one piece of SQL needs. */
export interface Surroundings {
  readonly options: CompileOptions;
  readonly readType: ReturnType<typeof createTypeReader>;
  /** Returns the outcome of an ancestor; it is there, because ancestors come first. */
  readonly outcomeOf: (id: UniqueId) => Outcome | undefined;
  /** The columns of tables that queries name without `ref` or `source`. */
  readonly otherTables: TableColumns | undefined;
}
