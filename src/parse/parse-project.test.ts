import type { SourceLocation } from '../core/diagnostic.js';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../core/diagnostic.js';
import type { ModelNode, ParsedNode, SourceNode, TestNode } from '../core/node.js';
import { defaultConfig } from '../core/testing/nodes.js';
import { parseProject } from './parse-project.js';
import { sampleOptions, sampleProject, type ProjectSketch } from './testing/sample-project.js';

function parse(sketch: ProjectSketch) {
  return parseProject(sampleProject(sketch), sampleOptions(sketch.vars));
}

function nodesOf(sketch: ProjectSketch): readonly ParsedNode[] {
  const result = parse(sketch);
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics, null, 2));
  return result.value.nodes;
}

function modelOf(sketch: ProjectSketch): ModelNode {
  const model = nodesOf(sketch).find((node) => node.resourceType === 'model');
  if (model === undefined) throw new Error('there is no model');
  return model;
}

function testsOf(sketch: ProjectSketch): readonly TestNode[] {
  return nodesOf(sketch).filter((node) => node.resourceType === 'test');
}

function complaints(sketch: ProjectSketch): readonly Diagnostic[] {
  const { ok, diagnostics } = parse(sketch);
  expect(ok).toBe(!diagnostics.some(({ severity }) => severity === 'error'));
  return diagnostics;
}

const landing = {
  name: 'customer_landing',
  config: { materialized: 'external_table', location: 'data/customer', format: 'json' },
  columns: [{ name: 'email', data_type: 'varchar' }],
};

