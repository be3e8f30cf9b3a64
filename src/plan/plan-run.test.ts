import { isSqlNode } from '../core/node.js';
import { describe, expect, it } from 'vitest';
import type { Dialect, Isolation } from '../core/adapter.js';
import type { CompiledNode } from '../core/compiled-node.js';
import type { Graph } from '../core/graph.js';
import type { ModelNode, NodeConfig, SqlNode, UniqueId } from '../core/node.js';
import type { PlannedNode } from '../core/plan.js';
import { relationKey, type RelationType } from '../core/relation.js';
import { success } from '../core/result.js';
import { graphOf, modelNode, sourceNode, testNode } from '../core/testing/nodes.js';
import type { PlanInput } from './plan-input.js';
import { planRun } from './plan-run.js';

function compile(node: SqlNode): CompiledNode {
  return {
    node,
    compiledSql: `select '${node.name}'`,
    engineSql: `engine ${node.name}`,
    toSource: () => undefined,
    diagnostics: [],
  };
}

function incrementalModel(name: string, config: Partial<NodeConfig> = {}): ModelNode {
  const model = modelNode(name);
  return { ...model, config: { ...model.config, materialized: 'incremental', ...config } };
}

/** A plan input over a graph of which everything is selected. */
function inputFor(
  graph: Graph,
  options: Partial<Omit<PlanInput, 'catalog'>> & {
    readonly existing?: Readonly<Record<string, RelationType>>;
    readonly isolation?: Isolation;
  } = {},
): PlanInput {
  const sqlNodes = [...graph.nodes.values()].filter(isSqlNode);
  const existing = options.existing ?? {};
  return {
    graph,
    selection: new Set(graph.order),
    compiled: new Map(sqlNodes.map((node) => [node.uniqueId, compile(node)])),
    catalog: {
      relations: new Map(
        Object.entries(existing).map(([identifier, type]) => {
          const relation = { database: 'warehouse', schema: 'trusted', identifier, type };
          return [relationKey(relation), { relation, columns: [{ name: 'id', type: 'BIGINT' }] }];
        }),
      ),
    },
    dialect: {
      name: 'test',
      renderRelation: (relation) => relation.identifier,
      translate: () => {
        throw new Error('planning translates nothing');
      },
      isolation: () => options.isolation ?? 'transaction',
      writers: {
        insert: (target, query) => `insert ${target.identifier} (${query})`,
        merge: (target, query) => `merge ${target.identifier} (${query})`,
        deleteMatching: (target, source, key, options) =>
          `delete ${target.identifier} in ${source.identifier}${options?.nullsMatch === true ? ` by ${key.join()}, nulls too` : ''}`,
        selectColumns: (query, columns) => `select ${columns.join()} from (${query})`,
        deleteWhere: (target, condition) => `delete ${target.identifier} where ${condition}`,
        selectWhere: (query, condition) => `${query} where ${condition}`,
        selectAll: (relation) => `all of ${relation.identifier}`,
      },
    },
    capabilities: { merge: true, deleteInsert: true, externalTables: true },
    stagedSuffix: '__staged',
    command: 'build',
    auditGate: true,
    fullRefresh: false,
    runStartedAt: '2026-01-31T12:00:00.000Z',
    compileAudit: (id, relations) => {
      const node = graph.nodes.get(id);
      if (node?.resourceType !== 'test') throw new Error(`not a test: ${id}`);
      const reads = [...relations].map(([model, relation]) => `${model}=${relation.identifier}`);
      return success({ ...compile(node), engineSql: `${node.name} with ${reads.join()}` });
    },
    ...options,
  };
}

/** The steps of each node in short: `stage`, `audit(x)`, `publish`. */
function outline(nodes: readonly PlannedNode[]): readonly string[] {
  return nodes.map((planned) => {
    const steps = planned.steps.map((step) =>
      step.kind === 'audit'
        ? `audit(${step.tests.map((test) => test.sql).join(', ')})`
        : step.kind === 'write'
          ? step.sql
          : step.kind,
    );
    return `${planned.node.name}: ${steps.join(' > ')}`;
  });
}

function planned(input: PlanInput): readonly PlannedNode[] {
  const plan = planRun(input);
  if (!plan.ok) throw new Error(plan.diagnostics.map((each) => each.message).join('\n'));
  return plan.value.nodes;
}

function codes(input: PlanInput): readonly string[] {
  return planRun(input).diagnostics.map((each) => each.code);
}

const id = (name: string): UniqueId => `model.stedi.${name}`;
const testId = (name: string): UniqueId => `test.stedi.${name}`;

