import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, type TestProject } from './testing/project.js';

/** `quoting:` of the project and of sources; what is expected is what dbt 1.10 with dbt-duckdb makes of the same files. */
const files = {
  'dbt_project.yml': `
name: quoted
profile: quoted
quoting: { identifier: false, schema: true }
`,
  'profiles.yml': `
quoted: { target: dev, outputs: { dev: { type: duckdb, path: q.duckdb, threads: 1 } } }
`,
  'models/schema.yml': `
sources:
  - name: silent
    schema: main
    tables: [{ name: t1 }, { name: Order, quoting: { identifier: true } }]
  - name: bare
    schema: main
    quoting: { database: false, schema: false, identifier: false }
    tables: [{ name: t1 }, { name: T2, quoting: { identifier: true } }]
`,
  'models/a.sql': `{{ config(materialized='table') }}
select '{{ source('silent', 't1') }} {{ source('silent', 'Order') }}' as silent,
  '{{ source('bare', 't1') }} {{ source('bare', 'T2') }}' as bare,
  '{{ this }} {{ ref('B') }} {{ ref('Sown') }}' as own,
  '{{ this.quote(identifier=true) }} {{ this.include(database=false) }}' as changed
`,
  'models/B.sql': 'select * from {{ ref("Sown") }}\n',
  'seeds/Sown.csv': 'a\n1\n',
};

describe('quoting', () => {
  let project: TestProject;
  beforeAll(() => {
    project = createProject(files);
  });
  afterAll(() => project.remove());

  it('says which parts of names stand in quotes', () => {
    expect(project.run(['build'])).toMatchObject({ code: 0 });
    expect(project.rows('select * from a')).toEqual([
      {
        silent: '"q"."main"."t1" "q"."main"."Order"',
        bare: 'q.main.t1 q.main."T2"',
        own: '"q"."main".a "q"."main".B "q"."main".Sown',
        changed: '"q"."main"."a" "main".a',
      },
    ]);
  });

  it('names relations in the manifest as dbt does', () => {
    const { metadata, nodes, sources } = project.json('target/manifest.json') as {
      metadata: { quoting: unknown };
      nodes: Record<string, { relation_name: string }>;
      sources: Record<string, { relation_name: string }>;
    };
    expect(metadata.quoting).toEqual({
      database: true,
      schema: true,
      identifier: false,
      column: null,
    });
    const names = Object.entries({ ...nodes, ...sources }).map(([id, each]) => [
      id,
      each.relation_name,
    ]);
    expect(Object.fromEntries(names)).toEqual({
      'model.quoted.a': '"q"."main".a',
      'model.quoted.B': '"q"."main".B',
      'seed.quoted.Sown': '"q"."main".Sown',
      // Here, and not where a template prints it, the project's own quoting counts.
      'source.quoted.silent.t1': '"q"."main".t1',
      'source.quoted.silent.Order': '"q"."main"."Order"',
      'source.quoted.bare.t1': 'q.main.t1',
      'source.quoted.bare.T2': 'q.main."T2"',
    });
  });
});
