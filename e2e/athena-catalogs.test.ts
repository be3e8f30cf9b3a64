import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { AthenaClient, CreateDataCatalogCommand } from '@aws-sdk/client-athena';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '../emulator/index.js';
import { createAthenaProject, type AthenaProject } from './testing/athena.js';

const owner = '210987654321';

const files: Readonly<Record<string, string>> = {
  'stedi_project.yml': 'name: shop\nmodels:\n  shop:\n    +materialized: table\n',
  'models/sources.yml': [
    'sources:',
    '  - name: sales',
    '    database: shared',
    '    schema: sales',
    '    tables:',
    '      - name: orders',
    '        loaded_at_field: ordered_at',
    '        freshness: {error_after: {count: 100000, period: day}}',
    '        columns: [{name: id, data_tests: [not_null]}]',
    '',
  ].join('\n'),
  'models/large.sql':
    "select id, amount, ordered_at from {{ source('sales', 'orders') }} where amount > 10\n",
  'models/merged.sql': [
    "{{ config(materialized='incremental', unique_key='id') }}",
    "select id, amount from {{ ref('large') }}",
    '',
  ].join('\n'),
  'models/days.sql': [
    "{{ config(materialized='incremental', incremental_strategy='insert_overwrite', table_type='hive', partitioned_by=['day']) }}",
    "select id, cast(ordered_at as date) as day from {{ source('sales', 'orders') }}",
    '',
  ].join('\n'),
};

/** The calls that a command made. */
async function callsOf(
  { emulator }: AthenaProject,
  command: () => Promise<unknown>,
): Promise<readonly Call[]> {
  const before = emulator.calls.length;
  await command();
  return emulator.calls.slice(before);
}

