import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createProject } from './testing/project.js';

function fixture(name: string): unknown {
  const path = new URL(`../fixtures/snapshots-of-dates/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(fileURLToPath(path), 'utf8'));
}

const { files, snapshots, steps } = fixture('project') as {
  readonly files: Readonly<Record<string, string>>;
  readonly snapshots: readonly string[];
  readonly steps: readonly number[];
};
/** What dbt made of the same project: fixtures/snapshots-of-dates/record.py. */
const expected: unknown = fixture('expected');

describe('snapshots whose updated_at is a date', () => {
  it('hold the rows and types that dbt gives them', () => {
    const project = createProject(files);
    const days = new Set<string>();
    for (const n of steps) {
      days.add(new Date().toISOString().slice(0, 10));
      const built = project.run(['build', '--vars', JSON.stringify({ n })]);
      expect(built.code, built.stderr).toBe(0);
    }
    const today = (value: string | null): string | null =>
      value !== null && days.has(value.slice(0, 10)) ? 'today' : value;
    const described = project.rows(
      "select table_name as name, column_name as c, data_type as type from duckdb_columns() where schema_name = 'main' order by column_index",
    );
    const columnsOf = (name: string): string[][] =>
      described.flatMap((each) =>
        each['name'] === name ? [[String(each['c']), String(each['type'])]] : [],
      );
    const queries = snapshots.map((name) => {
      const shown = columnsOf(name).flatMap(([column]) =>
        column === 'dbt_scd_id' || column === 'scd' ? [] : `"${String(column)}"::varchar`,
      );
      return `select '${name}' as name, to_json([${shown.join(', ')}])::varchar as cells from main.${name}`;
    });
    const all = project.rows(queries.join(' union all '));
    const found = snapshots.map((name) => {
      const rows = all
        .filter((each) => each['name'] === name)
        .map(({ cells }) => (JSON.parse(String(cells)) as (string | null)[]).map(today));
      return [name, { columns: columnsOf(name), rows }] as const;
    });
    project.remove();
    expect(sortRows(Object.fromEntries(found))).toEqual(sortRows(expected));
  });
});

/** Rows of a table have no order. */
function sortRows(tables: unknown): unknown {
  return Object.fromEntries(
    Object.entries(tables as Record<string, { columns: unknown; rows: unknown[] }>).map(
      ([name, { columns, rows }]) => [
        name,
        {
          columns,
          rows: rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
        },
      ],
    ),
  );
}
