import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, type TestProject } from './testing/project.js';

/** A project of dbt-duckdb, opened as it is. */
const folder = fileURLToPath(new URL('../fixtures/duckdb-shop', import.meta.url));

function readShop(): Record<string, Uint8Array> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(folder, path).split(sep).join('/'), readFileSync(path)]),
  );
}

interface Table {
  readonly columns: readonly (readonly [name: string, type: string])[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** What dbt made of the same project. */
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Readonly<
  Record<string, Table>
>;

const isOfRun = (column: string): boolean => column.startsWith('dbt_');

function groupBy<T>(
  all: readonly T[],
  keyOf: (each: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const each of all) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return groups;
}

/** Returns all tables and views, with two looks at the warehouse. */
function readTables(project: TestProject): Readonly<Record<string, Table>> {
  const columns = groupBy(
    project.rows(
      "select table_name as name, column_name as c, data_type as type from duckdb_columns() where schema_name = 'main' and not internal order by column_index",
    ),
    ({ name }) => String(name),
  );
  const queries = [...columns].map(([name, all]) => {
    const casts = all
      .filter(({ c }) => !isOfRun(String(c)))
      .map(({ c }) => `"${String(c)}"::varchar`);
    return `select '${name}' as name, to_json([${casts.join(', ')}])::varchar as cells from main."${name}"`;
  });
  const rows = groupBy(project.rows(queries.join(' union all ')), ({ name }) => String(name));
  return Object.fromEntries(
    [...columns].map(([name, all]) => [
      name,
      {
        columns: all.map(({ c, type }): [string, string] => [String(c), String(type)]),
        rows: (rows.get(name) ?? []).map(({ cells }) => JSON.parse(String(cells)) as string[]),
      },
    ]),
  );
}

/** Rows of a table have no order. */
function sortRows(table: Table | undefined): Table | undefined {
  const byText = (row: Table['rows'][number]): string => JSON.stringify(row);
  return (
    table && { ...table, rows: table.rows.toSorted((a, b) => (byText(a) < byText(b) ? -1 : 1)) }
  );
}

describe("a project in DuckDB's own SQL", () => {
  let project: TestProject;
  beforeAll(() => {
    project = createProject(readShop());
    const first = project.run(['build']);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const second = project.run(['build', '--vars', '{more: true}']);
    expect(second).toMatchObject({ code: 0, stderr: '' });
  });
  afterAll(() => project.remove());

  it('has the rows and types that dbt gives', () => {
    const tables = readTables(project);
    expect(Object.keys(tables).toSorted()).toEqual(Object.keys(expected).toSorted());
    for (const [name, table] of Object.entries(tables)) {
      expect({ name, ...sortRows(table) }).toEqual({ name, ...sortRows(expected[name]) });
    }
  });

  it('runs hooks as they are written', () => {
    expect(project.rows('select happening, detail from audit.runs')).toEqual([
      { happening: 'end', detail: 'duckdb' },
      { happening: 'end', detail: 'duckdb' },
    ]);
    expect(project.rows('select audit.dollars(250) as dollars')).toEqual([{ dollars: 2.5 }]);
  });

  it('puts nothing into the warehouse that the project does not speak of', () => {
    const schemas = project.rows(
      "select schema_name from duckdb_schemas() where not internal and database_name = 'shop' order by 1",
    );
    expect(schemas).toEqual([{ schema_name: 'audit' }]);
  });

  it('shows queries and limits them, with ephemeral models in front', () => {
    const query = "from {{ ref('big_orders') }} select id, is_big order by 1 -- the end";
    const shown = project.run(['show', '--inline', query, '--limit', '2', '--output', 'json']);
    expect(JSON.parse(shown.stdout)).toEqual({
      show: [
        { id: 1, is_big: true },
        { id: 2, is_big: true },
      ],
    });
  });

  it('finds wrong columns before anything runs, at their place, and fails only the model that asks for them', () => {
    project.write('models/marts/wrong.sql', "select\n  custmer\nfrom {{ ref('stg_orders') }}\n");
    project.write('models/marts/after_wrong.sql', "select * from {{ ref('wrong') }}\n");
    const { code, stderr } = project.run(['compile']);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('models/marts/wrong.sql:2:3') as string,
    });
    expect(stderr).toContain('column-not-found');
    expect(stderr).toContain('customer');
    expect(project.read('target/compiled/duckdb_shop/models/marts/wrong.sql')).toContain('custmer');
    expect(project.run(['run', '--dry-run'])).toMatchObject({ code: 2 });

    const built = project.run(['run', '--select', 'wrong', 'after_wrong', 'month_totals']);
    expect(built).toMatchObject({ code: 1 });
    expect(built.stdout + built.stderr).toContain('models/marts/wrong.sql:2:3');
    const { results } = JSON.parse(project.read('target/run_results.json')) as {
      results: { unique_id: string; status: string }[];
    };
    expect(Object.fromEntries(results.map((each) => [each.unique_id, each.status]))).toMatchObject({
      'model.duckdb_shop.month_totals': 'success',
      'model.duckdb_shop.wrong': 'error',
      'model.duckdb_shop.after_wrong': 'skipped',
    });
    project.write('models/marts/after_wrong.sql', 'select 1 as a');
    project.write('models/marts/wrong.sql', 'select 1 as a; select 2 as b');
    expect(project.run(['compile']).stderr).toContain('sql-several-statements');
    project.write('models/marts/wrong.sql', 'select 1 as a');
  });

  it("tells what DuckDB cannot compute in DuckDB's words, and of no Athena", () => {
    project.write(
      'models/marts/wrong.sql',
      "{{ config(materialized='table') }}\nselect var_pop(x) as v from (values (1e308), (-1e308)) as t(x)\n",
    );
    const { code, stdout, stderr } = project.run(['run', '--select', 'wrong']);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('VARPOP is out of range') as string,
    });
    expect(stdout + stderr).not.toMatch(/engine-limit|Athena/);
    project.write('models/marts/wrong.sql', 'select 1 as a');
  });

  it("is read as Athena's SQL where its profile has an output of that type as well", () => {
    const profiles = project.read('profiles.yml');
    project.write(
      'profiles.yml',
      `${profiles}    lake: { type: athena, s3_staging_dir: 's3://bucket/staging/', schema: shop, region_name: eu-west-1 }\n`,
    );
    const file = project.read('dbt_project.yml').replace('numeric(12,2)', 'decimal(12,2)');
    project.write('dbt_project.yml', file);
    const { code, stderr } = project.run(['compile', '--select', 'month_totals']);
    expect(code).toBe(2);
    expect(stderr).toContain("the profile has an output of type 'athena' as well");
    const debug = project.run(['debug']);
    expect(debug.stdout + debug.stderr).toContain("Athena's, because");
    project.write('dbt_project.yml', `${file}vars: { stedi_sql_dialect: duckdb }\n`);
    expect(project.run(['compile', '--select', 'month_totals'])).toMatchObject({ code: 0 });
    project.write('dbt_project.yml', `${file}vars: { stedi_sql_dialect: duckbd }\n`);
    expect(project.run(['parse']).stderr).toContain("did you mean 'duckdb'?");
  });
});
