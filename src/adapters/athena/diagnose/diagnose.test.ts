import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CreateWorkGroupCommandInput } from '@aws-sdk/client-athena';
import { startEmulator, type CallHook, type Emulator } from '../../../../emulator/index.js';
import type { ModelNode } from '../../../core/node.js';
import type { Check, OperatedProject } from '../../../core/operations.js';
import { openAthenaClient, type AthenaClient } from '../client/open-client.js';
import type { AthenaConfig } from '../config.js';
import { collectGarbage } from '../gc/collect-garbage.js';
import { diagnose } from './diagnose.js';

let emulator: Emulator;
let client: AthenaClient;

beforeEach(async () => {
  emulator = await startEmulator();
  emulator.objects.createBucket('lake');
  client = openAthenaClient({ region: 'eu-central-1', endpoint: emulator.endpoint });
});
afterEach(async () => {
  client.close();
  await emulator.close();
});

const config: AthenaConfig = {
  region: 'us-east-1',
  dataDir: 's3://lake/tables/',
  resultsDir: 's3://lake/results/',
  catalog: 'AwsDataCatalog',
  workGroup: 'primary',
  threads: 4,
  pricePerTb: 5,
  partitionsLimit: 100,
};

const project: OperatedProject = {
  name: 'shop',
  models: [
    {
      relation: { database: 'AwsDataCatalog', schema: 'landing', identifier: 'orders' },
      config: { materialized: 'external_table', location: 's3://lake/landing/orders', extra: {} },
    } as unknown as ModelNode,
  ],
  sources: [],
};

/** The target without a place for results of its own. */
const withoutResults: AthenaConfig = Object.fromEntries(
  Object.entries(config).filter(([key]) => key !== 'resultsDir'),
) as unknown as AthenaConfig;

async function look(
  target: Partial<AthenaConfig> = {},
  base: AthenaConfig = config,
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  const { signal } = new AbortController();
  for await (const check of diagnose(client, { ...base, ...target }, project, signal)) {
    checks.push(check);
  }
  return checks;
}

/** The subjects with the codes of what is wrong with them. */
const problemsOf = (checks: readonly Check[]) =>
  checks.flatMap(({ subject, diagnostics }) =>
    diagnostics.map(({ code, severity }) => `${subject}: ${severity} ${code}`),
  );

async function createWorkGroup(
  name: string,
  configuration: CreateWorkGroupCommandInput['Configuration'],
): Promise<void> {
  const made = await client.api.call(
    { service: 'athena', operation: 'CreateWorkGroup', subject: name },
    (athena, http) => athena.createWorkGroup({ Name: name, Configuration: configuration }, http),
  );
  expect(made.ok).toBe(true);
}

const deny =
  (operation: string, message: string): CallHook =>
  (call) =>
    call.operation === operation
      ? { before: { status: 403, code: 'AccessDeniedException', message } }
      : undefined;

