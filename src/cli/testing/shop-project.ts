import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';

/** The folders to remove. */
export const folders: string[] = [];

/** Removes the projects of a test. */
export function removeShops(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Writes a file, its folders as well. */
export function write(folder: string, path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

/** Replaces what stands in a file. */
export function edit(folder: string, path: string, from: string, to: string): void {
  const content = readFileSync(join(folder, path), 'utf8');
  expect(content).toContain(from);
  write(folder, path, content.replace(from, to));
}

/** A project in which things depend on each other in many ways: by path, the files. */
export const shop: Readonly<Record<string, string>> = {
  'stedi_project.yml': `name: shop
vars:
  suffix: one
targets:
  local: { type: duckdb, path: target/a.duckdb, schema: shop }
  other: { type: duckdb, path: target/b.duckdb, schema: other_shop }
target: local
dispatch:
  - macro_namespace: tools
    search_order: [shop, tools]
`,
  'packages.yml': 'packages:\n  - local: tools\n',
  'tools/dbt_project.yml': 'name: tools\nversion: 1.0.0\n',
  'tools/macros/shout.sql': `{% macro shout(x) %}{{ return(adapter.dispatch('shout', 'tools')(x)) }}{% endmacro %}
{% macro default__shout(x) %}{{ return(x ~ '_loud') }}{% endmacro %}\n`,
  'tools/models/tool.sql': 'select 1 as tool_id\n',
  'macros/outer.sql': `{% macro outer(x) %}{{ return(x ~ '_outer') }}{% endmacro %}\n`,
  'models/plain.sql': `select * from {{ ref('by_env') }}\n`,
  'models/second.sql': `{{ config(tags=['a', 'b']) }}\nselect id, 'ä' as text from {{ ref('plain') }}\n`,
  'models/by_env.sql': `{{ config(alias='env_' ~ env_var('REGION', 'none')) }}\nselect 1 as id\n`,
  'models/by_var.sql': `{{ config(alias='var_' ~ var('suffix')) }}\nselect 1 as id\n`,
  'models/by_macro.sql': `{{ config(alias=outer('x')) }}\nselect 1 as id\n`,
  'models/by_package.sql': `{{ config(alias=tools.shout('x')) }}\nselect 1 as id\n`,
  'models/text.md': '{% docs plain_text %}What plain is{% enddocs %}\n',
  'models/schema.yml': `models:
  - name: plain
    description: "{{ doc('plain_text') }}"
    columns:
      - name: id
        data_tests: [unique, not_null]
  - name: by_var
    config: { tags: yes }
`,
  'seeds/countries.csv': 'code,name\nch,Switzerland\n',
  'selectors.yml': 'selectors:\n  - name: all_plain\n    definition: plain\n',
  'tests/singular.sql': `select * from {{ ref('second') }} where id < 0\n`,
};

/** A model whose own text a warning speaks of, all of it readable without running the template. */
export const oddFiles: Readonly<Record<string, string>> = {
  'models/odd.sql': `{{ config(materialized='incremental', incremental_strategy='microbatch', unique_key='id') }}
select 1 as id, date '2024-01-01' as day\n`,
  'models/odd.yml': `models:
  - name: odd
    config: { event_time: day, begin: '2024-01-01', batch_size: day }
`,
};

/** Returns the folder of a new project. */
export function createShop(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'stedi-recall-'));
  folders.push(folder);
  for (const [path, content] of Object.entries({ ...shop, ...files })) write(folder, path, content);
  mkdirSync(join(folder, 'dbt_packages'));
  symlinkSync('../tools', join(folder, 'dbt_packages/tools'), 'dir');
  return folder;
}

/** A change of a project, or of the next request: whether what was kept of it holds. */
export type ProjectChange = readonly [
  what: string,
  from: 'kept' | 'files',
  /** Changes the folder; what it returns, the next request has besides. */
  change: (folder: string) => unknown,
];

