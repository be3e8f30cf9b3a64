import { describe, expect, it } from 'vitest';
import type { Adapter, EngineResult, Session, StepOutcome } from '../core/adapter.js';
import type { Plan, PlannedNode, PlannedTest, Step } from '../core/plan.js';
import type { Relation } from '../core/relation.js';
import type { RunResults } from '../core/run-results.js';
import { modelNode, testNode } from '../core/testing/nodes.js';
import { executePlan } from './execute-plan.js';

const position = (): undefined => undefined;
const stagedOf = (name: string): Relation => ({
  ...modelNode(name).relation,
  identifier: `${name}__staged`,
});

/** A model that is staged by `<name>`, or ahead by `<name> ahead`, and audited by `<name> test`. */
function plannedModel(name: string, parents: readonly string[] = []): PlannedNode {
  const model = modelNode(name);
  const staged = stagedOf(name);
  const stage = { kind: 'stage', as: 'table', staged, sql: name, model } as const;
  const dependsOn = parents.map((parent) => modelNode(parent).uniqueId);
  const gate: PlannedTest = {
    node: testNode(`${name}_test`),
    sql: `${name} test`,
    compiledSql: '',
    toSource: position,
  };
  return {
    uniqueId: model.uniqueId,
    node: model,
    dependsOn,
    steps: [
      stage,
      { kind: 'audit', tests: [gate] },
      { kind: 'publish', staged, published: model.relation, sql: null, model },
    ],
    ...(parents.length > 0 && {
      ahead: { reads: dependsOn, stage: { ...stage, sql: `${name} ahead` } },
    }),
    engineSql: name,
    toSource: position,
    compiledSql: name,
  };
}

const ok = (): EngineResult<StepOutcome> => ({
  ok: true,
  value: { executedSql: [], rowsAffected: 1, response: { statements: 1 } },
});
const refused = (statement: string, conflict = false): EngineResult<StepOutcome> => ({
  ok: false,
  failure: {
    diagnostic: { code: 'engine-error', severity: 'error', message: 'refused', related: [] },
    statement,
    cancelled: false,
    conflict,
    response: { statements: 1 },
  },
});

function describeStep(step: Step): string {
  switch (step.kind) {
    case 'stage':
      return step.sql;
    case 'publish':
      return `publish ${step.published.identifier}`;
    case 'discard':
      return `discard ${step.staged.identifier}`;
    default:
      return step.kind;
  }
}

interface Engine {
  /** What is done, in the order in which it began. */
  readonly log: string[];
  /** How many statements ran at once at most. */
  readonly mostAtOnce: number;
  readonly results: RunResults['results'];
}

/** Carries a plan out on an engine that takes the milliseconds that `ms` gives for what it is asked. */
async function run(
  nodes: readonly PlannedNode[],
  {
    ms = {},
    answers = {},
    threads = 4,
    failFast = false,
    cancelAt,
  }: {
    readonly ms?: Readonly<Record<string, number>>;
    /** What the engine answers the first times it is asked. */
    readonly answers?: Readonly<Record<string, readonly ('ok' | 'refuse' | 'conflict' | 'fail')[]>>;
    readonly threads?: number;
    readonly failFast?: boolean;
    /** What makes the user cancel when it begins. */
    readonly cancelAt?: string;
  },
): Promise<Engine> {
  const log: string[] = [];
  const cancel = new AbortController();
  const asked = new Map<string, number>();
  let running = 0;
  let mostAtOnce = 0;

  async function work(what: string): Promise<'ok' | 'refuse' | 'conflict' | 'fail'> {
    log.push(what);
    if (what === cancelAt) cancel.abort();
    running += 1;
    mostAtOnce = Math.max(mostAtOnce, running);
    await new Promise((resolve) => setTimeout(resolve, ms[what] ?? 1));
    running -= 1;
    const time = asked.get(what) ?? 0;
    asked.set(what, time + 1);
    return answers[what]?.[time] ?? 'ok';
  }

  const session: Session = {
    async execute(step) {
      const what = describeStep(step);
      const answer = await work(what);
      return answer === 'ok' ? ok() : refused(what, answer === 'conflict');
    },
    describe: () => Promise.resolve({ ok: true, value: undefined }),
    async query(sql) {
      const what = /\w+ test/.exec(sql)?.[0] ?? sql;
      const rows = [[(await work(what)) === 'fail' ? 1 : 0]];
      return { ok: true, value: { columns: [], rows, response: { statements: 1 } } };
    },
    close: () => Promise.resolve(),
  };
  const adapter = {
    name: 'test',
    dialect: {},
    capabilities: {
      merge: true,
      deleteInsert: true,
      externalTables: true,
      concurrentQueries: true,
    },
    threads: 8,
    database: 'warehouse',
    openSession: () => Promise.resolve(session),
    close: () => Promise.resolve(),
  } as unknown as Adapter;
  const plan: Plan = { nodes, diagnostics: [] };
  const { results } = await executePlan(plan, adapter, {
    threads,
    failFast,
    signal: cancel.signal,
    sink: () => undefined,
    now: () => performance.now(),
  });
  return { log, mostAtOnce, results };
}

const statuses = ({ results }: Engine): Readonly<Record<string, string>> =>
  Object.fromEntries(results.map(({ node, status }) => [node.name, status]));
const resultOf = ({ results }: Engine, name: string) =>
  results.find(({ node }) => node.name === name);

const pair = [plannedModel('parent'), plannedModel('child', ['parent'])];

