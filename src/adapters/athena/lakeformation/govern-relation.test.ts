import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineResult } from '../../../core/adapter.js';
import type { JsonValue } from '../../../core/node.js';
import { openLakehouse, type Lakehouse, type TestModel } from '../testing/lakehouse.js';

/* What becomes of tags and grants on the local Lake Formation, and in which order. */

let lakehouse: Lakehouse;
beforeEach(async () => {
  lakehouse = await openLakehouse();
  for (const [TagKey, TagValues] of [
    ['pii', ['yes', 'no']],
    ['domain', ['fitness', 'other']],
  ] as const) {
    const sent = await lakehouse.client.api.call(
      { service: 'lakeformation', operation: 'CreateLFTag', subject: TagKey },
      (lake) => lake.createLFTag({ TagKey, TagValues: [...TagValues] }),
    );
    expect(sent.ok).toBe(true);
  }
});
afterEach(() => lakehouse.close());

const reader = 'arn:aws:iam::123456789012:role/reader';
const columns = [
  { name: 'id', type: { kind: 'integer' } },
  { name: 'email', type: { kind: 'varchar' } },
] as const;

function modelOf(extra: Readonly<Record<string, JsonValue>>, sql?: string): TestModel {
  return {
    name: 'customer',
    sql: sql ?? "select 1 as id, 'a@b.c' as email",
    columns,
    config: { extra },
  };
}

function tagging(
  tags: Readonly<Record<string, string>>,
  onColumns: JsonValue = {},
): Readonly<Record<string, JsonValue>> {
  return { lf_tags_config: { enabled: true, tags, tags_columns: onColumns } };
}

function filtering(
  filters: Readonly<Record<string, JsonValue>>,
): Readonly<Record<string, JsonValue>> {
  return { lf_grants: { data_cell_filters: { enabled: true, filters } } };
}

const pii = tagging({ domain: 'fitness' }, { pii: { yes: ['email'] } });

let runs = 0;
async function build(model: TestModel): Promise<{
  readonly result: EngineResult<unknown>;
  /** The calls that changed or asked something of Lake Formation and of Glue's tables, with what they were about. */
  readonly calls: readonly string[];
}> {
  const run = await lakehouse.openRun(`run-${++runs}`);
  const before = lakehouse.emulator.calls.length;
  const result = await run.build(model);
  const calls = lakehouse.emulator.calls
    .slice(before)
    .filter(({ service, operation }) =>
      service === 'lakeformation' ? true : ['CreateTable', 'UpdateTable'].includes(operation),
    )
    .map(({ operation, subject }) =>
      subject.includes('__staged_') ? `${operation} staged` : operation,
    );
  await run.end();
  return { result, calls };
}

async function tagsOf(): Promise<unknown> {
  const found = await lakehouse.client.api.call(
    { service: 'lakeformation', operation: 'GetResourceLFTags', subject: '' },
    (lake) =>
      lake.getResourceLFTags({
        Resource: { Table: { DatabaseName: 'trusted', Name: 'customer' } },
      }),
  );
  if (!found.ok) throw new Error(found.error.message);
  const pairs = (tags: readonly { TagKey?: string; TagValues?: string[] }[] = []): string =>
    tags.map(({ TagKey, TagValues }) => `${TagKey ?? ''}=${TagValues?.join() ?? ''}`).join(' ');
  return [
    pairs(found.value.LFTagsOnTable as never),
    ...(found.value.LFTagsOnColumns ?? []).map(
      ({ Name, LFTags }) => `${Name ?? ''}: ${pairs(LFTags as never)}`,
    ),
  ];
}

async function grantsOf(): Promise<readonly string[]> {
  const found = await lakehouse.client.api.call(
    { service: 'lakeformation', operation: 'ListPermissions', subject: '' },
    (lake) => lake.listPermissions({}),
  );
  if (!found.ok) throw new Error(found.error.message);
  return (found.value.PrincipalResourcePermissions ?? []).map(
    ({ Principal, Resource }) =>
      `${Resource?.DataCellsFilter?.Name ?? ''} ${Principal?.DataLakePrincipalIdentifier?.split('/').at(-1) ?? ''}`,
  );
}

const refusal = { status: 400, code: 'InvalidInputException', message: 'no' };

describe('a model without tags and grants', () => {
  it('asks nothing of Lake Formation', async () => {
    const { calls } = await build(modelOf({}));
    expect(calls).toEqual(['CreateTable']);
  });
});

