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

function find(runs: readonly RecordedRun[], references: Partial<References> = {}) {
  const found = findGarbage(runs, { ...none, ...references }, { now, graceMs: 24 * hour });
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

  it('keeps the journal of a run that wrote no files as long as it tells when it replaced others', () => {
    expect(find([run('a', 72), run('view', 1, [])])).toEqual({ garbage: [], young: 1, empty: [] });
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

  it('leaves what was replaced within the grace time, however old', () => {
    const old = run('a', 72);
    expect(find([old, run('b', 1)], { folders: ['s3://lake/t/orders/b-0/'] })).toEqual({
      garbage: [],
      young: 1,
      empty: [],
    });
    const runs = [old, run('b', 48), run('c', 1)];
    expect(find(runs, { folders: ['s3://lake/t/orders/c-0/'] }).garbage).toEqual([
      't/orders/a-0/data',
    ]);
  });
});
