import { describe, expect, it } from 'vitest';
import type { TemplateContext } from '../../core/template.js';
import { createTemplateEngine } from '../create-template-engine.js';
import { capturePlainFirst, capturePlainTemplate } from './capture-plain-template.js';
import { templatesWithSlips } from './testing/templates-with-slips.js';

const context: TemplateContext = { projectName: 'shop', vars: {}, env: {}, target: {} };

/** What the engine learns of a template by running it. */
function captureByRunning(content: string, path = 'models/a.sql'): unknown {
  const engine = createTemplateEngine({ macroFiles: [], projectName: 'shop' });
  if (!engine.ok) throw new Error('the engine cannot be made');
  const result = engine.value.capture({ path, content, firstLine: 3 }, context);
  return result.ok && result.diagnostics.length === 0 ? result.value : undefined;
}

function capturePlain(content: string, path = 'models/a.sql'): unknown {
  return capturePlainTemplate({ path, content, firstLine: 3 });
}

describe('capturePlainTemplate', () => {
  it.each([
    'select 1',
    "select * from {{ ref('a') }}\n",
    'select * from {{ref("a")}} join {{ ref( \'shop\', "b" ) }}\n\n',
    "{{ config(materialized='table', enabled=true,\n  tags=\"x\") }}\nselect 1 from {{ source('s', 't') }}",
    "{{ config(alias='a') }}{{ config(schema='b') }}\nselect 1",
    '{{ config(enabled=false) }}-- nothing\n',
    "{{ config(tags=['a', \"b\",'c, d'], unique_key='id') }}select 1",
    "{{ config(alias='it }} is') }} select '}}'",
    "{{ ref('a') }} {{ ref('a') }}\n{{ ref('a') }} é 😀 {{ ref('ü') }}",
    '',
  ])('learns of %j what running it tells', (content) => {
    expect(capturePlain(content)).toBeDefined();
    expect(capturePlain(content)).toEqual(captureByRunning(content));
  });

  it.each([
    "{% if true %}{{ ref('a') }}{% endif %}",
    "{# {{ ref('a') }} #}",
    "{{- ref('a') }}",
    "{{ ref('a' ~ 'b') }}",
    "{{ ref('a', v=2) }}",
    "{{ ref('a\\n') }}",
    '{{ ref(name) }}',
    "{{ ref('a').identifier }}",
    "{{ source('a') }}",
    "{{ config(values='a') }}",
    "{{ config(alias='a', alias='b') }}",
    "{{ config(tags=['a', 1]) }}",
    '{{ config(tags=[]) }}',
    "{{ config(alias='a' if true else 'b') }}",
    "{{ config(not='a') }}",
    "{{ var('a') }}",
    "{{{ ref('a') }}",
    "{{ ref('a') }",
    "{{ ref('a') }}\r\n",
  ])('leaves %j to the engine', (content) => {
    expect(capturePlain(content)).toBeUndefined();
  });

  it('learns of templates with slips what running them tells, or nothing', () => {
    let captured = 0;
    for (const text of templatesWithSlips(8000)) {
      const found = capturePlain(text);
      if (found === undefined) continue;
      captured += 1;
      const expected = captureByRunning(text);
      if (JSON.stringify(found) !== JSON.stringify(expected)) expect(found, text).toEqual(expected);
    }
    expect(captured).toBeGreaterThan(1500);
  });

  it('gives way to a macro that has the name of one of the functions', () => {
    const engine = createTemplateEngine({ macroFiles: [], projectName: 'shop' });
    if (!engine.ok) throw new Error('the engine cannot be made');
    const macro = { name: 'ref' } as (typeof engine.value.macros)[number];
    const named = { ...engine.value, macros: [macro] };
    expect(capturePlainFirst(named)).toBe(named);
    expect(capturePlainFirst(engine.value)).not.toBe(engine.value);
  });
});
