import { describe, expect, it } from 'vitest';
import { normalizeTemplate } from './normalize-template.js';

describe('normalizeTemplate', () => {
  it.each([
    ['select 1', '\n\tselect   1\n'],
    ['select 1', 'select -- one\n 1'],
    ['select 1', 'select /* one\n two */ 1'],
    ['select 1', '{# a -- b #}select 1{#- c -#}'],
    ['select {{ a }}', 'select {{a}}'],
    ["{{ ref('a') }}", "{{   ref('a')\n}}"],
    ["select '--no', 1", "select '--no',   1 -- yes"],
    ["{% set a = '-- x' %} select 1", "{% set   a = '-- x' %}  select 1"],
    ['{{ 1 --1 }}', '{{ 1  --1 }}'],
    ["select '{{ a }}'", "select '{{ a }}' -- it's"],
    ["-- {{ ref('a') }}\nselect 1", "--   {{ ref('a') }}  \n select 1"],
  ])('takes %j for %j', (left, right) => {
    expect(normalizeTemplate(right)).toBe(normalizeTemplate(left));
  });

  it.each([
    ['select 1', 'select 2'],
    ["select 'a b'", "select 'a  b'"],
    ['select "a b"', 'select "a  b"'],
    ["{{ x('a b') }}", "{{ x('a  b') }}"],
    ['{{- a }}', '{{ a }}'],
    ['select a b', 'select ab'],
    // What a set block prints may end up inside of a text.
    ['{% set a %}x y{% endset %}', '{% set a %}x  y{% endset %}'],
    // Jinja in a comment is evaluated all the same.
    ["-- {{ ref('a') }}\nselect 1", 'select 1'],
    ["select '-- x'", "select '-- y'"],
    ["select '{{ f('a b') }}'", "select '{{ f('a  b') }}'"],
    ["select '/* x */'", "select ''"],
    ['{{ 1 --1 }}', '{{ 1 }}'],
    // What follows a quote that never ends is compared as it stands.
    ["select ' -- x", "select ' -- y z"],
  ])('tells %j from %j', (left, right) => {
    expect(normalizeTemplate(right)).not.toBe(normalizeTemplate(left));
  });
});
