import { describe, expect, it } from 'vitest';
import type { Journal } from '../journal.js';
import { findGarbage, type RecordedRun, type References } from './find-garbage.js';

const hour = 3_600_000;
const now = Date.parse('2030-01-10T00:00:00Z');
const none: References = { folders: [], files: new Set(), unreadable: [] };

/** A run that built `orders`, so many hours ago, in folders named after it. */
function run(name: string, hoursAgo: number, files: readonly string[] = ['data']): RecordedRun {
  const at = now - hoursAgo * hour;
  const journal: Journal = {
    version: 1,
    project: 'stedi',
    invocation: name,
    catalog: '123456789012/us-east-1',
    startedAt: new Date(at).toISOString(),
    finishedAt: new Date(at).toISOString(),
    staged: [],
    prefixes: [`s3://lake/t/orders/${name}-`],
  };
  const objects = files.map((file) => ({
    bucket: 'lake',
    key: `t/orders/${name}-0/${file}`,
    sizeBytes: 1,
    modifiedAt: at,
  }));
  return { journal, objects };
}

/** `unreadMs`: for how long nothing has been seen to refer to anything. */
function find(
  runs: readonly RecordedRun[],
  references: Partial<References> = {},
  { unreadMs = 48 * hour }: { readonly unreadMs?: number } = {},
) {
  const unreadSince = new Map(
    runs.flatMap(({ objects }) =>
      objects.map(({ bucket, key }) => [`s3://${bucket}/${key}`, now - unreadMs] as const),
    ),
  );
  const options = { now, graceMs: 24 * hour, unreadSince };
  const found = findGarbage(runs, { ...none, ...references }, options);
  return {
    garbage: found.garbage.flatMap(({ objects }) => objects.map(({ key }) => key)),
    young: found.young,
    empty: found.empty.map(({ invocation }) => invocation),
  };
}

describe('findGarbage', () => {
  it('finds what no table reads, and the journal that then records nothing', () => {
    expect(find([run('a', 48)])).toEqual({
      garbage: ['t/orders/a-0/data'],
      young: 0,
      empty: ['a'],
    });
    expect(find([run('b', 48, [])])).toEqual({ garbage: [], young: 0, empty: ['b'] });
  });

  it('keeps the journal of a run that wrote no files until it is old', () => {
    expect(find([run('view', 1, [])])).toEqual({ garbage: [], young: 0, empty: [] });
  });

  it.each([
    ['the folder itself', 's3://lake/t/orders/a-0/'],
    ['a folder around it', 's3://lake/t/'],
    ['the file itself', 's3://lake/t/orders/a-0/data/'],
  ])('leaves what a table reads: %s', (_title, folder) => {
    expect(find([run('a', 48)], { folders: [folder] })).toEqual({
      garbage: [],
      young: 0,
      empty: [],
    });
  });

  it('leaves the partitions that are read, and not the others', () => {
    const runs = [run('a', 48, ['day=1/x', 'day=2/x'])];
    expect(find(runs, { folders: ['s3://lake/t/orders/a-0/day=2/'] })).toEqual({
      garbage: ['t/orders/a-0/day=1/x'],
      young: 0,
      empty: [],
    });
  });

  it('leaves the files that an Iceberg table leads to, and all if they are not known', () => {
    const runs = [run('a', 48, ['data/1', 'data/2', 'metadata/1'])];
    const files = new Set(['s3://lake/t/orders/a-0/data/2', 's3://lake/t/orders/a-0/metadata/1']);
    expect(find(runs, { files }).garbage).toEqual(['t/orders/a-0/data/1']);
    expect(find(runs, { unreadable: ['s3://lake/t/orders/a-0/'] }).garbage).toEqual([]);
  });

  it('leaves what is younger than the grace time', () => {
    expect(find([run('a', 1)])).toEqual({ garbage: [], young: 1, empty: [] });
  });

  it.each([
    ['a millisecond less', 24 * hour - 1, 0],
    ['just as long', 24 * hour, 1],
    ['longer', 24 * hour + 1, 1],
  ])(
    'leaves what was replaced within the grace time, however old: %s',
    (_title, unreadMs, gone) => {
      // A run in between that did not publish the table, and is old itself, says nothing of when the third replaced it.
      const runs = [run('a', 72), run('failed', 48, []), run('c', 1)];
      const found = find(runs, { folders: ['s3://lake/t/orders/c-0/'] }, { unreadMs });
      expect(found.garbage).toHaveLength(gone);
      expect(found.young).toBe(1 - gone);
    },
  );

  it('counts from the look that first found it unread, and notes since when', () => {
    const old = run('a', 72);
    const options = { now, graceMs: 24 * hour };
    const first = findGarbage([old], none, { ...options, unreadSince: new Map() });
    expect(first.garbage).toEqual([]);
    expect([...first.unreadSince]).toEqual([['s3://lake/t/orders/a-0/data', now]]);
    const read = { ...none, folders: ['s3://lake/t/orders/a-0/'] };
    expect(findGarbage([old], read, { ...options, unreadSince: first.unreadSince })).toMatchObject({
      garbage: [],
      young: 0,
      unreadSince: new Map(),
    });
    const later = { now: now + 24 * hour, graceMs: 24 * hour, unreadSince: first.unreadSince };
    expect(findGarbage([old], none, later).garbage).toHaveLength(1);
    // A note from a clock that was ahead is no older than now.
    const ahead = new Map([['s3://lake/t/orders/a-0/data', now + hour]]);
    expect(findGarbage([old], none, { ...options, unreadSince: ahead }).garbage).toEqual([]);
  });
});
