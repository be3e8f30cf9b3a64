import { describe, expect, it } from 'vitest';
import type { Adapter, EngineResult, Session, StepOutcome } from '../core/adapter.js';
import type { RunEvent } from '../core/event.js';
import type { Plan, Step } from '../core/plan.js';
import { success } from '../core/result.js';
import { modelNode, testNode } from '../core/testing/nodes.js';
import { executePlan } from './execute-plan.js';

const model = modelNode('orders');
const test = testNode('not_empty');
const staged = { ...model.relation, identifier: 'orders__staged' };
const position = (): undefined => undefined;

/** A model with a test that gates it, and one that depends on the model. */
const plan: Plan = {
  diagnostics: [],
  nodes: [
    {
      uniqueId: model.uniqueId,
      node: model,
      dependsOn: [],
      steps: [
        { kind: 'stage', as: 'table', staged, sql: 'select 1', model },
        {
          kind: 'audit',
          tests: [{ node: test, sql: 'select 2', compiledSql: 'select 2', toSource: position }],
        },
        { kind: 'publish', staged, published: model.relation, sql: null, model },
      ],
      engineSql: 'select 1',
      toSource: position,
      compiledSql: 'select 1',
    },
  ],
};

const done: EngineResult<StepOutcome> = {
  ok: true,
  value: { executedSql: [], rowsAffected: 1, response: { statements: 2, query_ids: 'a, b' } },
};

/** An adapter whose steps do nothing but what `publish` says. */
function adapterWith(publish: () => EngineResult<StepOutcome>): {
  readonly adapter: Adapter;
  readonly steps: string[];
} {
  const steps: string[] = [];
  const session: Session = {
    execute: (step: Step) => {
      steps.push(step.kind);
      return Promise.resolve(step.kind === 'publish' ? publish() : done);
    },
    describe: () => Promise.resolve({ ok: true, value: undefined }),
    query: () => {
      steps.push('query');
      return Promise.resolve({
        ok: true,
        value: { columns: [], rows: [[0]], response: { statements: 1, query_ids: 't' } },
      });
    },
    close: () => {
      steps.push('close');
      return Promise.resolve();
    },
  };
  const adapter: Adapter = {
    name: 'test',
    dialect: {
      name: 'test',
      renderRelation: ({ identifier }) => identifier,
      translate: () => {
        throw new Error('running translates nothing');
      },
      isolation: () => 'clone',
      writers: {
        insert: () => '',
        merge: () => '',
        deleteMatching: () => '',
        selectColumns: (query, columns) => `select ${columns.join()} from (${query})`,
        deleteWhere: (target, condition) => `delete ${target.identifier} where ${condition}`,
        selectWhere: (query, condition) => `${query} where ${condition}`,
        selectAll: () => '',
      },
    },
    capabilities: { merge: true, deleteInsert: true, externalTables: true },
    threads: 1,
    database: 'warehouse',
    readCatalog: () => Promise.resolve(success({ relations: new Map() })),
    openSession: () => Promise.resolve(session),
    close: () => Promise.resolve(),
  };
  return { adapter, steps };
}

const conflict: EngineResult<StepOutcome> = {
  ok: false,
  failure: {
    diagnostic: {
      code: 'engine-error',
      severity: 'error',
      message: 'somebody else changed the table',
      related: [],
    },
    statement: 'publish',
    cancelled: false,
    conflict: true,
    response: { statements: 3, query_ids: 'a, b, c' },
  },
};

async function run(publish: () => EngineResult<StepOutcome>) {
  const { adapter, steps } = adapterWith(publish);
  const events: RunEvent[] = [];
  const { results } = await executePlan(plan, adapter, {
    threads: 1,
    failFast: false,
    signal: new AbortController().signal,
    sink: (event) => events.push(event),
    now: () => 0,
  });
  return { results, steps, events };
}

describe('a relation that another writer changed', () => {
  const attempt = ['stage', 'query', 'publish'];

  it('is built again from the first step, tests included, and told once', async () => {
    const answers = [conflict, done];
    const { results, steps, events } = await run(() => answers.shift() ?? done);
    expect(steps).toEqual([...attempt, 'discard', 'close', ...attempt, 'close']);
    expect(results.map(({ status }) => status)).toEqual(['pass', 'success']);
    expect(events.filter(({ kind }) => kind === 'node-started')).toHaveLength(2);
    // What the first attempt spent was spent.
    expect(results.map(({ adapterResponse }) => adapterResponse)).toEqual([
      { statements: 1, query_ids: 't' },
      { statements: 5, query_ids: 'a, b, c, a, b' },
    ]);
  });

  it('is given up after three attempts, with the reason', async () => {
    const { results, steps } = await run(() => conflict);
    expect(steps.filter((step) => step === 'stage')).toHaveLength(3);
    expect(results.at(-1)).toMatchObject({
      status: 'error',
      message: "model 'orders' failed: somebody else changed the table",
    });
  });
});

it('throws a bug of an adapter again when everything else has ended', async () => {
  const failing = run(() => {
    throw new Error('a bug');
  });
  await expect(failing).rejects.toThrow('a bug');
});
