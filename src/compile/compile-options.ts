import type { Dialect, TypedColumn } from '../core/adapter.js';
import type { Catalog } from '../core/catalog.js';
import type { Graph } from '../core/graph.js';
import type { TimeWindow } from '../core/event-time.js';
import type { JsonValue, ModelNode, UniqueId } from '../core/node.js';
import type { Relation } from '../core/relation.js';
import type { SqlToolkit } from '../core/sql-toolkit.js';
import type { TemplateContext, TemplateEngine } from '../core/template.js';

/** What compiling needs of the project, the warehouse and the other rooms. */
export interface CompileOptions {
  readonly graph: Graph;
  readonly engine: TemplateEngine;
  readonly context: TemplateContext;
  readonly dialect: Dialect;
  /** The dialect of the engine that unit tests run on; `dialect` without it. */
  readonly embedded?: Dialect;
  /** The SQL toolkit's: puts CTEs before a query. */
  readonly addCtes: SqlToolkit['addCtes'];
  /** What is in the warehouse; `is_incremental()` reads it. */
  readonly catalog: Catalog;
  /** `--full-refresh`. A model's own `full_refresh` goes before it. */
  readonly fullRefresh: boolean;
  /** Relations of another state to read in place of models that are not built here. */
  readonly deferred?: ReadonlyMap<UniqueId, Relation>;
  /**
   * The nodes that this command builds. Of what else they read, the table counts as it is, as in dbt. Left out by commands
   * that only look: for them everything is as it is written.
   */
  readonly built?: ReadonlySet<UniqueId>;
  /** `--empty`: refs and sources are read as if they had no rows. */
  readonly empty?: boolean;
  /** `--sample`: models read what has an `event_time` for this span alone. */
  readonly sample?: TimeWindow;
  /** Returns the batches that this run builds of a microbatch model; without it, its query is compiled for all time. */
  readonly batchesOf?: (
    model: ModelNode,
    options: { readonly isIncremental: boolean },
  ) => readonly TimeWindow[];
  /** Returns what `graph` shows in templates. */
  readonly graphView?: () => Readonly<Record<string, JsonValue>>;
  /** What the engine says of a node's columns, where the node's text alone does not tell them. */
  readonly boundColumns?: ReadonlyMap<UniqueId, readonly TypedColumn[]>;
  /** Relations to read in place of some models' own, such as one that is built and not published yet. */
  readonly relationOverrides?: ReadonlyMap<UniqueId, Relation>;
}
