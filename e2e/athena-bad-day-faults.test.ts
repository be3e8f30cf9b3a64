import {
  BatchGetQueryExecutionCommand,
  CreateWorkGroupCommand,
  paginateListQueryExecutions,
  UpdateWorkGroupCommand,
  type QueryExecution,
} from '@aws-sdk/client-athena';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../src/land/generate/random.js';
import type { Call, CallHook, Fault, InjectedError } from '../emulator/index.js';
import {
  contentsOf,
  database,
  everyKind,
  everyName,
  expectedContents,
  rowsOfDay,
  Shop,
  type Contents,
} from './testing/athena-shop.js';

/** `npm run test:faults` draws from more seeds, `npm test` from one. */
const isFull = process.env['STEDI_FAULTS'] === 'full';
const seeds = Array.from({ length: isFull ? 20 : 1 }, (_, index) => index + 1);

function errorOf(
  { service }: Call,
  kind: 'throttled' | 'broken' | 'expired' | 'denied',
): InjectedError {
  const isS3 = service === 's3';
  const answers: Record<typeof kind, readonly [status: number, code: string]> = {
    throttled: isS3 ? [503, 'SlowDown'] : [400, 'ThrottlingException'],
    broken: isS3
      ? [500, 'InternalError']
      : [500, service === 'glue' ? 'InternalServiceException' : 'InternalServerException'],
    expired: isS3 ? [400, 'ExpiredToken'] : [403, 'ExpiredTokenException'],
    denied: isS3 ? [403, 'AccessDenied'] : [400, 'AccessDeniedException'],
  };
  const [status, code] = answers[kind];
  return { status, code, message: 'injected by the test' };
}

/** The first call of every operation meets a fault, and of the others one in eight. */
function oftenFails(seed: number, fault: (call: Call) => Fault): CallHook {
  const random = createRandom(`faults ${seed}`);
  const known = new Set<string>();
  const failed = new Map<string, number>();
  return (call) => {
    const key = `${call.operation} ${call.subject}`;
    const isFirst = !known.has(call.operation);
    known.add(call.operation);
    // No call fails for ever: each has two bad tries at most.
    const tries = failed.get(key) ?? 0;
    if (tries >= 2 || !(isFirst || random.fraction() < 1 / 8)) return undefined;
    failed.set(key, tries + 1);
    return fault(call);
  };
}

const isWrite = (sql = ''): boolean => /^\s*(INSERT|MERGE|DELETE|CREATE TABLE)\b/i.test(sql);

/** Every query that the local Athena ran, oldest first. */
async function executions({ clients: { athena } }: Shop): Promise<readonly QueryExecution[]> {
  const found: QueryExecution[] = [];
  for await (const { QueryExecutionIds = [] } of paginateListQueryExecutions(
    { client: athena },
    {},
  )) {
    if (QueryExecutionIds.length === 0) continue;
    const { QueryExecutions = [] } = await athena.send(
      new BatchGetQueryExecutionCommand({ QueryExecutionIds }),
    );
    found.push(...QueryExecutions);
  }
  return found;
}

/** Statements that write and ran more often than once; their texts hold names of one run, so they should not. */
async function ranTwice(shop: Shop): Promise<readonly string[]> {
  const counts = new Map<string, number>();
  for (const { Query = '', Status } of await executions(shop)) {
    if (Status?.State !== 'SUCCEEDED' || !isWrite(Query)) continue;
    counts.set(Query, (counts.get(Query) ?? 0) + 1);
  }
  expect(counts.size).toBeGreaterThan(10);
  return [...counts].filter(([, count]) => count > 1).map(([sql]) => sql);
}

/** A lakehouse that lands a day's files and builds, day after day. */
class Days {
  #day = 0;
  private constructor(readonly shop: Shop) {}

  static async open(): Promise<Days> {
    return new Days(await Shop.open(everyKind));
  }

