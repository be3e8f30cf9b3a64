import type { Diagnostic } from './diagnostic.js';
import type { DiagnosticCode } from './diagnostic-codes.js';
import type { Alteration, FileTarget, TypedColumn } from './adapter.js';
import type { ColumnProperties, BuiltNode, SqlNode, TestNode, UniqueId } from './node.js';
import type { PromisedColumn } from './contract.js';
import type { SourceLocation } from './diagnostic.js';
import type { CompiledHook, RunHook } from './hook.js';
import type { Relation } from './relation.js';
import type { CompiledBatch, CompiledNode, PositionMap } from './compiled-node.js';

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
      readonly model: BuiltNode;
      /** The query's columns, as far as they are known. */
      readonly columns?: readonly TypedColumn[];
      readonly batch?: BatchStep;
    }
  /** Declare an external table over files, under the staged name. */
  | {
      readonly kind: 'stage-external';
      readonly staged: Relation;
      readonly columns: readonly ColumnProperties[];
      readonly location: string;
      readonly format: string;
      readonly model: BuiltNode;
    }
  /** In one atomic step, the staged relation takes the published name; what had that name is gone afterwards. */
  | {
      readonly kind: 'publish';
      readonly staged: Relation;
      readonly published: Relation;
      /** Needed by engines that re-create rather than rename, and for views. */
      readonly sql: string | null;
      readonly model: BuiltNode;
    }
  /**
   * The rows of the staged table are written to a file, and a view of the file takes the published name. The file is there as a
   * whole before another of its name is gone.
   */
  | {
      readonly kind: 'publish-file';
      readonly staged: Relation;
      readonly published: Relation;
      readonly file: FileTarget;
      readonly model: BuiltNode;
    }
  /** The staged table's partitions take the place of the published table's of the same values; others stay. */
  | {
      readonly kind: 'publish-partitions';
      readonly staged: Relation;
      readonly published: Relation;
      readonly model: BuiltNode;
    }
  /**
   * Open a transaction on `target`: what follows becomes visible to others at `commit`, all of it or nothing. Where the
   * model's isolation is `clone`, `staged` is then a clone of the target, which the statements that follow change.
   */
  | {
      readonly kind: 'begin';
      readonly target: Relation;
      readonly staged: Relation;
      readonly model: BuiltNode;
    }
  | {
      readonly kind: 'commit';
      readonly target: Relation;
      readonly staged: Relation;
      readonly model: BuiltNode;
    }
  /**
   * Give a table the columns that its query has now. Rows that are there have null in an added column. Inside a
   * transaction or on a clone it becomes visible with the rows.
   */
  | {
      readonly kind: 'alter-columns';
      readonly relation: Relation;
      readonly alteration: Alteration;
      readonly model: BuiltNode;
    }
  /** A statement that changes rows of an existing relation (INSERT, MERGE, DELETE). */
  | {
      readonly kind: 'write';
      readonly relation: Relation;
      readonly sql: string;
      readonly batch?: BatchStep;
    }
  /** End the node: it asks for what cannot be done. Only it fails, and what reads it is skipped. */
  | { readonly kind: 'refuse'; readonly problems: readonly [Diagnostic, ...Diagnostic[]] }
  /** Compare what was just written with the model's contract. */
  | ContractCheck
  /** Refuse to go on if a query returns rows: they say what is wrong with the rows that were just staged. */
  | {
      readonly kind: 'check';
      /** Returns rows of texts; of each, the first is what is wrong and the others show where. */
      readonly sql: string;
      readonly code: DiagnosticCode;
      readonly hint: string;
    }
  /** Run the data tests that gate this node against what was just written. */
  | { readonly kind: 'audit'; readonly tests: readonly PlannedTest[] }
  /**
   * Keep the rows of a data test's query; what had the published name is replaced in one atomic step. It outlives the
   * session, and a transaction that the session rolls back. Engines with the capability `storesFailures` carry it out.
   */
  | {
      readonly kind: 'store-failures';
      readonly test: TestNode;
      readonly as: 'table' | 'view';
      readonly staged: Relation;
      readonly published: Relation;
      readonly sql: string;
      /** The query's columns, as far as they are known. */
      readonly columns?: readonly TypedColumn[];
    }
  /** Statements of the author's before the node is built or after it is published; no transaction is open. */
  | { readonly kind: 'hook'; readonly hook: CompiledHook }
  /** Remove a relation that this run created (a staged relation that failed its audit). */
  | { readonly kind: 'discard'; readonly staged: Relation; readonly batch?: BatchStep };

