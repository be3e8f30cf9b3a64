import { describe, expect, it } from 'vitest';
import { createSqlToolkit } from '../sql/index.js';
import { renamePredicate } from './predicate-names.js';

const toolkit = createSqlToolkit();

function rename(sql: string, { hasSource = true } = {}): string {
  const result = renamePredicate(toolkit, sql, { path: 'm.sql', hasSource });
  return result.ok ? result.value : result.diagnostics.map(({ code }) => code).join();
}

describe('renamePredicate', () => {
  it.each([
    ['DBT_INTERNAL_DEST.day > DBT_INTERNAL_SOURCE.day', '_target.day > _source.day'],
    ['target."day" = src.day -- of today', '_target."day" = _source.day'],
    ['"Target".a = 1', '_target.a = 1'],
    // Names that are no qualifiers stay.
    ["target = 'target.day' or other.src.a = 1", "target = 'target.day' or other.src.a = 1"],
    [
      'day in (select s.day from s where s.id = dbt_internal_dest.id)',
      'day in (select s.day from s where s.id = _target.id)',
    ],
    ['a = 1 or', 'sql-syntax'],
    ['', 'sql-syntax'],
  ])('%s', (sql, expected) => {
    expect(rename(sql)).toBe(expected);
  });

  it('refuses the rows of the query where there are none to speak of', () => {
    expect(rename('target.a = 1', { hasSource: false })).toBe('_target.a = 1');
    expect(rename('DBT_INTERNAL_SOURCE.a = 1', { hasSource: false })).toBe('sql-unsupported');
  });
});
