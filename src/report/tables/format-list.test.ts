import { describe, expect, it } from 'vitest';
import { modelNode, sourceNode, testNode } from '../../core/testing/nodes.js';
import { listNodes } from './format-list.js';

const trusted = modelNode('customer_trusted');
const source = sourceNode();
const test = testNode('not_null_customer_trusted_email', { attachedTo: 'customer_trusted' });
const nodes = [trusted, test, source];

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
    expect(listNodes(nodes, { form })).toEqual(expected);
  });

  it('lists objects for programs', () => {
    const entryOf = ({ name }: { readonly name: string }) => ({ name });
    expect(listNodes([trusted], { form: 'json', entryOf })).toEqual([{ name: 'customer_trusted' }]);
  });
});
