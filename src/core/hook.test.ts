import { describe, expect, it } from 'vitest';
import { normaliseHooks, orderHooks } from './hook.js';

const hooks = [
  { sql: 'a', transaction: true },
  { sql: 'b', transaction: false },
  { sql: 'c', transaction: true },
  { sql: 'd', transaction: false },
];

describe('orderHooks', () => {
  it.each([
    ['pre-hook', ['b2', 'd4', 'a1', 'c3']],
    ['post-hook', ['a1', 'c3', 'b2', 'd4']],
  ] as const)('runs those outside of the transaction around the others: %s', (time, expected) => {
    expect(orderHooks(hooks, time).map(({ sql, position }) => `${sql}${position}`)).toEqual(
      expected,
    );
  });
});

describe('normaliseHooks', () => {
  it('reads a mapping that is written as JSON, which is what before_begin() gives', () => {
    expect(normaliseHooks('\n {"sql": "select 1", "transaction": false}\n')).toEqual([
      { sql: 'select 1', transaction: false },
    ]);
  });

  it.each(["{{ log('a') }}", '{"sql": 1}', '{"a": "b"}', '{ x', 'select 1'])(
    'takes any other text for SQL: %s',
    (text) => {
      expect(normaliseHooks([text])).toEqual([{ sql: text, transaction: true }]);
    },
  );
});
