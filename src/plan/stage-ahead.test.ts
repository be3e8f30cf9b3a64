import { describe, expect, it } from 'vitest';
import type { CompiledNode } from '../core/compiled-node.js';
import type { CompiledHook } from '../core/hook.js';
import { isSqlNode, type ModelNode, type ParsedNode, type UniqueId } from '../core/node.js';
import type { StageAhead } from '../core/plan.js';
import { relationKey, type Relation, type RelationType } from '../core/relation.js';
import { success } from '../core/result.js';
import { graphOf, modelNode, sourceNode, testNode } from '../core/testing/nodes.js';
import { planRun } from './plan-run.js';

/** A project in which `child` reads `parent`, and what differs from that. */
interface Case {
  readonly parent?: Partial<ModelNode['config']>;
  readonly child?: Partial<ModelNode['config']>;
  /** The names that the child's query reads, in place of the parent's. */
  readonly reads?: readonly string[];
  readonly hooks?: Readonly<Record<string, CompiledHook['time']>>;
  readonly others?: readonly ParsedNode[];
  /** What the child depends on; the parent if left out. */
  readonly parents?: readonly UniqueId[];
  readonly unselected?: readonly UniqueId[];
  readonly existing?: Readonly<Record<string, RelationType>>;
  readonly mayBeRead?: boolean;
  readonly mayStage?: boolean;
  readonly auditGate?: boolean;
}

function withConfig(node: ModelNode, config: Case['parent']): ModelNode {
  return { ...node, config: { ...node.config, materialized: 'table', ...config } };
}

/** Returns how the plan stages `child` ahead. */
function aheadOf(options: Case): StageAhead | undefined {
  const parent = withConfig(modelNode('parent'), options.parent);
  const child = withConfig(modelNode('child'), options.child);
  const gate = testNode('gate');
  const nodes: readonly ParsedNode[] = [...(options.others ?? []), parent, child, gate];
  const graph = graphOf(nodes, {
    [child.uniqueId]: options.parents ?? [parent.uniqueId],
    [gate.uniqueId]: [parent.uniqueId],
  });
  const compile = (id: UniqueId, relations: ReadonlyMap<UniqueId, Relation>): CompiledNode => {
    const node = nodes.find(({ uniqueId }) => uniqueId === id);
    if (node === undefined || !isSqlNode(node)) throw new Error(`no node ${id}`);
    const named = new Map(
      nodes.flatMap((each) => ('relation' in each ? [[each.name, each] as const] : [])),
    );
    const tables = (id === child.uniqueId ? (options.reads ?? ['parent']) : []).map((name) => {
      if (name.startsWith('published ')) return name.slice('published '.length);
      const read = named.get(name);
      return read === undefined ? name : (relations.get(read.uniqueId) ?? read.relation).identifier;
    });
    const time = options.hooks?.[node.name];
    return {
      node,
      compiledSql: '',
      engineSql: tables.join(' '),
      toSource: () => undefined,
      diagnostics: [],
      ...(time !== undefined && {
        hooks: [{ time, position: 0, statements: ['x'] } as unknown as CompiledHook],
      }),
    };
  };
  const relation = (identifier: string): Relation => ({ ...parent.relation, identifier });
  const planned = planRun({
    graph,
    selection: new Set(graph.order.filter((id) => !(options.unselected ?? []).includes(id))),
    compiled: new Map(
      nodes.filter(isSqlNode).map(({ uniqueId }) => [uniqueId, compile(uniqueId, new Map())]),
    ),
    catalog: {
      relations: new Map(
        Object.entries(options.existing ?? {}).map(([identifier, type]) => [
          relationKey(relation(identifier)),
          {
            relation: { ...relation(identifier), type },
            columns: [{ name: 'id', type: 'bigint' }],
          },
        ]),
      ),
    },
    dialect: {
      name: 'test',
      renderRelation: ({ identifier }) => identifier,
      translate: () => {
        throw new Error('planning translates nothing');
      },
      isolation: () => 'clone',
      writers: {
        insert: () => '',
        merge: () => '',
        deleteMatching: () => '',
        selectColumns: (query) => query,
        deleteWhere: () => '',
        selectWhere: (query) => query,
        selectAll: () => '',
      },
      ahead: {
        mayBeRead: () => options.mayBeRead !== false,
        mayStage: () => options.mayStage !== false,
        tablesOf: (sql) =>
          sql === ''
            ? []
            : sql.split(' ').map((name) => (name.startsWith('?') ? undefined : relation(name))),
      },
    },
    capabilities: { merge: true, deleteInsert: true, externalTables: true },
    command: 'build',
    auditGate: options.auditGate !== false,
    fullRefresh: false,
    runStartedAt: '2026-01-31T12:00:00.000Z',
    compileAudit: (id, relations) => success(compile(id, relations)),
  });
  if (!planned.ok) throw new Error(planned.diagnostics[0]?.message);
  return planned.value.nodes.find(({ uniqueId }) => uniqueId === child.uniqueId)?.ahead;
}

