import { ownPathOf } from '../../core/own-path.js';
import type { TestNode } from '../../core/node.js';
import type { UnitTest, UnitTestRows } from '../../core/unit-test.js';
import type { DescribedEntry } from './to-governance.js';

type Json = Readonly<Record<string, unknown>>;

function toRows(rows: UnitTestRows, written: Json): Json {
  return {
    rows: rows.format === 'sql' ? rows.sql : rows.rows,
    format: rows.format,
    fixture: typeof written['fixture'] === 'string' ? written['fixture'] : null,
  };
}

function toMapping(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

/** Returns a unit test as dbt's manifest has it, under `unit_tests`; `schema` is that of its model. */
export function toUnitTest(
  test: TestNode,
  unit: UnitTest,
  { parents, createdAt, path, schema }: DescribedEntry & { readonly schema: string },
): Json {
  const given = Array.isArray(unit.written['given']) ? (unit.written['given'] as unknown[]) : [];
  return {
    model: unit.modelName,
    given: unit.given.map((each, index) => ({
      input: each.text,
      ...toRows(each.rows, toMapping(given[index])),
    })),
    expect: toRows(unit.expect, toMapping(unit.written['expect'])),
    name: test.name,
    resource_type: 'unit_test',
    package_name: test.packageName,
    path,
    original_file_path: ownPathOf(test),
    unique_id: test.uniqueId,
    fqn: test.fqn,
    description: test.description,
    overrides: unit.written['overrides'] === undefined ? null : unit.overrides,
    depends_on: { macros: test.macros, nodes: parents },
    config: { tags: test.tags, meta: test.config.meta, enabled: test.config.enabled },
    checksum: test.checksum,
    schema,
    created_at: createdAt,
    versions: null,
    version: null,
  };
}
