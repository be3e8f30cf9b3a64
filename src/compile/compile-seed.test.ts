import { describe, expect, test } from 'vitest';
import type { Dialect } from '../core/adapter.js';
import type { SeedNode, SeedTable } from '../core/node.js';
import { success } from '../core/result.js';
import { compileSeed, seedTemplate } from './compile-seed.js';

const table: SeedTable = {
  columns: [
    { name: 'id', type: { kind: 'bigint' } },
    { name: 'the "name"', type: { kind: 'varchar' } },
  ],
  rows: [
    ['1', null],
    ['2', "O'Neil"],
    ['3', '{% é'],
  ],
};

const seed = (content: SeedTable) =>
  ({ name: 'people', path: 'seeds/people.csv', table: content }) as SeedNode;

function dialect(more: Partial<Pick<Dialect, 'maxStatementBytes' | 'writers'>> = {}): Dialect {
  const translate: Dialect['translate'] = (sql) =>
    success({ sql, toOriginal: () => undefined, columns: [] });
  return { name: 'plain', translate, writers: {}, ...more } as Dialect;
}

describe('compileSeed', () => {
  test('writes the rows as texts and casts them to the types', () => {
    const compiled = compileSeed(seed(table), { dialect: dialect() });
    expect(compiled.ok && compiled.value).toMatchObject({
      engineSql: `WITH seed_rows (c1, c2) AS (
VALUES
('1', CAST(NULL AS varchar)),
('2', 'O''Neil'),
('3', '{% é')
)
SELECT
  CAST(c1 AS bigint) AS "id",
  CAST(c2 AS varchar) AS "the ""name"""
FROM seed_rows`,
      columns: table.columns,
    });
    expect(compiled.ok && compiled.value.furtherSql).toBeUndefined();
  });

  test('a seed without rows has its columns', () => {
    const compiled = compileSeed(seed({ ...table, rows: [] }), { dialect: dialect() });
    expect(compiled.ok && compiled.value.engineSql).toMatch(/FROM seed_rows\nWHERE false$/);
  });

  test('an engine may write the rows in its own way', () => {
    const textRows = (rows: unknown, width: number) => `${width} of ${JSON.stringify(rows)}`;
    const writers = { textRows } as Dialect['writers'];
    const compiled = compileSeed(seed(table), { dialect: dialect({ writers }) });
    expect(compiled.ok && compiled.value.engineSql).toContain(
      '(\n2 of [["1",null],["2","O\'Neil"],["3","{% é"]]\n)',
    );
  });

  const many = (count: number, size: number): SeedTable => ({
    ...table,
    rows: Array.from({ length: count }, (_, index) => [String(index), 'é'.repeat(size)]),
  });

  test('rows that one statement cannot hold are split, each statement below the limit', () => {
    const maxStatementBytes = 40_000;
    const compiled = compileSeed(seed(many(1000, 50)), { dialect: dialect({ maxStatementBytes }) });
    if (!compiled.ok) throw new Error(compiled.diagnostics[0]?.message);
    const { engineSql, furtherSql = [] } = compiled.value;
    const statements = [engineSql, ...furtherSql];
    expect(statements.length).toBeGreaterThan(2);
    for (const sql of statements) {
      expect(Buffer.byteLength(sql)).toBeLessThan(maxStatementBytes - 16 * 1024);
    }
    const ids = statements.flatMap((sql) => [...sql.matchAll(/^\('(\d+)'/gmu)].map(([, id]) => id));
    expect(ids).toEqual(Array.from({ length: 1000 }, (_, index) => String(index)));
  });

  test.each([
    ['a row larger than a statement', many(1, 30_000), /has a row of 600\d\d bytes/],
    ['too many statements', many(5000, 150), /needs \d+ statements, more than 64/],
  ])('%s is refused', (_, content, message) => {
    const maxStatementBytes = 40_000;
    const compiled = compileSeed(seed(content), { dialect: dialect({ maxStatementBytes }) });
    expect(compiled.ok).toBe(false);
    expect(compiled.diagnostics).toMatchObject([
      { code: 'seed-too-large', location: { path: 'seeds/people.csv' } },
    ]);
    expect(compiled.diagnostics[0]?.message).toMatch(message);
  });
});

describe('seedTemplate', () => {
  test('holds nothing to render', () => {
    const template = seedTemplate(seed(table));
    expect(template).toMatch(/^\{% raw %\}WITH seed_rows/);
    expect(template).toMatch(/FROM seed_rows\{% endraw %\}$/);
    expect(template).toContain("('3', '{' || '% é')");
  });
});
