import { describe, expect, it } from 'vitest';
import type { Dialect } from '../core/adapter.js';
import { graphOf, modelNode } from '../core/testing/nodes.js';
import { relationKey } from '../core/relation.js';
import type { PlanInput } from './plan-input.js';
import { planRun } from './plan-run.js';
import { refuseModel } from './refuse-model.js';

const orders = modelNode('orders');
const python = { ...orders, language: 'python' as const };
const external = { ...orders, config: { ...orders.config, materialized: 'external' } };

function inputOf(dialect: Pick<PlanInput['dialect'], 'native'> = {}) {
  return { dialect, catalog: { relations: new Map() }, fullRefresh: false };
}

describe('a model that is not built here', () => {
  it.each([
    ['in Python', python],
    ['that is a file', external],
  ])('%s is told with its place and the next step', (_, node) => {
    expect(refuseModel(node, inputOf())).toMatchObject({
      code: 'capability-missing',
      location: { path: orders.path },
      hint: expect.stringContaining('--exclude orders+') as string,
    });
  });

  it('in SQL is none', () => {
    expect(refuseModel(orders, inputOf())).toBeUndefined();
  });

  it.each([
    ['a materialization of its own', { materialized: 'noop' }, 'materialization-unknown'],
    [
      'an index of nothing',
      { extra: { indexes: [{ columns: ['id'] }, { unique: true }] } },
      'materialization-invalid',
    ],
    [
      'a merge of its own',
      { incremental_strategy: 'merge', extra: { merge_clauses: {} } },
      'capability-missing',
    ],
  ])("in the engine's own SQL with %s is told as well", (_, config, code) => {
    const native = {} as NonNullable<Dialect['native']>;
    const node = { ...orders, config: { ...orders.config, ...config } };
    expect(refuseModel(node, inputOf({ native }))).toMatchObject({ code });
    expect(refuseModel(node, inputOf())).toBeUndefined();
  });

  it('and asks for a strategy that does not exist is told where its table is added to, as in dbt', () => {
    const native = {} as NonNullable<Dialect['native']>;
    const config = { ...orders.config, materialized: 'incremental', incremental_strategy: 'mine' };
    const node = { ...orders, config };
    expect(refuseModel(node, inputOf({ native }))).toBeUndefined();
    const existing = { relation: { ...node.relation, type: 'table' }, columns: [] };
    const relations = new Map([[relationKey(node.relation), existing]]);
    const input = { ...inputOf({ native }), catalog: { relations } } as unknown as PlanInput;
    expect(refuseModel(node, input)).toMatchObject({ code: 'strategy-unknown' });
    expect(refuseModel(node, { ...input, fullRefresh: true })).toBeUndefined();
  });

  it('fails alone: the plan of the others stands', () => {
    const compiled = {
      ...{ node: python, compiledSql: '', engineSql: '', diagnostics: [] },
      toSource: () => undefined,
    };
    const planned = planRun({
      graph: graphOf([python]),
      selection: new Set([python.uniqueId]),
      compiled: new Map([[python.uniqueId, compiled]]),
      catalog: { relations: new Map() },
      command: 'build',
      auditGate: true,
      dialect: {},
    } as unknown as PlanInput);
    expect(planned).toMatchObject({
      ok: true,
      value: {
        nodes: [{ steps: [{ kind: 'refuse', problems: [{ code: 'capability-missing' }] }] }],
      },
    });
  });
});
