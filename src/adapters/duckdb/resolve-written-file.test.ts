import { describe, expect, it } from 'vitest';
import { resolveWrittenFile } from './resolve-written-file.js';

describe('the file of a statement', () => {
  it.each([
    [
      "copy (select 'a.csv') to 'out/a.csv' (header)",
      "copy (select 'a.csv') to '/shop/out/a.csv' (header)",
    ],
    ["COPY t FROM '/data/a.csv'", "COPY t FROM '/data/a.csv'"],
    ["attach if not exists 'o.db' as o", "attach if not exists '/shop/o.db' as o"],
    ["attach ':memory:' as o", "attach ':memory:' as o"],
    ["copy t to 's3://bucket/a.csv'", "copy t to 's3://bucket/a.csv'"],
    ["insert into t select 'a.csv'", "insert into t select 'a.csv'"],
  ])('%s', (statement, expected) => {
    expect(resolveWrittenFile(statement, '/shop')).toBe(expected);
  });
});
