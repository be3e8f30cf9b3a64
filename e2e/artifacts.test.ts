import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAthenaProject, type AthenaProject } from './testing/athena.js';
import { createProject, plainConfig, type TestProject } from './testing/project.js';

/*
 * What other tools read. Their own parser runs where a Python has it: `python3`, or the one that STEDI_SQL_PYTHON names:
 *   python3 -m venv readers && readers/bin/pip install dbt-artifacts-parser
 *   STEDI_SQL_PYTHON=readers/bin/python npx vitest run --project e2e e2e/artifacts.test.ts
 */
const python = process.env['STEDI_SQL_PYTHON'] ?? 'python3';
const hasParser = spawnSync(python, ['-c', 'import dbt_artifacts_parser']).status === 0;
if (!hasParser) {
  process.stderr.write(
    `SKIPPED: dbt-artifacts-parser on our artifacts: '${python}' does not have it (see e2e/artifacts.test.ts).\n`,
  );
}
const schemas = new URL('../../shared/dbt-schemas/', import.meta.url);
const haveSchemas = existsSync(schemas);
if (!haveSchemas) {
  process.stderr.write("SKIPPED: our artifacts by dbt's schemas: ../shared is not there.\n");
}

const files = {
  'stedi_project.yml': plainConfig,
  'seeds/countries.csv': 'code,name\nDE,Germany\nFR,France\n',
  'macros/upper_name.sql': '{% macro upper_name(column) %}upper({{ column }}){% endmacro %}\n',
  'models/named.sql':
    "select code, {{ upper_name('name') }} as name, {{ var('least', 1) }} as least from {{ ref('countries') }}\n",
  'models/counted.sql': "select count(*) as n from {{ ref('named') }}\n",
  'models/inline.sql': "{{ config(materialized='ephemeral') }}\nselect 1 as one\n",
  'models/schema.yml': `models:
  - name: named
    config: {materialized: table}
    description: Countries, 'named' loudly.
    columns:
      - {name: code, description: Two letters., data_tests: [unique, not_null]}
      - {name: not_there, description: Nobody has it.}
  - name: counted
    config: {materialized: view, persist_docs: {relation: false}}
    description: Stays in the project.
    columns:
      - {name: n, description: How many., data_tests: [{not_null: {config: {severity: warn}}}]}
unit_tests:
  - name: shouts
    model: named
    given: [{input: ref('countries'), rows: [{code: DE, name: Germany}]}]
    expect: {rows: [{name: GERMANY}]}
`,
  'tests/some.sql': "select * from {{ ref('counted') }} where n = 0\n",
};

const artifacts = [
  ['manifest.json', 'manifest-v12.json', 'parse_manifest'],
  ['run_results.json', 'run-results-v6.json', 'parse_run_results'],
  ['catalog.json', 'catalog-v1.json', 'parse_catalog'],
] as const;

interface CatalogEntry {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly columns: Readonly<Record<string, { readonly comment: string | null }>>;
}

let project: TestProject;
let athena: AthenaProject;
beforeAll(async () => {
  project = createProject(files);
  athena = await createAthenaProject({ ...files, 'stedi_project.yml': 'name: shop\n' });
  for (const command of [['build'], ['docs', 'generate']]) {
    const done = project.run(command);
    if (done.code !== 0) throw new Error(done.stdout + done.stderr);
    const there = await athena.run(command);
    if (there.code !== 0) throw new Error(there.stdout + there.stderr);
  }
});
afterAll(async () => {
  project.remove();
  await athena.close();
});

const engines = [
  ['DuckDB', () => project],
  ['Athena', () => athena.project],
] as const;

describe.each(engines)('artifacts of a build on %s', (_title, of) => {
  it.skipIf(!haveSchemas).each(artifacts)("%s is valid by dbt's schema", (name, schema) => {
    const text = readFileSync(new URL(schema, schemas), 'utf8');
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const validate = ajv.compile(JSON.parse(text) as object);
    validate(of().json(`target/${name}`));
    expect(validate.errors ?? []).toEqual([]);
  });

  it.skipIf(!hasParser).each(artifacts)(
    '%s is read by dbt-artifacts-parser',
    (name, _schema, parse) => {
      const script = `import json, sys
from dbt_artifacts_parser import parser
print(type(parser.${parse}(json.load(open(sys.argv[1])))).__name__)`;
      const path = join(of().root, 'target', name);
      const { status, stdout, stderr } = spawnSync(python, ['-c', script, path], {
        encoding: 'utf8',
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).not.toBe('');
    },
  );

  it('says in catalog.json what the warehouse holds, with descriptions as comments', () => {
    const { nodes, sources } = of().json('target/catalog.json') as {
      nodes: Record<string, CatalogEntry>;
      sources: object;
    };
    expect(sources).toEqual({});
    expect(Object.keys(nodes).sort()).toEqual([
      'model.shop.counted',
      'model.shop.named',
      'seed.shop.countries',
    ]);
    const named = nodes['model.shop.named'];
    expect(named?.metadata).toMatchObject({
      // dbt-duckdb's word and dbt-athena's.
      type: expect.stringMatching(/^(?:BASE TABLE|table)$/u) as string,
      name: 'named',
      comment: "Countries, 'named' loudly.",
    });
    expect(Object.keys(named?.columns ?? {})).toEqual(['code', 'name', 'least']);
    expect(named?.columns).toMatchObject({
      code: { index: 1, name: 'code', comment: 'Two letters.' },
      name: { index: 2, comment: null },
    });
    const counted = nodes['model.shop.counted'];
    expect(counted?.metadata).toMatchObject({
      type: expect.stringMatching(/^view$/iu) as string,
      comment: null,
    });
    expect(counted?.columns).toMatchObject({ n: { comment: 'How many.' } });
  });

  it('keeps the compiled SQL of all nodes in the manifest', () => {
    const { nodes } = of().json('target/manifest.json') as {
      nodes: Record<string, { resource_type: string; compiled_code?: string }>;
    };
    const models = Object.values(nodes).filter(({ resource_type: type }) => type === 'model');
    expect(models.map(({ compiled_code: code }) => typeof code)).toEqual([
      'string',
      'string',
      'string',
    ]);
  });
});

it('limits the catalog to a selection, and looks at nothing with --empty-catalog', () => {
  const idsAfter = (...flags: readonly string[]): readonly string[] => {
    const { code, stderr } = project.run(['docs', 'generate', '--no-compile', ...flags]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return Object.keys((project.json('target/catalog.json') as { nodes: object }).nodes);
  };
  expect(idsAfter('--select', 'named+')).toEqual(['model.shop.counted', 'model.shop.named']);
  expect(idsAfter('--empty-catalog')).toEqual([]);
});
