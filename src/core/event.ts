import type { Diagnostic } from './diagnostic.js';
import type { HookResult } from './hook.js';
import type { SqlNode } from './node.js';
import type { NodeResult, RunResults } from './run-results.js';

/** The only channel from a run to people. Reporters switch over `kind` exhaustively. */
export type RunEvent =
  | { readonly kind: 'run-started'; readonly nodeCount: number; readonly threads: number }
  | {
      readonly kind: 'node-started';
      readonly node: SqlNode;
      readonly index: number;
      readonly total: number;
    }
  | {
      readonly kind: 'node-finished';
      readonly result: NodeResult;
      readonly index: number;
      readonly total: number;
    }
  /** `total` counts the hooks of its time. */
  | { readonly kind: 'hook-finished'; readonly result: HookResult; readonly total: number }
  | { readonly kind: 'cancelling' }
  | { readonly kind: 'diagnostic'; readonly diagnostic: Diagnostic }
  | { readonly kind: 'run-finished'; readonly results: RunResults };

/** Receives events in order. */
export type EventSink = (event: RunEvent) => void;
