import { symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { load, summarise, writeFolder } from './testing/temp-project.js';

const minimal = { 'stedi_project.yml': 'name: shop\n' };

/** Loads a project with this project file and returns its diagnostics as lines. */
async function linesOf(projectFile: string, files: Record<string, string> = {}) {
  const result = await load(writeFolder({ 'stedi_project.yml': projectFile, ...files }));
  return summarise(result.diagnostics);
}

async function projectOf(projectFile: string, options: Parameters<typeof load>[1] = {}) {
  const result = await load(writeFolder({ 'stedi_project.yml': projectFile }), options);
  if (!result.ok) throw new Error(summarise(result.diagnostics).join('\n'));
  return result.value;
}

describe('loadProject', () => {
  it('loads a project with nothing but a name', async () => {
    const root = writeFolder(minimal);
    expect(await load(root)).toEqual({
      ok: true,
      diagnostics: [],
      value: {
        root,
        name: 'shop',
        version: '',
        configPath: 'stedi_project.yml',
        vars: {},
        models: { settings: {}, children: {} },
        tests: { settings: {}, children: {} },
        seeds: { settings: {}, children: {} },
        snapshots: { settings: {}, children: {} },
        target: {
          name: 'local',
          type: 'box',
          schema: 'main',
          database: 'target/box',
          threads: 4,
          options: { path: 'target/box.db' },
        },
        targetPath: 'target',
        files: [],
        properties: [],
        selectors: [],
        paths: {
          models: ['models'],
          macros: ['macros'],
          tests: ['tests'],
          seeds: ['seeds'],
          snapshots: ['snapshots'],
          analyses: ['analyses'],
        },
      },
    });
  });

  it('reads every file of the project, whatever its line ends and byte order mark', async () => {
    const root = writeFolder({
      'stedi_project.yml': '\ufeffname: shop\r\nmodel-paths: [./models/, more]\r\n',
      'models/a.sql': '\ufeffselect 1\r\n',
      'models/a.yml': '\ufeffmodels:\r\n  - name: a\r\n    data_tests:\r\n      - unique\r\n',
      'more/empty.yml': '',
      'macros/m.sql': '{% macro m() %}{% endmacro %}',
      'tests/t.sql': 'select 1',
    });
    const result = await load(root);
    expect(result).toMatchObject({
      ok: true,
      diagnostics: [],
      value: {
        paths: { models: ['models', 'more'] },
        files: [
          { path: 'macros/m.sql', kind: 'macro' },
          { path: 'models/a.sql', kind: 'model', content: 'select 1\r\n' },
          { path: 'models/a.yml', kind: 'properties' },
          { path: 'more/empty.yml', kind: 'properties', content: '' },
          { path: 'tests/t.sql', kind: 'test' },
        ],
        properties: [
          {
            path: 'models/a.yml',
            value: { models: [{ name: 'a', tests: [{ testName: 'unique' }] }] },
          },
          { path: 'more/empty.yml', value: { models: [], sources: [] } },
        ],
      },
    });
    expect(result.ok && result.value.properties[0]?.locate(['models', 0, 'data_tests', 0])).toEqual(
      {
        path: 'models/a.yml',
        line: 4,
        column: 9,
        length: 6,
        sourceLine: '      - unique',
      },
    );
  });

  it('reports the errors of all files at once', async () => {
    const root = writeFolder({
      'stedi_project.yml': 'name: shop\nmodel_paths: [x]\nmodels: {+materialised: x}\n',
      'models/a.yml': 'models:\n\t- name: a\n',
      'models/b.yml': '- b\n',
      'models/c.yml': 'models: [{nme: c}]\n',
      'models/d.sql': new Uint8Array([0xff]),
    });
    symlinkSync('nowhere', join(root, 'models', 'e.sql'));
    const result = await load(root, { varsText: 'x' });
    expect(result.ok).toBe(false);
    expect(
      result.diagnostics.map(({ code, location }) => `${code} ${location?.path ?? ''}`),
    ).toEqual([
      'config-unknown-key stedi_project.yml',
      'config-unknown-key stedi_project.yml',
      'vars-invalid --vars',
      'file-unreadable models/d.sql',
      'file-unreadable models/e.sql',
      'yaml-syntax models/a.yml',
      'config-invalid-value models/b.yml',
      'config-invalid-value models/c.yml',
      'config-unknown-key models/c.yml',
    ]);
  });

  it('gives every diagnostic of a YAML file a place and its line', async () => {
    const text =
      'name: Shop\nversion: []\nx: 1\nvars: {a: no}\nmodels: {b: 1, c: {+enabled: 3}}\ntarget: t\n';
    const result = await load(writeFolder({ 'stedi_project.yml': text }));
    expect(result.diagnostics).toHaveLength(7);
    for (const { location } of result.diagnostics) {
      expect(location).toEqual({
        path: 'stedi_project.yml',
        line: expect.any(Number) as number,
        column: expect.any(Number) as number,
        length: expect.any(Number) as number,
        sourceLine: text.split('\n')[(location?.line ?? 0) - 1],
      });
    }
  });

  it('says so if there is no project', async () => {
    const result = await load(writeFolder({}));
    expect(result.diagnostics).toMatchObject([{ code: 'project-not-found' }]);
  });
});

describe('stedi_project.yml', () => {
  it.each([
    [
      '',
      [
        "error config-invalid-value stedi_project.yml:1:1 'name' is missing in stedi_project.yml: expected a text",
      ],
    ],
    [
      '- a',
      [
        'error config-invalid-value stedi_project.yml:1:1 stedi_project.yml must be a mapping, found a list',
      ],
    ],
    [
      'shop',
      [
        "error config-invalid-value stedi_project.yml:1:1 stedi_project.yml must be a mapping, found the text 'shop'",
      ],
    ],
    [
      'name: shop\nname: shop',
      ["error yaml-syntax stedi_project.yml:2:1 the key 'name' stands twice in the same mapping"],
    ],
    [
      'name: Shop-1',
      [
        "error config-invalid-value stedi_project.yml:1:7 'name' must be a name of lower-case letters, digits and underscores",
      ],
    ],
    [
      'name: shop\nconfig-version: 1',
      [
        "error config-invalid-value stedi_project.yml:2:17 'config-version' must be 2, found the number 1",
      ],
    ],
    [
      'name: shop\nmodel_paths: [a]',
      [
        "error config-unknown-key stedi_project.yml:2:1 unknown key 'model_paths' in stedi_project.yml (did you mean 'model-paths'?)",
      ],
    ],
    [
      'name: shop\nmodel-paths: models',
      [
        "error config-invalid-value stedi_project.yml:2:14 'model-paths' must be a list, found the text 'models'",
      ],
    ],
    [
      'name: shop\nmetrics: {}',
      [
        "error config-unsupported stedi_project.yml:2:1 'metrics' in stedi_project.yml is not supported yet (remove",
      ],
    ],
    [
      'name: shop\nprofile: x',
      [
        "error config-unsupported stedi_project.yml:2:1 'profile' in stedi_project.yml is not supported yet (connections stand under 'targets:' in this file)",
      ],
    ],
    [
      'name: shop\nvars: [a]',
      ["error config-invalid-value stedi_project.yml:2:7 'vars' must be a mapping, found a list"],
    ],
    [
      'name: "{{ x }}"',
      ["error template-unsupported stedi_project.yml:1:7 Jinja in 'name' is not supported yet"],
    ],
    [
      'name: shop\ntests: {}\ndata_tests: {}',
      [
        "error config-conflict stedi_project.yml:2:1 'tests' and 'data_tests' stand beside each other",
      ],
    ],
  ])('%j is refused', async (text, expected) => {
    const lines = await linesOf(text);
    expect(lines.slice(0, expected.length)).toEqual(
      expected.map((line) => expect.stringContaining(line) as string),
    );
  });

  it.each([
    ['version: 1.0', '1.0'],
    ['version: "1.0"', '1.0'],
    ['version: 2', '2'],
    ['version:', ''],
  ])('keeps %s as it is written', async (line, version) => {
    expect(await projectOf(`name: shop\n${line}`)).toMatchObject({ version });
    expect(await linesOf(`name: shop\n${line}`)).toEqual([]);
  });

  it.each([
    ['model-paths: [/etc]', "2:15 '/etc' is not relative to the project folder"],
    ['model-paths: [C:/x]', "2:15 'C:/x' is not relative to the project folder"],
    ['macro-paths: [../shared]', "2:15 '../shared' leads out of the project folder"],
    ['test-paths: [a/../../b]', "2:14 'a/../../b' leads out of the project folder"],
    ['target-path: ..', "2:14 '..' leads out of the project folder"],
    ['model-paths: ["a\\\\b"]', "2:15 'a\\b' has a backslash (write forward slashes)"],
    [
      'model-paths: [a, a/b]',
      "2:18 'a/b' of 'model-paths' and 'a' of 'model-paths' lie in each other",
    ],
    ['model-paths: [tests]', "2:15 'tests' stands under 'model-paths' and under 'test-paths'"],
    [
      'model-paths: [.]',
      "2:15 '.' of 'model-paths' and 'macros' of 'macro-paths' lie in each other",
    ],
    [
      'target-path: models/x',
      "2:1 'models/x' of 'target-path' and 'models' of 'model-paths' lie in each other",
    ],
  ])('%s is refused', async (line, expected) => {
    const lines = await linesOf(`name: shop\n${line}`);
    expect(lines[0]).toContain(`stedi_project.yml:${expected}`);
  });

  it.each([
    ['out', 'out'],
    ['./a/../out/', 'out'],
    ['../beside', '../beside'],
  ])(
    'puts the target folder of the command line, %s, before its own',
    async (given, targetPath) => {
      const options = { targetFolder: given };
      const project = await projectOf('name: shop\ntarget-path: build/out\n', options);
      expect(project).toMatchObject({ targetPath });
    },
  );

  it('finds an absolute target folder of the command line, and refuses one with models in it', async () => {
    const root = writeFolder(minimal);
    const elsewhere = await load(root, { targetFolder: join(tmpdir(), 'out') });
    expect(elsewhere).toMatchObject({ ok: true, value: { targetPath: '../out' } });
    const lines = await load(root, { targetFolder: root });
    expect(summarise(lines.diagnostics)).toEqual([
      expect.stringContaining("'.' of '--target-path' lie in each other"),
    ]);
  });

  it('takes the folders that it names', async () => {
    const project = await projectOf('name: shop\ntarget-path: build/out\n');
    expect(project).toMatchObject({ targetPath: 'build/out' });
  });

  it('warns of folders that are not there', async () => {
    const lines = await linesOf('name: shop\nmodel-paths: [modles]\n', {
      'models/a.sql': 'select 1',
    });
    expect(lines).toEqual([
      "warning config-unused stedi_project.yml:2:15 'model-paths' names the folder 'modles', which is not there (did you mean 'models'?)",
    ]);
  });
});

describe('vars', () => {
  it('may be of any type, those of the project before others, those of --vars before all', async () => {
    const text =
      'name: shop\nvars:\n  a: [1, {b: null}]\n  c: 1\n  d: "{{ kept }}"\n  shop: {c: 2, e: 2}\n';
    const { vars } = await projectOf(text, { varsText: '{e: 3}' });
    expect(vars).toEqual({
      a: [1, { b: null }],
      c: 2,
      d: '{{ kept }}',
      e: 3,
      shop: { c: 2, e: 2 },
    });
  });
});

describe('folder configuration', () => {
  it('is read by folder, what stands under the project’s name first', async () => {
    const { models, tests } = await projectOf(`name: shop
models:
  +materialized: view
  +tags: all
  shop:
    +tags: [own]
    staging:
      +schema: raw
      deep: {+enabled: "{{ var('x') }}", +meta: {a: 1}}
    empty:
  marts: {+docs: {show: true}}
tests:
  +severity: WARN
  shop: {marts: {+limit: 5}}
`);
    expect(models).toMatchObject({
      settings: { materialized: 'view', tags: ['all', 'own'] },
      children: {
        staging: {
          settings: { schema: 'raw' },
          children: {
            deep: { settings: { enabled: "{{ var('x') }}", meta: { a: 1 } }, children: {} },
          },
        },
        empty: { settings: {}, children: {} },
        marts: { settings: { docs: { show: true } }, children: {} },
      },
    });
    expect(models.children['staging']?.children['deep']?.location).toEqual({
      path: 'stedi_project.yml',
      line: 9,
      column: 7,
      length: 4,
      sourceLine: `      deep: {+enabled: "{{ var('x') }}", +meta: {a: 1}}`,
    });
    expect(tests).toMatchObject({
      settings: { severity: 'warn' },
      children: { marts: { settings: { limit: 5 }, children: {} } },
    });
  });

  it('has no inherited folders', async () => {
    const { models } = await projectOf('name: shop\nmodels: {a: {}}');
    expect(models.children['constructor']).toBeUndefined();
    expect(models.children['a']?.children['constructor']).toBeUndefined();
  });

  it('accepts a folder that has the name of a setting', async () => {
    const { models } = await projectOf('name: shop\nmodels: {meta: {+enabled: false, sub: {}}}');
    expect(models.children['meta']?.settings).toEqual({ enabled: false });
  });

  it.each([
    [
      '{materialized: table}',
      "warning config-deprecated stedi_project.yml:2:10 the setting 'materialized' is written without '+' (write '+materialized')",
    ],
    [
      '{materialised: table}',
      "error config-unknown-key stedi_project.yml:2:10 expected a folder with settings under 'materialised', found the text 'table' (did you mean '+materialized'?)",
    ],
    [
      '{+materialised: table}',
      "error config-unknown-key stedi_project.yml:2:10 unknown key 'materialised' in a model's configuration (did you mean 'materialized'?)",
    ],
    [
      '{a: {+enabled: x}}',
      "error config-invalid-value stedi_project.yml:2:24 'enabled' must be true or false, found the text 'x'",
    ],
    [
      '{a: {+severity: warn}}',
      "error config-unknown-key stedi_project.yml:2:14 unknown key 'severity' in a model's configuration",
    ],
    [
      '{+on_configuration_change: x}',
      "error config-unsupported stedi_project.yml:2:10 'on_configuration_change' in a model's configuration is not supported yet",
    ],
    [
      '{meta: {owner: me}}',
      "error config-conflict stedi_project.yml:2:10 'meta' is a setting, but stands where a folder is expected (write '+meta')",
    ],
    [
      '{+schema: a, schema: b}',
      "error config-conflict stedi_project.yml:2:22 'schema' and '+schema' stand beside each other (keep '+schema')",
    ],
    [
      '{a: {}, shop: {a: {}}}',
      "error config-conflict stedi_project.yml:2:24 the folder 'a' is configured under 'models' and under 'shop'",
    ],
    ['{+enabled: no}', 'warning yaml-ambiguous stedi_project.yml:2:20 no without quotes is'],
    [
      '[a]',
      "error config-invalid-value stedi_project.yml:2:9 'models' must be a mapping, found a list",
    ],
  ])('models: %s', async (text, expected) => {
    expect(await linesOf(`name: shop\nmodels: ${text}\n`)).toEqual([
      expect.stringContaining(expected),
    ]);
  });

  it('takes keys that materializations define', async () => {
    const options = { extraConfigKeys: ['partitioned_by'] };
    const { models } = await projectOf('name: shop\nmodels: {+partitioned_by: [a]}', options);
    expect(models.settings).toEqual({ partitioned_by: ['a'] });
  });
});

describe('a project whose YAML is hostile', () => {
  it.each([
    ['__proto__: {polluted: true}\nname: shop', "the key '__proto__' is not allowed"],
    ['name: shop\nvars: {a: &a [*a]}', 'the alias *a has no anchor'],
    ['name: shop\nconstructor: 1', "unknown key 'constructor' in stedi_project.yml"],
  ])('%j', async (text, expected) => {
    expect(await linesOf(text)).toEqual([expect.stringContaining(expected)]);
    expect(Object.prototype).not.toHaveProperty('polluted');
  });
});
