import { describe, expect, it } from 'vitest';
import type { TypedColumn } from '../../../core/adapter.js';
// eslint-disable-next-line no-restricted-imports -- a test composes the rooms
import { createSqlToolkit } from '../../../sql/index.js';
import { createDuckDbDialect } from '../dialect.js';

const dialect = createDuckDbDialect(createSqlToolkit());
const columns: readonly TypedColumn[] = [
  { name: 'id', type: { kind: 'integer' } },
  { name: 'at', type: { kind: 'timestamp', precision: 6, withZone: false } },
];

function translate(
  sql: string,
  { source = columns }: { readonly source?: readonly TypedColumn[] | null } = {},
): string {
  const result = dialect.translatePredicate?.(sql, { path: 'm.sql', target: columns, source });
  if (result?.ok === true) return result.value;
  return (result?.diagnostics ?? []).map(({ code }) => code).join();
}

describe("a condition in DuckDB's dialect", () => {
  it.each([
    ['DBT_INTERNAL_DEST.id = DBT_INTERNAL_SOURCE.id', '_target.id = _source.id'],
    ['target.id / 2 = 1 -- whole numbers', expect.stringContaining('//')],
    ["target.at > date_add('day', -3, current_date)", expect.stringContaining('_target."at"')],
    ['target.idd = 1', 'column-not-found'],
    ['id = 1', 'column-ambiguous'],
    ['target.id', 'sql-type-mismatch'],
    ['no_such_function(target.id)', 'function-unknown'],
  ])('%s', (sql, expected) => {
    expect(translate(sql)).toEqual(expected);
  });

  it('speaks of the table alone where rows are deleted', () => {
    expect(translate('id = 1', { source: null })).toBe('id = 1');
    expect(translate('src.id = 1', { source: null })).toBe('sql-unsupported');
  });
});