describe('tags', () => {
  it('are in place before the table has rows', async () => {
    const { result, calls } = await build(modelOf(pii));
    expect(result).toMatchObject({ ok: true });
    expect(calls).toEqual([
      'AddLFTagsToResource staged',
      'AddLFTagsToResource staged',
      'CreateTable',
      'GetResourceLFTags',
      'AddLFTagsToResource',
      'AddLFTagsToResource',
      'UpdateTable',
    ]);
    expect(await tagsOf()).toEqual(['domain=fitness', 'email: pii=yes']);
    expect(await lakehouse.rowsOf('select * from trusted.customer')).toEqual(['[1,"a@b.c"]']);
  });

  it('that cannot be given leave nothing to read, and the next build mends it', async () => {
    const wrong = modelOf(tagging({}, { pii: { perhaps: ['email'] } }));
    const { result } = await build(wrong);
    expect(result).toMatchObject({
      ok: false,
      failure: {
        diagnostic: {
          message: expect.stringMatching(
            /trusted.customer was not published, because Lake Formation did not carry out the tag pii=perhaps on email: EntityNotFoundException/,
          ) as string,
          hint: expect.stringMatching(/create them in Lake Formation/) as string,
        },
      },
    });
    expect(() => lakehouse.emulator.glue.getTable('trusted', 'customer')).toThrow();
    expect((await build(modelOf(pii))).result).toMatchObject({ ok: true });
  });

  it('cost one call when they are there, and are never missing while the table is rebuilt', async () => {
    await build(modelOf(pii));
    const { calls } = await build(modelOf(pii, "select 2 as id, 'x' as email"));
    expect(calls.filter((call) => !call.includes('staged'))).toEqual([
      'GetResourceLFTags',
      'UpdateTable',
    ]);
    expect(await tagsOf()).toEqual(['domain=fitness', 'email: pii=yes']);
  });

  it('of a new column are there before the column has values', async () => {
    await build(modelOf(pii));
    const more = {
      ...modelOf(
        tagging({ domain: 'fitness' }, { pii: { yes: ['email', 'phone'] } }),
        "select 1 as id, 'a@b.c' as email, '1' as phone",
      ),
      columns: [...columns, { name: 'phone', type: { kind: 'varchar' } }] as const,
    };
    const seen: unknown[] = [];
    lakehouse.emulator.setHook((call) => {
      if (call.operation === 'UpdateTable') {
        const { StorageDescriptor } = lakehouse.emulator.glue.getTable('trusted', 'customer');
        seen.push(StorageDescriptor?.Columns?.map(({ Name }) => Name));
      }
      return undefined;
    });
    expect((await build(more)).result).toMatchObject({ ok: true });
    lakehouse.emulator.setHook(undefined);
    expect(seen.at(-1)).toEqual(['id', 'email', 'phone']);
    expect(await tagsOf()).toEqual(['domain=fitness', 'email: pii=yes', 'phone: pii=yes']);
    expect(await lakehouse.rowsOf('select phone from trusted.customer')).toEqual(['["1"]']);
  });

  it('that the model gave and no longer gives go last; those of others stay', async () => {
    await build(modelOf(pii));
    const theirs = await lakehouse.client.api.call(
      { service: 'lakeformation', operation: 'AddLFTagsToResource', subject: '' },
      (lake) =>
        lake.addLFTagsToResource({
          Resource: { Table: { DatabaseName: 'trusted', Name: 'customer' } },
          LFTags: [{ TagKey: 'pii', TagValues: ['no'] }],
        }),
    );
    expect(theirs.ok).toBe(true);
    const { calls } = await build(modelOf(tagging({})));
    expect(calls).toEqual([
      'GetResourceLFTags',
      'UpdateTable',
      'RemoveLFTagsFromResource',
      'RemoveLFTagsFromResource',
      'UpdateTable',
    ]);
    expect(await tagsOf()).toEqual(['pii=no']);
    const { Parameters } = lakehouse.emulator.glue.getTable('trusted', 'customer');
    expect(JSON.parse(Parameters?.['stedi_sql.governance'] ?? '')).toEqual({
      table: {},
      columns: {},
      filters: {},
    });
  });

  it('whose answer was lost are not a failure', async () => {
    await build(modelOf(pii));
    let lost = false;
    lakehouse.emulator.setHook(({ operation }) => {
      if (operation !== 'RemoveLFTagsFromResource' || lost) return undefined;
      lost = true;
      return { after: 'drop' };
    });
    const { result } = await build(modelOf(tagging({ domain: 'fitness' })));
    lakehouse.emulator.setHook(undefined);
    expect({ lost, ok: result.ok }).toEqual({ lost: true, ok: true });
    expect(await tagsOf()).toEqual(['domain=fitness']);
  });
});