describe('a model whose parent is being tested', () => {
  it('is staged meanwhile, and is tested and published after it', async () => {
    const done = await run(pair, { ms: { 'parent test': 50 } });
    expect(done.log).toEqual([
      'parent',
      'parent test',
      'child ahead',
      'publish parent',
      'child test',
      'publish child',
    ]);
    expect(Object.values(statuses(done))).toEqual(['pass', 'success', 'pass', 'success']);
  });

  it('does not count the time that it waits as its own', async () => {
    const done = await run(pair, { ms: { 'parent test': 200 } });
    expect(resultOf(done, 'child')?.executionMs).toBeLessThan(
      resultOf(done, 'parent')?.executionMs ?? 0,
    );
  });

  it('is skipped when the tests fail; what it staged is removed, and what that took is told', async () => {
    const grandchild = plannedModel('grandchild', ['child']);
    const done = await run([...pair, grandchild], {
      ms: { 'parent test': 50 },
      answers: { 'parent test': ['fail'] },
    });
    expect(done.log.filter((what) => what.startsWith('publish'))).toEqual([]);
    expect(done.log).toContain('child ahead');
    expect(done.log.filter((what) => what.startsWith('discard')).sort()).toEqual([
      'discard child__staged',
      'discard grandchild__staged',
      'discard parent__staged',
    ]);
    expect(statuses(done)).toEqual({
      parent_test: 'fail',
      parent: 'error',
      child_test: 'skipped',
      child: 'skipped',
      grandchild_test: 'skipped',
      grandchild: 'skipped',
    });
    expect(resultOf(done, 'grandchild')?.message).toBe("model 'parent' failed");
    expect(resultOf(done, 'child_test')?.message).toBe("model 'parent' failed");
    expect(resultOf(done, 'child')?.adapterResponse).toEqual({ statements: 1 });
  });

  it('is skipped, not failed, when the tests fail and its own query did, too', async () => {
    const done = await run(pair, {
      ms: { 'parent test': 50 },
      answers: { 'parent test': ['fail'], 'child ahead': ['refuse'] },
    });
    expect(statuses(done)).toMatchObject({ parent: 'error', child: 'skipped' });
  });

  it('is staged again from what is published when that failed ahead, and fails only by that', async () => {
    const once = await run(pair, {
      ms: { 'parent test': 50 },
      answers: { 'child ahead': ['refuse'] },
    });
    expect(once.log.slice(-4)).toEqual(['publish parent', 'child', 'child test', 'publish child']);
    expect(statuses(once)).toMatchObject({ child: 'success' });
    expect(resultOf(once, 'child')?.adapterResponse).toEqual({ statements: 2 });

    const twice = await run(pair, {
      ms: { 'parent test': 50 },
      answers: { 'child ahead': ['refuse'], child: ['refuse'] },
    });
    expect(statuses(twice)).toMatchObject({ child: 'error', child_test: 'skipped' });
    expect(resultOf(twice, 'child')?.executedSql).toEqual(['child']);
  });

  it('is staged again when the parent was staged again', async () => {
    const done = await run(pair, {
      ms: { 'parent test': 30 },
      answers: { 'publish parent': ['conflict'] },
    });
    expect(done.log.filter((what) => what.startsWith('parent'))).toHaveLength(4);
    expect(done.log.slice(-3)).toEqual(['child', 'child test', 'publish child']);
    expect(statuses(done)).toMatchObject({ parent: 'success', child: 'success' });
  });

  it('waits without a thread, and goes on before others start', async () => {
    const others = ['a', 'b', 'c', 'd'].map((name) => plannedModel(name));
    const ms = { 'parent test': 60, 'a test': 30, 'b test': 30, 'c test': 30, 'd test': 30 };
    const done = await run([...pair, ...others], { threads: 2, ms });
    expect(done.mostAtOnce).toBe(2);
    expect(new Set(Object.values(statuses(done)))).toEqual(new Set(['pass', 'success']));
  });

  it('lets models be staged from what it staged', async () => {
    const chain = [...pair, plannedModel('grandchild', ['child'])];
    const done = await run(chain, { ms: { 'parent test': 100 } });
    expect(done.log.slice(0, 5)).toEqual([
      'parent',
      'parent test',
      'child ahead',
      'grandchild ahead',
      'publish parent',
    ]);
    expect(done.log.filter((what) => what.startsWith('publish'))).toEqual([
      'publish parent',
      'publish child',
      'publish grandchild',
    ]);
  });

  it('waits for what it does not read ahead', async () => {
    const both = { ...plannedModel('child', ['parent', 'other']) };
    const { ahead } = plannedModel('child', ['parent']);
    const done = await run(
      [plannedModel('parent'), plannedModel('other'), { ...both, ...(ahead && { ahead }) }],
      { ms: { 'parent test': 100, 'other test': 30 } },
    );
    const at = (what: string): number => done.log.indexOf(what);
    expect(at('child ahead')).toBeGreaterThan(at('publish other'));
    expect(at('child ahead')).toBeLessThan(at('publish parent'));
  });
});

describe('a run that stops', () => {
  it('by --fail-fast removes what was staged ahead', async () => {
    const done = await run(pair, {
      failFast: true,
      ms: { 'parent test': 50 },
      answers: { 'parent test': ['fail'] },
    });
    expect(statuses(done)).toMatchObject({ parent: 'error', child: 'skipped' });
    expect(done.log).toContain('discard child__staged');
  });

  it('by the user cancels it', async () => {
    const done = await run(pair, { ms: { 'parent test': 50 }, cancelAt: 'child ahead' });
    expect(statuses(done)).toMatchObject({ child: 'cancelled', child_test: 'cancelled' });
    expect(done.log.filter((what) => what.startsWith('publish'))).toEqual([]);
  });
});
