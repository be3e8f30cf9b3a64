import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseCacheFolder } from '../project/parse-cache.js';
import { createRedactor } from '../report/redact.js';
import { toManifest } from '../report/artifacts/to-manifest.js';
import type { Invocation } from './invocation.js';
import { loadProjectGraph, type ProjectRequest } from './load-project-graph.js';
import { recallParse } from './recall-parse.js';
import {
  createShop,
  edit,
  oddFiles,
  folders,
  projectChanges,
  removeShops,
  shop,
  write,
  type ProjectChange,
} from './testing/shop-project.js';
import { writeParsed } from './write-parsed.js';

afterEach(removeShops);

type Request = Partial<ProjectRequest>;
let runs = 0;

function createRequest(folder: string, given: Request): ProjectRequest {
  runs += 1;
  const startedAt = new Date(Date.UTC(2026, 0, 31) + runs * 1000).toISOString();
  const run = { startedAt, invocationId: `run ${runs}` };
  return { cwd: folder, env: {}, cacheIdentity: 'build 1', run, ...given };
}

/** What this invocation alone says is left out. */
function withoutRun(manifest: unknown): unknown {
  const apart = ['created_at', 'generated_at', 'invocation_id', 'invocation_started_at'];
  return JSON.parse(
    JSON.stringify(manifest, (key, value: unknown) => (apart.includes(key) ? undefined : value)),
  );
}

interface Parsed {
  readonly diagnostics: unknown;
  readonly manifest: unknown;
}

/** The command, in this process. */
async function parse(
  folder: string,
  given: Request = {},
): Promise<Parsed & { readonly from: 'kept' | 'files' }> {
  const request = createRequest(folder, given);
  const invocation = {
    id: request.run?.invocationId ?? '',
    startedAt: request.run?.startedAt ?? '',
    command: 'parse',
    out: { redact: createRedactor(request.env) },
  } as unknown as Invocation;
  const path = join(folder, 'target/manifest.json');
  const read = () => withoutRun(JSON.parse(readFileSync(path, 'utf8')));
  const known = recallParse(request, invocation);
  if (known) return { from: 'kept', diagnostics: known.diagnostics, manifest: read() };
  const loaded = await loadProjectGraph(request);
  const { diagnostics } = loaded;
  if (!loaded.ok) return { from: 'files', diagnostics, manifest: null };
  expect(await writeParsed(invocation, { request, diagnostics, loaded: loaded.value })).toEqual([]);
  return { from: 'files', diagnostics, manifest: read() };
}

/** The same without anything kept, and without writing. */
async function parseCold(folder: string, given: Request = {}): Promise<Parsed> {
  const request = { ...createRequest(folder, given), cacheIdentity: undefined };
  const loaded = await loadProjectGraph(request);
  const diagnostics: unknown = JSON.parse(JSON.stringify(loaded.diagnostics));
  if (!loaded.ok) return { diagnostics, manifest: null };
  const { parsed, ...rest } = loaded.value;
  const manifest = toManifest({
    ...rest,
    ...parsed,
    compiled: new Map(),
    renderRelation: ({ database, schema, identifier }) =>
      [database, schema, identifier].map((name) => `"${name}"`).join('.'),
    invocation: { invocationId: '', startedAt: request.run?.startedAt ?? '', generatedAt: '' },
  });
  return { diagnostics, manifest: withoutRun(manifest) };
}

/** Relations are printed by the engine's dialect, which is no matter of this test. */
function withoutDialect(parsed: Parsed): unknown {
  return JSON.parse(
    JSON.stringify({ diagnostics: parsed.diagnostics, manifest: parsed.manifest }, (key, value) =>
      key === 'relation_name' ? undefined : (value as unknown),
    ),
  );
}

async function expectFresh(
  folder: string,
  given: Request = {},
): Promise<{ readonly from: 'kept' | 'files'; readonly said: unknown }> {
  const warm = await parse(folder, given);
  const said = withoutDialect(warm);
  expect(said).toEqual(withoutDialect(await parseCold(folder, given)));
  return { from: warm.from, said };
}