describe('diagnose', () => {
  it('finds everything in order, and leaves nothing of its own', async () => {
    emulator.glue.createDatabase({ Name: 'landing' });
    const checks = await look();
    expect(problemsOf(checks)).toEqual([]);
    expect(checks.map(({ subject }) => subject).filter((each) => each !== 'note')).toEqual([
      'identity',
      'workgroup',
      'data',
      'results',
      'landing',
      'database',
      'query',
    ]);
    const finding = (subject: string) => checks.find((each) => each.subject === subject)?.finding;
    expect(finding('identity')).toMatch(/^arn:aws:/);
    expect(finding('workgroup')).toContain('results in s3://lake/results/');
    expect(finding('data')).toBe('s3://lake/tables/, writable');
    expect(finding('landing')).toBe('s3://lake/landing/orders, empty so far');
    expect(finding('database')).toBe('landing, 0 tables, writable');
    expect(emulator.glue.listTables('landing')).toEqual([]);
    expect(finding('query')).toMatch(/^SELECT 1, \d+ ms/);
    expect(emulator.objects.list('lake', 'tables/')).toEqual([]);
  });

  it('says that a build makes the database, and that Lake Formation decides on one', async () => {
    expect((await look()).find(({ subject }) => subject === 'database')?.finding).toBe(
      'landing, not there yet: build makes it',
    );
    emulator.glue.createDatabase({ Name: 'landing', CreateTableDefaultPermissions: [] });
    const note = (await look()).find(({ subject }) => subject === 'note');
    expect(note?.finding).toMatch(/^Lake Formation decides on landing/);
  });

  it.each([
    ['enforces its place', { output: 's3://lake/own/', enforce: true }, /own\/ \(enforced\)$/],
    [
      'has a place that the target overrides',
      { output: 's3://lake/own/' },
      /in s3:\/\/lake\/results/,
    ],
  ] as const)('knows a workgroup that %s', async (_, given, finding) => {
    await createWorkGroup('wg', {
      ResultConfiguration: { OutputLocation: given.output },
      EnforceWorkGroupConfiguration: 'enforce' in given,
    });
    const checks = await look({ workGroup: 'wg' });
    expect(checks.find(({ subject }) => subject === 'workgroup')?.finding).toMatch(finding);
    expect(problemsOf(checks)).toEqual(
      'enforce' in given ? ['workgroup: warning workgroup-invalid'] : [],
    );
  });

  it('knows results that Athena keeps', async () => {
    await createWorkGroup('wg', { ManagedQueryResultsConfiguration: { Enabled: true } });
    const checks = await look({ workGroup: 'wg' }, withoutResults);
    expect(problemsOf(checks)).toEqual([]);
    expect(checks[1]?.finding).toContain('results kept by Athena');
    expect(checks.map(({ subject }) => subject)).not.toContain('results');
  });

  it('misses a place for results', async () => {
    const checks = await look({}, withoutResults);
    expect(problemsOf(checks)).toContain('workgroup: error workgroup-invalid');
  });

  it('finds a workgroup that is not there or disabled', async () => {
    expect(problemsOf(await look({ workGroup: 'none' }))[0]).toMatch(/^workgroup: error/);
    await createWorkGroup('wg', {});
    await client.api.call(
      { service: 'athena', operation: 'UpdateWorkGroup', subject: 'wg' },
      (athena, http) => athena.updateWorkGroup({ WorkGroup: 'wg', State: 'DISABLED' }, http),
    );
    expect(problemsOf(await look({ workGroup: 'wg' }))).toContain(
      'workgroup: error workgroup-invalid',
    );
  });

  it('finds buckets that are missing or in another region', async () => {
    const missing = await look({ dataDir: 's3://nowhere/x/' });
    expect(missing.find(({ subject }) => subject === 'data')?.diagnostics).toMatchObject([
      { code: 'connection-failed', message: "the bucket 'nowhere' does not exist" },
    ]);
    const elsewhere = await look({ region: 'eu-west-1' });
    expect(elsewhere.find(({ subject }) => subject === 'data')?.diagnostics).toMatchObject([
      { message: "the bucket 'lake' is in us-east-1, and the target's region is eu-west-1" },
    ]);
  });

  it.each([
    ['GetDatabase', 'database', 'glue:GetDatabase'],
    ['GetWorkGroup', 'workgroup', 'athena:GetWorkGroup'],
    ['GetTables', 'database', 'glue:GetTables'],
    ['CreateTable', 'database', 'glue:CreateTable'],
    ['UpdateTable', 'database', 'glue:UpdateTable'],
    ['BatchDeleteTable', 'database', 'glue:BatchDeleteTable'],
    ['GetBucketLocation', 'data', 's3:GetBucketLocation'],
    ['PutObject', 'data', 's3:PutObject'],
    ['DeleteObject', 'data', 's3:DeleteObject'],
    ['ListObjectsV2', 'results', 's3:ListBucket'],
    ['GetQueryExecution', 'query', 'athena:GetQueryExecution'],
    ['GetQueryResults', 'query', 'athena:GetQueryResults'],
    ['StartQueryExecution', 'query', 'athena:StartQueryExecution'],
  ])('names the permission that %s misses', async (operation, subject, permission) => {
    emulator.glue.createDatabase({ Name: 'landing' });
    emulator.setHook(
      deny(
        operation,
        `User: arn:aws:iam::1:user/u is not authorized to perform: ${permission} on resource: arn:aws:x`,
      ),
    );
    const check = (await look()).find((each) => each.diagnostics.length > 0);
    expect(check?.subject).toBe(subject);
    expect(check?.diagnostics[0]?.code).toBe('access-denied');
    expect(check?.diagnostics[0]?.hint).toContain(`allow ${permission} on arn:aws:x`);
  });

  it('records the entries that it makes first: what a killed one leaves, gc removes', async () => {
    emulator.glue.createDatabase({ Name: 'landing' });
    emulator.setHook(deny('BatchDeleteTable', 'not authorized to perform: glue:BatchDeleteTable'));
    const checks = await look();
    expect(checks.flatMap(({ diagnostics }) => diagnostics.map(({ hint }) => hint))).toContain(
      "it holds nothing: 'stedi-sql gc --apply' removes it later",
    );
    const [left] = emulator.glue.listTables('landing');
    expect(left?.Name).toMatch(/^orders__/);
    expect(emulator.objects.list('lake', 'tables/.stedi-sql/shop/runs/')).toHaveLength(1);

    emulator.setHook(undefined);
    const { signal } = new AbortController();
    const request = { projectName: 'shop', graceMs: 0, apply: true, signal };
    const collected = await collectGarbage(client, config, request);
    expect(collected).toMatchObject({
      ok: true,
      value: { items: [{ place: `landing.${left?.Name ?? ''}` }] },
    });
    expect(emulator.glue.listTables('landing')).toEqual([]);
    await collectGarbage(client, config, request);
    expect(emulator.objects.list('lake', 'tables/.stedi-sql/shop/runs/')).toEqual([]);
  });

  it('makes no entry that it cannot record', async () => {
    emulator.glue.createDatabase({ Name: 'landing' });
    const made: string[] = [];
    emulator.setHook((call) => {
      if (call.operation === 'CreateTable') made.push(call.operation);
      return deny('PutObject', 'not authorized to perform: s3:PutObject')(call);
    });
    expect(problemsOf(await look())).toContain('database: error access-denied');
    expect(made).toEqual([]);
  });

  it('goes no further without an identity', async () => {
    emulator.setHook(() => ({
      before: { status: 403, code: 'InvalidClientTokenId', message: 'The token is not valid.' },
    }));
    expect(problemsOf(await look())).toEqual(['identity: error credentials-missing']);
  });
});
