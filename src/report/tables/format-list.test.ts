import { describe, expect, it } from 'vitest';
import { graphOf, modelNode, sourceNode, testNode } from '../../core/testing/nodes.js';
import { listNodes } from './format-list.js';

const trusted = modelNode('customer_trusted', {
  extra: {
    tags: ['pii'],
    config: { ...modelNode('x').config, extra: { partitioned_by: ['day'] } },
  },
});
const source = sourceNode();
const test = testNode('not_null_customer_trusted_email', { attachedTo: 'customer_trusted' });
const nodes = [trusted, test, source];
const graph = graphOf(nodes, { [trusted.uniqueId]: [source.uniqueId] });

describe('listNodes', () => {
  it.each([
    [
      'selector',
      [
        'source:stedi.raw.events',
        'stedi.trusted.customer_trusted',
        'stedi.trusted.not_null_customer_trusted_email',
      ],
    ],
    ['name', ['raw.events', 'customer_trusted', 'not_null_customer_trusted_email']],
    [
      'path',
      ['models/sources.yml', 'models/trusted/customer_trusted.sql', 'models/trusted/schema.yml'],
    ],
  ] as const)('lists by %s', (form, expected) => {
    expect(listNodes(nodes, { graph, form })).toEqual(expected);
  });

  it('lists objects for programs', () => {
    expect(listNodes([trusted], { graph, form: 'json' })).toMatchObject([
      {
        unique_id: 'model.stedi.customer_trusted',
        name: 'customer_trusted',
        resource_type: 'model',
        original_file_path: 'models/trusted/customer_trusted.sql',
        tags: ['pii'],
        config: { materialized: 'table', partitioned_by: ['day'] },
        depends_on: { nodes: ['source.stedi.raw.events'] },
      },
    ]);
  });

  it('tells programs what a version is built as, and a unit test from a data test', () => {
    const relation = { ...trusted.relation, identifier: 'customer_trusted_v2' };
    const unit = { ...test, unit: {} as never };
    const listed = listNodes([{ ...trusted, relation }, unit], { graph, form: 'json' });
    expect(listed).toMatchObject([
      { alias: 'customer_trusted_v2' },
      { resource_type: 'unit_test' },
    ]);
  });
});
