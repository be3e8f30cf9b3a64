import type { TypedColumn } from './adapter.js';
import type { TimeWindow } from './event-time.js';
import type { Diagnostic } from './diagnostic.js';
import type { CompiledHook } from './hook.js';
import type { SqlNode } from './node.js';

/**
 * Maps a place in the SQL that the engine ran to a place in the author's file. Lines and columns count from 1.
 * Returns `undefined` where the engine's SQL has no counterpart.
 */
export type PositionMap = (
  line: number,
  column: number,
) => { readonly line: number; readonly column: number } | undefined;

/** A node whose template is rendered and whose SQL is in the engine's dialect. */
export interface CompiledNode {
  readonly node: SqlNode;
  /** Rendered SQL in the author's dialect, ephemeral parents as CTEs, comments kept. */
  readonly compiledSql: string;
  /** `compiledSql` in the engine's dialect; empty for an external table. */
  readonly engineSql: string;
  /** A seed whose rows one statement cannot hold: queries of the rows that `engineSql` does not have, in order. */
  readonly furtherSql?: readonly string[];
  /** From a place in `engineSql` to the author's file. */
  readonly toSource: PositionMap;
  /** The result's columns, in order, with Athena's types, as far as they are known. */
  readonly columns?: readonly TypedColumn[];
  /**
   * For a data test with a judgement of its own, in the engine's dialect: a query over `failing_rows` that returns
   * `failures`, and `should_warn` and `should_error` as 0 or 1.
   */
  readonly judgementSql?: string;
  /** For a unit test: the rows that its SQL is to return, of these columns or of all; `sql` is null for none. */
  readonly expected?: {
    readonly columns: readonly string[] | null;
    readonly sql: string | null;
  };
  /** A model that is built in batches of time: its query for each, the earliest first. */
  readonly batches?: readonly CompiledBatch[];
  /** The node's hooks, in the order in which they run. */
  readonly hooks?: readonly CompiledHook[];
  /** Why the node is not built, and nothing else fails for it but what reads it. */
  readonly refused?: Diagnostic;
  readonly diagnostics: readonly Diagnostic[];
}

/** Returns whether a node has SQL; one that is refused because its template cannot be rendered has none. */
export function hasSql({ refused, compiledSql }: CompiledNode): boolean {
  return refused === undefined || compiledSql !== '';
}

/** The query of one batch, as in `CompiledNode`. */
export interface CompiledBatch {
  readonly window: TimeWindow;
  /** dbt's name of it: `2024-01-31`. */
  readonly label: string;
  readonly compiledSql: string;
  readonly engineSql: string;
  readonly toSource: PositionMap;
}