describe('parse of a project that it has parsed', () => {
  const cases: readonly ProjectChange[] = [
    ...projectChanges,
    [
      'the manifest is of something else',
      'files',
      (f) => edit(f, 'target/manifest.json', 'model.shop.plain', 'model.shop.plane'),
    ],
    ['no manifest', 'files', (f) => rmSync(join(f, 'target/manifest.json'))],
    [
      'the manifest is of something else, and a text is edited',
      'files',
      (f) => {
        edit(f, 'target/manifest.json', 'model.shop.plain', 'model.shop.plane');
        edit(f, 'models/plain.sql', 'select *', 'select id');
      },
    ],
  ];

  it.each(cases)('%s: from %s', async (what, from, change) => {
    const folder = createShop();
    const first = await expectFresh(folder);
    expect(first.from).toBe('files');
    expect(await expectFresh(folder)).toEqual({ ...first, from: 'kept' });
    const request = (change(folder) ?? {}) as Request;
    expect(await expectFresh(folder, request), what).toMatchObject({ from });
    await expectFresh(folder, request);
    await expectFresh(folder);
  });

  it('says what it has said, and again when the text that it speaks of moves', async () => {
    const folder = createShop(oddFiles);
    const first = await expectFresh(folder);
    expect(JSON.stringify(first.said)).toContain("'unique_key'");
    edit(folder, 'models/odd.sql', '{{', '\n\n{{');
    expect(await expectFresh(folder)).toMatchObject({ from: 'files' });
  });

  it.each([
    [
      'asks for the time',
      "{{ config(alias='at_' ~ run_started_at.strftime('%H%M%S')) }}select 1 as id",
    ],
    ['asks for the run', "{{ config(alias='run_' ~ invocation_id[4:]) }}select 1 as id"],
  ])('a template that %s is of one run', async (_, text) => {
    const folder = createShop({ 'models/now.sql': text });
    for (let time = 0; time < 2; time++) expect((await parse(folder)).from).toBe('files');
  });

  it('a date of deprecation is compared with each day', async () => {
    const folder = createShop({
      'models/old.yml': 'models:\n  - name: by_macro\n    deprecation_date: 2030-01-01\n',
    });
    for (let time = 0; time < 2; time++) expect((await expectFresh(folder)).from).toBe('files');
  });

  it('keeps nothing where the environment holds secrets', async () => {
    const folder = createShop();
    const env = { STEDI_ENV_SECRET_KEY: 'hunter22' };
    for (let time = 0; time < 2; time++) expect((await parse(folder, { env })).from).toBe('files');
    expect(readdirSync(join(folder, 'target', parseCacheFolder))).not.toContain('project.cache');
    await parse(folder);
    expect((await parse(folder, { env })).from).toBe('files');
  });

  it.each([
    ['is cut off', (text: string) => text.slice(0, -20)],
    ['is empty', () => ''],
    ['has a changed letter', (text: string) => text.replace('plain.sql', 'plane.sql')],
  ])('a receipt that %s counts as none', async (_, damage) => {
    const folder = createShop();
    const first = await expectFresh(folder);
    const path = join(folder, 'target', parseCacheFolder, 'project.cache');
    // Into the file that is there, as a failing disk would.
    writeFileSync(path, damage(readFileSync(path, 'utf8')));
    expect(await expectFresh(folder)).toEqual(first);
    expect(await expectFresh(folder)).toEqual({ ...first, from: 'kept' });
    // A copy is not ours.
    copyFileSync(path, `${path}.copy`);
    renameSync(`${path}.copy`, path);
    expect(await expectFresh(folder)).toEqual(first);
  });

  it('works where nothing can be kept', async () => {
    const folder = createShop({ 'target/.cache': 'a file' });
    for (let time = 0; time < 2; time++) expect((await expectFresh(folder)).from).toBe('files');
  });

  it('two at once leave one manifest, and no wrong word about it', async () => {
    const folder = createShop();
    const [one, two] = await Promise.all([parse(folder), parse(folder, { targetName: 'other' })]);
    expect([one.from, two.from]).toEqual(['files', 'files']);
    await expectFresh(folder, { targetName: 'other' });
    await expectFresh(folder);
  });

  it("a dbt project's profiles are looked at wherever they may be", async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stedi-recall-'));
    folders.push(folder);
    const home = join(folder, 'home');
    const profile = (schema: string): string =>
      `shop:\n  target: dev\n  outputs:\n    dev: { type: duckdb, path: a.duckdb, schema: ${schema} }\n`;
    write(folder, 'shop/dbt_project.yml', 'name: shop\nprofile: shop\n');
    write(folder, 'shop/models/a.sql', 'select 1 as id\n');
    write(home, '.dbt/profiles.yml', profile('one'));
    const env = { HOME: home };
    const project = join(folder, 'shop');
    const schemas: unknown[] = [];
    const expectFrom = async (from: string, request: Request = {}): Promise<void> => {
      const parsed = await expectFresh(project, { env, ...request });
      expect(parsed.from).toBe(from);
      schemas.push(/"schema":"(\w+)"/.exec(JSON.stringify(parsed.said))?.[1]);
    };
    await expectFrom('files');
    await expectFrom('kept');
    write(home, '.dbt/profiles.yml', profile('two'));
    await expectFrom('files');
    write(project, 'profiles.yml', profile('three'));
    await expectFrom('files');
    write(folder, 'elsewhere/profiles.yml', profile('four'));
    await expectFrom('files', { env: { ...env, DBT_PROFILES_DIR: join(folder, 'elsewhere') } });
    await expectFrom('kept', { env: { ...env, DBT_PROFILES_DIR: join(folder, 'elsewhere') } });
    expect(schemas).toEqual(['one', 'one', 'two', 'three', 'four', 'four']);
  });
});

