import { describe, expect, it } from 'vitest';
import { errorDiagnostic } from '../../core/diagnostic.js';
import type { RenderBindings } from '../../core/template.js';
import { createTemplateEngine } from '../create-template-engine.js';
import { renderPlainTemplate } from './render-plain-template.js';
import { testBindings, testContext } from './testing/engine.js';
import { templatesWithSlips } from './testing/templates-with-slips.js';

const bindings: RenderBindings = testBindings({
  source: ({ source, table }) => `${source}.${table}`,
});

function engineWith(macro: string) {
  // A package's macro takes no place in the project, and what its templates mean is asked of the interpreter.
  const macroFiles = [{ path: 'macros/m.sql', content: macro }];
  const packages = [{ name: 'other', macroFiles }];
  const engine = createTemplateEngine({ macroFiles: [], packages, projectName: 'shop' });
  if (!engine.ok) throw new Error('the engine cannot be made');
  return engine.value;
}

const interpreter = engineWith('{% macro config() %}{% endmacro %}');

/** What a render gives, with the way back from each place of the text, and from some behind its lines. */
function told(result: ReturnType<typeof renderPlainTemplate>): unknown {
  if (result === undefined) return undefined;
  const { sql, macros, toSource } = result;
  const lines = sql.split('\n');
  const places = lines.flatMap((line, at) =>
    Array.from({ length: line.length + 2 }, (_, column) => toSource(at + 1, column + 1)),
  );
  return { sql, macros, places: [...places, toSource(lines.length + 1, 1)] };
}

function renderPlain(content: string): unknown {
  return told(renderPlainTemplate({ path: 'models/a.sql', content, firstLine: 3 }, bindings));
}

function renderByRunning(content: string): unknown {
  const source = { path: 'models/a.sql', content, firstLine: 3 };
  const result = interpreter.render(source, testContext(), bindings);
  return result.ok && result.diagnostics.length === 0 ? told(result.value) : undefined;
}

describe('renderPlainTemplate', () => {
  it.each([
    'select 1',
    '',
    '\n',
    "select * from {{ ref('a') }}\n",
    "select * from {{ref(\"a\")}} join {{ ref( 'shop', 'b' ) }}\n\n",
    "{{ config(materialized='table', enabled=true,\n  tags=\"x\") }}\nselect 1 from {{ source('s', 't') }}",
    "{{ config(alias='a') }}{{ config(schema='b') }}\nselect 1",
    "{{ ref('a') }}{{ ref('b') }}",
    "é 😀 {{ ref('ü') }}\n  {{ ref('b') }} 😀",
  ])('renders %j as running it does, with the same way back', (content) => {
    expect(renderPlain(content)).toBeDefined();
    expect(renderPlain(content)).toEqual(renderByRunning(content));
  });

  it('renders templates with slips as running them does, or leaves them', () => {
    let rendered = 0;
    for (const text of templatesWithSlips(3000)) {
      const found = renderPlain(text);
      if (found === undefined) continue;
      rendered += 1;
      const expected = renderByRunning(text);
      if (JSON.stringify(found) !== JSON.stringify(expected)) expect(found, text).toEqual(expected);
    }
    expect(rendered).toBeGreaterThan(500);
  });

  it('prints some rows where a relation has them, and leaves a name with a problem to the engine', () => {
    const source = { path: 'models/a.sql', content: "select * from {{ ref('a') }}" };
    const limited = testBindings({ ref: () => ({ relation: null, sql: 'a', limitedSql: '(b)' }) });
    expect(renderPlainTemplate(source, limited)?.sql).toBe('select * from (b)');
    const problem = errorDiagnostic('ref-not-found', 'no such model');
    expect(renderPlainTemplate(source, testBindings({ ref: () => ({ problem }) }))).toBeUndefined();
  });

  it.each(['ref', 'source', 'config'])('leaves a template in which %s is another name', (name) => {
    const source = { path: 'models/a.sql', content: 'select 1' };
    expect(renderPlainTemplate(source, testBindings({ extra: { [name]: 1 } }))).toBeUndefined();
    expect(
      renderPlainTemplate(source, testBindings({ macroResults: { [name]: 1 } })),
    ).toBeUndefined();
    expect(renderPlainTemplate(source, testBindings({ extra: { other: 1 } }))).toBeDefined();
  });

  it('is not asked where a macro takes the place of a function', () => {
    const macroFiles = [
      { path: 'macros/m.sql', content: "{% macro ref(name) %}'{{ name }}'{% endmacro %}" },
    ];
    const engine = createTemplateEngine({ macroFiles, projectName: 'shop' });
    if (!engine.ok) throw new Error('the engine cannot be made');
    const source = { path: 'models/a.sql', content: "select {{ ref('a') }}" };
    expect(engine.value.render(source, testContext(), bindings)).toMatchObject({
      value: { sql: "select 'a'" },
    });
  });
});