describe('models', () => {
  it('has a node per SQL file', () => {
    const sql = "select * from {{ ref('b') }} join {{ source('raw', 'c') }}";
    const model = modelOf({
      files: { 'models/trusted/deep/a.sql': sql },
      yaml: {
        'models/_models.yml': {
          models: [
            {
              name: 'a',
              description: 'See {{ doc("a") }}',
              columns: [{ name: 'id', data_type: 'bigint', description: 'The key', tags: ['key'] }],
            },
          ],
        },
      },
    });
    expect(model).toEqual({
      resourceType: 'model',
      uniqueId: 'model.stedi.a',
      name: 'a',
      packageName: 'stedi',
      path: 'models/trusted/deep/a.sql',
      fqn: ['stedi', 'trusted', 'deep', 'a'],
      description: 'See {{ doc("a") }}',
      tags: [],
      patchPath: 'models/_models.yml',
      rawSql: sql,
      language: 'sql',
      config: { ...defaultConfig, materialized: 'view' },
      refs: [{ name: 'b', location: { path: 'models/trusted/deep/a.sql', line: 1, column: 18 } }],
      sources: [
        {
          source: 'raw',
          table: 'c',
          location: { path: 'models/trusted/deep/a.sql', line: 1, column: 38 },
        },
      ],
      macros: [],
      vars: [],
      unrenderedConfig: {},
      checksum: sampleOptions().hash(sql),
      columns: [
        { name: 'id', data_type: 'bigint', description: 'The key', tags: ['key'], meta: {} },
      ],
      relation: { database: 'warehouse', schema: 'stedi', identifier: 'a', type: 'view' },
    });
  });

  it('merges configuration: folders, deeper ones first, then YAML, then the file', () => {
    const { config, tags } = modelOf({
      models: {
        '+materialized': 'table',
        '+tags': ['all'],
        '+meta': { a: 0, b: 0 },
        trusted: {
          '+schema': 'trusted',
          '+alias': 'from_folder',
          '+meta': { b: 1, c: 1 },
          deep: { '+schema': 'deep', '+tags': ['deep'] },
          a: { '+materialized': 'never' },
        },
      },
      files: {
        'models/trusted/deep/a.sql': '{{ config(alias="from_file", tags=["file"]) }} select 1',
        'models/trusted/a.sql': '{{ config(enabled=false) }} select 1',
      },
      yaml: {
        'models/_models.yml': {
          models: [
            { name: 'a', config: { alias: 'from_yaml', tags: ['yaml', 'all'], meta: { c: 2 } } },
          ],
        },
      },
    });
    expect(config).toMatchObject({
      materialized: 'table',
      schema: 'deep',
      alias: 'from_file',
      tags: ['all', 'deep', 'yaml', 'file'],
      meta: { a: 0, b: 1, c: 2 },
    });
    expect(tags).toBe(config.tags);
  });

  it("takes folder configuration under the model's own name", () => {
    const sketch = { models: { trusted: { a: { '+alias': 'x' } } } };
    const model = modelOf({ ...sketch, files: { 'models/trusted/a.sql': 'select 1' } });
    expect(model.config.alias).toBe('x');
  });

  it.each([
    ['select 1', { schema: 'stedi', identifier: 'a', type: 'view' }],
    [
      '{{ config(schema="gold", materialized="table") }} select 1',
      { schema: 'stedi_gold', type: 'table' },
    ],
    [
      '{{ config(alias="b", materialized="incremental") }} select 1',
      { identifier: 'b', type: 'table' },
    ],
  ])("names the relation as dbt's macros do: %s", (sql, expected) => {
    expect(modelOf({ files: { 'models/a.sql': sql } }).relation).toMatchObject(expected);
  });

  it('has no relation type for an ephemeral model', () => {
    const sql = '{{ config(materialized="ephemeral") }} select 1';
    expect(modelOf({ files: { 'models/a.sql': sql } }).relation).not.toHaveProperty('type');
  });

  it('puts disabled models aside, with their tests', () => {
    const result = parse({
      files: {
        'models/a.sql': '{{ config(enabled=false) }}',
        'models/b.sql': 'select 1',
        'tests/t.sql': '{{ config(enabled=false) }} select 1',
      },
      yaml: {
        'models/m.yml': {
          models: [
            { name: 'a', data_tests: [{ unique: { arguments: { column_name: 'id' } } }] },
            {
              name: 'b',
              columns: [{ name: 'id', data_tests: [{ unique: { config: { enabled: false } } }] }],
            },
          ],
        },
      },
    });
    if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
    expect(result.value.nodes.map(({ name }) => name)).toEqual(['b']);
    expect(result.value.disabled.map(({ name }) => name)).toEqual([
      'a',
      'unique_a_id',
      'unique_b_id',
      't',
    ]);
  });

  it('reports what the template engine says', () => {
    expect(complaints({ files: { 'models/a.sql': '{{ broken }}' } })).toMatchObject([
      { code: 'template-undefined', location: { path: 'models/a.sql', line: 1, column: 4 } },
    ]);
  });

  it.each(['', '  \n', '-- select 1', '{{ config(materialized="table") }}\n-- nothing'])(
    'refuses an empty model: %j',
    (sql) => {
      expect(complaints({ files: { 'models/a.sql': sql } })).toEqual([
        {
          code: 'model-empty',
          severity: 'error',
          message: "expected SQL in model 'a', found none",
          location: { path: 'models/a.sql' },
          hint: 'write a SELECT, or delete the file',
        },
      ]);
    },
  );

  it('points at a wrong key of config()', () => {
    const sql = '-- materialised\n{{ config(\n  tags="x",\n  materialised="table"\n) }}\nselect 1';
    expect(complaints({ files: { 'models/a.sql': sql } })).toMatchObject([
      {
        code: 'config-unknown-key',
        location: {
          path: 'models/a.sql',
          line: 4,
          column: 3,
          length: 12,
          sourceLine: '  materialised="table"',
        },
      },
    ]);
  });

  it('points at wrong configuration in YAML: at keys, and at values', () => {
    const yaml = {
      'models/m.yml': { models: [{ name: 'a', config: { materialised: 'table', enabled: 'ja' } }] },
    };
    expect(complaints({ files: { 'models/a.sql': 'select 1' }, yaml })).toMatchObject([
      { code: 'config-unknown-key', location: { sourceLine: '~models.0.config.materialised' } },
      { code: 'config-invalid-value', location: { sourceLine: 'models.0.config.enabled' } },
    ]);
  });

  it('says which folder configuration applies to nothing', () => {
    const sketch = { trusted: { '+schema': 't', dep: {} }, landng: { '+schema': 'l' } };
    const files = { 'models/trusted/deep/a.sql': 'select 1', 'models/landing/b.sql': 'select 1' };
    const location = { path: 'stedi_project.yml' };
    expect(complaints({ files, models: sketch, tests: { unit: {} } })).toEqual([
      {
        code: 'config-unused',
        severity: 'warning',
        message: "the settings under 'models.trusted.dep' apply to no model",
        location,
        hint: "did you mean 'deep'?",
      },
      {
        code: 'config-unused',
        severity: 'warning',
        message: "the settings under 'models.landng' apply to no model",
        location,
        hint: "did you mean 'landing'?",
      },
      {
        code: 'config-unused',
        severity: 'warning',
        message: "the settings under 'tests.unit' apply to no test",
        location,
        hint: 'remove them',
      },
    ]);
  });

  it('refuses two models of a name, and lets a disabled one be', () => {
    const files = { 'models/a/m.sql': 'select 1', 'models/b/m.sql': 'select 2' };
    expect(complaints({ files })).toEqual([
      {
        code: 'duplicate-name',
        severity: 'error',
        message: "two models have the name 'm'",
        location: { path: 'models/b/m.sql' },
        hint: 'rename one of the files; names are unique across folders',
        related: [{ message: 'first here', location: { path: 'models/a/m.sql' } }],
      },
    ]);
    expect(complaints({ files, models: { a: { '+enabled': false } } })).toEqual([]);
  });

  it('refuses two models of a relation, in any case of letters', () => {
    const files = {
      'models/a.sql': '{{ config(alias="Customer") }} select 1',
      'models/customer.sql': 'select 1',
      'models/other.sql': '{{ config(alias="customer", materialized="ephemeral") }} select 1',
      'models/elsewhere.sql': '{{ config(alias="customer", schema="x") }} select 1',
    };
    expect(complaints({ files })).toEqual([
      {
        code: 'relation-collision',
        severity: 'error',
        message: "models 'a' and 'customer' would both be built as stedi.customer",
        location: { path: 'models/customer.sql' },
        hint: 'give one of them another `alias` or `schema`',
        related: [{ message: "'a' is defined here", location: { path: 'models/a.sql' } }],
      },
    ]);
  });
});

