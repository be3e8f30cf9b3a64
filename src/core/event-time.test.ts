import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  batchId,
  batchLabel,
  formatTime,
  intersectWindows,
  parseTime,
  planBatches,
  timeBefore,
  toIsoTime,
  windowCondition,
  type BatchSize,
} from './event-time.js';

interface Recorded {
  readonly batches: readonly {
    readonly size: BatchSize;
    readonly begin: string;
    readonly lookback: number;
    readonly isIncremental: boolean;
    readonly now: string;
    readonly asked: readonly [string, string] | null;
    readonly batches: readonly (readonly [string, string])[];
  }[];
  readonly before: readonly {
    readonly at: string;
    readonly size: BatchSize;
    readonly count: number;
    readonly start: string;
  }[];
}

/** What dbt-core answered; see fixtures/microbatch/generate.py. */
const recorded = JSON.parse(
  readFileSync(new URL('../../fixtures/microbatch/batches.json', import.meta.url), 'utf8'),
) as Recorded;

const at = (text: string): number => parseTime(text)!;

describe('planBatches', () => {
  it('gives the batches that dbt gives', () => {
    expect(recorded.batches.length).toBeGreaterThan(80);
    for (const { begin, now, asked, batches, ...request } of recorded.batches) {
      const planned = planBatches({
        ...request,
        begin: at(begin),
        now: at(now),
        ...(asked && { asked: { start: at(asked[0]), end: at(asked[1]) } }),
      });
      const shown = planned.map(({ start, end }) => [toIsoTime(start), toIsoTime(end)]);
      expect(shown, JSON.stringify({ begin, now, asked, ...request })).toEqual(batches);
    }
  });

  it('gives none for a model that begins later', () => {
    const request = { size: 'day', lookback: 1, isIncremental: false } as const;
    const [begin, now] = [at('2024-05-01'), at('2024-04-01')];
    expect(planBatches({ ...request, begin, now })).toEqual([]);
  });
});

describe('timeBefore', () => {
  it.each(recorded.before)('$count $size before $at', ({ at: text, size, count, start }) => {
    expect(toIsoTime(timeBefore(at(text), size, count))).toBe(`${start}+00:00`);
  });
});

describe('parseTime', () => {
  it.each([
    ['2024-02-29', '2024-02-29 00:00:00'],
    ['2024-02-29T06:07', '2024-02-29 06:07:00'],
    ['2024-02-29 06:07:08.25', '2024-02-29 06:07:08.250'],
    ['2024-02-29T00:30:00+01:00', '2024-02-28 23:30:00'],
    ['2024-02-29T00:30:00Z', '2024-02-29 00:30:00'],
    ['1969-12-31 23:00:00', '1969-12-31 23:00:00'],
  ])('%s', (text, expected) => {
    expect(formatTime(at(text))).toBe(expected);
  });

  it.each([
    '2023-02-29',
    '2024-13-01',
    '2024-00-01',
    '24-01-01',
    '2024-01-01 25:00',
    'yesterday',
    '',
  ])('refuses %j', (text) => {
    expect(parseTime(text)).toBeUndefined();
  });
});

describe('a batch', () => {
  const start = at('2024-03-04T05:00:00');
  it.each([
    ['hour', '2024-03-04T05', '20240304T05'],
    ['day', '2024-03-04', '20240304'],
    ['month', '2024-03', '202403'],
    ['year', '2024', '2024'],
  ] as const)("has dbt's names: %s", (size, label, id) => {
    expect([batchLabel(start, size), batchId(start, size)]).toEqual([label, id]);
  });

  it('is cut to a sample, to nothing where they do not meet', () => {
    const span = (from: number, to: number) => ({ start: from, end: to });
    expect(intersectWindows(span(1, 5), span(3, 9))).toEqual(span(3, 5));
    expect(intersectWindows(span(1, 2), span(3, 9))).toEqual(span(3, 3));
  });

  it('is a condition on the rows from its start on and before its end', () => {
    expect(windowCondition('at', { start, end: start + 1 })).toBe(
      "at >= timestamp '2024-03-04 05:00:00' and at < timestamp '2024-03-04 05:00:00.001'",
    );
  });
});