describe('any sequence of changes', () => {
  /** A generator of pseudo-random numbers below a bound; the same each time. */
  function createRandom(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
  }

  const texts = [
    'select 1 as id\n',
    "select * from {{ ref('by_env') }}\n",
    "select id from {{ ref('by_env') }}\n",
    "\n-- é\nselect id\nfrom {{ ref('by_env') }}\n",
    "select * from {{ ref('second') }}\n",
    "{{ config(tags=['x']) }} select * from {{ ref('by_var') }}\n",
    "{{ config(tags=['x']) }} select id from {{ ref('by_var') }}\n",
    '{{ config(enabled=false) }} select 1 as id\n',
    '{% set n = 1 %}select {{ n }} as id\n',
    'no template }}\n',
    '{{ broken\n',
  ];
  const names = ['plain', 'second', 'by_macro', 'new_one'];
  const yamls = [
    shop['models/schema.yml'] ?? '',
    'models:\n  - name: second\n    columns:\n      - name: id\n        data_tests: [unique]\n',
    '',
  ];

  it.each([1, 2, 3])(
    'gives what a cold parse gives (seed %s)',
    async (seed) => {
      const random = createRandom(seed);
      const pick = <T>(values: readonly T[]): T => values[random(values.length)] as T;
      const folder = createShop();
      const seen = new Set<string>();
      let request: Request = {};
      for (let step = 0; step < 25; step++) {
        const name = `models/${pick(names)}.sql`;
        switch (random(8)) {
          case 0:
            rmSync(join(folder, name), { force: true });
            break;
          case 1:
            write(folder, 'models/schema.yml', pick(yamls));
            break;
          case 2:
            write(
              folder,
              'macros/outer.sql',
              `{% macro outer(x) %}{{ return(x ~ '_${random(3)}') }}{% endmacro %}`,
            );
            break;
          case 3:
            request = { env: pick([{}, { REGION: 'eu' }, { REGION: 'us' }]) };
            break;
          case 4:
            // What is valid again, so that there is something to keep.
            for (const [path, content] of Object.entries(shop)) write(folder, path, content);
            break;
          case 5:
            break;
          default:
            if (existsSync(join(folder, name))) write(folder, name, pick(texts));
        }
        seen.add((await expectFresh(folder, request)).from);
      }
      expect(seen).toEqual(new Set(['kept', 'files']));
    },
    120_000,
  );
});