const parentId = modelNode('parent').uniqueId;
const view = (name: string): ModelNode => withConfig(modelNode(name), { materialized: 'view' });
const source = {
  ...sourceNode(),
  relation: { ...modelNode('x').relation, identifier: 'web_orders' },
};

describe('a model is staged ahead', () => {
  it('from what its parent staged', () => {
    const ahead = aheadOf({});
    expect(ahead?.reads).toEqual([parentId]);
    expect(ahead?.stage.sql).toBe('parent__staged');
    expect(ahead?.stage.staged.identifier).toBe('child__staged');
  });

  it.each<[string, Case]>([
    ['with a post-hook of its own', { hooks: { child: 'post-hook' } }],
    ['with a pre-hook of its parent', { hooks: { parent: 'pre-hook' } }],
    ['on its first build as an incremental model', { child: { materialized: 'incremental' } }],
    [
      'beside a source',
      {
        others: [source],
        parents: [parentId, source.uniqueId],
        reads: ['parent', source.relation.identifier],
      },
    ],
    [
      'beside a view that the run builds',
      { others: [view('v')], parents: [parentId, 'model.stedi.v'], reads: ['parent', 'v'] },
    ],
  ])('%s', (_title, options) => {
    expect(aheadOf(options)?.reads).toEqual([parentId]);
  });
});

describe('a model is not staged ahead', () => {
  it.each<[string, Case]>([
    ['as a view', { child: { materialized: 'view' } }],
    ['of a view', { parent: { materialized: 'view' } }],
    ['with a pre-hook', { hooks: { child: 'pre-hook' } }],
    ['with a header', { hooks: { child: 'sql-header' } }],
    ['of a parent whose hook changes what was published', { hooks: { parent: 'post-hook' } }],
    [
      'where it adds to a table that is there',
      {
        child: { materialized: 'incremental', incremental_strategy: 'append' },
        existing: { child: 'table' },
      },
    ],
    [
      'of a parent that adds to a table that is there',
      {
        parent: { materialized: 'incremental', incremental_strategy: 'append' },
        existing: { parent: 'table' },
      },
    ],
    ['where its query reads nothing of the parent', { reads: [] }],
    [
      'where its query reads a table that the project does not know',
      { reads: ['parent', 'elsewhere'] },
    ],
    [
      'where its query also names what the parent has published, without a ref',
      { reads: ['parent', 'published parent'] },
    ],
    [
      'where its query names a table that the run builds, without a ref',
      { others: [withConfig(modelNode('other'), {})], reads: ['parent', 'other'] },
    ],
    ['where its query reads a table whose name is not whole', { reads: ['parent', '?short'] }],
    [
      'beside a view that the run does not build',
      {
        others: [view('v')],
        parents: [parentId, 'model.stedi.v'],
        reads: ['parent', 'v'],
        unselected: ['model.stedi.v'],
      },
    ],
    ['where the engine says no of the parent', { mayBeRead: false }],
    ['where the engine says no of the model', { mayStage: false }],
    ['where tests hold nothing back', { auditGate: false }],
  ])('%s', (_title, options) => {
    expect(aheadOf(options)).toBeUndefined();
  });

  it('beside a source that is a view', () => {
    const { identifier } = source.relation;
    const beside = { others: [source], parents: [parentId, source.uniqueId] };
    const options = { ...beside, reads: ['parent', identifier] };
    expect(aheadOf({ ...options, existing: { [identifier]: 'table' } })?.reads).toEqual([parentId]);
    expect(aheadOf({ ...options, existing: { [identifier]: 'view' } })).toBeUndefined();
  });
});
