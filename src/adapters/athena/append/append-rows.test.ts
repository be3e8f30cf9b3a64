import { toTableInput } from '../client/glue-tables.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EngineResult, Session, StepOutcome } from '../../../core/adapter.js';
import type { Step } from '../../../core/plan.js';
import { collectGarbage } from '../gc/collect-garbage.js';
import { appendingMark } from '../markers.js';
import { openLakehouse, type Lakehouse, type Run, type TestModel } from '../testing/lakehouse.js';
import { athenaWriters } from '../writers.js';
import { readManifest } from './take-back-files.js';

let lakehouse: Lakehouse;
beforeAll(async () => {
  lakehouse = await openLakehouse();
});
afterEach(() => lakehouse.emulator.setHook(undefined));
afterAll(() => lakehouse.close());

type Outcome = EngineResult<StepOutcome>;
const never = new AbortController().signal;

let runs = 0;
const openRun = (): Promise<Run> => lakehouse.openRun(`append-${++runs}`);

const modelOf = (
  name: string,
  extra: NonNullable<TestModel['config']>['extra'] = {},
): TestModel => ({
  name,
  sql: "select 1 as id, 'a' as day",
  columns: [
    { name: 'id', type: { kind: 'integer' } },
    { name: 'day', type: { kind: 'varchar' } },
  ],
  config: { materialized: 'incremental', extra: { table_type: 'hive', ...extra } },
});

async function create(model: TestModel): Promise<void> {
  const run = await openRun();
  expect(await run.build(model)).toMatchObject({ ok: true });
  await run.end();
}

/** The steps of an append, as they are planned: the rows apart, then the INSERT. */
function appendSteps(run: Run, model: TestModel, query: string): readonly Step[] {
  const { relation } = run.node(model);
  const staged = run.staged(model);
  const rows = { ...staged, identifier: staged.identifier.replace('__', '__rows__') };
  const sql = athenaWriters.insert(relation, athenaWriters.selectAll(rows), ['id', 'day']);
  return [
    { kind: 'stage', as: 'rows', staged: rows, sql: query, model: run.node(model) },
    { kind: 'write', relation, sql },
  ];
}

async function carryOut(session: Session, steps: readonly Step[]): Promise<Outcome> {
  let last: Outcome | undefined;
  for (const step of steps) {
    if (
      step.kind === 'audit' ||
      step.kind === 'check' ||
      step.kind === 'check-contract' ||
      step.kind === 'refuse'
    )
      continue;
    last = await session.execute(step, never);
    if (!last.ok) return last;
  }
  if (last === undefined) throw new Error('no steps');
  return last;
}

async function append(model: TestModel, query: string): Promise<Outcome> {
  const run = await openRun();
  const done = await carryOut(await run.session(model), appendSteps(run, model, query));
  await run.end();
  return done;
}

/** All that the rows of a model's table say of it. */
const rowsOf = (name: string): Promise<readonly string[]> =>
  lakehouse.rowsOf(`select id, day from trusted.${name}`);

const filesOf = (name: string): readonly string[] =>
  lakehouse.tableKeys().filter((key) => key.startsWith(`tables/trusted/${name}/`));

const leaseOf = (name: string): string | undefined =>
  appendingMark(lakehouse.emulator.glue.getTable('trusted', name));

function messageOf(outcome: Outcome): string {
  return outcome.ok
    ? 'ok'
    : `${outcome.failure.diagnostic.code}: ${outcome.failure.diagnostic.message}`;
}

/** A run that is dead from a call on: nothing that it does reaches AWS any more. */
function dieAt(
  operation: string,
  subject: RegExp,
  { when, nth = 1 }: { readonly when: 'before' | 'after'; readonly nth?: number },
): void {
  let count = 0;
  let isDead = false;
  const dead = { status: 400, code: 'AccessDeniedException', message: 'the run is dead' };
  lakehouse.emulator.setHook((call) => {
    if (isDead) return { before: dead };
    if (call.operation !== operation || !subject.test(call.subject)) return undefined;
    count += 1;
    if (count !== nth) return undefined;
    isDead = true;
    return when === 'before' ? { before: dead } : { after: dead };
  });
}

