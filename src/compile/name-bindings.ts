import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import { incrementalTarget } from '../core/incremental.js';
import { windowCondition, type TimeWindow } from '../core/event-time.js';
import { findReferenced } from '../core/graph.js';
import {
  isRelationNode,
  type JsonValue,
  type ModelNode,
  type ParsedNode,
  type RelationNode,
  type SqlNode,
  type UniqueId,
} from '../core/node.js';
import { isBuilt } from '../core/is-built.js';
import { viewNode } from '../core/node-view.js';
import type { Relation } from '../core/relation.js';
import { versionedName } from '../core/versioned-name.js';
import { didYouMean } from '../core/suggest.js';
import type { RenderBindings, RenderedRelation, ResolvedReference } from '../core/template.js';
import type { CompileOptions } from './compile-options.js';
import { ctePrefix } from './template/dbt-objects.js';

/** Returns dbt's name of the CTE for an ephemeral model. */
function cteName(name: string): string {
  return `${ctePrefix}${name}`;
}

/** Returns the name of the CTE that an ephemeral model becomes, which tells its versions apart. */
export function cteNameOf(node: Pick<ParsedNode, 'name'> & Pick<ModelNode, 'version'>): string {
  return cteName(node.version === undefined ? node.name : `${node.name}_v${node.version.v}`);
}

function quoteIfNeeded(name: string): string {
  return /^[a-z_][a-z0-9_]*$/i.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** Returns whether a model has no relation and becomes a CTE of who refs it. */
export function isEphemeral(node: ParsedNode | undefined): boolean {
  return node?.resourceType === 'model' && node.config.materialized === 'ephemeral';
}

/** Returns the relation that stands for a model or source in SQL. */
export function relationOf(
  node: RelationNode,
  { relationOverrides, deferred }: Pick<CompileOptions, 'relationOverrides' | 'deferred'>,
): Relation {
  const { uniqueId, relation } = node;
  return relationOverrides?.get(uniqueId) ?? deferred?.get(uniqueId) ?? relation;
}

/** Returns what `is_incremental()` says: whether the planner adds to a table that is there. */
export function isIncrementalRun(node: SqlNode, options: CompileOptions): boolean {
  return incrementalTarget(node, options.catalog, options) !== undefined;
}

/** Returns what a template reads of its own node as `model`, when it is rendered for good. */
export function viewRendered(
  node: SqlNode,
  { graph, dialect }: Pick<CompileOptions, 'graph' | 'dialect'>,
): Readonly<Record<string, JsonValue>> {
  return {
    ...viewNode(node),
    depends_on: { nodes: graph.parents.get(node.uniqueId) ?? [], macros: node.macros },
    ...(isBuilt(node) &&
      !isEphemeral(node) && { relation_name: dialect.renderRelation(node.relation) }),
  };
}

/** Returns the column that says when a row of a model, seed or source happened. */
export function eventTimeOf(node: ParsedNode): string | undefined {
  if (node.resourceType === 'source') return node.eventTime;
  if (node.resourceType === 'exposure') return undefined;
  const { event_time: eventTime } = node.config.extra;
  return typeof eventTime === 'string' ? eventTime : undefined;
}

/** Who refs: a node, whose parents are known; or text without a place in the DAG. */
export interface Referrer {
  /** For messages: `model 'x'`. */
  readonly title: string;
  /** `null` where any model and source may be read. */
  readonly parents: readonly UniqueId[] | null;
  /** A model reads some of the rows of what has an `event_time`: of a batch, or of a sample. */
  readonly window?: TimeWindow;
  /** The package that it is part of; the project if left out. */
  readonly packageName?: string;
}

/**
 * Returns the bindings of `ref` and `source`. `onRead` hears of each model or source that is read. Diagnostics:
 * `ref-not-found`, `source-not-found`, `template-error` for one that the DAG does not know of.
 */
export function bindNames(
  referrer: Referrer,
  options: CompileOptions,
  onRead: (id: UniqueId) => void,
): Pick<RenderBindings, 'ref' | 'source'> {
  const { graph, context, dialect } = options;

  /** dbt's forms, so that `from {{ ref('x') }} as x` means the same; no name of its own stands behind. */
  function limitRows(node: ParsedNode, sql: string): Pick<RenderedRelation, 'limitedSql'> {
    if (options.empty === true) {
      return { limitedSql: `(select * from ${sql} where false limit 0)` };
    }
    const eventTime = eventTimeOf(node);
    if (eventTime === undefined || referrer.window === undefined) return {};
    const condition = windowCondition(eventTime, referrer.window);
    return { limitedSql: `(select * from ${sql} where ${condition})` };
  }

  function read(
    id: UniqueId | undefined,
    call: string,
    missing: () => Diagnostic,
  ): ResolvedReference {
    const node = id === undefined ? undefined : graph.nodes.get(id);
    if (node === undefined || !isRelationNode(node)) return { problem: missing() };
    if (referrer.parents !== null && !referrer.parents.includes(node.uniqueId)) {
      return { problem: unknownToDag(referrer, call) };
    }
    onRead(node.uniqueId);
    if (isEphemeral(node)) {
      const sql = quoteIfNeeded(cteNameOf(node));
      return { sql, relation: null, ...limitRows(node, sql) };
    }
    const relation = relationOf(node, options);
    const read = node.resourceType === 'source' ? dialect.native?.readSource?.(node) : undefined;
    if (typeof read === 'object') return read;
    const sql = read ?? dialect.renderRelation(relation);
    return { relation, sql, ...limitRows(node, sql) };
  }

  return {
    ref({ name, package: from, version }) {
      const own = referrer.packageName ?? context.projectName;
      const isOwn = from === undefined || from === own;
      const call = {
        name,
        ...(from !== undefined && { package: from }),
        ...(version !== undefined && { version }),
      };
      const key = versionedName(name, version);
      const what = isOwn ? `'${key}'` : `'${key}' of the package '${from}'`;
      const missing = () =>
        errorDiagnostic(
          'ref-not-found',
          `${referrer.title} refs ${what}, which is not in the project`,
          { hint: didYouMean(name, [...graph.modelsByName.keys()]) },
        );
      const text = version === undefined ? `ref('${name}')` : `ref('${name}', v=${version})`;
      return read(findReferenced(graph, call, own), text, missing);
    },
    source({ source, table }) {
      const key = `${source}.${table}`;
      const missing = () =>
        errorDiagnostic(
          'source-not-found',
          `${referrer.title} uses the source '${key}', which is not defined`,
          {
            hint: didYouMean(
              key,
              [...graph.sourcesByName.keys()],
              'define it under `sources:` in a YAML file',
            ),
          },
        );
      return read(graph.sourcesByName.get(key), `source('${source}', '${table}')`, missing);
    },
  };
}

function unknownToDag({ title }: Referrer, call: string): Diagnostic {
  return errorDiagnostic(
    'template-error',
    `${title} reads ${call} only now, so the order of models does not know of it`,
    { hint: `write '-- depends_on: {{ ${call} }}' into the file` },
  );
}