describe('write, audit, publish', () => {
  it('runs the tests of a table on its staged rows before it is published', () => {
    const graph = graphOf([modelNode('a'), testNode('t')], { [testId('t')]: [id('a')] });
    expect(outline(planned(inputFor(graph)))).toEqual([
      'a: create-schema > stage > audit(t with model.stedi.a=a__staged) > publish',
    ]);
  });

  it('gives a test of several models to the last of them, which waits for the others', () => {
    const graph = graphOf([modelNode('a'), modelNode('b'), testNode('t')], {
      [testId('t')]: [id('a'), id('b')],
    });
    const nodes = planned(inputFor(graph));
    expect(outline(nodes)).toEqual([
      'a: create-schema > stage > publish',
      'b: create-schema > stage > audit(t with model.stedi.b=b__staged) > publish',
    ]);
    expect(nodes[1]?.dependsOn).toEqual([id('a')]);
  });

  it('looks through an ephemeral model to the one that is built', () => {
    const graph = graphOf(
      [modelNode('a'), modelNode('e', { materialized: 'ephemeral' }), testNode('t')],
      { [id('e')]: [id('a')], [testId('t')]: [id('e')] },
    );
    expect(outline(planned(inputFor(graph)))).toEqual([
      'a: create-schema > stage > audit(t with model.stedi.a=a__staged) > publish',
    ]);
  });

  it('runs a test by itself when nothing it reads is built', () => {
    const graph = graphOf([modelNode('a'), testNode('t')], { [testId('t')]: [id('a')] });
    const selection = new Set([testId('t')]);
    expect(outline(planned(inputFor(graph, { selection })))).toEqual(['t: audit(engine t)']);
    expect(outline(planned(inputFor(graph, { command: 'test' })))).toEqual(['t: audit(engine t)']);
  });

  it('makes a model wait for the tests of its sources', () => {
    const source = sourceNode();
    const graph = graphOf([source, testNode('t'), modelNode('a')], {
      [testId('t')]: [source.uniqueId],
      [id('a')]: [source.uniqueId],
    });
    const nodes = planned(inputFor(graph));
    expect(nodes.map((each) => each.node.name)).toEqual(['t', 'a']);
    expect(nodes[1]?.dependsOn).toEqual([testId('t')]);
  });
});

describe("dbt's order (no audit gate)", () => {
  const graph = graphOf(
    [modelNode('a'), modelNode('b'), testNode('on_a'), testNode('on_both'), modelNode('c')],
    {
      [id('b')]: [id('a')],
      [testId('on_a')]: [id('a')],
      [testId('on_both')]: [id('a'), id('b')],
      [id('c')]: [id('b')],
    },
  );

  it('publishes first, tests then, and models below wait for the tests above them', () => {
    const nodes = planned(inputFor(graph, { auditGate: false }));
    expect(outline(nodes)).toEqual([
      'a: create-schema > stage > publish',
      'on_a: audit(engine on_a)',
      'b: create-schema > stage > publish',
      'on_both: audit(engine on_both)',
      'c: create-schema > stage > publish',
    ]);
    const waits = Object.fromEntries(nodes.map((each) => [each.node.name, each.dependsOn]));
    expect(waits).toEqual({
      a: [],
      on_a: [id('a')],
      b: [id('a'), testId('on_a')],
      on_both: [id('a'), id('b')],
      c: [id('b'), testId('on_a'), testId('on_both')],
    });
  });

  it('waits for no test that only warns', () => {
    const warned = graphOf(
      [modelNode('a'), testNode('t', { extra: { severity: 'warn' } }), modelNode('b')],
      { [testId('t')]: [id('a')], [id('b')]: [id('a')] },
    );
    const nodes = planned(inputFor(warned, { auditGate: false }));
    expect(nodes.find((each) => each.node.name === 'b')?.dependsOn).toEqual([id('a')]);
  });
});

describe('selection', () => {
  it('keeps the order of two models although the one between them is not selected', () => {
    const graph = graphOf([modelNode('a'), modelNode('b'), modelNode('c')], {
      [id('b')]: [id('a')],
      [id('c')]: [id('b')],
    });
    const nodes = planned(inputFor(graph, { selection: new Set([id('a'), id('c')]) }));
    expect(nodes.find((each) => each.node.name === 'c')?.dependsOn).toEqual([id('a')]);
  });

  it('plans no test for run', () => {
    const graph = graphOf([modelNode('a'), testNode('t')], { [testId('t')]: [id('a')] });
    expect(outline(planned(inputFor(graph, { command: 'run' })))).toEqual([
      'a: create-schema > stage > publish',
    ]);
  });
});