describe('YAML entries of models', () => {
  it('refuses an entry without a model', () => {
    const yaml = { 'models/m.yml': { models: [{ name: 'custmer' }, { name: 'entirely_else' }] } };
    expect(complaints({ files: { 'models/customer.sql': 'select 1' }, yaml })).toMatchObject([
      {
        code: 'properties-without-model',
        severity: 'error',
        message: "expected a SQL file for the model 'custmer', found none",
        location: { path: 'models/m.yml', sourceLine: 'models.0.name' },
        hint: "did you mean 'customer'?",
      },
      { hint: 'only an external_table needs no SQL file' },
    ]);
  });

  it('refuses two entries for a model, and two for a column', () => {
    const columns = [{ name: 'id' }, { name: 'day' }, { name: 'ID' }];
    const yaml = {
      'models/m.yml': { models: [{ name: 'a', columns }] },
      'models/n.yml': { models: [{ name: 'a', data_tests: ['nonsense'] }] },
    };
    expect(complaints({ files: { 'models/a.sql': 'select 1' }, yaml })).toMatchObject([
      {
        code: 'duplicate-name',
        message: "column 'ID' of model 'a' is described twice",
        location: { path: 'models/m.yml', sourceLine: 'models.0.columns.2.name' },
        related: [{ message: 'first here', location: { sourceLine: 'models.0.columns.0.name' } }],
      },
      {
        code: 'duplicate-name',
        message: "model 'a' is described twice",
        location: { path: 'models/n.yml', sourceLine: 'models.0.name' },
        hint: 'merge the two entries',
        related: [{ message: 'first here', location: { path: 'models/m.yml' } }],
      },
    ]);
  });
});

