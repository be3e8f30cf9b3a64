import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ModelNode } from '../../../core/node.js';
import type { OperatedProject } from '../../../core/operations.js';
import type { AthenaConfig } from '../config.js';
import { buildPolicy, policyCharacters, type PolicyDocument } from './build-policy.js';
import { findNeeds, type NeedsOptions } from './find-needs.js';

const config: AthenaConfig = {
  region: 'eu-central-1',
  dataDir: 's3://lake/tables/',
  resultsDir: 's3://lake/results/',
  catalog: 'AwsDataCatalog',
  workGroup: 'primary',
  threads: 4,
  pricePerTb: 5,
  partitionsLimit: 100,
};

function model(
  schema: string,
  name: string,
  settings: Readonly<Record<string, unknown>> = {},
): ModelNode {
  const { materialized = 'table', location = null, ...extra } = settings;
  return {
    name,
    relation: { database: 'AwsDataCatalog', schema, identifier: name },
    config: { materialized, location, extra },
  } as unknown as ModelNode;
}

const landing = model('landing', 'customer_landing', {
  materialized: 'external_table',
  location: 's3://raw/landing/customer',
});
const project: OperatedProject = {
  name: 'shop',
  models: [landing, model('curated', 'Customers')],
  sources: [{ database: 'AwsDataCatalog', schema: 'crm', identifier: 'accounts' }],
};

function policyOf(
  given: Partial<OperatedProject> = {},
  options: Partial<NeedsOptions & { account: string; workGroupResults: string }> = {},
  target: Partial<AthenaConfig> = {},
): PolicyDocument {
  return buildPolicy(
    findNeeds(
      { ...config, ...target },
      { ...project, ...given },
      {
        account: '${AWS::AccountId}',
        land: false,
        gc: false,
        tables: 'names',
        ...options,
      },
    ),
  );
}

/** A statement by its Sid. */
const statement = (policy: PolicyDocument, sid: string) =>
  policy.Statement.find(({ Sid }) => Sid === sid);
const actionsOf = (policy: PolicyDocument): readonly string[] =>
  policy.Statement.flatMap(({ Action }) => Action);

