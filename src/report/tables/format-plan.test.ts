import { describe, expect, it } from 'vitest';
import type { Plan, PlannedNode } from '../../core/plan.js';
import type { SqlNode } from '../../core/node.js';
import { modelNode, testNode } from '../../core/testing/nodes.js';
import { formatPlan } from './format-plan.js';

function planned(node: SqlNode, steps: PlannedNode['steps']): PlannedNode {
  return {
    uniqueId: node.uniqueId,
    node,
    dependsOn: [],
    steps,
    engineSql: 'select 1',
    toSource: () => undefined,
    compiledSql: 'select 1',
  };
}

describe('formatPlan', () => {
  it('tells every step of every node', () => {
    const landing = modelNode('raw', { schema: 'landing', materialized: 'external_table' });
    const model = modelNode('customer');
    const transaction = { target: model.relation, staged: model.relation, model };
    const staged = { ...model.relation, identifier: 'customer__staged' };
    const node = testNode('email_not_null', { attachedTo: 'customer' });
    const test = {
      node,
      sql: '',
      compiledSql: '',
      toSource: () => undefined,
    };
    const warning = { ...test, node: testNode('share', { extra: { severity: 'warn' } }) };
    const plan: Plan = {
      diagnostics: [],
      nodes: [
        planned(landing, [
          { kind: 'create-schema', relation: landing.relation },
          {
            kind: 'stage-external',
            model,
            staged: landing.relation,
            columns: [],
            location: 'data/raw',
            format: 'json',
          },
        ]),
        planned(model, [
          { kind: 'begin', ...transaction },
          { kind: 'stage', model, as: 'table', staged, sql: 'select 1' },
          { kind: 'audit', tests: [test, warning] },
          { kind: 'publish', model, staged, published: model.relation, sql: null },
          {
            kind: 'alter-columns',
            relation: model.relation,
            model,
            alteration: {
              add: [{ name: 'note', type: { kind: 'varchar' } }],
              change: [{ name: 'id', type: { kind: 'bigint' } }],
              drop: ['old'],
            },
          },
          { kind: 'write', relation: model.relation, sql: 'insert' },
          { kind: 'commit', ...transaction },
          { kind: 'discard', staged },
        ]),
        { ...planned(testNode('one_owner'), []), notes: ['seen in two steps'] },
      ],
    };
    expect(formatPlan(plan, { color: false })).toBe(
      [
        '1. landing.raw (external table)',
        '   create schema landing if it is not there',
        '   declare external table landing.raw over data/raw (json)',
        '',
        '2. trusted.customer (table)',
        '   begin a transaction',
        '   build table trusted.customer__staged beside the published one',
        '   test email_not_null',
        '   test share (warns)',
        '   publish trusted.customer__staged as trusted.customer',
        '   alter trusted.customer: add note varchar, change id bigint, drop old',
        '   change the rows of trusted.customer',
        '   commit',
        '   remove trusted.customer__staged',
        '',
        '3. one_owner (test)',
        '   nothing to do',
        '   note: seen in two steps',
        '',
        'Dry run: 5 nodes would run, nothing was touched.',
      ].join('\n'),
    );
  });
});