describe('external tables', () => {
  it('needs no SQL file', () => {
    const model = modelOf({ yaml: { 'models/landing/_landing.yml': { models: [landing] } } });
    expect(model).toMatchObject({
      uniqueId: 'model.stedi.customer_landing',
      path: 'models/landing/_landing.yml',
      patchPath: 'models/landing/_landing.yml',
      fqn: ['stedi', 'landing', 'customer_landing'],
      rawSql: '',
      refs: [],
      config: { location: 'data/customer', format: 'json' },
      columns: [{ name: 'email', data_type: 'varchar' }],
      relation: { identifier: 'customer_landing', type: 'external' },
    });
  });

  it('may be one by its folder', () => {
    const { config, ...rest } = landing;
    const model = modelOf({
      models: { landing: { '+materialized': 'external_table' } },
      yaml: {
        'models/landing/_landing.yml': {
          models: [{ ...rest, config: { location: config.location } }],
        },
      },
    });
    expect(model.config.materialized).toBe('external_table');
  });

  it('may have a SQL file without SQL', () => {
    const model = modelOf({
      files: { 'models/landing/customer_landing.sql': '-- see the YAML file' },
      yaml: { 'models/landing/_landing.yml': { models: [landing] } },
    });
    expect(model).toMatchObject({
      path: 'models/landing/customer_landing.sql',
      rawSql: '-- see the YAML file',
      relation: { type: 'external' },
    });
  });

  it('renders templates in its configuration', () => {
    const config = {
      ...landing.config,
      location: "{{ var('root') }}/customer",
      enabled: "{{ var('on') }}",
      meta: { from: ["{{ var('root') }}"] },
    };
    const yaml = { 'models/m.yml': { models: [{ ...landing, config }] } };
    const model = modelOf({ yaml, vars: { root: 's3://bucket', on: true } });
    expect(model.config).toMatchObject({
      location: 's3://bucket/customer',
      enabled: true,
      meta: { from: ['s3://bucket'] },
    });
  });

  it('points at a template that fails, and at a ref', () => {
    const config = { ...landing.config, location: '{{ broken }}', format: "{{ ref('a') }}" };
    const yaml = { 'models/m.yml': { models: [{ ...landing, config }] } };
    expect(complaints({ yaml })).toMatchObject([
      { code: 'template-undefined', location: { sourceLine: 'models.0.config.location' } },
      {
        code: 'template-forbidden',
        message: "a YAML value cannot depend on ref('a')",
        location: { sourceLine: 'models.0.config.format' },
        hint: 'use var(), env_var() or target',
      },
    ]);
  });

  it('reports all that is missing', () => {
    const columns = [{ name: 'a' }, { name: 'b', data_type: 'bigint' }, { name: 'c' }];
    const yaml = {
      'models/m.yml': {
        models: [
          { name: 'x', config: { materialized: 'external_table' } },
          { name: 'y', config: { ...landing.config }, columns },
        ],
      },
    };
    const noType = 'add `data_type:`, such as bigint or varchar';
    expect(complaints({ files: { 'models/y.sql': 'select 1' }, yaml })).toMatchObject([
      {
        code: 'materialization-invalid',
        message: "external_table model 'y' declares files and cannot have a query",
        location: { path: 'models/y.sql' },
        hint: 'remove the SQL, or choose another materialization',
      },
      {
        code: 'materialization-invalid',
        message: "column 'a' of external_table model 'y' has no data_type",
        location: { sourceLine: 'models.1.columns.0.name' },
        hint: noType,
      },
      {
        code: 'materialization-invalid',
        message: "column 'c' of external_table model 'y' has no data_type",
        location: { sourceLine: 'models.1.columns.2.name' },
        hint: noType,
      },
      {
        code: 'materialization-invalid',
        message: "external_table model 'x' has no location",
        location: { sourceLine: 'models.0.name' },
        hint: 'add `location:` under `config:`, the folder or file with the data',
      },
      {
        code: 'materialization-invalid',
        message: "external_table model 'x' has no columns",
        location: { sourceLine: 'models.0.name' },
        hint: 'declare `columns:` with `name` and `data_type` in a YAML file',
      },
    ]);
  });

  it('points at the SQL file where there is no YAML entry', () => {
    const sql = '{{ config(materialized="external_table") }}';
    const places = complaints({ files: { 'models/a.sql': sql } }).map(({ location }) => location);
    expect(places).toEqual([{ path: 'models/a.sql' }, { path: 'models/a.sql' }]);
  });
});

