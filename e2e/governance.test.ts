import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAthenaProject, type AthenaProject } from './testing/athena.js';
import { createProject, type TestProject } from './testing/project.js';

/** dbt's schemas, where this checkout has them beside it. */
const schemas = fileURLToPath(new URL('../../shared/dbt-schemas/', import.meta.url));
const fixture = fileURLToPath(new URL('../fixtures/governance/', import.meta.url));

function readProject(): Record<string, string> {
  const folder = join(fixture, 'project');
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => {
        const path = join(parentPath, name);
        return [path.slice(folder.length + 1), readFileSync(path, 'utf8')];
      }),
  );
}

const localTarget = `
targets:
  local: { type: duckdb, path: target/warehouse.duckdb, schema: stedi }
`;

type Json = Readonly<Record<string, unknown>>;
type Entries = Readonly<Record<string, Json>>;
interface Manifest {
  readonly nodes: Entries;
  readonly sources: Entries;
  readonly exposures: Entries;
  readonly groups: Entries;
  readonly docs: Entries;
  readonly macros: Entries;
  readonly unit_tests: Entries;
  readonly group_map: Readonly<Record<string, readonly string[]>>;
}

function expectValid(file: string, artifact: unknown): void {
  if (!existsSync(schemas)) return;
  const validate = new Ajv2020({ strict: false, allErrors: true }).compile(
    JSON.parse(readFileSync(join(schemas, file), 'utf8')) as object,
  );
  validate(artifact);
  expect(validate.errors ?? []).toEqual([]);
}

const keysOf: Readonly<Record<string, readonly string[]>> = {
  model: [
    ...['name', 'alias', 'fqn', 'access', 'group', 'version', 'latest_version', 'tags'],
    ...['deprecation_date', 'description', 'doc_blocks', 'docs', 'patch_path', 'meta'],
  ],
  analysis: ['name', 'alias', 'fqn', 'description', 'tags', 'path'],
  source: [
    ...['fqn', 'loader', 'source_description', 'meta', 'source_meta', 'tags', 'freshness'],
    ...['loaded_at_field', 'loaded_at_query', 'description', 'doc_blocks', 'identifier'],
  ],
  exposure: [
    ...['label', 'type', 'owner', 'maturity', 'url', 'description', 'tags', 'meta', 'fqn'],
    ...['depends_on', 'refs', 'sources'],
  ],
  group: ['name', 'owner', 'config'],
  doc: ['name', 'block_contents'],
};

/** What both tools say of a project, without what is of one machine or run, or stands in another order. */
function summarize(manifest: Manifest): Json {
  const { nodes, sources, exposures, groups, docs } = manifest;
  const entries = Object.entries({ ...nodes, ...sources, ...exposures, ...groups, ...docs });
  const sorted = (value: unknown, key: string): unknown => {
    if (key === 'deprecation_date' && typeof value === 'string') {
      return new Date(value).toISOString();
    }
    if (key === 'tags' && Array.isArray(value)) return [...(value as string[])].sort();
    if (key === 'depends_on') return [...(value as { nodes: string[] }).nodes].sort();
    if (key === 'config') return (value as Json)['meta'];
    return value ?? null;
  };
  return {
    ...Object.fromEntries(
      entries
        .filter(([id]) => !id.startsWith('doc.dbt.'))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([id, entry]) => {
          const keys = keysOf[String(entry['resource_type'])];
          if (keys === undefined) return [];
          return [[id, Object.fromEntries(keys.map((key) => [key, sorted(entry[key], key)]))]];
        }),
    ),
    tests: Object.values(nodes)
      .filter((node) => node['resource_type'] === 'test')
      .map((node) => `${String(node['name'])} (${String(node['group'])})`)
      .sort(),
  };
}

