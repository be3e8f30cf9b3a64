import { describe, expect, it } from 'vitest';
import type { Dialect } from '../core/adapter.js';
import { errorDiagnostic } from '../core/diagnostic.js';
import { failure, success } from '../core/result.js';
import { createCompiler } from './create-compiler.js';
import { testProject, type TestModel } from './testing/project.js';

/** A dialect that takes statements as they are, but for those that drop. */
const native: Partial<Dialect> = {
  native: {} as NonNullable<Dialect['native']>,
  translateStatements: (sql, { path }) =>
    sql.includes('drop')
      ? failure([
          errorDiagnostic('sql-unsupported', 'drop is not run', { location: { path }, hint: 'no' }),
        ])
      : success(sql.split(';').flatMap((each) => (each.trim() === '' ? [] : [each.trim()]))),
};

function compile(
  sql: string,
  config: TestModel['config'] = {},
  dialect: Partial<Dialect> = native,
) {
  const project = testProject({ models: { a: 'select 1', m: { sql, config } } });
  const setup = { ...project, dialect: { ...project.dialect, ...dialect } };
  const compiled = createCompiler(setup).compileNodes(['model.stedi.m']);
  if (!compiled.ok) return compiled.diagnostics;
  const [model] = compiled.value;
  return { hooks: model?.hooks, refused: model?.refused, sql: model?.compiledSql.trim() };
}

const header = (...statements: string[]) => [{ time: 'sql-header', position: 1, statements }];

describe('a sql_header', () => {
  it('is what the template gives its configuration, rendered as the model is', () => {
    const call =
      "{% call set_sql_header(config) %}\nset variable x = (select max(a) from {{ ref('a') }});\nset a = 1{% endcall %}select 1";
    const found = compile(call);
    const statements = [
      'set variable x = (select max(a) from "warehouse"."main"."a")',
      'set a = 1',
    ];
    expect(found).toMatchObject({ hooks: header(...statements), sql: 'select 1' });
    expect(compile("{{ config(sql_header='set b = 1') }}select 2")).toMatchObject({
      hooks: header('set b = 1'),
    });
    expect(compile("{% do config.set('sql_header', 'set c = 1') %}select 2")).toMatchObject({
      hooks: header('set c = 1'),
    });
  });

  it('comes from YAML where the file says none, and is none where it is empty', () => {
    const config = { extra: { sql_header: 'set a = 1' } };
    expect(compile('select 1', config)).toMatchObject({ hooks: header('set a = 1') });
    expect(compile('select 1', { extra: { sql_header: ' ' } })).toMatchObject({ hooks: undefined });
  });

  it('lies between the hooks before and after its model', () => {
    const extra = { sql_header: 'set a = 1', 'pre-hook': [{ sql: 'set b = 1' }] };
    expect(compile('select 1', { extra })).toMatchObject({
      hooks: [...header('set a = 1'), { time: 'pre-hook', statements: ['set b = 1'] }],
    });
  });

  it('that is never run refuses its model alone, at its place', () => {
    expect(compile('select 1\n{% call set_sql_header(config) %}drop x{% endcall %}')).toMatchObject(
      {
        refused: {
          code: 'sql-unsupported',
          message: "sql_header of model 'm': drop is not run",
          location: { path: 'models/m.sql', line: 2, column: 9 },
        },
      },
    );
  });

  it('refuses its model alone where an engine takes one statement', () => {
    const sql = "{{ config(sql_header='set b = 1') }}select 2";
    expect(compile(sql, {}, {})).toMatchObject({
      refused: {
        code: 'capability-missing',
        location: { path: 'models/m.sql', line: 1, column: 11 },
        hint: expect.stringContaining('--exclude m+') as string,
      },
    });
  });
});
