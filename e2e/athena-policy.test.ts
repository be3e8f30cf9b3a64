import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAthenaProject, type AthenaProject } from './testing/athena.js';
import { enforcePolicy, isAllowed, type Policy } from './testing/enforce-policy.js';

/** What `iam-policy` prints is enough for everything that the command does, and hardly more. */

const hive = "table_type='hive', partitioned_by=['day']";
const files = {
  'stedi_project.yml': 'name: shop\nvars: {landing_location: data/landing, gone: none}\n',
  'models/orders.yml': `models:
  - name: orders_landing
    config:
      materialized: external_table
      location: "{{ var('landing_location') }}/orders"
      format: json
    columns:
      - { name: id, data_type: bigint }
      - { name: day, data_type: varchar }
  - name: orders
    columns: [{ name: id, data_tests: [not_null] }]
`,
  'models/orders.sql':
    "{{ config(materialized='table') }}select id, day from {{ ref('orders_landing') }}",
  'models/all_days.sql': `{{ config(materialized='table', ${hive}) }}select id, day from {{ ref('orders') }} where day <> '{{ var("gone") }}'`,
  'models/days.sql': `{{ config(materialized='incremental', incremental_strategy='insert_overwrite', ${hive}) }}select id, day from {{ ref('orders') }}`,
  'models/events.sql':
    "{{ config(materialized='incremental', incremental_strategy='append', table_type='hive') }}select id from {{ ref('orders') }}",
  'models/totals.sql':
    "{{ config(materialized='incremental', incremental_strategy='merge', unique_key='day') }}select day, count(*) as n from {{ ref('orders') }} group by day",
  'models/overview.sql': "{{ config(materialized='view') }}select day, n from {{ ref('totals') }}",
  'raw/a.json': '{"id":1,"day":"a"}\n{"id":2,"day":"b"}\nno json\n',
};

/** What stands in a policy for others than the command's own calls in this test. */
const forOthers: Readonly<Record<string, string>> = {
  'athena:GetQueryExecution': 'a query that runs alone',
  'athena:StopQueryExecution': 'a run that is cancelled',
  'glue:DeleteTable': 'DROP TABLE, and what a failed attempt left',
  'glue:GetPartition': 'Athena',
  'glue:BatchGetPartition': 'Athena',
  'glue:CreatePartition': 'Athena',
  'glue:UpdatePartition': 'Athena',
  'glue:DeletePartition': 'Athena',
  's3:AbortMultipartUpload': 'an upload that failed',
  's3:ListMultipartUploadParts': 'Athena',
  's3:ListBucketMultipartUploads': 'Athena',
};

let shop: AthenaProject;
let empty: string;
beforeAll(async () => {
  empty = mkdtempSync(join(tmpdir(), 'stedi-landing-'));
  shop = await createAthenaProject(files, { landing: empty });
});
afterAll(async () => {
  await shop.close();
  rmSync(empty, { recursive: true });
});

async function printPolicy(...flags: readonly string[]): Promise<Policy> {
  shop.emulator.setHook(undefined);
  const { code, stdout, stderr } = await shop.run(['iam-policy', '--account', ...flags]);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Policy;
}

async function succeed(...args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await shop.run(args);
  expect(code, `${args.join(' ')}\n${stdout}${stderr}`).toBe(0);
}

describe('the policy of a project', () => {
  it('is enough for all that the command does, and allows next to nothing else', async () => {
    const policy = await printPolicy('--land', '--gc');
    const { hook, used, denied } = enforcePolicy(policy);
    shop.emulator.setHook(hook);
    await succeed('land', 'raw', '--into', 'orders_landing');
    await succeed('build');
    await succeed('debug');
    await succeed('build', '--vars', '{gone: b}');
    await succeed('gc', '--grace', '0m', '--apply');
    await succeed('gc', '--grace', '0m', '--apply');
    expect(denied).toEqual([]);

    const allowed = [...new Set(policy.Statement.flatMap(({ Action }) => Action))];
    const unused = allowed.filter((action) => !used.has(action));
    expect(unused.filter((action) => forOthers[action] === undefined)).toEqual([]);
  });

  it('allows what Athena does with the rights of who asks', async () => {
    const policy = await printPolicy('--land');
    const written = shop.emulator.objects.list('lake', '').map(({ key }) => ({
      action: 's3:PutObject',
      resource: `arn:aws:s3:::lake/${key}`,
    }));
    expect(written.length).toBeGreaterThan(10);
    expect(written.filter((need) => !isAllowed(policy, need))).toEqual([]);
    const other = { action: 's3:PutObject', resource: 'arn:aws:s3:::lake/other/file' };
    expect(isAllowed(policy, other)).toBe(false);
  });

  it.each([
    ['RunQueries', 'athena:GetWorkGroup'],
    ['ReadCatalog', 'glue:GetDatabase'],
    ['WriteTables', 'glue:CreateTable'],
    ['WriteData', 's3:PutObject'],
  ])('has nothing that could go: without %s, debug names %s', async (sid, permission) => {
    const policy = await printPolicy();
    const { hook } = enforcePolicy({
      Statement: policy.Statement.filter(({ Sid }) => Sid !== sid),
    });
    shop.emulator.setHook(hook);
    const { code, stderr } = await shop.run(['debug']);
    expect(code).toBe(2);
    expect(stderr).toContain(`error[access-denied]: ${permission} is not allowed on arn:aws:`);
  });
});
