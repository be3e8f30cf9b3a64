import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../core/node.js';
import { identifyTest } from './test-identity.js';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** Ids that dbt-core 1.10 gave. */
const recorded: readonly (readonly [
  id: string,
  name: string,
  kwargs: Readonly<Record<string, JsonValue>>,
])[] = [
  [
    'unique_orders_id.1360ecc70e',
    'unique',
    { column_name: 'id', model: "{{ get_where_subquery(ref('orders')) }}" },
  ],
  [
    'not_null_orders_id.84ef11d8fe',
    'not_null',
    { column_name: 'id', model: "{{ get_where_subquery(ref('orders')) }}" },
  ],
  [
    'accepted_values_orders__status___False__it_s__b_c__1__2_5__True__None___n.13a3c79823',
    'accepted_values',
    {
      column_name: '"status"',
      values: ["it's", 'b"c', 1, 2.5, true, null, 'é\\n'],
      quote: false,
      model: "{{ get_where_subquery(ref('orders')) }}",
    },
  ],
  [
    'custom.3d09a1a9e4',
    'accepted_values',
    {
      column_name: '"status"',
      values: ['a', 'b', 'c', 'a long one that goes on and on', 'another long one here'],
      model: "{{ get_where_subquery(ref('orders')) }}",
    },
  ],
  [
    'accepted_values_orders__status___a__b__c__a_long_one_that_goes_on_and_on__another_long_one_here.c43a290fa5',
    'accepted_values',
    {
      column_name: '"status"',
      values: ['a', 'b', 'c', 'a long one that goes on and on', 'another long one here'],
      model: "{{ get_where_subquery(ref('orders')) }}",
    },
  ],
  [
    'relationships_orders_user_id__id__ref_v1_.b3a2fe2637',
    'relationships',
    {
      column_name: 'user_id',
      to: "ref('v1')",
      field: 'id',
      model: "{{ get_where_subquery(ref('orders')) }}",
    },
  ],
  [
    'unique_orders_id_status.115e39b8d0',
    'unique',
    { column_name: "id || '-' || status", model: "{{ get_where_subquery(ref('orders')) }}" },
  ],
  [
    'not_null_ver_v1_id.e7a62f07f5',
    'not_null',
    { column_name: 'id', model: "{{ get_where_subquery(ref('ver', version='1')) }}" },
  ],
  [
    'not_null_ver_v2_id.a2f9af5269',
    'not_null',
    { column_name: 'id', model: "{{ get_where_subquery(ref('ver', version='2')) }}" },
  ],
  [
    'source_unique_raw_events_id.207e922098',
    'unique',
    { column_name: 'id', model: "{{ get_where_subquery(source('raw', 'events')) }}" },
  ],
];

describe('identifyTest', () => {
  it.each(recorded)('gives %s, as dbt does', (id, name, kwargs) => {
    const [test, digits] = id.split('.');
    const metadata = { name, namespace: null, kwargs };
    expect(identifyTest(test ?? '', metadata, md5)).toBe(digits);
  });
});
