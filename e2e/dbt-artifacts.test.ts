import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, type TestProject } from './testing/project.js';

const folder = fileURLToPath(new URL('../fixtures/dbt-artifacts', import.meta.url));

function readFixture(): Record<string, string> {
  const root = join(folder, 'project');
  return Object.fromEntries(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(root, path), readFileSync(path, 'utf8')]),
  );
}

type Mapping = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Lists whose order tells nothing. */
const isUnordered = (path: readonly string[]): boolean =>
  ['child_map', 'parent_map', 'group_map'].includes(path[0] ?? '') ||
  ['nodes', 'tags'].includes(path.at(-1) ?? '');

/** What `record.py` leaves out. */
const apart = ['created_at', 'root_path', 'generated_at', 'invocation_id', 'invocation_started_at'];

/** Returns the paths at which two values differ, dots between the keys. */
function findDifferences(dbt: unknown, own: unknown, path: readonly string[] = []): string[] {
  if (isObject(dbt) && isObject(own)) {
    return [...new Set([...Object.keys(dbt), ...Object.keys(own)])]
      .filter((key) => !apart.includes(key))
      .flatMap((key) => findDifferences(dbt[key], own[key], [...path, key]));
  }
  if (Array.isArray(dbt) && Array.isArray(own) && dbt.length === own.length && isObject(dbt[0])) {
    const inOrder = (list: readonly unknown[]): readonly unknown[] =>
      isUnordered(path)
        ? list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
        : list;
    const others = inOrder(own);
    return inOrder(dbt).flatMap((each, index) =>
      findDifferences(each, others[index], [...path, `${index}`]),
    );
  }
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      const items = value.map(sorted);
      return isUnordered(path) ? items.toSorted() : items;
    }
    return isObject(value)
      ? Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
      : value;
  };
  const same = JSON.stringify(sorted(dbt)) === JSON.stringify(sorted(own));
  return same ? [] : [path.join('|')];
}

/** Where our manifest says something else than dbt's, and why. */
const known: readonly (readonly [RegExp, string])[] = [
  [/^metadata\|(dbt_version|env\|)/u, 'the schema is that of 1.11, and variables are kept'],
  [/^functions$/u, 'dbt 1.11 has them'],
  [/^docs\|doc\.dbt\.__overview__$/u, 'the record leaves out what dbt brings along'],
  [/^macros\|.*\|arguments$/u, 'those of the definition are told, too'],
  [
    /^nodes\|operation\..*\|(checksum|original_file_path)/u,
    'of a hook the text is hashed, not the project file',
  ],
  [/^nodes\|test\..*\|raw_code$/u, 'configuration is not repeated in the text of a test'],
  [/^nodes\|test\..*\|(config|unrendered_config)\|tags$/u, 'tags of columns are theirs, each once'],
  [/^nodes\|model\.rich\.orders\|unrendered_config\|(meta|tags)/u, 'all places count, unrendered'],
  [/^nodes\|snapshot\.rich\.snap_yaml\|checksum\|checksum$/u, 'of YAML the query is hashed'],
  [/^groups\|.*\|config\|persist_docs$/u, 'what folders say of models is none of theirs'],
];

describe("artifacts beside dbt's", () => {
  let project: TestProject;
  beforeAll(() => {
    project = createProject(readFixture());
    expect(project.run(['parse'])).toMatchObject({ code: 0, stderr: '' });
    project.write('dbt/manifest.json', readFileSync(join(folder, 'manifest.json')));
  });
  afterAll(() => project.remove());

  it("has dbt's manifest, key by key, but for what is known", () => {
    const differences = findDifferences(
      project.json('dbt/manifest.json'),
      project.json('target/manifest.json'),
    );
    const unknown = differences.filter((path) => !known.some(([pattern]) => pattern.test(path)));
    expect(unknown).toEqual([]);
    const unused = known.filter(([pattern]) => !differences.some((path) => pattern.test(path)));
    expect(unused).toEqual([]);
  });

  it.each(['dbt', 'target'])('finds nothing changed since the state in %s/', (state) => {
    const listed = project.run(['ls', '--select', 'state:modified', '--state', state]);
    expect(listed).toMatchObject({ code: 0, stdout: '' });
    expect(listed.stderr).toContain("'modified' matches nothing");
  });
});

