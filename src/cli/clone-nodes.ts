import type { Catalog } from '../core/catalog.js';
import {
  errorDiagnostic,
  hasErrors,
  warningDiagnostic,
  type Diagnostic,
} from '../core/diagnostic.js';
import type { Graph } from '../core/graph.js';
import { isBuilt } from '../core/is-built.js';
import type { BuiltNode, ModelNode, UniqueId } from '../core/node.js';
import type { PreviousState } from '../core/previous-state.js';
import { displayRelation, relationKey, type Relation } from '../core/relation.js';
import { failure, success, type Result } from '../core/result.js';
import type { NodeResult } from '../core/run-results.js';

/** What is to be cloned, as views that a run can build. */
export interface Clones {
  /** The project's graph, in which each node that is cloned is a view of the other state's relation. */
  readonly graph: Graph;
  /** The nodes that are built. */
  readonly selection: ReadonlySet<UniqueId>;
  /** How the nodes ended for which there is nothing to do. */
  readonly idle: readonly NodeResult[];
  /** What is there already, a line for each. */
  readonly notes: readonly string[];
}

/** Returns the relations that are to be cloned. */
export function clonedRelations(
  selection: ReadonlySet<UniqueId>,
  state: PreviousState,
): readonly Relation[] {
  return [...selection].flatMap((id) => state.nodes.get(id)?.relation ?? []);
}

/** Returns the view that stands for a node. Hooks and what is promised of columns belong to builds of its own SQL. */
function toView(node: BuiltNode, rawSql: string): ModelNode {
  const { uniqueId, name, packageName, path, fqn, description, tags, patchPath, columns } = node;
  const { config, unrenderedConfig, checksum } = node;
  const extra = Object.fromEntries(
    Object.entries(config.extra).filter(([key]) => key !== 'pre-hook' && key !== 'post-hook'),
  );
  return {
    ...{ uniqueId, name, packageName, path, fqn, description, tags, patchPath, columns },
    ...{ unrenderedConfig, checksum, rawSql },
    resourceType: 'model',
    language: 'sql',
    config: { ...config, materialized: 'view', incremental_strategy: null, unique_key: [], extra },
    refs: [],
    sources: [],
    macros: [],
    vars: [],
    relation: { ...node.relation, type: 'view' },
  };
}

/** How a node ends for which there is nothing to do; dbt's words. */
function toIdle(node: BuiltNode): NodeResult {
  return {
    uniqueId: node.uniqueId,
    node,
    status: 'success',
    message: 'No-op',
    rowsAffected: null,
    failures: null,
    startedAt: null,
    completedAt: null,
    executionMs: 0,
    threadId: 'MainThread',
    diagnostics: [],
    executedSql: [],
    compiledSql: null,
    adapterResponse: {},
  };
}

/**
 * Returns what `clone` builds: of each selected node a view of the relation that the other state has of it. What is there
 * already stays, unless `replace` is asked for; the table of a snapshot stays in any case, because it cannot be made
 * again. Codes: `defer-unreachable`, `clone-skipped`.
 */
export function cloneNodes(
  graph: Graph,
  {
    selection,
    state,
    catalog,
    replace,
    onlyDatabase,
    renderRelation,
  }: {
    readonly selection: ReadonlySet<UniqueId>;
    readonly state: PreviousState;
    /** What is in the warehouse, the other state's schemas included. */
    readonly catalog: Catalog;
    readonly replace: boolean;
    /** The one database that the target can read; `null` if it can read others, too. */
    readonly onlyDatabase: string | null;
    readonly renderRelation: (relation: Relation) => string;
  },
): Result<Clones> {
  const nodes = new Map(graph.nodes);
  const parents = new Map(graph.parents);
  const built = new Set<UniqueId>();
  const idle: NodeResult[] = [];
  const notes: string[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const id of graph.order) {
    const node = graph.nodes.get(id);
    if (!selection.has(id) || !isBuilt(node) || node.config.materialized === 'ephemeral') continue;
    const { name, resourceType, path } = node;
    const location = { path };
    const other = state.nodes.get(id)?.relation ?? null;
    const existing = catalog.relations.get(relationKey(node.relation));
    const leave = (why: string, hint: string): void => {
      idle.push(toIdle(node));
      const message = `${resourceType} '${name}' is not cloned: ${why}`;
      diagnostics.push(warningDiagnostic('clone-skipped', message, { location, hint }));
    };
    if (other === null) {
      leave(
        `the state of '${state.folder}' has no relation of it`,
        `build it here: --select ${name}`,
      );
    } else if (relationKey(other) === relationKey(node.relation)) {
      leave(
        `the state of '${state.folder}' has it in the same place`,
        'clone to another target, or give this one another schema',
      );
    } else if (existing !== undefined && !replace) {
      idle.push(toIdle(node));
      notes.push(`${displayRelation(node.relation)} is there already`);
    } else if (existing?.relation.type === 'table' && resourceType === 'snapshot') {
      leave(
        `${displayRelation(node.relation)} holds its history, which cannot be made again`,
        'drop the table yourself if nobody needs it',
      );
    } else if (
      onlyDatabase !== null &&
      other.database.toLowerCase() !== onlyDatabase.toLowerCase()
    ) {
      diagnostics.push(
        errorDiagnostic(
          'defer-unreachable',
          `${resourceType} '${name}' cannot be cloned: the target cannot read '${other.database}.${displayRelation(other)}'`,
          {
            location,
            hint: `the target reads the database '${onlyDatabase}' alone; build the ${resourceType} here: --select +${name}`,
          },
        ),
      );
    } else if (!catalog.relations.has(relationKey(other))) {
      diagnostics.push(
        errorDiagnostic(
          'defer-unreachable',
          `${resourceType} '${name}' cannot be cloned: '${displayRelation(other)}' is not there`,
          { location, hint: `build the state of '${state.folder}' first, or --exclude ${name}` },
        ),
      );
    } else {
      nodes.set(id, toView(node, `select * from ${renderRelation(other)}\n`));
      parents.set(id, []);
      built.add(id);
    }
  }
  if (hasErrors(diagnostics)) return failure(diagnostics);
  return success(
    { graph: { ...graph, nodes, parents }, selection: built, idle, notes },
    diagnostics,
  );
}
