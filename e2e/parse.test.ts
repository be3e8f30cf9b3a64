import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createTemplateEngine } from '../src/compile/create-template-engine.js';
import type { Graph } from '../src/core/graph.js';
import type { ParsedProject } from '../src/core/parsed-project.js';
import { success, type Result } from '../src/core/result.js';
import type { TemplateContext, TemplateEngine } from '../src/core/template.js';
import { buildGraph } from '../src/graph/build-graph.js';
import { selectNodes } from '../src/graph/select-nodes.js';
import { parseProject } from '../src/parse/parse-project.js';
import { loadProject } from '../src/project/load-project.js';
import { validateNodeConfig } from '../src/project/validate-node-config.js';
import { formatDiagnostics } from '../src/report/diagnostics/format-diagnostic.js';

type Files = Readonly<Record<string, string>>;

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

interface Parsed {
  readonly parsed: ParsedProject;
  readonly engine: TemplateEngine;
  readonly context: TemplateContext;
}

/** Loads and parses a project of these files. A project file is added. */
async function parse(files: Files): Promise<Result<Parsed>> {
  const root = mkdtempSync(join(tmpdir(), 'stedi-parse-'));
  roots.push(root);
  for (const [path, content] of Object.entries({ 'stedi_project.yml': 'name: shop\n', ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const project = await loadProject({
    cwd: root,
    targetTypes: [
      {
        type: 'engine',
        validate: () => [],
        database: () => 'warehouse',
        publicKeys: [],
        jsonSchemaProperties: {},
      },
    ],
    defaultTarget: { type: 'engine', schema: 'dev' },
    renderValue: (text) => success(text),
  });
  if (!project.ok) return project;
  const { name, vars, files: sources } = project.value;
  const engine = createTemplateEngine({
    macroFiles: sources.filter(({ kind }) => kind === 'macro'),
    projectName: name,
  });
  if (!engine.ok) return engine;
  const context: TemplateContext = { projectName: name, vars, env: {}, target: { name: 'local' } };
  const parsed = parseProject(project.value, {
    engine: engine.value,
    context,
    validateConfig: validateNodeConfig,
    hash: (text) => createHash('sha256').update(text).digest('hex'),
    md5: (text) => createHash('md5').update(text).digest('hex'),
  });
  if (!parsed.ok) return parsed;
  return success({ parsed: parsed.value, engine: engine.value, context }, parsed.diagnostics);
}

async function parseWithEngine(files: Files): Promise<Parsed> {
  const result = await parse(files);
  if (!result.ok) throw new Error(formatDiagnostics(result.diagnostics, { color: false }));
  return result.value;
}

async function parseAll(files: Files): Promise<ParsedProject> {
  return (await parseWithEngine(files)).parsed;
}

async function graphOf(files: Files): Promise<Graph> {
  const result = buildGraph(await parseAll(files));
  if (!result.ok) throw new Error(formatDiagnostics(result.diagnostics, { color: false }));
  return result.value;
}

async function printParse(files: Files): Promise<string> {
  return `\n${formatDiagnostics((await parse(files)).diagnostics, { color: false })}\n`;
}

async function printGraph(files: Files): Promise<string> {
  const { diagnostics } = buildGraph(await parseAll(files));
  return `\n${formatDiagnostics(diagnostics, { color: false })}\n`;
}

describe('a small project', () => {
  const files: Files = {
    'stedi_project.yml': `
name: shop
vars: {landing_location: data/landing, first_day: '2023-01-01', odd: '{ % raw'}
models:
  shop:
    +materialized: table
    landing: {+schema: landing, +materialized: external_table}
    trusted: {+schema: trusted, +tags: nightly}
tests: {trusted: {+severity: warn}}
`,
    'macros/ids.sql': '{% macro ids(name) %}select id from {{ ref(name) }}{% endmacro %}',
    'models/landing/_landing.yml': `
models:
  - name: orders_landing
    config:
      location: "{{ var('landing_location') }}/orders"
      format: json
    columns:
      - {name: id, data_type: bigint, data_tests: [unique]}
      - {name: status, data_type: varchar}
`,
    'models/trusted/orders.sql': `{{ config(tags=['orders']) }}
select * from {{ ref('shop', 'orders_landing') }}
{% if is_incremental() %} where id > (select max(id) from {{ this }}) {% endif %}
`,
    'models/trusted/_trusted.yml': `
models:
  - name: orders
    columns:
      - name: status
        data_tests:
          - accepted_values:
              values: ["{{ var('odd') }}", "it's"]
              config: {where: "day >= date '{{ var('first_day') }}'"}
          - relationships:
              arguments: {to: "source('raw', 'statuses')", field: code}
              config: {severity: error}
sources:
  - name: raw
    tables: [{name: statuses}]
`,
    'tests/no_loss.sql': "{{ ids('orders_landing') }} except {{ ids('orders') }}",
  };

  it('becomes a graph', async () => {
    const graph = await graphOf(files);
    expect(
      [...graph.parents].map(([id, parents]) => [id.replace(/\.[0-9a-f]{10}$/, ''), parents]),
    ).toEqual([
      ['model.shop.orders_landing', []],
      ['source.shop.raw.statuses', []],
      ['model.shop.orders', ['model.shop.orders_landing']],
      ['test.shop.unique_orders_landing_id', ['model.shop.orders_landing']],
      ['test.shop.accepted_values_orders_status___raw__it_s', ['model.shop.orders']],
      [
        'test.shop.relationships_orders_status__code__source_raw_statuses_',
        ['model.shop.orders', 'source.shop.raw.statuses'],
      ],
      ['test.shop.no_loss', ['model.shop.orders_landing', 'model.shop.orders']],
    ]);
  });

  it('has resolved configuration', async () => {
    const { nodes } = await parseAll(files);
    const byName = new Map(nodes.map((node) => [node.name, node]));
    expect(byName.get('orders_landing')).toMatchObject({
      path: 'models/landing/_landing.yml',
      config: { materialized: 'external_table', location: 'data/landing/orders', format: 'json' },
      relation: { database: 'warehouse', schema: 'dev_landing', type: 'external' },
    });
    expect(byName.get('orders')).toMatchObject({
      config: { materialized: 'table', tags: ['nightly', 'orders'] },
      relation: { database: 'warehouse', schema: 'dev_trusted', identifier: 'orders' },
      patchPath: 'models/trusted/_trusted.yml',
    });
    const severities = nodes.flatMap((node) => (node.resourceType === 'test' ? node.severity : []));
    expect(severities).toEqual(['error', 'warn', 'error', 'error']);
  });

  it('has tests that render as they are meant', async () => {
    const { engine, context, parsed } = await parseWithEngine(files);
    const test = parsed.nodes.find(({ name }) => name.startsWith('accepted_values'));
    if (test?.resourceType !== 'test') throw new Error('there is no such test');
    const rendered = engine.render({ path: test.path, content: test.rawSql }, context, {
      ref: ({ name }) => name,
      source: ({ table }) => table,
      this: null,
      isIncremental: false,
      config: () => ({}),
    });
    expect(rendered.ok && rendered.value.sql).toBe(`select
  "status" as value_field,
  count(*) as n_records
from (
  select *
  from orders
  where day >= date '2023-01-01'
) as tested_rows
where "status" not in ('{ % raw', 'it''s')
group by "status"`);
  });

  it('can be selected from', async () => {
    const graph = await graphOf(files);
    const selected = selectNodes(graph, {
      select: ['+trusted,tag:nightly'],
      resourceTypes: ['model'],
    });
    expect(selected.ok && [...selected.value]).toEqual(['model.shop.orders']);
  });
});

describe('messages of parse', () => {
  it('points into SQL and YAML', async () => {
    expect(
      await printParse({
        'models/a.sql': "{{ config(\n  materialised='table'\n) }}\nselect {{ nothing() }}",
        'models/b.sql': '-- only this\n',
        'models/c.sql': "{{ config(\n  materialised='table'\n) }}\nselect 1",
        'models/x/b.sql': 'select 1',
        'models/_m.yml': `models:
  - name: b
    columns:
      - name: id
        data_tests:
          - uniqe
          - accepted_values: {value: [1]}
          - relationships:
              to: people
              field: id
          - not_null:
              config:
                where: "{{ var('day') }} = day"
  - name: d
  - name: e
    config: {materialized: external_table, location: here}
    columns: [{name: id}]
`,
      }),
    ).toMatchInlineSnapshot(`
      "
      error[template-undefined]: 'nothing' is not defined
        models/a.sql:4:11
        4 | select {{ nothing() }}
          |           ^^^^^^^
        hint: if it is a text, put it in quotes: 'nothing'; if it is a variable of the project, write var('nothing')

      error[model-empty]: expected SQL in model 'b', found none
        models/b.sql
        hint: write a SELECT, or delete the file

      error[config-unknown-key]: unknown key 'materialised' in a model's configuration
        models/c.sql:2:3
        2 |   materialised='table'
          |   ^^^^^^^^^^^^
        hint: did you mean 'materialized'?

      error[properties-without-model]: expected a SQL file for the model 'd', found none
        models/_m.yml:14:11
        14 |   - name: d
           |           ^
        hint: did you mean 'a'?

      error[materialization-invalid]: column 'id' of external_table model 'e' has no data_type
        models/_m.yml:17:22
        17 |     columns: [{name: id}]
           |                      ^^
        hint: add \`data_type:\`, such as bigint or varchar

      error[test-unknown]: 'uniqe' is not a generic test
        models/_m.yml:6:13
        6 |           - uniqe
          |             ^^^^^
        hint: did you mean 'unique'?

      error[test-invalid]: the test accepted_values needs the argument 'values'
        models/_m.yml:7:13
        7 |           - accepted_values: {value: [1]}
          |             ^^^^^^^^^^^^^^^
        hint: add \`values:\`

      error[test-invalid]: the test accepted_values has no argument 'value'
        models/_m.yml:7:31
        7 |           - accepted_values: {value: [1]}
          |                               ^^^^^
        hint: did you mean 'values'?

      error[test-invalid]: the argument 'to' of the test relationships must be ref('model') or source('source', 'table')
        models/_m.yml:9:19
        9 |               to: people
          |                   ^^^^^^

      error[var-undefined]: the variable 'day' has neither a value nor a default
        models/_m.yml:13:24
        13 |                 where: "{{ var('day') }} = day"
           |                        ^^^^^^^^^^^^^^^^^^^^^^^^
        hint: give it a value under 'vars:' in stedi_project.yml or with --vars, or a default: var('day', …)

      error[duplicate-name]: two models have the name 'b'
        models/x/b.sql
        hint: rename one of the files; names are unique across folders
        related: first here
          models/b.sql

      11 errors
      "
    `);
  });
});

describe('messages of the graph', () => {
  it('points at refs', async () => {
    expect(
      await printGraph({
        'models/people.sql': 'select *\nfrom {{ ref(\'orders\') }} join {{ ref("ordesr") }}',
        'models/orders.sql': "select * from {{ ref('people') }}, {{ source('raw', 'thing') }}",
        'models/old.sql': '{{ config(enabled=false) }} select 1',
        'models/late.sql': "select * from {{ ref('old') }}",
        'models/_m.yml': `models:
  - name: people
    columns:
      - name: id
        data_tests:
          - relationships: {to: ref('old'), field: id}
          - relationships:
              to: ref("oders")
              field: id
`,
      }),
    ).toMatchInlineSnapshot(`
      "
      error[ref-disabled]: model 'late' refs 'old', which is disabled
        models/late.sql:1:22
        1 | select * from {{ ref('old') }}
          |                      ^^^^^
        hint: enable 'old', or disable 'late' as well
        related: disabled here
          models/old.sql

      error[source-not-found]: model 'orders' uses the source 'raw.thing', which is not defined
        models/orders.sql:1:53
        1 | select * from {{ ref('people') }}, {{ source('raw', 'thing') }}
          |                                                     ^^^^^^^
        hint: define it under \`sources:\` in a YAML file

      error[ref-not-found]: model 'people' refs 'ordesr', which is not in the project
        models/people.sql:2:38
        2 | from {{ ref('orders') }} join {{ ref("ordesr") }}
          |                                      ^^^^^^^^
        hint: did you mean 'orders'?

      warning[ref-disabled]: test 'relationships_people_id__id__ref_old_' refs 'old', which is disabled; the test will not run
        models/_m.yml:6:37
        6 |           - relationships: {to: ref('old'), field: id}
          |                                     ^^^^^
        related: disabled here
          models/old.sql

      error[ref-not-found]: test 'relationships_people_id__id__ref_oders_' refs 'oders', which is not in the project
        models/_m.yml:8:23
        8 |               to: ref("oders")
          |                       ^^^^^^^
        hint: did you mean 'orders'?

      error[graph-cycle]: models depend on each other in a circle: orders → people → orders
        models/orders.sql:1:22
        1 | select * from {{ ref('people') }}, {{ source('raw', 'thing') }}
          |                      ^^^^^^^^
        hint: remove one of these refs, or move what both need into a model of its own
        related: 'people' refs 'orders'
          models/people.sql:2:13
          2 | from {{ ref('orders') }} join {{ ref("ordesr") }}
            |             ^^^^^^^^

      5 errors, 1 warning
      "
    `);
  });
});
