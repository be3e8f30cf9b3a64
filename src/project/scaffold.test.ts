import { describe, expect, it } from 'vitest';
import { toProjectName } from './project-name.js';
import { scaffoldProject, type ScaffoldOptions } from './scaffold.js';
import { load, summarise, writeFolder } from './testing/temp-project.js';

const defaultTarget = { type: 'box', path: 'target/box.db', threads: 4 };

function scaffold(options: Partial<ScaffoldOptions> = {}): Record<string, string> {
  const files = scaffoldProject({ name: 'walks', defaultTarget, ...options });
  if (!files.ok) throw new Error(summarise(files.diagnostics).join('\n'));
  return Object.fromEntries(files.value.map(({ path, content }) => [path, content]));
}

describe('scaffoldProject', () => {
  it('gives a project that loads without a word', async () => {
    const result = await load(writeFolder(scaffold()));
    expect(result.diagnostics).toEqual([]);
    expect(result).toMatchObject({
      value: {
        name: 'walks',
        vars: { goal: 5000 },
        models: { settings: { materialized: 'table' } },
        target: { name: 'local', type: 'box', threads: 4, options: { path: 'target/box.db' } },
        properties: [{ value: { models: [{ name: 'walks' }, { name: 'people' }] } }],
      },
    });
  });

  it('describes the models that it has, and refs no other', () => {
    const files = scaffold();
    const models = Object.keys(files).flatMap(
      (path) => /^models\/(\w+)\.sql$/.exec(path)?.[1] ?? [],
    );
    expect(models).toEqual(['walks', 'people']);
    for (const model of models) expect(files['models/models.yml']).toContain(`- name: ${model}\n`);
    const refs = Object.values(files).flatMap((content) =>
      [...content.matchAll(/ref\('(\w+)'\)/g)].map(([, name]) => name),
    );
    expect(new Set(refs)).toEqual(new Set(models));
  });

  it.each(['true', 'no', 'null', '_9'])('quotes the name %s where YAML needs it', async (name) => {
    const result = await load(writeFolder(scaffold({ name })));
    expect(result).toMatchObject({ ok: true, diagnostics: [], value: { name } });
  });

  it('points to the schema if there is one', () => {
    expect(scaffold({ schemaPath: './s.json' })['stedi_project.yml']).toMatch(
      /^# yaml-language-server: \$schema=\.\/s\.json\nname: walks\n/,
    );
    expect(scaffold()['stedi_project.yml']).toMatch(/^name: walks\n/);
  });

  it('refuses a name that cannot be a project’s', () => {
    const result = scaffoldProject({ name: 'My Shop', defaultTarget });
    expect(summarise(result.diagnostics)).toEqual([
      "error config-invalid-value  a project's name has lower-case letters, digits and underscores and no digit first, found 'My Shop' (did you mean 'my_shop'?)",
    ]);
  });
});

describe('toProjectName', () => {
  it.each([
    ['shop', 'shop'],
    ['My Shop', 'my_shop'],
    ['2024-sales', '_2024_sales'],
    ['--a--', 'a'],
    ['日本', undefined],
    ['', undefined],
  ])('%j is %j', (text, name) => {
    expect(toProjectName(text)).toBe(name);
  });
});