describe("artifacts of a build beside dbt's", () => {
  const files = {
    'dbt_project.yml': `
name: shop
profile: shop
on-run-start: "{{ '' }}"
on-run-end: ["{% if false %}select 1{% endif %}", "select 1 as x"]
`,
    'profiles.yml':
      'shop: { target: dev, outputs: { dev: { type: duckdb, path: w.duckdb, threads: 1 } } }\n',
    'macros/names.sql':
      "{% macro generate_schema_name(custom_schema_name, node) %}zz{{ custom_schema_name or '' }}{% endmacro %}\n",
    'models/a.sql': "{{ config(materialized='table') }}\nselect 1 as id\n",
    'models/v.sql': "select * from {{ ref('a') }}\n",
    'models/s.yml': `
models:
  - name: a
    columns:
      - name: id
        data_tests:
          - unique
          - not_null: { config: { store_failures: true } }
          - accepted_values:
              { arguments: { values: [3] }, config: { severity: warn, store_failures_as: view } }
exposures:
  - { name: dash, type: dashboard, owner: { name: x }, depends_on: [ref('v')] }
`,
    'selectors.yml': `
selectors:
  - { name: first, description: the first, definition: '1+tag:x.y+' }
  - name: second
    default: false
    definition: { union: [{ method: selector, value: first }, { tag: x }, { exclude: [b] }] }
`,
  };
  let project: TestProject;
  beforeAll(() => {
    project = createProject(files);
    expect(project.run(['build', '--select', 'a', 'v+'])).toMatchObject({ code: 0 });
  });
  afterAll(() => project.remove());

  const resultsOf = (): Readonly<Record<string, Mapping>> => {
    const { results } = project.json('target/run_results.json') as { results: Mapping[] };
    return Object.fromEntries(results.map((each) => [String(each['unique_id']), each]));
  };

  it('tells of hooks that render to nothing, and of exposures', () => {
    expect(resultsOf()).toMatchObject({
      'operation.shop.shop-on-run-start-0': {
        status: 'success',
        message: 'shop.on-run-start.0 passed',
        failures: 0,
      },
      'operation.shop.shop-on-run-end-0': { message: 'shop.on-run-end.0 passed' },
      'operation.shop.shop-on-run-end-1': { message: 'shop.on-run-end.1 passed' },
      'exposure.shop.dash': { status: 'no-op', message: 'NO-OP', failures: 0, compiled: null },
    });
    expect(project.run(['build', '--select', 'a'])).toMatchObject({ code: 0 });
    expect(Object.keys(resultsOf())).not.toContain('exposure.shop.dash');
    project.write('models/v.sql', "select nowhere from {{ ref('a') }}\n");
    expect(project.run(['build'])).toMatchObject({ code: 1 });
    expect(resultsOf()['exposure.shop.dash']).toMatchObject({ status: 'skipped' });
    project.write('models/v.sql', files['models/v.sql']);
    const again = project.run(['retry']);
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).not.toContain('exposure');
  });

  it('has selectors by their parts, and the schemas that a macro names', () => {
    const { selectors, nodes, docs } = project.json('target/manifest.json') as Readonly<
      Record<string, Readonly<Record<string, Mapping>>>
    >;
    const first = {
      method: 'tag',
      value: 'x.y',
      parents: true,
      parents_depth: '1',
      children: true,
    };
    expect(selectors).toEqual({
      first: { name: 'first', description: 'the first', definition: first },
      second: {
        name: 'second',
        default: false,
        definition: {
          union: [
            first,
            { method: 'tag', value: 'x' },
            { exclude: [{ method: 'fqn', value: 'b' }] },
          ],
        },
      },
    });
    expect(Object.keys(docs ?? {})).toEqual(['doc.dbt.__overview__']);
    const tests = Object.values(nodes ?? {}).filter((each) => each['resource_type'] === 'test');
    expect(tests.map(({ schema }) => schema)).toEqual(tests.map(() => 'zzdbt_test__audit'));
    expect(tests).toHaveLength(3);
  });

  it('names kinds as the warehouse does in the catalog, and has kept failures in it', () => {
    expect(project.run(['docs', 'generate'])).toMatchObject({ code: 0 });
    const { nodes } = project.json('target/catalog.json') as {
      nodes: Readonly<Record<string, { metadata: Mapping }>>;
    };
    const kinds = Object.entries(nodes).map(([id, { metadata }]) => [
      id.split('.')[2],
      metadata['type'],
    ]);
    expect(Object.fromEntries(kinds)).toEqual({
      a: 'BASE TABLE',
      v: 'VIEW',
      not_null_a_id: 'BASE TABLE',
      // It holds its model back, and keeps rows that no view could show.
      accepted_values_a_id__3: 'BASE TABLE',
    });
  });

  it('lists the configuration as the manifest has it', () => {
    const { stdout } = project.run(['ls', '--select', 'a', '--output', 'json']);
    const listed = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Mapping);
    const model = listed.find(({ name }) => name === 'a');
    expect(Object.keys(model?.['config'] as Mapping)).toEqual(
      expect.arrayContaining([
        ...['on_schema_change', 'contract', 'grants', 'access', 'docs', 'pre-hook', 'post-hook'],
        ...['quoting', 'column_types', 'persist_docs', 'packages', 'event_time', 'lookback'],
      ]),
    );
    expect(model?.['config']).toMatchObject({ materialized: 'table', unique_key: null });
    const test = listed.find(({ name }) => name === 'not_null_a_id');
    expect(test?.['config']).toMatchObject({
      severity: 'ERROR',
      schema: 'dbt_test__audit',
      fail_calc: 'count(*)',
      store_failures_as: 'table',
    });
  });

  it('ends with 1 where a node that is documented has no SQL, as compile does', () => {
    project.write(
      'models/v.sql',
      "{% if adapter.get_relation(this.database, this.schema, 'a') %}select 1 as n{% endif %}\n",
    );
    expect(project.run(['compile'])).toMatchObject({ code: 1 });
    expect(project.run(['docs', 'generate'])).toMatchObject({ code: 1 });
  });
});
