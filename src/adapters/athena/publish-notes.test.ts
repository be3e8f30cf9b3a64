import { describe, expect, it } from 'vitest';
import type { JsonValue, NodeConfig } from '../../core/node.js';
import { modelNode } from '../../core/testing/nodes.js';
import { publishNotes } from './publish-notes.js';

const hive = { table_type: 'hive' };
const partitioned = { ...hive, partitioned_by: ['day'] };

function notesOf(
  config: Partial<NodeConfig>,
  extra: Readonly<Record<string, JsonValue>>,
  when: 'first' | 'rebuilt' | 'added to',
): readonly string[] {
  const model = modelNode('m');
  return publishNotes({
    model: { ...model, config: { ...model.config, ...config, extra } },
    ...(when !== 'first' && { existing: { relation: model.relation, columns: [] } }),
    rebuilds: when !== 'added to',
  });
}

describe('publishNotes', () => {
  it.each<
    [Partial<NodeConfig>, Record<string, JsonValue>, 'first' | 'rebuilt' | 'added to', RegExp]
  >([
    [{ materialized: 'table' }, partitioned, 'first', /empty until its first 100 partitions/],
    [{ materialized: 'table' }, partitioned, 'rebuilt', /^readers see of each partition .* last$/],
    [{ materialized: 'external_table' }, { partitioned_by: ['day'] }, 'rebuilt', /each partition/],
    [{ materialized: 'incremental' }, hive, 'added to', /files of the added rows/],
    [
      { materialized: 'incremental', incremental_strategy: 'insert_overwrite' },
      partitioned,
      'added to',
      /100 at a time$/,
    ],
  ])('%j %j %s', (config, extra, when, expected) => {
    expect(notesOf(config, extra, when)).toEqual([expect.stringMatching(expected)]);
  });

  it.each<[Partial<NodeConfig>, Record<string, JsonValue>]>([
    [{ materialized: 'view' }, partitioned],
    [{ materialized: 'table' }, hive],
    [{ materialized: 'table' }, { partitioned_by: ['day'] }],
    [
      { materialized: 'table' },
      { ...partitioned, table_properties: { 'projection.enabled': true } },
    ],
    [{ materialized: 'incremental' }, {}],
  ])('has nothing to say of what is published at once: %j %j', (config, extra) => {
    for (const when of ['first', 'rebuilt'] as const)
      expect(notesOf(config, extra, when)).toEqual([]);
    if (config.materialized === 'incremental')
      expect(notesOf(config, extra, 'added to')).toEqual([]);
  });
});
