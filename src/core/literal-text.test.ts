import { expect, it } from 'vitest';
import { fromLiteralTemplates, toLiteralTemplates } from './literal-text.js';

it.each(['plain', "{{ var('x') }}", '{{{%{#', ['{% raw %}', 1, null], { a: { b: '{# c #}' } }])(
  'gives back %j',
  (value) => {
    expect(fromLiteralTemplates(toLiteralTemplates(value))).toEqual(value);
  },
);

it('leaves no tag but the one that prints a brace', () => {
  expect(toLiteralTemplates({ a: ['{{ b }}'] })).toEqual({ a: ["{{  '{'  }}{ b }}"] });
  expect(toLiteralTemplates('{ a }')).toBe('{ a }');
});
