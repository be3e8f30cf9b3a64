import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../core/node.js';
import { readProperties } from './read-properties.js';
import { summarise } from './testing/temp-project.js';
import { parseYaml } from './yaml-document.js';

function read(text: string, { passesUnknownKeys = false } = {}) {
  const parsed = parseYaml(text, 'm.yml');
  if (!parsed.ok) throw new Error(summarise(parsed.diagnostics).join('\n'));
  const { file, diagnostics } = readProperties({
    document: parsed.value,
    extraConfigKeys: ['box'],
    passesUnknownKeys,
  });
  return { value: file.value, file, lines: summarise(diagnostics) };
}

/** Reads one entry of `data_tests:` of a model. */
function readTest(entry: string) {
  const { value, lines } = read(
    `models:\n- name: m\n  data_tests:\n  - ${entry.replaceAll('\n', '\n    ')}\n`,
  );
  return { test: value.models[0]?.tests[0], lines };
}

describe('readProperties', () => {
  it.each(['', '# nothing', 'version: 2', 'models:', '{models: [], sources: [], macros: []}'])(
    'finds nothing in %j',
    (text) => {
      expect(read(text)).toMatchObject({ value: { models: [], sources: [] }, lines: [] });
    },
  );

  it('reads a model with all its keys', () => {
    const { value, lines } = read(`version: 2
models:
  - name: orders
    description: All orders
    tags: daily
    meta: {owner: a, level: 1}
    docs: {show: false}
    config:
      materialized: table
      tags: [core]
      meta: {level: 2}
      box: {any: thing}
      location: "{{ var('x') }}/orders"
    columns:
      - name: id
        description: The key
        data_type: bigint
        tags: [key]
        config: {tags: [pii], meta: {a: 1}}
        data_tests: [unique]
      - name: note
    data_tests:
      - not_empty
`);
    expect(lines).toEqual([]);
    expect(value.models).toEqual([
      {
        name: 'orders',
        description: 'All orders',
        config: {
          tags: ['daily', 'core'],
          meta: { owner: 'a', level: 2 },
          docs: { show: false },
          materialized: 'table',
          box: { any: 'thing' },
          location: "{{ var('x') }}/orders",
        },
        columns: [
          {
            name: 'id',
            description: 'The key',
            data_type: 'bigint',
            tags: ['key', 'pii'],
            meta: { a: 1 },
            tests: [
              {
                testName: 'unique',
                arguments: {},
                config: {},
                name: null,
                yamlPath: ['models', 0, 'columns', 0, 'data_tests', 0],
              },
            ],
          },
          { name: 'note', description: '', tags: [], meta: {}, tests: [] },
        ],
        tests: [expect.objectContaining({ testName: 'not_empty' })],
        yamlPath: ['models', 0],
      },
    ]);
  });

  it('reads sources, with dbt’s defaults for schema and identifier', () => {
    const { value, lines } = read(`sources:
  - name: shop
    tables:
      - name: orders
      - name: customers
        identifier: crm_customers
        description: From the CRM
        columns: [{name: id, tests: [not_null]}]
        data_tests: [not_empty]
  - name: web
    schema: web_raw
    database: lake
    description: Clicks
`);
    expect(lines).toEqual([]);
    expect(value.sources).toMatchObject([
      {
        name: 'shop',
        schema: 'shop',
        database: null,
        tables: [
          { name: 'orders', identifier: 'orders', yamlPath: ['sources', 0, 'tables', 0] },
          {
            name: 'customers',
            identifier: 'crm_customers',
            description: 'From the CRM',
            columns: [{ name: 'id', tests: [{ testName: 'not_null' }] }],
            tests: [{ testName: 'not_empty' }],
          },
        ],
      },
      { name: 'web', schema: 'web_raw', database: 'lake', description: 'Clicks', tables: [] },
    ]);
  });

  it('accepts descriptions of macros', () => {
    const text =
      'macros:\n- name: m\n  description: d\n  arguments: [{name: x, type: text, description: e}]';
    expect(read(text).lines).toEqual([]);
  });

  it('shares entries through anchors', () => {
    const { value, lines } = read(`models:
  - name: a
    columns: &columns
      - &id {name: id, data_tests: [unique]}
  - name: b
    columns:
      - <<: *id
        description: Another
  - name: c
    columns: *columns
`);
    expect(lines).toEqual([]);
    expect(value.models.map(({ columns }) => columns)).toMatchObject([
      [{ name: 'id', tests: [{ testName: 'unique' }] }],
      [{ name: 'id', description: 'Another', tests: [{ testName: 'unique' }] }],
      [{ name: 'id', tests: [{ testName: 'unique' }] }],
    ]);
  });

  it('reads yes and no as booleans where one is expected, and says so', () => {
    const { value, lines } = read(
      'models:\n- name: a\n  config:\n    enabled: no\n    meta: {b: no, c: "no"}',
    );
    expect(value.models[0]?.config).toEqual({ enabled: false, meta: { b: 'no', c: 'no' } });
    expect(lines).toEqual([
      expect.stringContaining('warning yaml-ambiguous m.yml:4:14 no without quotes'),
      expect.stringContaining('warning yaml-ambiguous m.yml:5:15 no without quotes'),
    ]);
  });

  it.each([
    [
      '- a',
      "error config-invalid-value m.yml:1:1 a properties file must be a mapping with 'models:' or 'sources:', found a list",
    ],
    [
      'text',
      "m.yml:1:1 a properties file must be a mapping with 'models:' or 'sources:', found the text 'text'",
    ],
    [
      'model: []',
      "error config-unknown-key m.yml:1:1 unknown key 'model' in a properties file (did you mean 'models'?)",
    ],
    [
      'semantic_models: []',
      "error config-unsupported m.yml:1:1 'semantic_models' in a properties file is not supported yet (",
    ],
    [
      'metrics: []',
      "error config-unsupported m.yml:1:1 'metrics' in a properties file is not supported yet (remove it)",
    ],
    ['version: 1', "error config-invalid-value m.yml:1:10 'version' must be 2, found the number 1"],
    [
      'models: {a: 1}',
      "error config-invalid-value m.yml:1:9 'models' must be a list, found a mapping",
    ],
    [
      'models: [a]',
      "error config-invalid-value m.yml:1:10 entry 1 of 'models' must be a mapping, found the text 'a'",
    ],
    [
      'models: [{description: x}]',
      "error config-invalid-value m.yml:1:10 'name' is missing in a model: expected a text",
    ],
    [
      'models: [{name: 2024}]',
      "error config-invalid-value m.yml:1:17 'name' must be a text, found the number 2024",
    ],
    [
      'models: [{name: a, description: [x]}]',
      "error config-invalid-value m.yml:1:33 'description' must be a text, found a list",
    ],
    [
      'models: [{name: a, materialized: table}]',
      "error config-unknown-key m.yml:1:20 unknown key 'materialized' in a model (write it under 'config:')",
    ],
    [
      'models: [{name: a, time_spine: {}}]',
      "error config-unsupported m.yml:1:20 'time_spine' in a model is not supported yet",
    ],
    [
      'models: [{name: a, config: table}]',
      "error config-invalid-value m.yml:1:28 'config' must be a mapping, found the text 'table'",
    ],
    [
      'models: [{name: a, config: {materialised: x}}]',
      "error config-unknown-key m.yml:1:29 unknown key 'materialised' in a model's configuration (did you mean 'materialized'?)",
    ],
    [
      'models: [{name: a, columns: [{name: b, type: int}]}]',
      "error config-unknown-key m.yml:1:40 unknown key 'type' in a column",
    ],
    [
      'models: [{name: a, columns: [{name: b, policy_tags: [c]}]}]',
      "error config-unsupported m.yml:1:40 'policy_tags' in a column is not supported yet",
    ],
    [
      'models: [{name: a, tests: [b], data_tests: [c]}]',
      "error config-conflict m.yml:1:20 'tests' and 'data_tests' stand beside each other (put all tests under 'data_tests')",
    ],
    [
      'sources: [{name: a, tables: [{nme: b}]}]',
      "'name' is missing in a table of a source: expected a text",
      "unknown key 'nme' in a table of a source (did you mean 'name'?)",
    ],
    [
      'snapshots: [{name: "{{ target.schema }}"}]',
      "error template-unsupported m.yml:1:20 Jinja in 'name' is not supported yet",
    ],
  ])('complains of %j', (text, ...expected) => {
    expect(read(text).lines).toEqual(
      expected.map((line) => expect.stringContaining(line) as string),
    );
  });

  it('is read anew with what templates give, at the places of the file', () => {
    const { file, lines } = read(`
models:
  - name: "{{ a }}"
    description: "{{ kept }}"
    meta: {deep: ["{{ b }}"], description: "{{ kept }}"}
    latest_version: "{{ two }}"
    columns:
      - {name: id, quote: "{{ b }}", tags: "{{ list }}", data_tests: ["{{ kept }}"]}
    versions: [{v: "{{ two }}"}]
unit_tests:
  - {name: u, model: a, given: [{input: this, rows: [{tests: "{{ two }}"}]}], expect: {rows: []}}
`);
    expect(lines).toEqual([]);
    const values = new Map<string, JsonValue>([
      ['{{ a }}', 'orders'],
      ['{{ b }}', true],
      ['{{ two }}', 2],
      ['{{ list }}', ['x', 'y']],
    ]);
    const again = file.withRendered?.((text) => values.get(text));
    expect(summarise(again?.diagnostics ?? [])).toEqual([]);
    const [model] = again?.file.value.models ?? [];
    expect(model).toMatchObject({
      name: 'orders',
      description: '{{ kept }}',
      config: { meta: { deep: [true], description: "{{  '{'  }}{ kept }}" } },
      latestVersion: 2,
      versions: [{ v: 2 }],
      columns: [{ quote: true, tags: ['x', 'y'], tests: [{ testName: '{{ kept }}' }] }],
    });
    expect(again?.file.value.unitTests?.[0]?.raw['given']).toEqual([
      { input: 'this', rows: [{ tests: 2 }] },
    ]);
    values.set('{{ b }}', 'secret');
    expect(summarise(file.withRendered?.((text) => values.get(text))?.diagnostics ?? [])).toEqual([
      expect.stringContaining(
        "m.yml:8:27 'quote' must be true or false, found what the template gives",
      ),
    ]);
  });

  it.each([
    'models: [{name: a, description: "{{ b }}", config: {meta: {c: "{{ d }}"}}, meta: {e: f}}]',
    'sources: [{name: a, schema: "{{ b }}", meta: {c: "{{ d }}"}, tables: [{name: e}]}]',
    'models: [{name: a, data_tests: [{unique: {arguments: {column_name: "{{ b }}"}}}]}]',
  ])('needs no second reading of %j', (text) => {
    expect(read(text).file.withRendered).toBeUndefined();
  });

  it('passes over what dbt passes over, in a project of its form', () => {
    const text = `version: 1
semantic_models: [{name: s}]
models:
  - name: a
    refs: [b]
    materialized: table
    freshness: {build_after: {count: 1, period: day}}
    config: {start: Jan 1, materialised: table, static_analysis: strict, s3_data_dir: 's3://a/b'}
`;
    const { value, lines } = read(text, { passesUnknownKeys: true });
    expect(lines).toEqual([
      "warning config-unused m.yml:1:1 'version' must be 2, found the number 1 (remove it)",
      "warning config-unused m.yml:2:1 'semantic_models' has no effect",
      "warning config-unused m.yml:5:5 unknown key 'refs' in a model has no effect",
      "warning config-unused m.yml:6:5 unknown key 'materialized' in a model has no effect (write it under 'config:')",
      "warning config-unused m.yml:7:5 'freshness' has no effect",
      "warning config-unused m.yml:8:14 unknown key 'start' in a model's configuration has no effect",
      "warning config-unused m.yml:8:28 unknown key 'materialised' in a model's configuration has no effect (did you mean 'materialized'?)",
      "warning config-unused m.yml:8:49 'static_analysis' has no effect",
      "error config-unsupported m.yml:8:74 's3_data_dir' in a model's configuration is not supported yet (remove it; the engine decides how a table is stored)",
    ]);
    // What nobody knows is there for `config.get()`.
    expect(value.models[0]?.config).toEqual({
      start: 'Jan 1',
      materialised: 'table',
      static_analysis: 'strict',
    });
  });

  it('reports everything at once, in the order of the file', () => {
    const { lines } = read(`modls: []
models:
  - nam: a
    config: {enabled: 3, tagz: x}
    columns:
      - name: 1
        data_tests: [{a: 1, b: 2}]
`);
    expect(lines.map((line) => line.split(' ').slice(1, 3).join(' '))).toEqual([
      'config-unknown-key m.yml:1:1',
      'config-invalid-value m.yml:3:5',
      'config-unknown-key m.yml:3:5',
      'config-invalid-value m.yml:4:23',
      'config-unknown-key m.yml:4:26',
      'config-invalid-value m.yml:6:15',
      'config-invalid-value m.yml:7:22',
    ]);
  });

  it('locates what it read', () => {
    const { file } = read('models:\n  - name: a\n    tests: [unique]');
    expect(file.locate(['models', 0, 'name'])).toEqual({
      path: 'm.yml',
      line: 2,
      column: 11,
      length: 1,
      sourceLine: '  - name: a',
    });
  });
});