describe('the policy of a project', () => {
  it('names what the project uses', () => {
    const policy = policyOf();
    const glue = 'arn:aws:glue:eu-central-1:${AWS::AccountId}';
    expect(statement(policy, 'RunQueries')?.Resource).toEqual([
      'arn:aws:athena:eu-central-1:${AWS::AccountId}:workgroup/primary',
    ]);
    expect(statement(policy, 'WriteTables')?.Resource).toEqual([
      `${glue}:catalog`,
      `${glue}:database/landing`,
      `${glue}:database/curated`,
      `${glue}:table/landing/customer_landing`,
      `${glue}:table/landing/customer_landing__*staged_*`,
      `${glue}:table/curated/customers`,
      `${glue}:table/curated/customers__*staged_*`,
    ]);
    expect(statement(policy, 'ReadCatalog')?.Resource).toContain(`${glue}:table/crm/accounts`);
    expect(statement(policy, 'WriteData')?.Resource).toEqual(['arn:aws:s3:::lake/tables/*']);
    expect(statement(policy, 'WriteResults')?.Resource).toEqual(['arn:aws:s3:::lake/results/*']);
    expect(statement(policy, 'ReadLanding')).toMatchObject({
      Action: ['s3:GetObject'],
      Resource: ['arn:aws:s3:::raw/landing/customer/*'],
    });
    expect(statement(policy, 'ListBucket1')).toMatchObject({
      Resource: ['arn:aws:s3:::lake'],
      Condition: {
        StringLike: { 's3:prefix': ['tables', 'tables/*', 'results', 'results/*'] },
      },
    });
  });

  it('never allows everything', () => {
    for (const { Action, Resource } of policyOf({}, { land: true }).Statement) {
      expect(Action.filter((each) => each.includes('*'))).toEqual([]);
      expect(Resource.filter((each) => !each.startsWith('arn:aws:'))).toEqual([]);
      expect(
        Resource.filter((each) => /[:/]\*$/.test(each) && !/:s3:::\w+\/.+\/\*$/.test(each)),
      ).toEqual([]);
    }
  });

  it('never allows to delete landing files or results', () => {
    const deletes = policyOf({}, { land: true }).Statement.filter(({ Action }) =>
      Action.includes('s3:DeleteObject'),
    );
    expect(deletes.flatMap(({ Resource }) => Resource)).toEqual(['arn:aws:s3:::lake/tables/*']);
  });

  it('lets land write, when asked for', () => {
    const policy = policyOf({}, { land: true });
    expect(statement(policy, 'ReadLanding')).toBeUndefined();
    expect(statement(policy, 'Land')?.Action).toContain('s3:PutObject');
  });

  it('lets gc read what all tables refer to, and change nothing of them', () => {
    const all = statement(policyOf({}, { gc: true }), 'FindReferences');
    expect(all?.Action).toEqual(['glue:GetDatabases', 'glue:GetTables', 'glue:GetPartitions']);
    expect(statement(policyOf(), 'FindReferences')).toBeUndefined();
  });

  it('leaves out what nothing needs', () => {
    const onlyTables = policyOf({ models: [model('curated', 'customers')], sources: [] });
    expect(onlyTables.Statement.map(({ Sid }) => Sid)).not.toContain('ReadLanding');
    const onlySources = policyOf({ models: [] });
    expect(actionsOf(onlySources)).not.toContain('glue:CreateTable');
    expect(actionsOf(onlySources)).not.toContain('glue:CreateDatabase');
    expect(actionsOf(policyOf())).not.toContain('glue:BatchCreatePartition');
    const managed = policyOf({}, {}, { resultsDir: undefined } as never);
    expect(statement(managed, 'WriteResults')).toBeUndefined();
  });

  it.each([
    ['a Hive table', { table_type: 'hive', partitioned_by: ['day'] }],
    [
      'an external table',
      { materialized: 'external_table', location: 's3://raw/x', partitioned_by: ['day'] },
    ],
  ])('writes partitions of %s', (_, settings) => {
    const policy = policyOf({ models: [model('curated', 'days', settings)] });
    expect(actionsOf(policy)).toContain('glue:BatchUpdatePartition');
  });

  it.each([
    ['an Iceberg table', { partitioned_by: ['day(at)'] }],
    ['an ephemeral model', { materialized: 'ephemeral', table_type: 'hive' }],
  ])('writes no partitions of %s', (_, settings) => {
    const policy = policyOf({ models: [model('curated', 'days', settings)] });
    expect(actionsOf(policy)).not.toContain('glue:BatchUpdatePartition');
  });

  it('allows what models name besides the target', () => {
    const policy = policyOf({
      models: [model('curated', 'big', { s3_data_dir: 's3://cold/big', work_group: 'heavy' })],
    });
    expect(statement(policy, 'WriteData')?.Resource).toContain('arn:aws:s3:::cold/big/*');
    expect(statement(policy, 'RunQueries')?.Resource).toHaveLength(2);
  });

  it('reads the files of sources where Glue has them, and writes none', () => {
    const policy = policyOf({}, { sourceLocations: ['s3://crm/accounts/'] } as never);
    expect(statement(policy, 'ReadSources')).toMatchObject({
      Action: ['s3:GetObject'],
      Resource: ['arn:aws:s3:::crm/accounts/*'],
    });
    expect(JSON.stringify(statement(policy, 'ListBucket3'))).toContain('accounts/*');
    expect(statement(policyOf(), 'ReadSources')).toBeUndefined();
  });

  it('knows other accounts, partitions and workgroups', () => {
    const policy = policyOf({}, { account: '111111111111', workGroupResults: 's3://out/x' }, {
      region: 'cn-north-1',
      catalogId: '222222222222',
      resultsDir: undefined,
    } as never);
    expect(statement(policy, 'RunQueries')?.Resource[0]).toMatch(
      /^arn:aws-cn:athena:cn-north-1:111111111111:/,
    );
    expect(statement(policy, 'ReadCatalog')?.Resource[0]).toBe(
      'arn:aws-cn:glue:cn-north-1:222222222222:catalog',
    );
    expect(statement(policy, 'WriteResults')?.Resource).toEqual(['arn:aws-cn:s3:::out/x/*']);
  });

  it('reads other data catalogs in the account that they are of', () => {
    const orders = { database: 'Shared', schema: 'sales', identifier: 'Orders' };
    const policy = (catalogAccounts?: ReadonlyMap<string, string>): PolicyDocument =>
      buildPolicy(
        findNeeds(
          config,
          { ...project, sources: [orders] },
          { account: '111111111111', land: false, gc: false, tables: 'names', catalogAccounts },
        ),
      );
    const known = policy(new Map([['shared', '222222222222']]));
    expect(statement(known, 'FindCatalogs')?.Resource).toEqual([
      'arn:aws:athena:eu-central-1:111111111111:datacatalog/Shared',
    ]);
    const glue = 'arn:aws:glue:eu-central-1:222222222222';
    expect(statement(known, 'ReadOtherCatalogs')?.Resource).toEqual([
      `${glue}:catalog`,
      `${glue}:database/sales`,
      `${glue}:table/sales/orders`,
    ]);
    expect(statement(known, 'ReadCatalog')?.Resource.join()).not.toContain('sales');
    expect(statement(policy(), 'ReadOtherCatalogs')?.Resource).toContain(
      'arn:aws:glue:eu-central-1:*:table/sales/orders',
    );
  });

  it('stays small where the project is large', () => {
    const models = Array.from({ length: 300 }, (_, index) => model('curated', `model_${index}`));
    const length = (tables: NeedsOptions['tables']): number =>
      JSON.stringify(policyOf({ models }, { tables })).length;
    expect(length('names')).toBeGreaterThan(policyCharacters);
    expect(length('databases')).toBeLessThan(policyCharacters);
  });
});

