import { describe, expect, it } from 'vitest';
import { readProjection, type ProjectedColumn } from '../../../core/partition-projection.js';
import { matchProjected } from './projected-values.js';

const now = new Date('2026-03-31T10:20:30Z');

/** The column `c` as the properties below `projection.c.` declare it. */
function columnOf(properties: Readonly<Record<string, string>>): ProjectedColumn {
  const all = Object.entries(properties).map(
    ([name, value]) => [`projection.c.${name}`, value] as const,
  );
  const { projection, issues } = readProjection(
    { 'projection.enabled': 'TRUE', ...Object.fromEntries(all) },
    ['c'],
  );
  expect(issues).toEqual([]);
  const column = projection?.columns.get('c');
  if (column === undefined) throw new Error('no column');
  return column;
}

const day = (range: string, more: Readonly<Record<string, string>> = {}): ProjectedColumn =>
  columnOf({ type: 'date', format: 'yyyy-MM-dd', range, ...more });

describe('values of projected partitions', () => {
  it.each<[string, ProjectedColumn, readonly string[], readonly string[]]>([
    ['an enumeration', columnOf({ type: 'enum', values: 'a, b' }), ['a', 'b'], ['A', '', 'a, b']],
    [
      'integers',
      columnOf({ type: 'integer', range: '-5,10', interval: '5' }),
      ['-5', '0', '10'],
      ['-6', '1', '15', '05', '5.0', '', ' 5'],
    ],
    [
      'integers with zeros in front',
      columnOf({ type: 'integer', range: '0,120', digits: '2' }),
      ['00', '07', '120'],
      ['7', '007', '121'],
    ],
    [
      'days',
      day('2026-02-01,2026-02-28'),
      ['2026-02-01', '2026-02-28'],
      ['2026-02-30', '2026-03-01'],
    ],
    // The bounds are cut to the unit.
    [
      'days until now',
      day('NOW-2DAYS,NOW'),
      ['2026-03-29', '2026-03-31'],
      ['2026-03-28', '2026-04-01'],
    ],
    ['a month back, from its last day', day('NOW-1MONTH,NOW'), ['2026-02-28'], ['2026-02-27']],
    [
      'every second day',
      day('2026-03-01,NOW', { interval: '2', 'interval.unit': 'DAYS' }),
      ['2026-03-31'],
      ['2026-03-30'],
    ],
    [
      'months',
      columnOf({ type: 'date', format: 'yyyyMM', range: '202511,NOW+1MONTHS' }),
      ['202511', '202604'],
      ['202510', '202605', '202613'],
    ],
    [
      'quarters',
      columnOf({
        type: 'date',
        format: 'yyyy/MM',
        range: '2025/01,NOW',
        interval: '3',
        'interval.unit': 'MONTHS',
      }),
      ['2025/04', '2026/01'],
      ['2025/05'],
    ],
    [
      'hours with a text in the format',
      columnOf({
        type: 'date',
        format: "yyyy-MM-dd'T'HH",
        range: 'NOW-3HOURS,NOW',
        interval: '1',
        'interval.unit': 'HOURS',
      }),
      ['2026-03-31T07', '2026-03-31T10'],
      ['2026-03-31T06', '2026-03-31T11', '2026-03-31T24'],
    ],
  ])('%s', (_, column, members, others) => {
    const matcher = matchProjected(column, now);
    expect(members.filter((value) => matcher?.matches(value) !== true)).toEqual([]);
    expect(others.filter((value) => matcher?.matches(value) === true)).toEqual([]);
    const pattern = new RegExp(`^${matcher?.pattern ?? ''}$`);
    expect(members.filter((value) => !pattern.test(value))).toEqual([]);
  });

  it('that only the planner of a query knows have no matcher', () => {
    expect(matchProjected(columnOf({ type: 'injected' }), now)).toBeUndefined();
    const words = columnOf({ type: 'date', format: 'dd MMM yyyy', range: '01 Jan 2026,NOW' });
    expect(matchProjected(words, now)).toBeUndefined();
  });
});