describe('sources', () => {
  const yaml = {
    'models/raw/sources.yml': {
      sources: [
        {
          name: 'raw',
          schema: 'raw_2023',
          tables: [
            {
              name: 'customer',
              identifier: 'customers_v1',
              description: 'All customers',
              columns: [{ name: 'id', data_tests: ['unique'] }],
            },
          ],
        },
      ],
    },
  };

  it('has a node per table', () => {
    const source = nodesOf({ yaml }).find((node) => node.resourceType === 'source');
    expect(source).toEqual({
      resourceType: 'source',
      uniqueId: 'source.stedi.raw.customer',
      name: 'customer',
      packageName: 'stedi',
      path: 'models/raw/sources.yml',
      fqn: ['stedi', 'raw', 'raw', 'customer'],
      description: 'All customers',
      tags: [],
      patchPath: null,
      sourceName: 'raw',
      unrenderedConfig: { schema: 'raw_2023', identifier: 'customers_v1' },
      columns: [{ name: 'id', description: '', tags: [], meta: {} }],
      relation: { database: 'warehouse', schema: 'raw_2023', identifier: 'customers_v1' },
      details: {
        sourceDescription: '',
        loader: '',
        meta: {},
        sourceMeta: {},
        enabled: true,
        loadedAtField: null,
        loadedAtQuery: null,
        freshness: null,
        location: expect.objectContaining({ path: 'models/raw/sources.yml' }) as SourceLocation,
      },
    } satisfies SourceNode);
  });

  it('can be tested', () => {
    const [test] = testsOf({ yaml });
    expect(test).toMatchObject({
      name: 'source_unique_raw_customer_id',
      sources: [{ source: 'raw', table: 'customer' }],
      generic: { attachedNode: 'source.stedi.raw.customer', columnName: 'id' },
    });
    expect(test?.rawSql).toContain("from {{ source('raw', 'customer') }}");
  });

  it('refuses a table that is defined twice', () => {
    const again = { 'models/z.yml': yaml['models/raw/sources.yml'] };
    expect(complaints({ yaml: { ...yaml, ...again } })).toMatchObject([
      {
        code: 'duplicate-name',
        message: "the test 'source_unique_raw_customer_id' is asked for twice",
      },
      {
        code: 'duplicate-name',
        message: "the source table 'raw.customer' is defined twice",
        location: { path: 'models/z.yml', sourceLine: 'sources.0.tables.0.name' },
        related: [{ location: { path: 'models/raw/sources.yml' } }],
      },
    ]);
  });
});

it('parses 10,000 models', () => {
  const count = 10_000;
  const names = Array.from({ length: count }, (_, index) => `m${index}`);
  const files = Object.fromEntries(names.map((name) => [`models/z/${name}.sql`, 'select 1']));
  const models = names.map((name) => ({
    name,
    columns: [{ name: 'id', data_tests: ['unique', 'not_null'] }],
  }));
  const nodes = nodesOf({
    files,
    yaml: { 'models/m.yml': { models } },
    models: { z: { '+tags': 'x' } },
  });
  expect(nodes).toHaveLength(3 * count);
});

describe('a source whose place depends on the target', () => {
  const sourceYaml = (entry: Record<string, string>) => ({
    'models/_sources.yml': { sources: [{ name: 'raw', ...entry, tables: [{ name: 'orders' }] }] },
  });

  it('has the Jinja in what it says rendered, and keeps what is written', () => {
    const source = nodesOf({
      yaml: sourceYaml({ schema: "{{ var('raw') }}", database: "{{ var('lake') }}" }),
      vars: { raw: 'landing', lake: 'store' },
    })[0] as SourceNode;
    expect(source).toMatchObject({
      relation: { database: 'store', schema: 'landing', identifier: 'orders' },
      unrenderedConfig: { schema: "{{ var('raw') }}", database: "{{ var('lake') }}" },
    });
  });

  it('is in the target’s database if its own is rendered to nothing', () => {
    const source = nodesOf({
      yaml: sourceYaml({ database: "{{ var('lake') }}" }),
      vars: { lake: '' },
    })[0] as SourceNode;
    expect(source.relation.database).toBe('warehouse');
  });
});

describe('a project in dbt’s form', () => {
  const sketch: ProjectSketch = {
    files: { 'models/a.sql': 'select 1 as id' },
    yaml: {
      'models/_models.yml': {
        models: [
          {
            name: 'a',
            columns: [
              { name: 'id', description: 'first', data_tests: ['unique'] },
              { name: 'ID', description: 'second', data_tests: [] },
            ],
          },
          { name: 'gone', columns: [{ name: 'id', data_tests: ['unique'] }] },
        ],
      },
    },
  };

  it('may describe what is not there and columns twice, with a warning', () => {
    const strict = complaints(sketch).map(({ code, severity }) => `${severity} ${code}`);
    expect(strict).toEqual(['error duplicate-name', 'error properties-without-model']);
    const result = parseProject(sampleProject(sketch), { ...sampleOptions(), isDbtForm: true });
    expect(result.diagnostics.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'warning duplicate-name',
      'warning properties-without-model',
    ]);
    const nodes = result.ok ? result.value.nodes : [];
    expect(nodes.map(({ uniqueId }) => uniqueId.split('.').slice(0, 3).join('.'))).toEqual([
      'model.stedi.a',
      'test.stedi.unique_a_ID',
    ]);
    expect((nodes[0] as ModelNode).columns).toMatchObject([{ name: 'ID', description: 'second' }]);
  });
});
