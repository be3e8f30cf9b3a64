import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { hashTexts } from '../project/hash-text.js';
import { openParseCache, parseCacheFolder } from '../project/parse-cache.js';
import { loadProjectGraph, type ProjectRequest } from './load-project-graph.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function createFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'stedi-cache-'));
  folders.push(folder);
  for (const [path, content] of Object.entries(files)) write(folder, path, content);
  return folder;
}

function write(folder: string, path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

/** Each model depends on something that is no part of its file. */
const shop: Readonly<Record<string, string>> = {
  'stedi_project.yml': `name: shop
vars:
  suffix: one
targets:
  local:
    type: duckdb
    path: target/a.duckdb
    schema: shop
  other:
    type: duckdb
    path: target/b.duckdb
    schema: other_shop
target: local
`,
  'macros/outer.sql': `{% macro outer(x) %}{{ return(inner(x) ~ '_outer') }}{% endmacro %}\n`,
  'macros/inner.sql': `{% macro inner(x) %}{{ return(x ~ '_inner') }}{% endmacro %}\n`,
  'macros/is_even.sql': `{% test is_even(model, column_name) %}select * from {{ model }} where {{ column_name }} % 2 = 1{% endtest %}\n`,
  'models/plain.sql': `select * from {{ ref('by_env') }}\n`,
  'models/by_env.sql': `{{ config(alias='env_' ~ env_var('REGION', 'none')) }}\nselect 1 as id\n`,
  'models/by_var.sql': `{{ config(alias='var_' ~ var('suffix')) }}\nselect 1 as id\n`,
  'models/by_macro.sql': `{{ config(alias=outer('x')) }}\nselect 1 as id\n`,
  'models/by_target.sql': `{{ config(alias='target_' ~ target.name) }}\nselect 1 as id\n`,
  'models/by_clock.sql': `{{ config(alias='at_' ~ run_started_at.strftime('%Y%m%d%H%M%S')) }}\nselect 1 as id\n`,
  'models/by_run.sql': `{{ config(alias='run_' ~ invocation_id) }}\nselect 1 as id\n`,
  'models/late.sql': `{{ config(materialized='incremental') }}
select 1 as id {% if is_incremental() %}from {{ ref(env_var('LATE', 'plain')) }}{% endif %}\n`,
  'models/schema.yml': `models:
  - name: plain
    description: A plain model
    columns:
      - name: id
        data_tests: [is_even, not_null]
`,
  'models/warned.yml': `models:
  - name: by_var
    config:
      tags: yes
`,
};

const run = { startedAt: '2026-01-31T12:00:00.000Z', invocationId: 'first' };
type Request = Partial<ProjectRequest>;

async function load(folder: string, request: Request = {}): Promise<unknown> {
  const loaded = await loadProjectGraph({ cwd: folder, env: {}, run, ...request });
  const { diagnostics } = loaded;
  if (!loaded.ok) return { diagnostics };
  const { parsed, graph, keepParsed } = loaded.value;
  keepParsed();
  return { diagnostics, parsed, order: graph.order, parents: [...graph.parents] };
}

const cached: Request = { cacheIdentity: 'build 1' };

function cacheFiles(folder: string): readonly string[] {
  return readdirSync(join(folder, 'target', parseCacheFolder)).sort();
}

/** What loads a project twice with a cache, changes something, and loads it again with the cache and without. */
async function loadAround(
  folder: string,
  change: () => Request,
  before: Request = {},
): Promise<{ first: unknown; second: unknown; withCache: unknown; without: unknown }> {
  const first = await load(folder, { ...before, ...cached });
  const second = await load(folder, { ...before, ...cached });
  const after = { ...before, ...change() };
  const withCache = await load(folder, { ...cached, ...after });
  return {
    first,
    second,
    withCache,
    without: await load(folder, { ...after, cacheIdentity: undefined }),
  };
}

describe('the parse cache is never stale', () => {
  const edit = (path: string, from: string, to: string) => (folder: string) => {
    const content = readFileSync(join(folder, path), 'utf8');
    expect(content).toContain(from);
    write(folder, path, content.replace(from, to));
    return {};
  };
  const cases: readonly (readonly [string, (folder: string) => Request])[] = [
    ['an environment variable is set', () => ({ env: { REGION: 'eu' } })],
    ['one that only an incremental run reads', () => ({ env: { LATE: 'by_var' } })],
    ['a variable on the command line', () => ({ varsText: '{suffix: two}' })],
    ['a variable in the project file', edit('stedi_project.yml', 'suffix: one', 'suffix: two')],
    ['a macro', edit('macros/outer.sql', '_outer', '_changed')],
    ['a macro that a macro calls', edit('macros/inner.sql', '_inner', '_changed')],
    [
      'a macro is added',
      (folder) => (write(folder, 'macros/more.sql', '{% macro more() %}{% endmacro %}'), {}),
    ],
    ['a generic test', edit('macros/is_even.sql', '= 1', '<> 0')],
    ['the target', () => ({ targetName: 'other' })],
    ["the target's schema", edit('stedi_project.yml', 'schema: shop', 'schema: market')],
    [
      'folder configuration',
      (folder) => (
        write(
          folder,
          'stedi_project.yml',
          `${shop['stedi_project.yml'] ?? ''}models:\n  +tags: [nightly]\n`,
        ),
        {}
      ),
    ],
    ['the time of the run', () => ({ run: { ...run, startedAt: '2026-02-01T00:00:00.000Z' } })],
    ['the id of the run', () => ({ run: { ...run, invocationId: 'second' } })],
    ['a file is edited', edit('models/by_var.sql', 'var_', 'variable_')],
    ['a file is deleted', (folder) => (rmSync(join(folder, 'models/plain.sql')), {})],
    [
      'a file is renamed',
      (folder) => (
        renameSync(join(folder, 'models/by_macro.sql'), join(folder, 'models/renamed.sql')),
        {}
      ),
    ],
    [
      'a file moves to another folder',
      (folder) => {
        mkdirSync(join(folder, 'models/deeper'));
        renameSync(join(folder, 'models/by_var.sql'), join(folder, 'models/deeper/by_var.sql'));
        return {};
      },
    ],
    [
      'a YAML entry moves to another file',
      (folder) => {
        rmSync(join(folder, 'models/schema.yml'));
        write(folder, 'models/a_schema.yml', shop['models/schema.yml'] ?? '');
        return {};
      },
    ],
    ['a YAML file is edited', edit('models/schema.yml', 'A plain model', 'Another text')],
    ['a YAML file gets a mistake', edit('models/schema.yml', 'description:', 'descriptoin:')],
    [
      'a file of the same size and time',
      (folder) => {
        const path = join(folder, 'models/by_var.sql');
        const { mtime, atime, size } = statSync(path);
        edit('models/by_var.sql', 'var_', 'rav_')(folder);
        utimesSync(path, atime, mtime);
        expect(statSync(path)).toMatchObject({ size, mtime });
        return {};
      },
    ],
  ];

  it.each(cases)('%s', async (_, change) => {
    const folder = createFolder(shop);
    const { first, second, withCache, without } = await loadAround(folder, () => change(folder));
    expect(second).toEqual(first);
    expect(withCache).toEqual(without);
    expect(withCache).not.toEqual(first);
  });

  it('an environment variable is unset again', async () => {
    const folder = createFolder(shop);
    const before = { env: { REGION: 'eu', LATE: 'by_var' } };
    const { first, withCache, without } = await loadAround(folder, () => ({ env: {} }), before);
    expect(withCache).toEqual(without);
    expect(withCache).not.toEqual(first);
  });

  it('another build of the tool starts anew', async () => {
    const folder = createFolder(shop);
    await load(folder, cached);
    const path = join(folder, 'target', parseCacheFolder, 'properties.cache');
    const before = readFileSync(path, 'utf8').split(' ');
    await load(folder, { cacheIdentity: 'build 2' });
    const after = readFileSync(path, 'utf8').split(' ');
    expect(after[4]).not.toBe(before[4]);
  });
});

describe('the parse cache changes nothing that is said or written', () => {
  const root = 'fixtures';
  const projects = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name === 'stedi_project.yml')
    .map((entry) => entry.parentPath);

  it('of any fixture', async () => {
    expect(projects.length).toBeGreaterThan(20);
    for (const project of projects) {
      const folder = createFolder();
      cpSync(project, folder, { recursive: true });
      const without = JSON.stringify(await load(folder));
      for (const time of ['first', 'second', 'third']) {
        expect(JSON.stringify(await load(folder, cached)), `${project}, ${time} time`).toBe(
          without,
        );
      }
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);
});

describe('the parse cache stays out of the way', () => {
  it('keeps templates and properties, and none that ask for the time or have something to say', async () => {
    const folder = createFolder(shop);
    await load(folder, cached);
    expect(cacheFiles(folder)).toEqual(['captures.cache', 'properties.cache']);
    const captures = readFileSync(
      join(folder, 'target', parseCacheFolder, 'captures.cache'),
      'utf8',
    );
    const aliases = [...captures.matchAll(/"alias":"([^"]*)"/g)].map(([, alias]) => alias).sort();
    // What only has refs is captured faster than it is looked up.
    expect(aliases).toEqual(['env_none', 'target_local', 'var_one', 'x_inner_outer']);
    const properties = readFileSync(
      join(folder, 'target', parseCacheFolder, 'properties.cache'),
      'utf8',
    );
    // The head, and the file that nothing is to be said of.
    expect(properties.trim().split('\n')).toHaveLength(2);
  });

  it.each([
    ['is cut off', (text: string) => text.slice(0, -20)],
    ['is empty', () => ''],
    ['is something else', () => 'PNG\0\0'],
    ['has a changed letter', (text: string) => text.replace('x_inner_outer', 'x_inner_0uter')],
    [
      'was made elsewhere, well-formed',
      (text: string) => {
        const [head = '', ...lines] = text.split('\n');
        const body = lines.join('\n').replace('x_inner_outer', 'x_inner_0uter');
        return `${head.split(' ').slice(0, -1).join(' ')} ${hashTexts([body])}\n${body}`;
      },
    ],
  ])('a file that %s counts as none', async (_, damage) => {
    const folder = createFolder(shop);
    const first = await load(folder, cached);
    for (const name of ['captures.cache', 'properties.cache']) {
      const path = join(folder, 'target', parseCacheFolder, name);
      const damaged = damage(readFileSync(path, 'utf8'));
      // As a checkout would: not into the file that is there.
      rmSync(path);
      writeFileSync(path, damaged);
    }
    expect(await load(folder, cached)).toEqual(first);
    expect(await load(folder, cached)).toEqual(first);
  });

  it('works where it cannot be written', async () => {
    const folder = createFolder({ ...shop, 'target/.cache': 'a file' });
    const first = await load(folder, cached);
    expect(await load(folder, cached)).toEqual(first);
    expect(first).toEqual(await load(folder));
  });

  it('takes a folder in its place for nothing', async () => {
    const folder = createFolder(shop);
    mkdirSync(join(folder, 'target', parseCacheFolder, 'captures.cache'), { recursive: true });
    expect(await load(folder, cached)).toEqual(await load(folder));
    expect(cacheFiles(folder)).toEqual(['captures.cache', 'properties.cache']);
  });

  it('keeps nothing that shows a secret', async () => {
    const folder = createFolder({
      ...shop,
      'models/leak.sql': `{{ config(alias=var('suffix') ~ '') }}\nselect 1 as id`,
    });
    const env = { STEDI_ENV_SECRET_KEY: 'hunter22' };
    await load(folder, { ...cached, env, varsText: '{suffix: hunter22}' });
    for (const name of cacheFiles(folder)) {
      expect(readFileSync(join(folder, 'target', parseCacheFolder, name), 'utf8')).not.toContain(
        'hunter22',
      );
    }
  });

  it('survives that two processes write at once', () => {
    const targetFolder = createFolder();
    const open = () =>
      openParseCache({ targetFolder, name: 'captures', identity: 'i', showsSecret: () => false });
    const [one, other] = [open(), open()];
    one.keep('a', { value: 1 });
    other.keep('b', [null, 'two\n']);
    one.save();
    other.save();
    expect(open().find('a')).toBeUndefined();
    expect(open().find('b')).toEqual([null, 'two\n']);
    expect(readdirSync(join(targetFolder, parseCacheFolder))).toEqual(['captures.cache']);
  });

  it('keeps only what JSON can say in full', () => {
    const targetFolder = createFolder();
    const cache = openParseCache({
      targetFolder,
      name: 'captures',
      identity: 'i',
      showsSecret: () => false,
    });
    const unfit = [
      undefined,
      () => 1,
      new Map(),
      new Date(0),
      Number.NaN,
      -0,
      [undefined],
      { a: 1n },
    ];
    unfit.forEach((value, index) => {
      cache.keep(`key${index}`, value);
    });
    cache.save();
    expect(readdirSync(targetFolder)).toEqual([]);
  });
});
