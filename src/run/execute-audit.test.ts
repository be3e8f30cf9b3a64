import { expect, it } from 'vitest';
import type { Adapter, QueryRows, Session } from '../core/adapter.js';
import type { Plan, PlannedTest } from '../core/plan.js';
import { success } from '../core/result.js';
import { modelNode, testNode } from '../core/testing/nodes.js';
import { executePlan } from './execute-plan.js';

const model = modelNode('orders');
const staged = { ...model.relation, identifier: 'orders__staged' };
const position = (): undefined => undefined;
const tests = ['first', 'second', 'third'].map((name): PlannedTest => {
  return { node: testNode(name), sql: name, compiledSql: name, toSource: position };
});
const plan: Plan = {
  diagnostics: [],
  nodes: [
    {
      uniqueId: model.uniqueId,
      node: model,
      dependsOn: [],
      steps: [
        { kind: 'stage', as: 'table', staged, sql: 'select 1', model },
        { kind: 'audit', tests },
        { kind: 'publish', staged, published: model.relation, sql: null, model },
      ],
      engineSql: 'select 1',
      toSource: position,
      compiledSql: 'select 1',
    },
  ],
};

/** Runs the plan; `answer` ends a query, given its SQL and how many have begun so far. Returns what happened. */
async function run(
  options: { readonly threads: number; readonly concurrentQueries: boolean },
  answer: (sql: string, begun: number) => Promise<'rows' | 'refused'>,
) {
  let begun = 0;
  let atOnce = 0;
  let mostAtOnce = 0;
  const steps: string[] = [];
  const session: Session = {
    execute: (step) => {
      steps.push(step.kind);
      return Promise.resolve({
        ok: true,
        value: { executedSql: [], rowsAffected: null, response: {} },
      });
    },
    describe: () => Promise.resolve({ ok: true, value: undefined }),
    query: async (sql) => {
      begun += 1;
      atOnce += 1;
      mostAtOnce = Math.max(mostAtOnce, atOnce);
      const answered = await answer(sql, begun);
      atOnce -= 1;
      const rows: QueryRows = { columns: [], rows: [[0]] };
      return answered === 'rows'
        ? { ok: true, value: rows }
        : {
            ok: false,
            failure: {
              diagnostic: {
                code: 'engine-error',
                severity: 'error',
                message: 'refused',
                related: [],
              },
              statement: sql,
              cancelled: false,
            },
          };
    },
    close: () => Promise.resolve(),
  };
  const adapter = {
    name: 'test',
    capabilities: {
      merge: true,
      deleteInsert: true,
      externalTables: true,
      concurrentQueries: options.concurrentQueries,
    },
    threads: 8,
    database: 'warehouse',
    readCatalog: () => Promise.resolve(success({ relations: new Map() })),
    openSession: () => Promise.resolve(session),
    close: () => Promise.resolve(),
  } as unknown as Adapter;
  const { results } = await executePlan(plan, adapter, {
    threads: options.threads,
    failFast: false,
    signal: new AbortController().signal,
    sink: () => undefined,
    now: () => 0,
  });
  return { results, steps, mostAtOnce };
}

it('runs side by side on the threads that are free, and tells the results in order', async () => {
  let release = (): void => undefined;
  const both = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { results, mostAtOnce } = await run(
    { threads: 2, concurrentQueries: true },
    async (sql, begun) => {
      if (begun === 2) release();
      // The first two end only when both have begun; the second then ends before the first.
      await both;
      if (sql.includes('first')) await new Promise((resolve) => setTimeout(resolve, 20));
      return 'rows';
    },
  );
  expect(mostAtOnce).toBe(2);
  expect(results.map(({ node }) => node.name)).toEqual(['first', 'second', 'third', 'orders']);
  expect(new Set(results.map(({ threadId }) => threadId))).toEqual(
    new Set(['Thread-1', 'Thread-2']),
  );
});

it.each([
  ['one thread', { threads: 1, concurrentQueries: true }],
  [
    'an engine that runs one query of a session at a time',
    { threads: 4, concurrentQueries: false },
  ],
])('runs one after another with %s', async (_title, options) => {
  const { results, mostAtOnce } = await run(options, () => Promise.resolve('rows'));
  expect(mostAtOnce).toBe(1);
  expect(results.map(({ status }) => status)).toEqual(['pass', 'pass', 'pass', 'success']);
});

it('starts no test after one that the engine refused, and publishes nothing', async () => {
  const { results, steps } = await run({ threads: 1, concurrentQueries: true }, () =>
    Promise.resolve('refused'),
  );
  expect(results.map(({ status }) => status)).toEqual(['error', 'skipped', 'skipped', 'error']);
  expect(steps).toEqual(['stage', 'discard']);
});