  /** Lands the next day's files; returns what everything holds, and what it will hold after a build. */
  async next(): Promise<{ readonly before: Contents; readonly after: Contents }> {
    const before = expectedContents(this.#day);
    this.#day += 1;
    await this.shop.land(rowsOfDay(this.#day));
    return { before, after: expectedContents(this.#day) };
  }
}

const stagedOf = (shop: Shop): readonly string[] =>
  shop.tables().filter((name) => name.includes('__staged_'));

let days: Days;
let shop: Shop;
beforeAll(async () => {
  days = await Days.open();
  shop = days.shop;
});
afterAll(() => shop.close());

it('a build without faults holds the rows of its days', async () => {
  for (let day = 1; day <= 2; day++) {
    const { after } = await days.next();
    await shop.build();
    expect(await contentsOf(shop)).toEqual(after);
  }
});

describe('a build with faults that pass ends as one without', () => {
  const faults: readonly (readonly [string, (call: Call) => Fault])[] = [
    ['throttling of every service', (call) => ({ before: errorOf(call, 'throttled') })],
    ['failures of the services before the effect', (call) => ({ before: errorOf(call, 'broken') })],
    ['failures of the services after the effect', (call) => ({ after: errorOf(call, 'broken') })],
    ['connections that break before the effect', () => ({ before: 'drop' })],
    ['answers that are lost', () => ({ after: 'drop' })],
  ];
  it.each(faults.flatMap(([title, fault]) => seeds.map((seed) => ({ title, seed, fault }))))(
    '$title (seed $seed)',
    async ({ seed, fault }) => {
      const { after } = await days.next();
      const failed = new Set<string>();
      const hook = oftenFails(seed, (call) => {
        failed.add(call.operation);
        return fault(call);
      });
      const { code, stdout, stderr } = await shop.run(['build'], hook);
      expect(code, stdout + stderr).toBe(0);
      expect([...failed]).toEqual(
        expect.arrayContaining([
          ...['StartQueryExecution', 'GetQueryResults', 'GetTables', 'GetTable', 'CreateTable'],
          ...['UpdateTable', 'BatchUpdatePartition', 'BatchCreatePartition', 'BatchDeleteTable'],
          'PutObject',
        ]),
      );
      expect(await contentsOf(shop)).toEqual(after);
      expect(await ranTwice(shop)).toEqual([]);
      expect(stagedOf(shop)).toEqual([]);
    },
  );

  it('SlowDown of S3, several times in a row', async () => {
    const { after } = await days.next();
    let left = 4;
    const { code, stderr } = await shop.run(['build'], (call) =>
      call.service === 's3' && left-- > 0 ? { before: errorOf(call, 'throttled') } : undefined,
    );
    expect(code, stderr).toBe(0);
    expect(left).toBeLessThanOrEqual(0);
    expect(await contentsOf(shop)).toEqual(after);
  });

  it('entries of batches that fail for a moment', async () => {
    const { after } = await days.next();
    const failed = new Set<string>();
    const { code, stderr } = await shop.run(['build'], ({ operation }) => {
      if (!operation.startsWith('Batch') || failed.has(operation)) return undefined;
      failed.add(operation);
      const code = 'InternalServiceException';
      return { failEntries: { indexes: [0], code, message: 'injected by the test' } };
    });
    expect(code, stderr).toBe(0);
    expect([...failed]).toEqual(
      expect.arrayContaining(['BatchUpdatePartition', 'BatchCreatePartition', 'BatchDeleteTable']),
    );
    expect(await contentsOf(shop)).toEqual(after);
    expect(stagedOf(shop)).toEqual([]);
  });

  it('credentials that have expired, and are renewed', async () => {
    const { after } = await days.next();
    const expired = new Set<string>();
    let calls = 0;
    const { code, stderr } = await shop.run(['build'], (call) => {
      calls += 1;
      if (calls < 20 || expired.has(call.service)) return undefined;
      expired.add(call.service);
      return { before: errorOf(call, 'expired') };
    });
    expect(code, stderr).toBe(0);
    expect([...expired].sort()).toEqual(['athena', 'glue', 's3']);
    expect(await contentsOf(shop)).toEqual(after);
    expect(await ranTwice(shop)).toEqual([]);
  });
});

describe('a build with a fault that stays', () => {
  /** The rows of each table are those of one build, whole; in a Hive table with partitions, those of each partition. */
  function expectWhole(
    found: Contents,
    { before, after }: { readonly before: Contents; readonly after: Contents },
  ): void {
    for (const name of everyName) {
      if (!['overwritten', 'hive_days'].includes(name)) {
        expect([before[name], after[name]], name).toContainEqual(found[name]);
        continue;
      }
      const dayOf = (row: string): string => /"(d\d+)"/.exec(row)?.[1] ?? '';
      const partition = (contents: Contents, day: string): readonly string[] =>
        (contents[name] ?? []).filter((row) => dayOf(row) === day);
      for (const day of new Set([...(before[name] ?? []), ...(found[name] ?? [])].map(dayOf))) {
        const known = [partition(before, day), partition(after, day)];
        expect(known, `${name}, ${day}`).toContainEqual(partition(found, day));
      }
    }
  }

  const operations = [
    ...['StartQueryExecution', 'GetQueryExecution', 'GetQueryResults'],
    ...['GetTable', 'UpdateTable', 'CreateTable', 'GetPartitions', 'BatchUpdatePartition'],
    ...['PutObject', 'GetTables'],
  ];
  const random = createRandom('kills');
  const refused = isFull ? operations : operations.filter(() => random.fraction() < 0.4);

  it.each(refused)(
    '%s: says so, loses nothing, and the next build makes it good',
    async (operation) => {
      const rows = await days.next();
      const { code, stdout, stderr } = await shop.run(['build'], (call) =>
        // Several queries are looked at together, one alone.
        call.operation === operation || call.operation === `Batch${operation}`
          ? { before: errorOf(call, 'denied') }
          : undefined,
      );
      expect([1, 2], stdout + stderr).toContain(code);
      expect(stderr).toContain('error[access-denied]');
      expect(stderr).not.toContain('internal');
      expectWhole(await contentsOf(shop), rows);
      await shop.build();
      expect(await contentsOf(shop)).toEqual(rows.after);
    },
  );

  it('entries of a batch that keep failing: partitions are named, staged entries are left to gc', async () => {
    const rows = await days.next();
    const { code, stdout, stderr } = await shop.run(['build'], ({ operation }) =>
      operation === 'BatchCreatePartition' || operation === 'BatchDeleteTable'
        ? { failEntries: { indexes: [0], code: 'InvalidInputException', message: 'injected' } }
        : undefined,
    );
    expect(code, stdout + stderr).toBe(1);
    expect(stderr).toMatch(/could not be switched: \(d\d+\): InvalidInputException/);
    expect(stderr).toMatch(
      /warning\[engine-error\]: the table \S+ could not be removed|which the run made, could not be removed/,
    );
    expect(stagedOf(shop)).toHaveLength(1);
    expectWhole(await contentsOf(shop), rows);
    await shop.build();
    expect(await contentsOf(shop)).toEqual(rows.after);
    expect((await shop.run(['gc', '--apply', '--grace', '0m'])).code).toBe(0);
    expect(stagedOf(shop)).toEqual([]);
    expect(await contentsOf(shop)).toEqual(rows.after);
  });

  it('credentials that expire for good', async () => {
    const rows = await days.next();
    let calls = 0;
    const { code, stderr } = await shop.run(['build'], (call) => {
      calls += 1;
      return calls > 60 ? { before: errorOf(call, 'expired') } : undefined;
    });
    expect(code).toBe(1);
    expect(stderr).toContain('error[credentials-expired]');
    expect(stderr).toContain('get new credentials');
    expectWhole(await contentsOf(shop), rows);
    await shop.build();
    expect(await contentsOf(shop)).toEqual(rows.after);
  });

  it('a workgroup that is disabled', async () => {
    const rows = await days.next();
    const { athena } = shop.clients;
    await athena.send(new CreateWorkGroupCommand({ Name: 'nightly' }));
    const sql = everyKind['merged.sql'] ?? '';
    const { project } = shop.athena;
    project.write(
      'models/merged.sql',
      sql.replace("unique_key='id'", "unique_key='id', work_group='nightly'"),
    );
    await athena.send(new UpdateWorkGroupCommand({ WorkGroup: 'nightly', State: 'DISABLED' }));
    const { code, stderr } = await shop.run(['build']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/error\[workgroup-invalid\].*disabled/i);
    const found = await contentsOf(shop);
    expect(found['merged']).toEqual(rows.before['merged']);
    expect({ ...found, merged: [] }).toEqual({ ...rows.after, merged: [] });
    await athena.send(new UpdateWorkGroupCommand({ WorkGroup: 'nightly', State: 'ENABLED' }));
    await shop.build();
    expect(await contentsOf(shop)).toEqual(rows.after);
    project.write('models/merged.sql', sql);
  });
});

describe('a slow account', () => {
  it('with few places for queries and a slow queue lets a build wait, and Ctrl-C stops what runs', async () => {
    let hangs: RegExp | undefined;
    const shop = await Shop.open(everyKind, {
      rows: rowsOfDay(1),
      quotas: { dml: 2, ddl: 1 },
      latency: (sql) => ({
        queueMs: 60,
        planningMs: 20,
        runMs: hangs?.test(sql) === true ? 600_000 : 40,
      }),
    });
    const first = await shop.build();
    expect(first.length).toBeGreaterThan(60);
    const before = await contentsOf(shop);
    expect(before['merged']).toHaveLength(5);

    await shop.land(rowsOfDay(2));
    hangs = /^(MERGE|INSERT INTO)/;
    const { emulator, project, env } = shop.athena;
    const running = project.launch(['build', '--no-color', '--select', 'merged', 'hive_appended'], {
      env,
    });
    const waiting = new Set<string>();
    let stopped: Call | undefined;
    emulator.setHook((call) => {
      if (call.operation === 'StopQueryExecution') stopped = call;
      if (call.operation !== 'StartQueryExecution' || hangs?.test(call.subject) !== true)
        return undefined;
      waiting.add(call.subject);
      return waiting.size === 2
        ? { onEffect: () => void setTimeout(() => running.kill('SIGINT'), 300) }
        : undefined;
    });
    const { code, stdout } = await running.ended;
    emulator.setHook(undefined);
    hangs = undefined;
    expect(code, stdout).toBe(130);
    expect(stdout).toContain('what was published before stays in place');
    expect(stopped).toBeDefined();
    const states = (await executions(shop)).map(({ Query, Status }) => [Query, Status?.State]);
    expect(states.filter(([sql]) => waiting.has(sql ?? '')).map(([, state]) => state)).toEqual([
      'CANCELLED',
      'CANCELLED',
    ]);
    expect(states.filter(([, state]) => state === 'RUNNING' || state === 'QUEUED')).toEqual([]);
    const names = ['merged', 'hive_appended'] as const;
    for (const name of names) {
      expect(await shop.rows(name, 'id, day, note'), name).toEqual(before[name]);
    }
    expect(stagedOf(shop)).toEqual([]);

    await shop.build('--select', ...names);
    expect(await shop.rows('hive_appended', 'count(*)')).toEqual(['["9"]']);
    expect(await shop.rows('merged', 'count(*)')).toEqual(['["8"]']);
    expect(shop.athena.emulator.glue.findTable(database, 'merged')).toBeDefined();
    await shop.close();
  });
});
