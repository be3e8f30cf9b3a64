import type { Diagnostic } from './diagnostic.js';
import type { TypedColumn } from './adapter.js';
import type { ColumnProperties, ModelNode, SqlNode, TestNode, UniqueId } from './node.js';
import type { Relation } from './relation.js';
import type { PositionMap } from './compiled-node.js';

/**
 * One act on the warehouse: final SQL, or a declared intent that each adapter carries out in its own atomic way.
 * Steps of a node run one after another in one session; a failed step ends the node and rolls back an open transaction.
 */
export type Step =
  /** Create a schema if it is not there. */
  | { readonly kind: 'create-schema'; readonly relation: Relation }
  /**
   * Build a relation beside the published one; nobody reads it yet. An older leftover of the same name is replaced.
   * `rows` is a plain table of the query's rows, which a strategy reads and discards; it is never published.
   */
  | {
      readonly kind: 'stage';
      readonly as: 'table' | 'view' | 'rows';
      readonly staged: Relation;
      readonly sql: string;
      /** Whose rows they are: its configuration says how an engine stores them. */
      readonly model: ModelNode;
      /** The query's columns, as far as they are known. */
      readonly columns?: readonly TypedColumn[];
    }
  /** Declare an external table over files, under the staged name. */
  | {
      readonly kind: 'stage-external';
      readonly staged: Relation;
      readonly columns: readonly ColumnProperties[];
      readonly location: string;
      readonly format: string;
      readonly model: ModelNode;
    }
  /** In one atomic step, the staged relation takes the published name; what had that name is gone afterwards. */
  | {
      readonly kind: 'publish';
      readonly staged: Relation;
      readonly published: Relation;
      /** Needed by engines that re-create rather than rename, and for views. */
      readonly sql: string | null;
      readonly model: ModelNode;
    }
  /** The staged table's partitions take the place of the published table's of the same values; others stay. */
  | {
      readonly kind: 'publish-partitions';
      readonly staged: Relation;
      readonly published: Relation;
      readonly model: ModelNode;
    }
  /**
   * Open a transaction on `target`: what follows becomes visible to others at `commit`, all of it or nothing. Where the
   * model's isolation is `clone`, `staged` is then a clone of the target, which the statements that follow change.
   */
  | {
      readonly kind: 'begin';
      readonly target: Relation;
      readonly staged: Relation;
      readonly model: ModelNode;
    }
  | {
      readonly kind: 'commit';
      readonly target: Relation;
      readonly staged: Relation;
      readonly model: ModelNode;
    }
  /** A statement that changes rows of an existing relation (INSERT, MERGE, DELETE). */
  | { readonly kind: 'write'; readonly relation: Relation; readonly sql: string }
  /** Run the data tests that gate this node against what was just written. */
  | { readonly kind: 'audit'; readonly tests: readonly PlannedTest[] }
  /** Remove a relation that this run created (a staged relation that failed its audit). */
  | { readonly kind: 'discard'; readonly staged: Relation };

/** A data test in the engine's dialect. The SQL returns the failing rows. */
export interface PlannedTest {
  readonly node: TestNode;
  readonly sql: string;
  /** The test in the author's dialect, reading the published relations. */
  readonly compiledSql: string;
  readonly toSource: PositionMap;
}

/** What happens to one selected node. */
export interface PlannedNode {
  readonly uniqueId: UniqueId;
  readonly node: SqlNode;
  /** Planned nodes that must have succeeded (or warned) before this one starts. */
  readonly dependsOn: readonly UniqueId[];
  readonly steps: readonly Step[];
  /** The node's query in the engine's dialect, which the steps' statements contain. */
  readonly engineSql: string;
  /** Maps places in `engineSql` back to the node's file. */
  readonly toSource: PositionMap;
  readonly compiledSql: string;
}

/** Everything a run will do, as plain data; `--dry-run` prints it and stops. Nodes are in topological order. */
export interface Plan {
  readonly nodes: readonly PlannedNode[];
  readonly diagnostics: readonly Diagnostic[];
}
