import { afterEach, describe, expect, it } from 'vitest';
import type { DiagnosticCode } from '../../core/diagnostic-codes.js';
import type { Result } from '../../core/result.js';
import { createTemplateEngine } from '../create-template-engine.js';
import { testBindings, testContext } from './testing/engine.js';
import {
  bombs,
  reachAttempts,
  syntaxAttempts,
  type EscapeAttempt,
} from './testing/escape-attempts.js';

const created = createTemplateEngine({
  macroFiles: [
    {
      path: 'macros/cents.sql',
      content: '{% macro cents(amount) %}{{ amount }} / 100{% endmacro %}',
    },
  ],
  projectName: 'stedi',
});
if (!created.ok) throw new Error('the macros are valid');
const engine = created.value;

const objectKeys = Object.getOwnPropertyNames(Object.prototype);
const functionKeys = Object.getOwnPropertyNames(Function.prototype);
const arrayKeys = Object.getOwnPropertyNames(Array.prototype);
const globalKeys = Object.getOwnPropertyNames(globalThis);

afterEach(() => {
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(objectKeys);
  expect(Object.getOwnPropertyNames(Function.prototype)).toEqual(functionKeys);
  expect(Object.getOwnPropertyNames(Array.prototype)).toEqual(arrayKeys);
  expect(Object.getOwnPropertyNames(globalThis)).toEqual(globalKeys);
});

function label([template, code]: EscapeAttempt) {
  return { name: template.slice(0, 120), template, code };
}

function expectRefusal(result: Result<unknown>, code: DiagnosticCode) {
  if (code === 'template-warning') {
    // Nothing is there, and nothing is printed.
    expect(result).toMatchObject({ ok: true });
    const { sql } = (result as { readonly value: { readonly sql?: string } }).value;
    expect(sql ?? '').toBe('');
    return;
  }
  const errors = result.diagnostics.filter(({ severity }) => severity === 'error');
  expect({ ok: result.ok, errors }).toMatchObject({ ok: false, errors: [{ code }] });
  const [diagnostic] = errors;
  expect(diagnostic?.location).toMatchObject({ path: 'models/evil.sql', line: 1 });
  expect(diagnostic?.message).not.toMatch(/\[native code\]|=>|node:|at .*\.js/);
}

describe.each([
  ['reaching for internals', reachAttempts],
  ['statements and names', syntaxAttempts],
])('%s', (_, attempts) => {
  it.each(attempts.map(label))('$name', ({ template, code }) => {
    const source = { path: 'models/evil.sql', content: template };
    expectRefusal(engine.render(source, testContext(), testBindings()), code);
    expectRefusal(engine.capture(source, testContext()), code);
  });
});

describe('queries', () => {
  it.each([
    '{{ run_query("select 1") }}',
    "{% call statement('a', fetch_result=True) %}select 1{% endcall %}",
    '{{ load_result("a") }}',
    '{{ adapter.get_columns_in_relation(ref("a")) }}',
  ])('are refused when a node is compiled: %s', (content) => {
    const source = { path: 'models/evil.sql', content };
    const result = engine.render(source, testContext(), testBindings());
    expectRefusal(result, 'template-unsupported');
  });
});

describe('bombs', () => {
  it.each(bombs.map(label))('$name', ({ template, code }) => {
    const source = { path: 'models/evil.sql', content: template };
    expectRefusal(engine.render(source, testContext(), testBindings()), code);
  });

  it('ends where a template warns without end', () => {
    const content = "{% for i in range(900000) %}{{ exceptions.warn('x' ~ i) }}{% endfor %}";
    const result = engine.render({ path: 'a.sql', content }, testContext(), testBindings());
    expect(result.diagnostics.at(-1)).toMatchObject({ code: 'template-error', severity: 'error' });
  });

  it.each([
    ["{% for i in range(900000) %}{{ ref('x' ~ i) }}{% endfor %}", 'template-error'],
    ['{% for i in range(900000) %}{{ config(a=i) }}{% endfor %}', 'template-error'],
  ] satisfies EscapeAttempt[])('%s', (content, code) => {
    expectRefusal(engine.capture({ path: 'models/evil.sql', content }, testContext()), code);
  });
});

describe('data handed to templates', () => {
  it('is not changed by them', () => {
    const context = testContext({ vars: { list: [1, { a: 1 }] } });
    const content = `{% do var('list').append(2) %}{% do var('list')[1].update(a=2) %}
      {%- do target.update(schema='other') %}{{ var('list') }} {{ target.schema }}`;
    const result = engine.render({ path: 'a.sql', content }, context, testBindings());
    expect(result).toMatchObject({ ok: true, value: { sql: "[1, {'a': 2}, 2] other" } });
    expect(context).toEqual(testContext({ vars: { list: [1, { a: 1 }] } }));
    const again = engine.render(
      { path: 'a.sql', content: '{{ target.schema }}' },
      context,
      testBindings(),
    );
    expect(again).toMatchObject({ value: { sql: 'main' } });
  });

  it('is read by its own keys only', () => {
    const inherited = Object.create({ inherited: 'x' }) as Record<string, string>;
    const context = testContext({ vars: inherited, env: inherited });
    for (const content of ["{{ var('inherited') }}", "{{ env_var('inherited') }}"]) {
      expect(engine.render({ path: 'a.sql', content }, context, testBindings()).ok).toBe(false);
    }
  });
});

describe('messages', () => {
  it('hold no control characters that a template made', () => {
    const content = '{{ exceptions.raise_compiler_error("a\\x1b[2Jb\\x07\\u202ec") }}';
    const result = engine.render({ path: 'a.sql', content }, testContext(), testBindings());
    expect(result.diagnostics[0]?.message).toBe('a\ufffd[2Jb\ufffd\ufffdc');
  });

  it('are cut where a template makes them long', () => {
    const content = '{{ exceptions.raise_compiler_error("x" * 1000000) }}';
    const result = engine.render({ path: 'a.sql', content }, testContext(), testBindings());
    expect(result.diagnostics[0]?.message.length).toBeLessThan(3_000);
  });
});