describe('a data catalog of another account', () => {
  let athena: AthenaProject;
  const succeed = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await athena.run([...args, '--no-color']);
    expect(code, `${stdout}${stderr}`).toBe(0);
    return stdout;
  };

  beforeAll(async () => {
    athena = await createAthenaProject(files);
    const { emulator, project } = athena;
    const client = new AthenaClient({
      region: 'eu-central-1',
      endpoint: emulator.endpoint,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    await client.send(
      new CreateDataCatalogCommand({
        Name: 'shared',
        Type: 'GLUE',
        Parameters: { 'catalog-id': owner },
      }),
    );
    client.destroy();
    emulator.glueOf(owner).createDatabase({ Name: 'sales' });
    // One's own account has a table of the same name, with other columns.
    emulator.glue.createDatabase({ Name: 'sales' });
    await athena.query(
      "create table sales.orders with (format = 'parquet', external_location = 's3://lake/own/') as select 'own' as id",
    );
    await athena.query(
      `create table shared.sales.orders with (table_type = 'ICEBERG', is_external = false, location = 's3://lake/owner/orders/') as
      select * from (values (1, 5, timestamp '2026-01-01 00:00:00.000000'), (2, 20, timestamp '2026-01-02 00:00:00.000000')) as t(id, amount, ordered_at)`,
    );
    const text = project.read('stedi_project.yml');
    const target = [
      '  owner:',
      '    type: athena',
      '    region: eu-central-1',
      `    endpoint: ${emulator.endpoint}`,
      '    s3_data_dir: s3://lake/owner-tables/',
      '    s3_staging_dir: s3://lake/results/',
      '    schema: stedi',
      '    catalog: shared',
      `    catalog_id: '${owner}'`,
      '',
    ].join('\n');
    project.write('stedi_project.yml', `${text}${target}`);
  });
  afterAll(() => athena.close());

  it('is read by tables, with the types of its columns', async () => {
    await succeed('build');
    expect(await athena.query('select id, amount from stedi.merged')).toEqual(['["2","20"]']);
    expect(await athena.query('select id, day from stedi.days')).toEqual([
      '["1","2026-01-01"]',
      '["2","2026-01-02"]',
    ]);
    const columns = athena.emulator.glue.getTable('stedi', 'large').StorageDescriptor?.Columns;
    expect(columns?.map(({ Type }) => Type)).toEqual(['int', 'int', 'timestamp']);
  });

  it('is asked through Glue, for the tables of the project alone', async () => {
    const calls = await callsOf(athena, () => succeed('build', '--select', 'large'));
    expect(calls.filter(({ operation }) => operation === 'GetDataCatalog')).toHaveLength(1);
    const sales = calls.filter(
      ({ service, subject }) => service === 'glue' && /^sales/.test(subject),
    );
    expect(sales.map(({ operation }) => operation)).toEqual(['GetTables']);
  });

  it.each([
    [
      'a column that it lacks',
      "select note from {{ source('sales', 'orders') }}",
      /column-not-found.*note/,
    ],
    [
      'a view over it',
      "{{ config(materialized='view') }}\nselect id from {{ source('sales', 'orders') }}",
      /materialization-invalid.*'shared', and Athena makes no views/,
    ],
    [
      'a model in it, on a target that writes to another',
      "{{ config(database='shared') }}\nselect id from {{ source('sales', 'orders') }}",
      /config-unsupported.*'shared', but the target writes to 'AwsDataCatalog' alone/,
    ],
  ])('refuses %s before anything runs', async (_, sql, expected) => {
    athena.project.write('models/wrong.sql', `${sql}\n`);
    let refused: Awaited<ReturnType<AthenaProject['run']>> | undefined;
    const calls = await callsOf(athena, async () => {
      refused = await athena.run(['build', '--no-color']);
    });
    rmSync(join(athena.project.root, 'models/wrong.sql'));
    expect(refused?.code).toBe(2);
    expect(refused?.stderr).toMatch(expected);
    expect(calls.filter(({ operation }) => operation === 'StartQueryExecution')).toEqual([]);
  });

  it('is in freshness, docs and the policy', async () => {
    expect(await succeed('source', 'freshness')).toContain('1 fresh');
    await succeed('docs', 'generate', '--no-compile');
    const { sources } = JSON.parse(athena.project.read('target/catalog.json')) as {
      sources: Record<string, { metadata: object; columns: object }>;
    };
    expect(sources['source.shop.sales.orders']).toMatchObject({
      metadata: { database: 'shared', schema: 'sales', name: 'orders' },
      columns: { id: { type: 'int' }, ordered_at: { type: 'timestamp' } },
    });
    const policy = await succeed('iam-policy', '--account');
    expect(policy).toContain(`arn:aws:glue:eu-central-1:${owner}:table/sales/orders`);
    expect(policy).toContain('arn:aws:athena:eu-central-1:123456789012:datacatalog/shared');
    expect(policy).not.toContain('arn:aws:glue:eu-central-1:123456789012:database/sales');
    expect(policy).toMatch(
      /"ReadSources",\s+"Effect": "Allow",\s+"Action": \[\s+"s3:GetObject"\s+\],\s+"Resource": \[\s+"arn:aws:s3:::/,
    );
  });

  it('is written to by a target that names it, and by it alone', async () => {
    await succeed('build', '--target', 'owner');
    await succeed('build', '--target', 'owner');
    const tables = athena.emulator.glueOf(owner).listTables('stedi');
    expect(tables.map(({ Name }) => Name)).toEqual(['days', 'large', 'merged']);
    expect(tables.map(({ StorageDescriptor }) => StorageDescriptor?.Location)).toEqual(
      tables.map(
        () => expect.stringMatching(/^s3:\/\/lake\/owner-tables\/stedi\//) as unknown as string,
      ),
    );
    expect(await athena.query('select id, amount from shared.stedi.merged')).toEqual([
      '["2","20"]',
    ]);
    expect(await athena.query('select id from shared.stedi.days')).toHaveLength(2);
    const collected = await succeed('gc', '--apply', '--grace', '0m', '--target', 'owner');
    expect(collected).toContain('emoved');
    expect(await athena.query('select id, amount from shared.stedi.merged')).toEqual([
      '["2","20"]',
    ]);
  });

  it('holds what refs are deferred to', async () => {
    await succeed('build', '--target', 'owner');
    const { project } = athena;
    project.write('state/manifest.json', project.read('target/manifest.json'));
    // Rows that the account's own table of that name does not have.
    await athena.query(
      "insert into shared.stedi.large values (9, 90, timestamp '2026-01-09 00:00:00.000000')",
    );
    const state = ['--defer', '--state', 'state', '--favor-state'];
    await succeed('build', '--select', 'merged', ...state);
    expect(await athena.query('select id, amount from stedi.merged')).toEqual([
      '["2","20"]',
      '["9","90"]',
    ]);
    expect(project.read('target/compiled/shop/models/merged.sql')).toContain(
      '"shared"."stedi"."large"',
    );
    // Its columns are known, as those of a table of one's own.
    project.write('models/merged.sql', "select nope from {{ ref('large') }}\n");
    const { code, stderr } = await athena.run(['build', '--select', 'merged', ...state]);
    project.write('models/merged.sql', files['models/merged.sql'] ?? '');
    expect(stderr).toMatch(/column-not-found.*nope/);
    expect(code).toBe(2);
  });

  it('may be named by its ARN, without being registered', async () => {
    const { project } = athena;
    const name = `glue:arn:aws:glue:eu-central-1:${owner}:catalog`;
    project.write(
      'models/direct.yml',
      `sources:\n  - {name: direct, database: '${name}', schema: sales, tables: [{name: orders}]}\n`,
    );
    project.write('models/direct.sql', "select * from {{ source('direct', 'orders') }}\n");
    const calls = await callsOf(athena, () => succeed('build', '--select', 'direct'));
    expect(calls.map(({ subject }) => subject)).not.toContain(name);
    expect(await athena.query('select id, amount from stedi.direct')).toEqual([
      '["1","5"]',
      '["2","20"]',
    ]);
    const types = athena.emulator.glue.getTable('stedi', 'direct').StorageDescriptor?.Columns;
    expect(types?.map(({ Type }) => Type)).toEqual(['int', 'int', 'timestamp']);
    const policy = await succeed('iam-policy', '--account');
    expect(policy).toContain(`arn:aws:glue:eu-central-1:${owner}:table/sales/orders`);
    rmSync(join(project.root, 'models/direct.yml'));
    rmSync(join(project.root, 'models/direct.sql'));
  });

  it('that is not known, or that nobody may look at, is said so; queries find out the rest', async () => {
    athena.emulator.setHook(({ operation }) =>
      operation === 'GetDataCatalog'
        ? {
            before: {
              status: 400,
              code: 'AccessDeniedException',
              message: 'You are not authorized to perform: athena:GetDataCatalog on the resource.',
            },
          }
        : undefined,
    );
    const { code, stderr } = await athena.run(['build', '--select', 'large', '--no-color']);
    athena.emulator.setHook(undefined);
    expect(stderr).toMatch(
      /warning\[access-denied\]: the columns of tables in the data catalog 'shared' are not known/,
    );
    expect(code).toBe(0);
  });
});
