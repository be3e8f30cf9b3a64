import { expect, it } from 'vitest';
import { nameGenericTest, shortenTestName, type NamedTest } from './test-name.js';

const named = (kind: string, target: string, given: NamedTest['arguments']): NamedTest => ({
  kind,
  target,
  arguments: given,
});

// What dbt 1.10 calls the tests of its own documentation.
it.each<readonly [NamedTest, string]>([
  [named('not_null', 'orders', { column_name: 'order_id' }), 'not_null_orders_order_id'],
  [
    named('accepted_values', 'orders', {
      values: ['placed', 'return pending'],
      column_name: 'status',
    }),
    'accepted_values_orders_status__placed__return_pending',
  ],
  [
    named('relationships', 'orders', {
      to: "ref('customers')",
      field: 'id',
      column_name: 'customer_id',
    }),
    'relationships_orders_customer_id__id__ref_customers_',
  ],
  [
    named('accepted_values', 'x', { column_name: 'n', values: [1, 2.5], quote: false }),
    'accepted_values_x_n__False__1__2_5',
  ],
  [named('unique', 'x', { column_name: "a || '-' || b" }), 'unique_x_a_b'],
  [named('source_unique', 'raw_t', { column_name: 'id' }), 'source_unique_raw_t_id'],
])('%j is %s', (test, name) => {
  expect(nameGenericTest(test)).toBe(name);
});

it('shortens names of more than 63 characters', () => {
  const test = named('not_null', 'a_model_with_a_rather_long_name', { column_name: 'c' });
  const md5 = () => '0123456789abcdef'.repeat(2);
  expect(shortenTestName('x'.repeat(63), test, md5)).toBeNull();
  expect(shortenTestName('x'.repeat(64), test, md5)).toBe(
    'not_null_a_model_with_a_rather_0123456789abcdef0123456789abcdef',
  );
});