describe('a test entry', () => {
  const none = { arguments: {}, config: {}, name: null };

  it.each([
    ['not_null', { ...none, testName: 'not_null' }],
    ['dbt_utils.at_least_one', { ...none, testName: 'dbt_utils.at_least_one' }],
    ['not_null:', { ...none, testName: 'not_null' }],
    [
      'accepted_values: {arguments: {values: [1, 2]}}',
      { ...none, testName: 'accepted_values', arguments: { values: [1, 2] } },
    ],
    [
      'accepted_values: {values: [a]}',
      { ...none, testName: 'accepted_values', arguments: { values: ['a'] } },
    ],
    [
      "relationships: {to: ref('a'), field: id, severity: warn, where: x > 1}",
      {
        ...none,
        testName: 'relationships',
        arguments: { to: "ref('a')", field: 'id' },
        config: { severity: 'warn', where: 'x > 1' },
      },
    ],
    [
      'unique: {name: one_id, config: {severity: ERROR, limit: 10, tags: nightly}}',
      {
        ...none,
        testName: 'unique',
        name: 'one_id',
        config: { severity: 'error', limit: 10, tags: ['nightly'] },
      },
    ],
    [
      'unique: {description: Why, config: {where: a}}',
      { ...none, testName: 'unique', config: { description: 'Why', where: 'a' } },
    ],
    [
      'test_name: accepted_values\nname: mine\nvalues: [1]\nconfig: {enabled: false}',
      {
        testName: 'accepted_values',
        name: 'mine',
        arguments: { values: [1] },
        config: { enabled: false },
      },
    ],
    [
      'unique: {config: {severity: "{{ var(\'severity\') }}"}}',
      { ...none, testName: 'unique', config: { severity: "{{ var('severity') }}" } },
    ],
  ])('%s', (entry, expected) => {
    const { test, lines } = readTest(entry);
    expect(lines).toEqual([]);
    expect(test).toEqual({ ...expected, yamlPath: ['models', 0, 'data_tests', 0] });
  });

  it.each([
    [
      '3',
      "m.yml:4:5 a test must be a name or a mapping, found the number 3 (write the test's name, or",
    ],
    ['{}', 'm.yml:4:5 a test must have one name, found none'],
    // Indented too little: the arguments stand beside the name.
    [
      'accepted_values:\nvalues: [1]',
      'm.yml:4:5 a test must have one name, found accepted_values, values',
    ],
    [
      'accepted_values: [1]',
      "m.yml:4:22 the arguments of test 'accepted_values' must be a mapping, found a list",
    ],
    ['test_name: 3', "m.yml:4:16 'test_name' must be a text, found the number 3"],
    ['unique: {name: 3}', "m.yml:4:20 'name' of test 'unique' must be a text, found the number 3"],
    [
      'unique: {config: 3}',
      "m.yml:4:22 'config' of test 'unique' must be a mapping, found the number 3",
    ],
    [
      'unique: {arguments: [3]}',
      "m.yml:4:25 'arguments' of test 'unique' must be a mapping, found a list",
    ],
    [
      'unique: {severity: fatal}',
      "m.yml:4:24 'severity' must be 'error', 'warn', 'ERROR' or 'WARN', found the text 'fatal'",
    ],
    [
      'unique: {config: {severty: warn}}',
      "m.yml:4:23 unknown key 'severty' in a test's configuration (did you mean 'severity'?)",
    ],
    [
      'unique: {store_failures_as: file}',
      "m.yml:4:33 'store_failures_as' must be 'table', 'view' or 'ephemeral', found the text 'file'",
    ],
    [
      'unique: {limit: 5, config: {limit: 6}}',
      "config-conflict m.yml:4:14 'limit' of test 'unique' stands both beside and under 'config' (keep the one under 'config')",
    ],
    [
      'a: {x: 5, arguments: {x: 6}}',
      "config-conflict m.yml:4:9 'x' of test 'a' stands both beside and under 'arguments'",
    ],
  ])('%s is refused', (entry, expected) => {
    expect(readTest(entry).lines).toEqual([expect.stringContaining(expected)]);
  });
});