describe('materializations', () => {
  it('publishes a view with its query and a table without', () => {
    const graph = graphOf([modelNode('v', { materialized: 'view' }), modelNode('t')]);
    const publishes = planned(inputFor(graph)).map((each) => each.steps.at(-1));
    expect(publishes).toMatchObject([
      { kind: 'publish', sql: 'engine v', published: { type: 'view' } },
      { kind: 'publish', sql: null, published: { type: 'table' } },
    ]);
  });

  it('declares an external table from its location and columns', () => {
    const model = modelNode('landing', { materialized: 'external_table' });
    const columns = [{ name: 'id', data_type: 'bigint', description: '', tags: [], meta: {} }];
    const landing = {
      ...model,
      columns,
      config: { ...model.config, location: 'data/landing', format: 'json' },
    };
    expect(planned(inputFor(graphOf([landing])))[0]?.steps[1]).toEqual({
      model: landing,
      kind: 'stage-external',
      staged: { ...model.relation, identifier: 'landing__staged' },
      columns,
      location: 'data/landing',
      format: 'json',
    });
  });

  it.each<[string, Partial<NodeConfig>, string]>([
    ['append', {}, 'insert m (engine m)'],
    ['merge', { unique_key: ['id'] }, 'merge m (engine m)'],
    [
      'delete+insert',
      { unique_key: ['id'], incremental_strategy: 'delete+insert' },
      'stage > delete m in m__rows__staged > insert m (all of m__rows__staged) > discard',
    ],
    [
      'insert_overwrite',
      { incremental_strategy: 'insert_overwrite', extra: { partitioned_by: ['day'] } },
      'stage > delete m in m__rows__staged by day, nulls too > insert m (all of m__rows__staged) > discard',
    ],
  ])('writes an incremental table by %s in one transaction', (_name, config, writes) => {
    const graph = graphOf([incrementalModel('m', config), testNode('t')], {
      [testId('t')]: [id('m')],
    });
    expect(outline(planned(inputFor(graph, { existing: { m: 'table' } })))).toEqual([
      `m: begin > ${writes} > audit(engine t) > commit`,
    ]);
  });

  it.each<[Isolation, string]>([
    ['transaction', 'begin > alter-columns > insert m (engine m) > commit'],
    ['clone', 'begin > alter-columns > insert m__staged (engine m) > commit'],
    ['none', 'stage > alter-columns > insert m (all of m__rows__staged) > discard'],
  ])('alters the columns with the rows: %s', (isolation, steps) => {
    const model = incrementalModel('m', { extra: { on_schema_change: 'append_new_columns' } });
    const input = inputFor(graphOf([model]), { existing: { m: 'table' }, isolation });
    const bigint = { kind: 'bigint' } as const;
    const columns = ['id', 'new'].map((name) => ({ name, type: bigint }));
    const dialect: Dialect = {
      ...input.dialect,
      tableColumnRules: { readType: () => bigint, storedType: (type) => type, refuse: () => [] },
      publishNotes: ({ rebuilds }) => (rebuilds ? [] : ['rows are added']),
    };
    const nodes = planned({
      ...input,
      dialect,
      compiled: new Map([[model.uniqueId, { ...compile(model), columns }]]),
    });
    expect(outline(nodes)).toEqual([`m: ${steps}`]);
    expect(nodes[0]?.notes).toEqual(['rows are added']);
    const altered = nodes[0]?.steps.find(({ kind }) => kind === 'alter-columns');
    expect(altered).toMatchObject({
      relation: { identifier: isolation === 'clone' ? 'm__staged' : 'm' },
      alteration: { add: [{ name: 'new', type: bigint }], change: [], drop: [] },
    });
  });

  it('writes to a clone where the engine has no transactions, and tests the clone', () => {
    const graph = graphOf([incrementalModel('m', {}), testNode('t')], {
      [testId('t')]: [id('m')],
    });
    const nodes = planned(inputFor(graph, { existing: { m: 'table' }, isolation: 'clone' }));
    expect(outline(nodes)).toEqual([
      'm: begin > insert m__staged (engine m) > audit(t with model.stedi.m=m__staged) > commit',
    ]);
    expect(nodes[0]?.steps.at(-1)).toMatchObject({
      target: { identifier: 'm' },
      staged: { identifier: 'm__staged' },
    });
  });

  it.each<[string, Partial<NodeConfig>, string]>([
    [
      'append',
      {},
      'stage > audit(t with model.stedi.m=m__rows__staged) > insert m (all of m__rows__staged) > discard',
    ],
    [
      'insert_overwrite',
      { incremental_strategy: 'insert_overwrite', extra: { partitioned_by: ['day'] } },
      'stage > audit(t with model.stedi.m=m__staged) > publish-partitions',
    ],
  ])('stages the rows of %s apart where nothing isolates writes', (_name, config, steps) => {
    const graph = graphOf([incrementalModel('m', config), testNode('t')], {
      [testId('t')]: [id('m')],
    });
    const input = inputFor(graph, { existing: { m: 'table' }, isolation: 'none' });
    expect(outline(planned(input))).toEqual([`m: ${steps}`]);
  });

  it('refuses strategies that change rows where nothing isolates writes', () => {
    const graph = graphOf([incrementalModel('m', { unique_key: ['id'] })]);
    const input = inputFor(graph, { existing: { m: 'table' }, isolation: 'none' });
    expect(codes(input)).toEqual(['capability-missing']);
  });

  it.each<[string, Partial<NodeConfig>, Parameters<typeof inputFor>[1]]>([
    ['at first', {}, {}],
    ['in place of a view', {}, { existing: { m: 'view' } }],
    ['with --full-refresh', {}, { existing: { m: 'table' }, fullRefresh: true }],
    ['with full_refresh: true', { full_refresh: true }, { existing: { m: 'table' } }],
  ])('builds an incremental table whole %s', (_when, config, options) => {
    const graph = graphOf([incrementalModel('m', config)]);
    expect(outline(planned(inputFor(graph, options)))).toEqual([
      'm: create-schema > stage > publish',
    ]);
  });

  it('keeps an incremental table with full_refresh: false although --full-refresh is given', () => {
    const graph = graphOf([incrementalModel('m', { full_refresh: false })]);
    expect(
      outline(planned(inputFor(graph, { existing: { m: 'table' }, fullRefresh: true }))),
    ).toEqual(['m: begin > insert m (engine m) > commit']);
  });
});