/** That a step is a part of one batch of a model: it is left out once the batch has failed. */
export interface BatchStep {
  /** Of `PlannedNode.batches`. */
  readonly index: number;
  /** If it fails, only its batch does: nothing of it is left behind. Otherwise the model fails. */
  readonly mayFail: boolean;
  /** The rows that it writes are those of the model. */
  readonly counts: boolean;
}

/** A step that an engine carries out; the runner resolves the others into queries. */
export type EngineStep = Exclude<Step, { kind: 'audit' | 'check' | 'check-contract' | 'refuse' }>;

/** What is left of a model's contract to look at before it is published. */
export interface ContractCheck {
  readonly kind: 'check-contract';
  readonly relation: Relation;
  readonly model: BuiltNode;
  /** The columns that it must have, as a table stores them; `null` where they are known to be so. */
  readonly columns: readonly PromisedColumn[] | null;
  readonly location: SourceLocation;
  readonly constraints: readonly {
    /** The condition on which a row of `_target` breaks it, in the engine's dialect. */
    readonly violatedWhen: string;
    readonly title: string;
    readonly location: SourceLocation;
  }[];
}

/** A data test in the engine's dialect. The SQL returns the failing rows. */
export interface PlannedTest {
  readonly node: TestNode;
  readonly sql: string;
  /** The test in the author's dialect, reading the published relations. */
  readonly compiledSql: string;
  readonly toSource: PositionMap;
  /** As in `CompiledNode`. */
  readonly judgementSql?: string;
  /** For a unit test, whose SQL is the embedded engine's; as in `CompiledNode`. */
  readonly expected?: NonNullable<CompiledNode['expected']>;
  /** Keeps the failing rows; its SQL is the test's. */
  readonly store?: Extract<Step, { kind: 'store-failures' }>;
  /** Why the test is not run, which is an error of its own. */
  readonly refused?: Diagnostic;
}

/** How a node is staged while the tests of nodes that it reads still run. It is audited and published after them, as always. */
export interface StageAhead {
  /** The nodes of `dependsOn` whose staged relations `stage` reads, in place of the published ones. */
  readonly reads: readonly UniqueId[];
  /** Takes the place of the node's step of this kind. */
  readonly stage: Extract<Step, { kind: 'stage' }>;
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
  /** The batches that the model is built in, the earliest first. */
  readonly batches?: readonly CompiledBatch[];
  /** Whether a model that is built anew is published without the batches that failed: nothing is lost by it. */
  readonly publishesSome?: boolean;
  /** Its rows may be staged before what it reads is published. */
  readonly ahead?: StageAhead;
  /** What a reader of the relation may see while it is published, where that is not all at once. */
  readonly notes?: readonly string[];
}

/** The hooks around a run. */
export interface PlannedHooks {
  /** The schemas that the project builds in: hooks find them there. */
  readonly schemas: readonly Relation[];
  readonly start: readonly RunHook[];
  /** As they are before the run: `results` is empty. They are compiled again when it has ended. */
  readonly end: readonly RunHook[];
}

/** Everything a run will do, as plain data; `--dry-run` prints it and stops. Nodes are in topological order. */
export interface Plan {
  readonly nodes: readonly PlannedNode[];
  /** What runs before the first node and after the last. */
  readonly hooks?: PlannedHooks;
  readonly diagnostics: readonly Diagnostic[];
}