describe('a first build that stops before its tags are in place', () => {
  it('leaves a name that nobody can read, which the next build fills', async () => {
    lakehouse.emulator.setHook((call) =>
      call.operation === 'AddLFTagsToResource' && !call.subject.includes('__staged_')
        ? { before: refusal }
        : undefined,
    );
    expect((await build(modelOf(pii))).result).toMatchObject({ ok: false });
    lakehouse.emulator.setHook(undefined);
    await expect(lakehouse.rowsOf('select * from trusted.customer')).rejects.toThrow();
    expect((await build(modelOf(pii))).result).toMatchObject({ ok: true });
    expect(await lakehouse.rowsOf('select id from trusted.customer')).toEqual(['[1]']);
    expect(await tagsOf()).toEqual(['domain=fitness', 'email: pii=yes']);
  });
});

describe('rows that are added', () => {
  it('come with the tags: on a clone before it takes over', async () => {
    await build(modelOf(tagging({ domain: 'fitness' })));
    const run = await lakehouse.openRun('adds');
    const model = modelOf(pii);
    const [target, staged] = [run.node(model).relation, run.staged(model)];
    const sql = `insert into "awsdatacatalog"."trusted"."${staged.identifier}" values (2, 'b')`;
    const done = await run.execute(model, [
      { kind: 'begin', target, staged, model: run.node(model) },
      { kind: 'write', relation: staged, sql },
      { kind: 'commit', target, staged, model: run.node(model) },
    ]);
    await run.end();
    expect(done).toMatchObject({ ok: true });
    expect(await tagsOf()).toEqual(['domain=fitness', 'email: pii=yes']);
    expect(await lakehouse.rowsOf('select id from trusted.customer')).toEqual(['[1]', '[2]']);
  });

  it('to a Hive table come after its tags', async () => {
    const hive = { table_type: 'hive' };
    await build(modelOf({ ...hive }));
    const run = await lakehouse.openRun('appends');
    const model = modelOf({ ...hive, ...pii });
    const { relation } = run.node(model);
    const parts = { staged: run.staged(model), model: run.node(model) };
    const before = lakehouse.emulator.calls.length;
    const done = await run.execute(model, [
      { kind: 'stage', as: 'rows', sql: model.sql, columns, ...parts },
      {
        kind: 'write',
        relation,
        sql: `insert into "awsdatacatalog"."trusted"."customer" values (2, 'b')`,
      },
    ]);
    const calls = lakehouse.emulator.calls.slice(before).map(({ operation }) => operation);
    await run.end();
    expect(done).toMatchObject({ ok: true });
    expect(calls.lastIndexOf('AddLFTagsToResource')).toBeLessThan(
      calls.lastIndexOf('StartQueryExecution'),
    );
    expect(await tagsOf()).toEqual(['domain=fitness', 'email: pii=yes']);
  });
});

describe('grants', () => {
  const germany = {
    row_filter: "email like '%.de'",
    column_names: ['email'],
    principals: [reader],
  };

  it('are given once the rows are in place, and changed by difference', async () => {
    const first = await build(modelOf(filtering({ germany })));
    expect(first.result).toMatchObject({ ok: true });
    expect(first.calls).toEqual([
      'CreateTable',
      'ListDataCellsFilter',
      'ListPermissions',
      'UpdateTable',
      'CreateDataCellsFilter',
      'BatchGrantPermissions',
    ]);
    expect(await grantsOf()).toEqual(['germany reader']);

    const same = await build(modelOf(filtering({ germany })));
    expect(same.calls).toEqual(['ListDataCellsFilter', 'ListPermissions', 'UpdateTable']);

    const moved = { all: { row_filter: 'true', principals: [reader] } };
    const other = await build(modelOf(filtering(moved)));
    expect(other.result).toMatchObject({ ok: true });
    expect(other.calls.slice(-5)).toEqual([
      'CreateDataCellsFilter',
      'BatchGrantPermissions',
      'BatchRevokePermissions',
      'DeleteDataCellsFilter',
      'UpdateTable',
    ]);
    expect(await grantsOf()).toEqual(['all reader']);
  });

  it('report each principal that was refused', async () => {
    const principals = [reader, 'arn:aws:iam::123456789012:role/other'];
    lakehouse.emulator.setHook((call) =>
      call.operation === 'BatchGrantPermissions'
        ? { failEntries: { indexes: [1], code: 'InvalidInputException', message: 'no such role' } }
        : undefined,
    );
    const { result } = await build(modelOf(filtering({ germany: { ...germany, principals } })));
    expect(result).toMatchObject({
      ok: false,
      failure: {
        diagnostic: {
          message:
            'the rows of trusted.customer are in place, but Lake Formation did not carry out the grant of the filter germany to arn:aws:iam::123456789012:role/other: InvalidInputException: no such role',
        },
      },
    });
    expect(await grantsOf()).toEqual(['germany reader']);
    lakehouse.emulator.setHook(undefined);
    expect(
      (await build(modelOf(filtering({ germany: { ...germany, principals } })))).result.ok,
    ).toBe(true);
    expect(await grantsOf()).toEqual(['germany other', 'germany reader']);
  });
});
