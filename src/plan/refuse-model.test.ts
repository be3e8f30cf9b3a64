import { describe, expect, it } from 'vitest';
import { graphOf, modelNode } from '../core/testing/nodes.js';
import { planRun, type PlanInput } from './plan-run.js';
import { refuseModel } from './refuse-model.js';

const orders = modelNode('orders');
const python = { ...orders, language: 'python' as const };
const external = { ...orders, config: { ...orders.config, materialized: 'external' } };

describe('a model that is not built here', () => {
  it.each([
    ['in Python', python],
    ['that is a file', external],
  ])('%s is told with its place and the next step', (_, node) => {
    expect(refuseModel(node, {})).toMatchObject({
      code: 'capability-missing',
      location: { path: orders.path },
      hint: expect.stringContaining('--exclude orders+') as string,
    });
  });

  it('in SQL is none', () => {
    expect(refuseModel(orders, {})).toBeUndefined();
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
    const native = {} as NonNullable<Parameters<typeof refuseModel>[1]['native']>;
    const node = { ...orders, config: { ...orders.config, ...config } };
    expect(refuseModel(node, { native })).toMatchObject({ code });
    expect(refuseModel(node, {})).toBeUndefined();
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