/** A run that ends somewhere in its append, and never comes back. */
async function appendAndDie(
  model: TestModel,
  query: string,
  death: Parameters<typeof dieAt>,
): Promise<void> {
  const run = await openRun();
  const steps = appendSteps(run, model, query);
  const session = await run.session(model);
  expect(await carryOut(session, steps.slice(0, 1))).toMatchObject({ ok: true });
  dieAt(...death);
  expect(await carryOut(session, steps.slice(1))).toMatchObject({ ok: false });
  lakehouse.emulator.setHook(undefined);
}

const insertInto = (name: string): RegExp => new RegExp(`^INSERT INTO .*"${name}" `);

describe('two runs that add rows at once', () => {
  it('do not both add the rows that each found missing', async () => {
    const model = modelOf('both');
    await create(model);
    const newer =
      "select n as id, 'b' as day from (values 2) as t (n) where n > (select max(id) from trusted.both)";
    const [one, other] = [await openRun(), await openRun()];
    const [first, second] = [await one.session(model), await other.session(model)];
    const [oneSteps, otherSteps] = [
      appendSteps(one, model, newer),
      appendSteps(other, model, newer),
    ];
    expect(await carryOut(first, oneSteps.slice(0, 1))).toMatchObject({ ok: true });
    expect(await carryOut(second, otherSteps.slice(0, 1))).toMatchObject({ ok: true });
    expect(await carryOut(first, oneSteps.slice(1))).toMatchObject({ ok: true });
    const lost = await carryOut(second, otherSteps.slice(1));
    expect(messageOf(lost)).toMatch(/^publish-conflict: trusted\.both was not published, because /);
    expect(lost).toMatchObject({ failure: { conflict: true } });
    // From its first step once more, on what the other left.
    expect(await carryOut(await other.session(model), otherSteps)).toMatchObject({ ok: true });
    expect(await rowsOf('both')).toEqual(['[1,"a"]', '[2,"b"]']);
    expect(leaseOf('both')).toBeUndefined();
    await one.end();
    await other.end();
  });

  it('wait for each other while one is at it, and a rebuild does not replace the table under it', async () => {
    const model = modelOf('under_lease');
    await create(model);
    const rebuild = await openRun();
    let rebuilt: Outcome | undefined;
    let said: string | undefined;
    lakehouse.emulator.setHook(async ({ operation, subject }) => {
      if (operation !== 'StartQueryExecution' || !insertInto('under_lease').test(subject)) {
        return undefined;
      }
      lakehouse.emulator.setHook(undefined);
      rebuilt = await rebuild.build({ ...model, sql: "select 7 as id, 'x' as day" });
      said = messageOf(rebuilt);
      return undefined;
    });
    expect(messageOf(await append(model, "select 2 as id, 'b' as day"))).toBe('ok');
    expect(said).toMatch(
      /^publish-conflict: .* because another run of this project \(append-\d+\) is adding rows to it while it was built$/,
    );
    expect(await rowsOf('under_lease')).toEqual(['[1,"a"]', '[2,"b"]']);
    await rebuild.end();
  });

  it('one that was taken for dead before it had started its INSERT cannot start it any more', async () => {
    const model = modelOf('fenced');
    await create(model);
    let other: Outcome | undefined;
    lakehouse.emulator.setHook(async ({ operation, subject }) => {
      if (operation !== 'StartQueryExecution' || !insertInto('fenced').test(subject)) {
        return undefined;
      }
      lakehouse.emulator.setHook(undefined);
      other = await append(model, "select 3 as id, 'c' as day");
      return undefined;
    });
    const late = await append(model, "select 2 as id, 'b' as day");
    expect(other).toMatchObject({ ok: true });
    expect(messageOf(late)).toMatch(/^publish-conflict: trusted\.fenced was not published/);
    expect(late).toMatchObject({ failure: { conflict: true } });
    expect(await rowsOf('fenced')).toEqual(['[1,"a"]', '[3,"c"]']);
    expect(leaseOf('fenced')).toBeUndefined();
  });
});

