import {
  copyFileSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Diagnostic } from '../core/diagnostic.js';
import { parseCacheFolder } from '../project/parse-cache.js';
import { captureOutput } from '../report/testing/capture-output.js';
import { listProject, type ListOptions } from './commands/ls.js';
import type { Invocation } from './invocation.js';
import { loadProjectGraph, type ProjectRequest } from './load-project-graph.js';
import { recallListing } from './recall-listing.js';
import {
  createShop,
  edit,
  oddFiles,
  projectChanges,
  removeShops,
  write,
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

function createInvocation({ cwd, env, run }: ProjectRequest): Invocation & {
  readonly out: ReturnType<typeof captureOutput>;
  readonly said: Diagnostic[];
} {
  const said: Diagnostic[] = [];
  return {
    id: run?.invocationId ?? '',
    startedAt: run?.startedAt ?? '',
    command: 'ls',
    cwd,
    env,
    out: captureOutput({ env: env as Record<string, string> }),
    print: (diagnostics: readonly Diagnostic[]) => said.push(...diagnostics),
    said,
  } as unknown as ReturnType<typeof createInvocation>;
}

/** The command `parse`, which keeps what `ls` finds. */
async function parse(folder: string, given: Request = {}): Promise<void> {
  const request = createRequest(folder, given);
  const loaded = await loadProjectGraph(request);
  const { diagnostics } = loaded;
  if (!loaded.ok) return;
  const invocation = createInvocation(request);
  expect(await writeParsed(invocation, { request, diagnostics, loaded: loaded.value })).toEqual([]);
}

/** What `ls` prints and says. */
async function list(request: ProjectRequest, options: ListOptions): Promise<unknown> {
  const invocation = createInvocation(request);
  const code = await listProject(invocation, options, request);
  const said: unknown = JSON.parse(JSON.stringify(invocation.said));
  return { code, text: invocation.out.text(), said };
}

/** Ways to list: each output, with entries of the manifest and without. */
const ways: readonly ListOptions[] = [
  { output: 'text' },
  { output: 'name', select: ['+tag:a', 'path:models/by_env.sql'], exclude: ['by_var'] },
  { output: 'json' },
  { output: 'json', outputKeys: ['unique_id raw_code', 'checksum,created_at', 'config.alias'] },
];

/**
 * Lists in all ways, and expects what a command prints that finds nothing kept. Returns where the answers came from, in the
 * order of `ways`.
 */
async function expectFresh(
  folder: string,
  given: Request = {},
  options: readonly ListOptions[] = ways,
): Promise<readonly ('kept' | 'files')[]> {
  const froms: ('kept' | 'files')[] = [];
  for (const each of options) {
    const request = createRequest(folder, given);
    const invocation = createInvocation(request);
    const withEntries = each.output === 'json' || each.outputKeys !== undefined;
    const known = recallListing(request, invocation, { withEntries });
    const warm = await list(request, each);
    const cold = await list({ ...request, cacheIdentity: undefined }, each);
    expect(warm, JSON.stringify(each)).toEqual(cold);
    froms.push(known === undefined ? 'files' : 'kept');
  }
  return froms;
}

const allFrom = (from: 'kept' | 'files') => ways.map(() => from);

describe('ls of a project that was parsed', () => {
  it.each(projectChanges)('%s: from %s', async (what, from, change) => {
    const folder = createShop();
    expect(await expectFresh(folder)).toEqual(allFrom('files'));
    await parse(folder);
    expect(await expectFresh(folder)).toEqual(allFrom('kept'));
    const request = (change(folder) ?? {}) as Request;
    expect(await expectFresh(folder, request), what).toEqual(allFrom(from));
    await parse(folder, request);
    await expectFresh(folder, request);
    await expectFresh(folder);
  });

  it.each([
    ['of something else', (path: string) => writeFileSync(path, '{}')],
    ['missing', (path: string) => rmSync(path)],
    [
      'of one length, and another letter',
      (path: string) => {
        const text = readFileSync(path, 'utf8');
        writeFileSync(path, text.replace('"name":"plain"', '"name":"plane"'));
      },
    ],
  ])('names are known where the manifest is %s, entries are not', async (_, damage) => {
    const folder = createShop();
    await parse(folder);
    damage(join(folder, 'target/manifest.json'));
    expect(await expectFresh(folder)).toEqual(['kept', 'kept', 'files', 'files']);
    edit(folder, 'models/plain.sql', 'select *', 'select id');
    expect(await expectFresh(folder)).toEqual(allFrom('files'));
  });

  it.each([
    ['is cut off', (text: string) => text.slice(0, -20)],
    ['is empty', () => ''],
    ['has a changed letter', (text: string) => text.replace('by_env', 'by_evn')],
  ])('a listing that %s counts as none', async (_, damage) => {
    const folder = createShop();
    await parse(folder);
    const path = join(folder, 'target', parseCacheFolder, 'listing.cache');
    // Into the file that is there, as a failing disk would.
    writeFileSync(path, damage(readFileSync(path, 'utf8')));
    expect(await expectFresh(folder)).toEqual(allFrom('files'));
    await parse(folder);
    expect(await expectFresh(folder)).toEqual(allFrom('kept'));
    // A copy is not ours.
    copyFileSync(path, `${path}.copy`);
    renameSync(`${path}.copy`, path);
    expect(await expectFresh(folder)).toEqual(allFrom('files'));
  });

  it('a listing counts with its own receipt only, as where two commands wrote at once', async () => {
    const folder = createShop();
    const cache = join(folder, 'target', parseCacheFolder);
    await parse(folder);
    // Kept under another name, and put back: the same file, of an earlier state of the project.
    renameSync(join(cache, 'listing.cache'), join(folder, 'listing'));
    edit(folder, 'models/second.sql', "'b'", "'c'");
    await parse(folder);
    expect(await expectFresh(folder)).toEqual(allFrom('kept'));
    renameSync(join(folder, 'listing'), join(cache, 'listing.cache'));
    expect(await expectFresh(folder)).toEqual(allFrom('files'));
  });

  it('keeps nothing where the environment holds secrets, and finds nothing', async () => {
    const folder = createShop();
    const env = { STEDI_ENV_SECRET_KEY: 'plain' };
    await parse(folder, { env });
    expect(readdirSync(join(folder, 'target', parseCacheFolder))).not.toContain('listing.cache');
    await parse(folder);
    expect(await expectFresh(folder, { env })).toEqual(allFrom('files'));
  });

  it('says what was said, and again when the text that it speaks of moves', async () => {
    const folder = createShop(oddFiles);
    await parse(folder);
    expect(await expectFresh(folder)).toEqual(allFrom('kept'));
    expect(JSON.stringify(await list(createRequest(folder, {}), { output: 'text' }))).toContain(
      "'unique_key'",
    );
    edit(folder, 'models/odd.sql', '{{', '\n\n{{');
    expect(await expectFresh(folder)).toEqual(allFrom('files'));
  });

  it('reads entries where an earlier edit moved them', async () => {
    const folder = createShop();
    await parse(folder);
    edit(folder, 'models/plain.sql', 'select *', 'select id, 1 as one');
    const { recallParse } = await import('./recall-parse.js');
    const request = createRequest(folder, {});
    expect(recallParse(request, createInvocation(request))).toBeDefined();
    expect(await expectFresh(folder)).toEqual(allFrom('kept'));
    edit(folder, 'models/second.sql', 'select id', 'select -1 as id');
    expect(await expectFresh(folder)).toEqual(allFrom('kept'));
  });

  it('compares with another state by loading the project', async () => {
    const folder = createShop();
    await parse(folder);
    renameSync(join(folder, 'target/manifest.json'), join(folder, 'manifest.json'));
    await parse(folder);
    edit(folder, 'models/plain.sql', 'select *', 'select id');
    const before = join(folder, 'before');
    write(folder, 'before/manifest.json', readFileSync(join(folder, 'manifest.json'), 'utf8'));
    const request = createRequest(folder, {});
    const changed = await list(request, {
      output: 'name',
      state: before,
      select: ['state:modified'],
      indirectSelection: 'empty',
    });
    expect(changed).toMatchObject({ code: 0, text: 'plain\n' });
  });
});

describe('what ls prints of a kept project', () => {
  const files: Readonly<Record<string, string>> = {
    'models/more.yml': `groups:
  - name: finance
    owner: { name: F, email: f@example.org }
models:
  - name: owned
    config: { group: finance, access: private, meta: { level: 3, flag: true } }
  - name: versioned
    latest_version: 2
    versions: [{ v: 1 }, { v: 2 }, { v: 3 }]
sources:
  - name: raw
    meta: { owner: x }
    tags: [landed]
    tables:
      - { name: events, columns: [{ name: id, data_tests: [not_null] }] }
      - { name: others }
exposures:
  - name: dash
    type: dashboard
    owner: { name: F, email: f@example.org }
    depends_on: ["ref('second')", "source('raw', 'events')"]
unit_tests:
  - name: keeps_ids
    model: second
    given: [{ input: "ref('plain')", rows: [{ id: 1 }] }]
    expect: { rows: [{ id: 1 }] }
`,
    'models/owned.sql': "select * from {{ source('raw', 'events') }}\n",
    'models/versioned_v1.sql': 'select 1 as id\n',
    'models/versioned_v2.sql': 'select 2 as id\n',
    'models/versioned_v3.sql': "select * from {{ ref('versioned', v=1) }}\n",
    'snapshots/kept.sql': `{% snapshot kept %}{{ config(unique_key='id', strategy='check', check_cols='all') }}
select id from {{ ref('plain') }}{% endsnapshot %}\n`,
    'analyses/look.sql': "select * from {{ ref('second') }}\n",
    'tests/warns.sql':
      "{{ config(severity='warn') }} select * from {{ ref('plain') }} where id < 0\n",
    'selectors.yml': `selectors:
  - name: landed
    definition: { union: [{ method: tag, value: landed, children: true }, 'plain+1'] }
  - name: strict
    definition:
      union:
        - { method: fqn, value: plain, indirect_selection: cautious }
        - exclude: ['by_var']
`,
  };
  const selections: readonly (readonly string[])[] = [
    ...['second', 'shop.plain', 'tools', 'versioned', 'versioned.v2', 'versioned_v1', '*la*'],
    ...['+second', 'plain+', '@plain', '1+kept+1', 'plain,+second', 'plain by_var', 'nothing'],
    ...['tag:a', 'tag:landed', 'tag:l*+', 'path:models', 'path:models/more.yml', 'file:second.sql'],
    ...[
      'file:second',
      'source:raw',
      'source:raw.events+',
      'source:shop.raw.others',
      'exposure:dash',
    ],
    ...['+exposure:*', 'config.materialized:view', 'config.meta.level:3', 'config.meta.flag:TRUE'],
    ...['config.severity:WARN', 'config.severity:error', 'config.group:finance', 'config.tags:a'],
    ...['config.meta.owner:x', 'config.enabled:true', 'config.access:protected', 'group:finance'],
    ...[
      'access:private',
      'access:protected',
      'version:latest',
      'version:old',
      'version:prerelease',
    ],
    ...['version:none', 'resource_type:snapshot', 'resource_type:unit_test', 'test_type:generic'],
    ...['test_type:singular', 'test_type:unit', 'test_type:data', 'test_name:not_null'],
    ...['test_name:keeps_ids', 'unit_test:keeps_ids', 'package:tools', 'package:this', 'metric:x'],
    ...[
      'selector:landed',
      'selector:strict+',
      'selector:none',
      'state:new',
      'result:error',
      'tga:x',
    ],
    ...['source_status:fresher', 'plian', 'config:x', 'test_type:other'],
  ].map((words) => words.split(' '));
  const options: readonly ListOptions[] = [
    ...selections.map((select) => ({ output: 'text', select }) as const),
    ...(['eager', 'cautious', 'buildable', 'empty'] as const).map(
      (indirectSelection) => ({ output: 'text', select: ['plain'], indirectSelection }) as const,
    ),
    ...(['text', 'name', 'path', 'json'] as const).flatMap((output): readonly ListOptions[] => [
      { output },
      { output, exclude: ['tag:a', 'source:raw+'] },
      { output, selector: 'landed' },
      { output, selector: 'none' },
      { output, selector: 'landed', select: ['plain'] },
      { output, resourceType: ['all'] },
      { output, resourceType: ['analysis', 'unit_test', 'exposure', 'source'] },
      { output, resourceType: ['metric'] },
      { output, excludeResourceType: ['test', 'model'] },
    ]),
    { output: 'json', outputKeys: ['name', 'alias'], select: ['plain'] },
    { output: 'json', outputKeys: ['nmae'] },
    { output: 'json', outputKeys: ['compiled_code'] },
    { output: 'json', outputKeys: ['relation_name', 'columns.id.name', 'meta', 'created_at'] },
    { output: 'json', outputKeys: ['name'], select: ['nothing'] },
    { output: 'name', outputKeys: ['name'] },
    { output: 'text', defer: true },
    { output: 'text', favorState: true },
  ];

  it('is what it prints of a project that it loads, for every method and form', async () => {
    const folder = createShop(files);
    await parse(folder);
    const froms = await expectFresh(folder, {}, options);
    expect(new Set(froms)).toEqual(new Set(['kept']));
    const texts = new Set<string>();
    for (const each of options)
      texts.add(JSON.stringify(await list(createRequest(folder, {}), each)));
    // They are not all alike, as they would be of a project that says nothing.
    expect(texts.size).toBeGreaterThan(60);
  }, 120_000);
});