/** Changes of all kinds of inputs. */
export const projectChanges: readonly ProjectChange[] = [
  ['a text is edited', 'kept', (f) => edit(f, 'models/plain.sql', 'select *', 'select id')],
  [
    'two texts are edited, one longer, one shorter',
    'kept',
    (f) => {
      edit(f, 'models/plain.sql', 'select *', 'select\n  id, "é" as x');
      edit(f, 'models/second.sql', "id, 'ä' as text", '1');
    },
  ],
  [
    'a text of the same size and time is edited, and the clock goes backwards',
    'kept',
    (f) => {
      const path = join(f, 'models/plain.sql');
      const { mtime, atime, size } = statSync(path);
      edit(f, 'models/plain.sql', 'select *', 'SELECT *');
      utimesSync(path, atime, mtime);
      expect(statSync(path)).toMatchObject({ size, mtime });
      utimesSync(path, new Date(0), new Date(0));
    },
  ],
  ['another ref', 'files', (f) => edit(f, 'models/plain.sql', "'by_env'", "'by_var'")],
  ['a ref to nothing', 'files', (f) => edit(f, 'models/plain.sql', "'by_env'", "'by_evn'")],
  ['another tag', 'files', (f) => edit(f, 'models/second.sql', "'b'", "'c'")],
  ['tags in another order', 'files', (f) => edit(f, 'models/second.sql', "'a', 'b'", "'b', 'a'")],
  ['no SQL is left', 'files', (f) => write(f, 'models/plain.sql', "-- {{ ref('by_env') }}\n")],
  ['a broken template', 'files', (f) => edit(f, 'models/plain.sql', '}}', '')],
  ['no UTF-8', 'files', (f) => writeFileSync(join(f, 'models/plain.sql'), Buffer.from([0xff]))],
  ['a template that calls macros', 'files', (f) => edit(f, 'models/by_macro.sql', 'x', 'y')],
  ['a text that something is said of', 'files', (f) => edit(f, 'models/schema.yml', 'yes', 'no')],
  ['a macro', 'files', (f) => edit(f, 'macros/outer.sql', '_outer', '_changed')],
  [
    'a macro takes the name of ref',
    'files',
    (f) =>
      write(f, 'macros/ref.sql', '{% macro ref(x) %}{{ return(builtins.ref(x)) }}{% endmacro %}'),
  ],
  ['a macro of a package', 'files', (f) => edit(f, 'tools/macros/shout.sql', '_loud', '_louder')],
  [
    'a macro that dispatch prefers',
    'files',
    (f) =>
      write(
        f,
        'macros/own.sql',
        `{% macro default__shout(x) %}{{ return(x ~ '!') }}{% endmacro %}`,
      ),
  ],
  ['a model of a package', 'files', (f) => edit(f, 'tools/models/tool.sql', '1', '2')],
  ['a package less', 'files', (f) => rmSync(join(f, 'packages.yml'))],
  ['a docs block', 'files', (f) => edit(f, 'models/text.md', 'What plain is', 'Another text')],
  ['a seed', 'files', (f) => edit(f, 'seeds/countries.csv', 'ch', 'at')],
  ['a selector', 'files', (f) => edit(f, 'selectors.yml', 'definition: plain', 'definitoin: x')],
  ['YAML', 'files', (f) => edit(f, 'models/schema.yml', 'unique, not_null', 'unique')],
  ['a mistake in YAML', 'files', (f) => edit(f, 'models/schema.yml', 'columns:', 'colums:')],
  ['a singular test', 'files', (f) => edit(f, 'tests/singular.sql', '< 0', '< 1')],
  ['the project file', 'files', (f) => edit(f, 'stedi_project.yml', 'suffix: one', 'suffix: two')],
  [
    "the target's schema",
    'files',
    (f) => edit(f, 'stedi_project.yml', 'schema: shop', 'schema: x'),
  ],
  ['another target', 'files', () => ({ targetName: 'other' })],
  ['a variable', 'files', () => ({ varsText: '{suffix: two}' })],
  ['an environment variable', 'files', () => ({ env: { REGION: 'eu' } })],
  ['one that nobody reads', 'kept', () => ({ env: { OTHER: 'eu' } })],
  ['another build of the tool', 'files', () => ({ cacheIdentity: 'build 2' })],
  ['a file more', 'files', (f) => write(f, 'models/more.sql', 'select 1 as id')],
  ['a file less', 'files', (f) => rmSync(join(f, 'models/by_var.sql'))],
  ['a file that models ref less', 'files', (f) => rmSync(join(f, 'models/plain.sql'))],
  [
    'another name',
    'files',
    (f) => renameSync(join(f, 'models/second.sql'), join(f, 'models/third.sql')),
  ],
  [
    'a link in place of a file',
    'files',
    (f) => {
      renameSync(join(f, 'models/plain.sql'), join(f, 'plain.sql'));
      symlinkSync('../plain.sql', join(f, 'models/plain.sql'));
    },
  ],
  ['a folder that was missing', 'files', (f) => write(f, 'analyses/look.sql', 'select 1 as id')],
  ['a file that an editor keeps', 'kept', (f) => write(f, 'models/.plain.sql.swp', 'x')],
  [
    'a file with almost the name of the project file',
    'kept',
    (f) => write(f, 'stedi_project.yaml', 'name: x'),
  ],
];
