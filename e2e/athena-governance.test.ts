import {
  CreateLFTagCommand,
  GetResourceLFTagsCommand,
  LakeFormationClient,
  ListPermissionsCommand,
} from '@aws-sdk/client-lakeformation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAthenaProject, type AthenaProject } from './testing/athena.js';

/** LF-tags and data filters from the project to Lake Formation, by the built command. */

const role = 'arn:aws:iam::123456789012:role/reader';
const customer = (extra = ''): string => `{{ config(
    materialized='table',
    lf_tags_config={
      'enabled': true,
      'tags': {'domain': 'fitness'},
      'tags_columns': {'pii': {'yes': ['email'${extra === '' ? '' : ", 'phone'"}]}},
    },
    lf_grants={'data_cell_filters': {'enabled': true, 'filters': {
      'no_email': {'row_filter': 'true', 'excluded_column_names': ['email'], 'principals': ['${role}']},
    }}},
) }}
select 1 as id, 'a@b.c' as email${extra}
`;

let athena: AthenaProject;
let lake: LakeFormationClient;

/** The calls before which a column could be read without its tag. */
const untagged: string[] = [];
let looks = 0;
/** Where the rows are that the first build published: they have no `phone`. */
let firstState: string | undefined;

/** Where the rows of the published table are; a name without rows has none. */
function stateOf(): string | undefined {
  return athena.emulator.glue.findTable('stedi', 'customer')?.Parameters?.['metadata_location'];
}

async function tagsOf(): Promise<Readonly<Record<string, string>>> {
  const Resource = { Table: { DatabaseName: 'stedi', Name: 'customer' } };
  const { LFTagsOnColumns = [] } = await lake.send(new GetResourceLFTagsCommand({ Resource }));
  return Object.fromEntries(
    LFTagsOnColumns.map(({ Name = '', LFTags = [] }) => [
      Name,
      LFTags.map(({ TagKey, TagValues }) => `${TagKey ?? ''}=${TagValues?.join() ?? ''}`).join(),
    ]),
  );
}

beforeAll(async () => {
  athena = await createAthenaProject({
    'stedi_project.yml': 'name: shop\n',
    'models/customer.sql': customer(),
  });
  lake = new LakeFormationClient({
    region: 'eu-central-1',
    endpoint: athena.emulator.endpoint,
    credentials: { accessKeyId: 'admin', secretAccessKey: 'admin' },
  });
  await lake.send(new CreateLFTagCommand({ TagKey: 'domain', TagValues: ['fitness'] }));
  let asks = false;
  athena.emulator.setHook(async ({ number, operation }) => {
    if (asks) return undefined;
    const state = stateOf();
    if (state === undefined) return undefined;
    asks = true;
    const tags = await tagsOf();
    asks = false;
    looks += 1;
    const readable =
      firstState === undefined || state === firstState ? ['email'] : ['email', 'phone'];
    for (const name of readable) {
      if (tags[name] !== 'pii=yes') untagged.push(`${number} ${operation} ${name}`);
    }
    return undefined;
  });
});
afterAll(async () => {
  lake.destroy();
  await athena.close();
});

const lakeCalls = (): number =>
  athena.emulator.calls.filter(({ service }) => service === 'lakeformation').length;

describe('tags and grants of a model', () => {
  it('are shown by the plan and the policy, and asked about by debug', async () => {
    const before = lakeCalls();
    const dry = await athena.run(['build', '--dry-run']);
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.stdout).toContain(
      'note: Lake Formation has its tags before the rows are published: domain=fitness on the table; pii=yes on email',
    );
    expect(dry.stdout).toContain(`granted to ${role} once the rows are published`);
    const policy = await athena.run(['iam-policy']);
    expect(policy.stdout).toContain('lakeformation:AddLFTagsToResource');
    expect(lakeCalls()).toBe(before);

    const debug = await athena.run(['debug']);
    expect(debug.code).not.toBe(0);
    expect(debug.stdout + debug.stderr).toMatch(/lf-tag: pii[\s\S]*create it in Lake Formation/);
  });

  it('keep tests from copying failing rows to where nothing guards them', async () => {
    const keeping = `models:
  - name: customer
    columns:
      - name: email
        data_tests: [not_null: { name: no_email, config: { store_failures: true } }]
`;
    athena.project.write('models/customer.yml', keeping);
    const refused = await athena.run(['build', '--dry-run', '--no-color']);
    athena.project.write('models/customer.yml', 'models: []\n');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /error\[capability-missing\]: test 'no_email' keeps failing rows of 'customer', which has data filters of Lake Formation/,
    );
  });

  it('that cannot be given leave the rows unpublished', async () => {
    const failed = await athena.run(['build']);
    expect(failed.code).toBe(1);
    expect(failed.stdout + failed.stderr).toMatch(
      /stedi\.customer was not published, because Lake Formation did not carry out the tag pii=yes on email/,
    );
    expect(athena.emulator.glue.findTable('stedi', 'customer')).toBeUndefined();
  });

  it('are in place whenever the rows can be read, also of a column that is new, and survive a rebuild (athena.md 3.18: #436)', async () => {
    await lake.send(new CreateLFTagCommand({ TagKey: 'pii', TagValues: ['yes', 'no'] }));
    expect(await athena.run(['build'])).toMatchObject({ code: 0 });
    firstState = stateOf();
    athena.project.write('models/customer.sql', customer(", '555' as phone"));
    expect(await athena.run(['build'])).toMatchObject({ code: 0 });
    expect(await tagsOf()).toEqual({ email: 'pii=yes', phone: 'pii=yes' });
    expect({ looks: looks > 5, untagged }).toEqual({ looks: true, untagged: [] });
    const grants = await lake.send(new ListPermissionsCommand({}));
    expect(grants.PrincipalResourcePermissions).toMatchObject([
      {
        Principal: { DataLakePrincipalIdentifier: role },
        Resource: { DataCellsFilter: { Name: 'no_email', TableName: 'customer' } },
        Permissions: ['SELECT'],
      },
    ]);
    expect(await athena.query('select * from stedi.customer')).toEqual(['["1","a@b.c","555"]']);
  });
});
