import { describe, expect, it } from 'vitest';
import type { SnapshotNode } from '../../core/node.js';
import { parseProject } from '../parse-project.js';
import { sampleOptions, sampleProject, type ProjectSketch } from '../testing/sample-project.js';

function parse(sketch: ProjectSketch) {
  const { diagnostics, ...result } = parseProject(sampleProject(sketch), sampleOptions());
  const nodes = 'value' in result ? result.value.nodes : [];
  const snapshots = nodes.filter((node): node is SnapshotNode => node.resourceType === 'snapshot');
  return { snapshots, nodes, diagnostics };
}

const config = { strategy: 'check', unique_key: ['id'], check_cols: 'all' };
const orders = { 'models/orders.sql': 'select 1 as id' };

describe('parseSnapshots', () => {
  it('makes a snapshot of a YAML entry with a relation', () => {
    const { snapshots, nodes, diagnostics } = parse({
      files: orders,
      yaml: {
        'models/marts/s.yml': {
          snapshots: [
            {
              name: 'history',
              relation: "ref('orders')",
              config: { ...config, invalidate_hard_deletes: true, target_schema: 'kept' },
              columns: [{ name: 'id', data_tests: ['not_null'] }],
            },
          ],
        },
      },
      snapshots: { '+tags': ['past'] },
    });
    expect(diagnostics).toEqual([]);
    expect(snapshots).toMatchObject([
      {
        uniqueId: 'snapshot.stedi.history',
        fqn: ['stedi', 'marts', 'history'],
        rawSql: "select * from {{ ref('orders') }}",
        tags: ['past'],
        relation: { schema: 'kept', identifier: 'history', type: 'table' },
        rules: { strategy: 'check', checkColumns: 'all', hardDeletes: 'invalidate' },
        isYaml: true,
        refs: [{ name: 'orders' }],
        config: { materialized: 'snapshot', unique_key: ['id'] },
      },
    ]);
    const test = nodes.find(({ resourceType }) => resourceType === 'test');
    expect(test).toMatchObject({ generic: { attachedNode: 'snapshot.stedi.history' } });
  });

  it('names the file of a block in its place in the project, as dbt does', () => {
    const { snapshots } = parse({
      files: {
        ...orders,
        'snapshots/past/all.sql':
          "\n{% snapshot history %}select * from {{ ref('orders') }}{% endsnapshot %}",
      },
      yaml: { 'snapshots/s.yml': { snapshots: [{ name: 'history', description: 'Old', config }] } },
    });
    expect(snapshots).toMatchObject([
      {
        fqn: ['stedi', 'past', 'all', 'history'],
        description: 'Old',
        patchPath: 'snapshots/s.yml',
        relation: { schema: 'stedi', identifier: 'history' },
        location: { path: 'snapshots/past/all.sql', line: 2 },
        isYaml: false,
      },
    ]);
  });

  it.each([
    [{ ...config, strategy: undefined }, "has no 'strategy'"],
    [{ ...config, unique_key: [] }, "has no 'unique_key'"],
    [{ strategy: 'timestamp', unique_key: ['id'] }, "without 'updated_at'"],
    [{ ...config, check_cols: [] }, "without 'check_cols'"],
    [
      { ...config, hard_deletes: 'ignore', invalidate_hard_deletes: false },
      "has both 'hard_deletes'",
    ],
    [{ ...config, schema: 'a', target_schema: 'b' }, "has both 'schema' and 'target_schema'"],
    [
      { ...config, snapshot_meta_column_names: { dbt_valid_to: 'DBT_valid_FROM' } },
      "gives the name 'DBT_valid_FROM'",
    ],
  ])('refuses %j', (given, message) => {
    const entries = Object.entries(given).filter(([, value]) => value !== undefined);
    const { diagnostics } = parse({
      files: orders,
      yaml: {
        's.yml': {
          snapshots: [
            { name: 'history', relation: "ref('orders')", config: Object.fromEntries(entries) },
          ],
        },
      },
    });
    expect(diagnostics).toMatchObject([{ code: 'snapshot-invalid' }]);
    expect(diagnostics[0]?.message).toContain(message);
    expect(diagnostics[0]?.location?.path).toBe('s.yml');
  });

  it('needs a relation or a block, one of them, and a name of its own', () => {
    const block = "{% snapshot history %}select * from {{ ref('orders') }}{% endsnapshot %}";
    const both = { name: 'history', relation: "ref('orders')", config };
    const { diagnostics } = parse({
      files: { ...orders, 'snapshots/s.sql': block },
      yaml: {
        's.yml': {
          snapshots: [
            both,
            { name: 'histry' },
            { ...both, name: 'orders' },
            { ...both, name: 'x', relation: 'y' },
          ],
        },
      },
    });
    expect(diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual(
      expect.arrayContaining([
        expect.stringContaining("duplicate-name: two snapshots have the name 'history'"),
        expect.stringContaining("properties-without-model: expected a 'relation'"),
        expect.stringContaining("duplicate-name: a model and a snapshot have the name 'orders'"),
        expect.stringContaining("snapshot-invalid: expected ref('…') or source("),
      ]) as string[],
    );
  });
});