describe('diagnostics', () => {
  it.each<[string, ModelNode, Parameters<typeof inputFor>[1]]>([
    ['materialization-unknown', modelNode('m', { materialized: 'tabel' }), {}],
    ['strategy-unknown', incrementalModel('m', { incremental_strategy: 'mrege' }), {}],
    ['materialization-invalid', incrementalModel('m', { incremental_strategy: 'merge' }), {}],
    [
      'capability-missing',
      incrementalModel('m', { unique_key: ['id'] }),
      {
        capabilities: {
          merge: false,
          deleteInsert: true,
          externalTables: true,
        },
      },
    ],
  ])('%s', (code, node, options) => {
    expect(codes(inputFor(graphOf([node]), options))).toEqual([code]);
  });

  const leftOut = [
    'warning',
    'incremental-columns',
    "column 'other' of incremental model 'm' is left out, because its table has no such column",
  ];
  it.each<[string, readonly string[], Partial<NodeConfig>, readonly (readonly string[])[]]>([
    ['the same columns', ['ID'], { unique_key: ['Id'] }, []],
    [
      'a unique_key that is no column',
      ['id'],
      { unique_key: ['di'] },
      [
        [
          'error',
          'materialization-invalid',
          "the unique_key 'di' of incremental model 'm' is no column of its query",
        ],
      ],
    ],
    [
      'a column less',
      ['other'],
      {},
      [
        [
          'error',
          'incremental-columns',
          "the query of incremental model 'm' has no column 'id', which its table has",
        ],
        leftOut,
      ],
    ],
    ['a column more', ['id', 'other'], {}, [leftOut]],
  ])('compares an incremental query of %s with its table', (_title, names, config, expected) => {
    const model = incrementalModel('m', config);
    const columns = names.map((name) => ({ name, type: { kind: 'bigint' } as const }));
    const input = inputFor(graphOf([model]), {
      existing: { m: 'table' },
      compiled: new Map([[model.uniqueId, { ...compile(model), columns }]]),
    });
    const plan = planRun({ ...input, brokenModels: 'stop' });
    expect(
      plan.diagnostics.map(({ severity, code, message }) => [severity, code, message]),
    ).toEqual(expected);
    const isRight = expected.every(([severity]) => severity !== 'error');
    expect(plan.ok).toBe(isRight);
    // Where it is to run, only the model fails, unless more is wrong than its columns.
    const run = planRun(input);
    const problems = expected.filter(([severity]) => severity === 'error');
    if (problems.some(([, code]) => code !== 'incremental-columns')) return;
    expect(run).toMatchObject({
      ok: true,
      ...(!isRight && {
        value: {
          nodes: [
            { steps: [{ kind: 'refuse', problems: problems.map(([, code]) => ({ code })) }] },
          ],
        },
      }),
    });
    expect(run.diagnostics).toEqual(
      plan.diagnostics.filter(({ severity }) => severity === 'warning'),
    );
  });

  it('says at once everything that an external table lacks', () => {
    const graph = graphOf([modelNode('landing', { materialized: 'external_table' })]);
    expect(codes(inputFor(graph))).toEqual(['materialization-invalid', 'materialization-invalid']);
  });

  it('refuses a model that has the staged name of another', () => {
    expect(codes(inputFor(graphOf([modelNode('m'), modelNode('m__staged')])))).toEqual([
      'relation-collision',
    ]);
  });

  it('suggests the materialization that was meant', () => {
    const plan = planRun(inputFor(graphOf([modelNode('m', { materialized: 'tabel' })])));
    expect(plan.diagnostics[0]?.hint).toBe("did you mean 'table'?");
  });
});