describe('an INSERT that fails', () => {
  it('leaves none of its files where readers find them, and removes no others', async () => {
    const model = modelOf('failing');
    await create(model);
    const before = filesOf('failing');
    const location = before[0]?.slice(0, before[0].lastIndexOf('/')) ?? '';
    await lakehouse.emulator.objects.put('lake', `${location}/_of_another_tool`, new Uint8Array(1));
    const run = await openRun();
    const { relation } = run.node(model);
    const sql = athenaWriters.insert(relation, "select cast('x' as integer) as id, 'b' as day", [
      'id',
      'day',
    ]);
    const failed = await run.execute(model, [{ kind: 'write', relation, sql }]);
    await run.end();
    expect(messageOf(failed)).toContain('(its rows were taken back: trusted.failing is as it was)');
    expect(filesOf('failing')).toEqual([...before, `${location}/_of_another_tool`].sort());
    expect(leaseOf('failing')).toBeUndefined();
    expect(await append(model, "select 2 as id, 'b' as day")).toMatchObject({ ok: true });
    expect(await rowsOf('failing')).toEqual(['[1,"a"]', '[2,"b"]']);
  });

  it('takes the rows of the statements before it back as well', async () => {
    const model = modelOf('batches', { partitioned_by: ['day'], partitions_limit: 2 });
    await create(model);
    const query =
      "select * from (values (2, 'b'), (3, 'c'), (4, 'd'), (5, 'e'), (6, 'f')) as t (id, day)";
    let statements = 0;
    const seen: number[] = [];
    lakehouse.emulator.setHook(async ({ operation, subject }) => {
      if (operation !== 'StartQueryExecution' || !insertInto('batches').test(subject)) {
        return undefined;
      }
      statements += 1;
      if (statements !== 3) return undefined;
      seen.push((await rowsOf('batches').catch(() => [])).length);
      return { before: { status: 400, code: 'InvalidRequestException', message: 'no more' } };
    });
    const failed = await append(model, query);
    lakehouse.emulator.setHook(undefined);
    expect(messageOf(failed)).toContain('no more (its rows were taken back');
    expect(await rowsOf('batches')).toEqual(['[1,"a"]']);
    expect(await append(model, query)).toMatchObject({ ok: true });
    expect(await rowsOf('batches')).toHaveLength(6);
    expect(leaseOf('batches')).toBeUndefined();
  });
});

