import { describe, expect, it } from 'vitest';
import { raw, renderSql } from './fragment.js';
import { clockTime, fixedOffset, instantOf, readZone } from './zone.js';

describe('readZone', () => {
  it.each([
    ['UTC', 'UTC'],
    ['Z', 'UTC'],
    ['gmt', 'UTC'],
    ['Etc/UTC', 'UTC'],
    ['+00:00', 'UTC'],
    ['+05:30', '+05:30'],
    ['-0800', '-08:00'],
    ['UTC+01:00', '+01:00'],
    ['Etc/GMT+5', '-05:00'],
    ['America/New_York', 'America/New_York'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['america/new_york', undefined],
    ['Nowhere/Land', undefined],
    ['PST', undefined],
    ['+5:30', undefined],
    ['+15:00', undefined],
    ['', undefined],
  ])('%s is %s', (text, zone) => {
    expect(readZone(text)).toBe(zone);
  });
});

describe('clocks and instants', () => {
  const text = (fragment: ReturnType<typeof raw>): string => renderSql(fragment, '').text;

  it('uses plain arithmetic for fixed offsets, which DuckDB has no zones for', () => {
    expect(fixedOffset('-03:30')).toBe(-210);
    expect(text(clockTime(raw('t'), '-03:30'))).toBe(`timezone('UTC', t) - to_minutes(210)`);
    expect(text(instantOf(raw('t'), '-03:30'))).toBe(`timezone('UTC', t + to_minutes(210))`);
    expect(text(instantOf(raw('t'), 'UTC'))).toBe(`timezone('UTC', t)`);
  });

  it('asks a region for the offset', () => {
    expect(fixedOffset('Europe/Paris')).toBeUndefined();
    expect(text(clockTime(raw('t'), 'Europe/Paris'))).toBe(`timezone('Europe/Paris', t)`);
    expect(text(instantOf(raw('t'), 'Europe/Paris'))).toBe(
      `stedi_trino."zoned_instant"(t, 'Europe/Paris')`,
    );
  });
});
