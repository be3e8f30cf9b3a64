import { describe, expect, it } from 'vitest';
import { renderConfigValue } from './render-config-value.js';

const location = { path: 'stedi_project.yml', line: 12, column: 11, length: 30 };
const env = {
  WAREHOUSE_PATH: '/data/w.duckdb',
  STEDI_ENV_SECRET_TOKEN: 'hunter2',
  AWS_SESSION_TOKEN: 'session',
};

function render(text: string) {
  return renderConfigValue({ text, location, env, vars: { folder: 'data' } });
}

describe('renderConfigValue', () => {
  it.each([
    ['plain', 'plain'],
    ['with a line end\n', 'with a line end\n'],
    ["{{ env_var('WAREHOUSE_PATH') }}", '/data/w.duckdb'],
    ["{{ var('folder') }}/{{ env_var('NOPE', 'x') | upper }}", 'data/X'],
    ["{{ env_var('STEDI_ENV_SECRET_TOKEN') }}", 'hunter2'],
    ["{{ env_var('AWS_SESSION_TOKEN') }}", 'session'],
    ["{% if env_var('WAREHOUSE_PATH', '') %}a{% else %}b{% endif %}", 'a'],
  ])('%s gives %s', (text, value) => {
    expect(render(text)).toEqual({ ok: true, value, diagnostics: [] });
  });

  it.each([
    ["{{ env_var('NOPE') }}", 'env-var-undefined'],
    ["{{ var('foldr') }}", 'var-undefined'],
    ["{{ ref('x') }}", 'template-undefined'],
    ['{{ target.schema }}', 'template-undefined'],
    ['{{ (1 }}', 'template-syntax'],
    ['{{ {}.constructor }}', 'template-forbidden'],
  ])('%s gives %s at the place of the value', (text, code) => {
    expect(render(text)).toMatchObject({ ok: false, diagnostics: [{ code, location }] });
  });

  it.each([
    "{{ var(env_var('STEDI_ENV_SECRET_TOKEN')) }}",
    "{{ env_var(env_var('STEDI_ENV_SECRET_TOKEN')) }}",
    "{{ '%(x)s' % {} ~ env_var('STEDI_ENV_SECRET_TOKEN') }}",
    "{{ {}[env_var('STEDI_ENV_SECRET_TOKEN')] }}",
    "{{ ('{' ~ env_var('STEDI_ENV_SECRET_TOKEN') ~ '}').format() }}",
    "{{ [1] | map(env_var('STEDI_ENV_SECRET_TOKEN')) | list }}",
    "{{ 1 + env_var('STEDI_ENV_SECRET_TOKEN') }}",
  ])('%s shows no secret', (text) => {
    const result = render(text);
    expect(result.ok).toBe(false);
    expect(JSON.stringify(result.diagnostics)).not.toContain('hunter2');
  });
});