const governed = {
  lf_tags_config: { enabled: true, tags: { pii: 'yes' } },
  lf_grants: { data_cell_filters: { enabled: true, filters: { all: { row_filter: 'true' } } } },
};

describe('Lake Formation', () => {
  it('is in the policy only as far as models use it', () => {
    const actions = (settings: Readonly<Record<string, unknown>>): readonly string[] =>
      actionsOf(policyOf({ models: [model('curated', 'private', settings)] })).filter((action) =>
        action.startsWith('lakeformation:'),
      );
    expect(actions({})).toEqual([]);
    expect(actions({ lf_tags_config: { enabled: false, tags: { pii: 'yes' } } })).toEqual([]);
    expect(actions({ lf_tags_config: governed.lf_tags_config })).toEqual([
      'lakeformation:GetDataAccess',
      'lakeformation:GetLFTag',
      'lakeformation:GetResourceLFTags',
      'lakeformation:AddLFTagsToResource',
      'lakeformation:RemoveLFTagsFromResource',
    ]);
    expect(actions(governed)).toContain('lakeformation:BatchRevokePermissions');
  });
});

describe('the policy and the adapter', () => {
  const folder = fileURLToPath(new URL('..', import.meta.url));
  const code = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !/testing/.test(path))
    .map((path) => readFileSync(join(folder, path), 'utf8'))
    .join('\n');

  /** Permissions that are not called as the operations are (IAM, "Actions defined by Amazon S3"). */
  const permissions: Readonly<Record<string, string>> = {
    ListObjectsV2: 'ListBucket',
    HeadObject: 'GetObject',
    DeleteObjects: 'DeleteObject',
    CreateMultipartUpload: 'PutObject',
    UploadPart: 'PutObject',
    CompleteMultipartUpload: 'PutObject',
    ListMultipartUploads: 'ListBucketMultipartUploads',
  };

  /** Calls that a policy need not allow: everybody may ask who they are. */
  const free = ['GetCallerIdentity'];

  it('fit: every call that the adapter names is allowed', () => {
    const names = [
      ...code.matchAll(/(?:operation: |(?:about|s3|glue|athena)\()'([A-Z][A-Za-z0-9]+)'/g),
    ].map(([, name = '']) => permissions[name] ?? name);
    expect(names).toContain('StartQueryExecution');
    expect(names).toContain('UpdateTable');
    const hive = model('curated', 'days', { table_type: 'hive', partitioned_by: ['day'] });
    const models = [hive, landing, model('curated', 'private', governed)];
    const sources = [{ database: 'shared', schema: 'sales', identifier: 'orders' }];
    const allowed = actionsOf(policyOf({ models, sources }, { land: true, gc: true })).map(
      (action) => action.split(':')[1],
    );
    const missing = [...new Set(names)].filter(
      (name) => !allowed.includes(name) && !free.includes(name),
    );
    expect(missing).toEqual([]);
  });
});
