import { describe, expect, it } from 'vitest';
import { readUnrenderedConfig } from './unrendered-config.js';

describe('readUnrenderedConfig', () => {
  it.each([
    ['select 1', {}],
    ["{{ config(materialized='table') }}", { materialized: 'table' }],
    ['{{- config( enabled = true, x = 3, y=none ) -}}', { enabled: true, x: 3, y: null }],
    [
      `{{ config(tags=['a', "b"], alias="it's, (fine)") }}`,
      { tags: ['a', 'b'], alias: "it's, (fine)" },
    ],
    [
      "{{ config(schema=var('s',  'x'), n=target.name) }}",
      { schema: "var('s', 'x')", n: 'target.name' },
    ],
    ["{{ config(meta={'a': [1, 2]}) }}", { meta: { a: [1, 2] } }],
    ["{{ config({'alias': 'a'}) }}", { alias: 'a' }],
    ['{{ config(a=1) }}{% do config(a=2, b=x == 1) %}', { a: 2, b: 'x == 1' }],
    // Three quotes around a text are two empty ones beside it.
    [
      '{{ config(pre_hook="""\n  set x = \'a, b\'\n""", alias=\'a\' "b") }}',
      { 'pre-hook': "\n  set x = 'a, b'\n", alias: 'ab' },
    ],
    ["{{ config.get('alias') }}", {}],
  ])('reads %j', (template, expected) => {
    expect(readUnrenderedConfig(template)).toEqual(expected);
  });
});