describe('a run that is killed while it adds rows', () => {
  const query = "select 2 as id, 'b' as day";
  const next = "select max(id) + 1 as id, 'c' as day from trusted.";

  it.each([
    ['before it had the lease', 'UpdateTable', 'before', ['[1,"a"]', '[2,"c"]']],
    ['with the lease, before its INSERT', 'UpdateTable', 'after', ['[1,"a"]', '[2,"c"]']],
    [
      'when the INSERT could not be started',
      'StartQueryExecution',
      'before',
      ['[1,"a"]', '[2,"c"]'],
    ],
    [
      'when the INSERT was started',
      'StartQueryExecution',
      'after',
      ['[1,"a"]', '[2,"b"]', '[3,"c"]'],
    ],
    ['when the INSERT had ended', 'GetQueryExecution', 'after', ['[1,"a"]', '[2,"b"]', '[3,"c"]']],
  ] as const)('%s: the next finds out what it did', async (title, operation, when, expected) => {
    const name = `killed_${title.replaceAll(/\W+/g, '_')}`.toLowerCase();
    const model = modelOf(name);
    await create(model);
    await appendAndDie(model, query, [operation, /./, { when }]);
    const isSettled = title === 'before it had the lease';
    expect(leaseOf(name) === undefined).toBe(isSettled);
    expect(messageOf(await append(model, `${next}${name}`))).toBe('ok');
    expect(await rowsOf(name)).toEqual(expected);
    expect(leaseOf(name)).toBeUndefined();
  });

  it('and its INSERT failed: the next removes its files', async () => {
    const model = modelOf('killed_failing');
    await create(model);
    const folder = filesOf('killed_failing')[0]?.replace(/[^/]*$/, '') ?? '';
    const files = (): readonly string[] =>
      filesOf('killed_failing').filter((key) => key.startsWith(folder));
    const before = files();
    const run = await openRun();
    const { relation } = run.node(model);
    const sql = athenaWriters.insert(relation, "select cast('x' as integer) as id, 'b' as day", [
      'id',
      'day',
    ]);
    dieAt('StartQueryExecution', /./, { when: 'after' });
    await run.execute(model, [{ kind: 'write', relation, sql }]);
    lakehouse.emulator.setHook(undefined);
    await expect.poll(() => files().length).toBe(before.length + 1);
    const orphan = files().find((key) => !before.includes(key));
    expect(await append(model, query)).toMatchObject({ ok: true });
    expect(await rowsOf('killed_failing')).toEqual(['[1,"a"]', '[2,"b"]']);
    expect(files()).toEqual(expect.arrayContaining([...before]));
    expect(files()).not.toContain(orphan);
  });

  it('between two of its statements: none of its rows stay', async () => {
    const model = modelOf('killed_between', { partitioned_by: ['day'], partitions_limit: 1 });
    await create(model);
    await appendAndDie(
      model,
      "select * from (values (2, 'b'), (3, 'c'), (4, 'd')) as t (id, day)",
      ['StartQueryExecution', insertInto('killed_between'), { when: 'after', nth: 2 }],
    );
    expect(messageOf(await append(model, `${next}killed_between`))).toBe('ok');
    expect(await rowsOf('killed_between')).toEqual(['[1,"a"]', '[2,"c"]']);
  });

  it('a rebuild settles it too, and so does gc', async () => {
    for (const how of ['rebuild', 'gc']) {
      const model = modelOf(`settled_by_${how}`);
      await create(model);
      await appendAndDie(model, query, ['StartQueryExecution', /./, { when: 'after' }]);
      expect(leaseOf(model.name)).toBeDefined();
      if (how === 'rebuild') await create(model);
      else {
        const { client, config } = lakehouse;
        const request = { projectName: 'stedi', graceMs: 0, apply: true, signal: never };
        const collected = await collectGarbage(client, config, request);
        expect(collected.ok && collected.value.items).toContainEqual(
          expect.objectContaining({ place: `trusted.${model.name}` }),
        );
      }
      expect(leaseOf(model.name)).toBeUndefined();
      const rows = how === 'rebuild' ? ['[1,"a"]'] : ['[1,"a"]', '[2,"b"]'];
      expect(await rowsOf(model.name)).toEqual(rows);
    }
  });
});

it('a lease that cannot be read is left in place, and nothing is added', async () => {
  const model = modelOf('odd_lease');
  await create(model);
  const { glue } = lakehouse.emulator;
  const table = glue.getTable('trusted', 'odd_lease');
  glue.updateTable('trusted', {
    ...toTableInput(table),
    Name: 'odd_lease',
    Parameters: { ...table.Parameters, 'stedi_sql.appending': '{"version":2}' },
  });
  expect(messageOf(await append(model, "select 2 as id, 'b' as day"))).toMatch(
    /^publish-conflict: trusted\.odd_lease is under a lease .* that this version of stedi-sql cannot read$/,
  );
  expect(leaseOf('odd_lease')).toBe('{"version":2}');
});

it('a manifest is a list of addresses, and nothing is removed by any other text', () => {
  expect(readManifest('s3://lake/a\n"s3://lake/b c"\n\n')).toEqual([
    { bucket: 'lake', key: 'a' },
    { bucket: 'lake', key: 'b c' },
  ]);
  for (const text of ['s3://lake/folder/', 's3://lake', 'id,name\n1,x', 's3://lake/a\nhello']) {
    expect(readManifest(text)).toBeUndefined();
  }
});
