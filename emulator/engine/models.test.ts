import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createDuckDbDialect,
  createProjectCompiler,
  createSqlToolkit,
  loadProjectGraph,
  selectNodes,
} from '../../src/index.js';
import { openLake, type Lake } from './testing/lake.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const landing = join(repository, 'data/landing');

/** The project's models and tests in Athena's dialect, each after those it reads. */
async function compileProject() {
  const loaded = await loadProjectGraph({ cwd: repository, env: {} });
  if (!loaded.ok) throw new Error('the project could not be read');
  const selected = selectNodes(loaded.value.graph, { resourceTypes: ['model', 'test'] });
  if (!selected.ok) throw new Error('nothing is selected');
  const toolkit = createSqlToolkit();
  const compiler = createProjectCompiler(loaded.value, {
    toolkit,
    dialect: createDuckDbDialect(toolkit),
    catalog: { relations: new Map() },
    fullRefresh: false,
  });
  const compiled = compiler.compileNodes(selected.value);
  if (!compiled.ok) throw new Error('the project could not be compiled');
  return compiled.value;
}

/** Each kind of table has databases of its own. */
function inDatabases(sql: string, type: string): string {
  return sql.replace(
    /"warehouse"\."(\w+)"/g,
    (_, schema: string) => `"awsdatacatalog"."${schema}_${type.toLowerCase()}"`,
  );
}

function placeOf(type: string, identifier: string): string {
  const location = `s3://lake/${type}/${identifier}/`;
  return type === 'HIVE'
    ? `external_location = '${location}'`
    : `table_type = 'ICEBERG', location = '${location}'`;
}

describe("this project's models", () => {
  let lake: Lake;
  beforeAll(async () => {
    lake = await openLake();
    for (const folder of readdirSync(landing)) {
      for (const file of readdirSync(join(landing, folder))) {
        await lake.put(`landing/${folder}/${file}`, readFileSync(join(landing, folder, file)));
      }
    }
  });
  afterAll(() => lake.close());

  it.each(['HIVE', 'ICEBERG'])('are built as %s tables, and pass their tests', async (type) => {
    const counts = new Map<string, number>();
    for (const { node, compiledSql } of await compileProject()) {
      const sql = inDatabases(compiledSql, type);
      if (node.resourceType !== 'model') {
        const found = await lake.rows(`SELECT count(*) FROM (\n${sql}\n)`);
        expect([node.name, ...found]).toEqual([node.name, '0']);
        continue;
      }
      const { schema, identifier } = node.relation;
      const database = `${schema}_${type}`.toLowerCase();
      await lake.run(`CREATE SCHEMA IF NOT EXISTS ${database}`);
      const columns = node.columns.map(({ name, data_type }) => `\`${name}\` ${data_type ?? ''}`);
      await lake.run(
        node.config.materialized === 'external_table'
          ? `CREATE EXTERNAL TABLE ${database}.${identifier} (${columns.join(', ').replaceAll('varchar', 'string')})
             ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
             LOCATION 's3://lake/landing/${identifier.replace('_landing', '')}/'`
          : `CREATE TABLE ${database}.${identifier} WITH (${placeOf(type, identifier)}) AS\n${sql}`,
      );
      const [count] = await lake.rows(`SELECT count(*) FROM ${database}.${identifier}`);
      counts.set(identifier, Number(count));
    }
    expect(counts.size).toBeGreaterThan(6);
    expect([...counts].filter(([, count]) => count === 0)).toEqual([]);
  });
});