describe('on DuckDB', () => {
  let project: TestProject;
  let build: ReturnType<TestProject['run']>;
  beforeAll(() => {
    const files = readProject();
    project = createProject({
      ...files,
      'stedi_project.yml': `${files['stedi_project.yml'] ?? ''}${localTarget}`,
    });
    // Its rows are the source's.
    project.run(['seed']);
    build = project.run(['build']);
  });
  afterAll(() => {
    project.remove();
  });
  const ls = (...args: readonly string[]): readonly string[] =>
    project
      .run(['ls', '--indirect-selection', 'empty', ...args])
      .stdout.trim()
      .split('\n');

  it('builds every version and tests each, and says what is deprecated', async () => {
    expect(build.code, build.stdout + build.stderr).toBe(0);
    expect(build.stdout).toContain('stedi.orders_v1');
    expect(build.stdout).toContain('stedi.orders_to_come');
    expect(build.stderr).toContain(
      "warning[model-deprecated]: model 'everything' refs 'orders.v1', which was deprecated on 2024-06-30",
    );
    expect(build.stderr).toContain("there is a newer version: ref('orders', v=2)");
    expect(project.rows('select * from stedi.everything order by id')).toMatchObject([
      { id: 1, amount: 10, double_amount: 20 },
      { id: 2, amount: 20, double_amount: 40 },
      { id: 3, amount: 30, double_amount: 60 },
    ]);
    const manifest = project.json('target/manifest.json') as Manifest;
    expectValid('manifest-v12.json', manifest);
    expect(Object.keys(manifest.unit_tests)).toEqual([
      'unit_test.shop.orders.keeps_amounts_v1',
      'unit_test.shop.orders.keeps_amounts_v2',
    ]);
    expect(manifest.group_map['finance']).toContain('seed.shop.raw_orders');
    expect(manifest.macros['macro.shop.doc_free_note']).toMatchObject({
      description: 'Words about One row for each order, from the shop.',
      arguments: [{ name: 'word', type: 'string', description: 'Any word.' }],
    });
    const summary = summarize(manifest);
    await expect(`${JSON.stringify(summary, null, 1)}\n`).toMatchFileSnapshot(
      join(fixture, 'expected.json'),
    );
    // Names of projects and schemas are the same; what dbt says, we say.
    const dbt = JSON.parse(readFileSync(join(fixture, 'dbt.json'), 'utf8')) as Manifest;
    expect(summary).toEqual(summarize(dbt));
  });

  it('selects by exposure, group, access and version', () => {
    expect(ls('--select', '+exposure:weekly_dashboard', '--exclude', 'resource_type:seed')).toEqual(
      [
        'exposure:shop.weekly_dashboard',
        'shop.marts.margin_report',
        'shop.marts.margins',
        'shop.marts.orders.v1',
        'source:shop.raw.orders',
      ],
    );
    expect(ls('--select', 'group:finance,resource_type:model,access:private version:old')).toEqual([
      'shop.marts.margins',
      'shop.marts.orders.v1',
    ]);
    expect(ls('--select', 'version:latest version:prerelease')).toEqual([
      'shop.marts.orders.v2',
      'shop.marts.orders.v3',
    ]);
    expect(ls('--select', 'unit_test:keeps*')).toHaveLength(2);
    expect(ls('--select', 'orders_v3 orders.v1')).toEqual([
      'shop.marts.orders.v1',
      'shop.marts.orders.v3',
    ]);
  });

  it('compiles analyses, which see the graph, and never runs them', () => {
    expect(project.run(['compile', '--quiet', '--select', 'who_reads']).stdout).toContain(
      "select 'orders_to_come, orders_v1, orders_v2' as public_models,\n" +
        "  'The weekly dashboard' as boards,\n  'finance' as group_names,\n  4 as sources",
    );
    expect(build.stdout).not.toContain('who_reads');
  });

  it('asks how old sources are, and selects what has newer rows', () => {
    const freshness = project.run(['source', 'freshness']);
    expect(freshness.code).toBe(1);
    expect(freshness.stdout).toMatch(/STALE +raw\.orders .*\[loaded [\d.]+ days ago\]/);
    expect(freshness.stdout).toMatch(/PASS +raw\.patient_orders /);
    expect(freshness.stdout).toMatch(/WARN +raw\.asked_orders /);
    expect(freshness.stdout).toContain('3 sources: 1 fresh, 1 warned of, 1 stale, 0 not known.');
    const sources = project.json('target/sources.json') as { results: Json[] };
    expectValid('sources-v3.json', sources);
    expect(sources.results).toMatchObject([
      {
        unique_id: 'source.shop.raw.orders',
        max_loaded_at: '2024-01-02T10:00:00.000Z',
        status: 'error',
        criteria: { warn_after: { count: 1, period: 'day' }, error_after: { count: 2 } },
      },
      { unique_id: 'source.shop.raw.patient_orders', criteria: { filter: 'id > 1' } },
      { unique_id: 'source.shop.raw.asked_orders', max_loaded_at: '2024-01-02T10:00:00.000Z' },
    ]);

    const copy = (name: string): string => project.read(`target/${name}`);
    project.write('earlier/manifest.json', copy('manifest.json'));
    project.write(
      'earlier/sources.json',
      copy('sources.json').replace('2024-01-02T10', '2024-01-01T10'),
    );
    const fresher = ['--select', 'source_status:fresher', '--state', 'earlier'];
    expect(ls(...fresher)).toEqual(['source:shop.raw.orders']);
    expect(
      project.run(['source', 'freshness', '-s', 'source:raw.patient_orders', '-o', 'some.json'])
        .code,
    ).toBe(0);
    expect((project.json('some.json') as { results: Json[] }).results).toHaveLength(1);
  });

  it('refuses a private model to others', () => {
    project.write('models/outside.sql', "select * from {{ ref('margins') }}");
    const refused = project.run(['ls']);
    project.write('models/outside.sql', "select 1 as one from {{ ref('orders') }}");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(
      "error[ref-private]: model 'outside' refs 'margins', which is private to the group 'finance'",
    );
    expect(refused.stderr).toContain('models/outside.sql:1:');
  });
});

describe('on the local Athena', () => {
  let athena: AthenaProject;
  beforeAll(async () => {
    athena = await createAthenaProject(readProject());
  });
  afterAll(() => athena.close());

  it('builds versions and asks how old sources are (athena.md 3.22: #426)', async () => {
    await athena.run(['seed']);
    const { code, stdout, stderr } = await athena.run(['build']);
    expect(code, stdout + stderr).toBe(0);
    expect(await athena.query('select id, double_amount from stedi.orders_to_come')).toEqual([
      '["1","20"]',
      '["2","40"]',
      '["3","60"]',
    ]);
    const freshness = await athena.run(['source', 'freshness']);
    expect(freshness.stdout, freshness.stderr).toMatch(/STALE +raw\.orders /);
    expect(freshness.code).toBe(1);
    expect(athena.project.json('target/sources.json')).toMatchObject({
      results: [
        { status: 'error', max_loaded_at: '2024-01-02T10:00:00.000Z' },
        { status: 'pass' },
        { status: 'warn', max_loaded_at: '2024-01-02T10:00:00.000Z' },
      ],
    });
  });
});
