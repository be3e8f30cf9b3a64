import type { BuiltNode } from '../../core/node.js';
import { stageRows, type Strategy } from './strategy.js';

/** Returns the columns that the model is partitioned by, without transforms. */
function partitionColumns(model: BuiltNode): readonly string[] {
  const value = model.config.extra.partitioned_by;
  const list: readonly unknown[] = Array.isArray(value) ? value : value == null ? [] : [value];
  return list.filter((each) => typeof each === 'string');
}

/** Replaces the partitions that the query returns rows for; the others stay. */
export const insertOverwrite: Strategy = {
  name: 'insert_overwrite',
  needs: 'partitioned_by',
  capabilities: ['deleteInsert'],
  reads: [],
  key: partitionColumns,
  write: (input) => {
    const { target, columns, key, rows, writers } = input;
    return [
      stageRows(input),
      {
        kind: 'write',
        relation: target,
        sql: writers.deleteMatching(target, rows, key, { nullsMatch: true }),
      },
      {
        kind: 'write',
        relation: target,
        sql: writers.insert(target, writers.selectAll(rows), columns),
      },
      { kind: 'discard', staged: rows },
    ];
  },
  writeApart: ({ model, target, query, queryColumns, staged }) => ({
    write: [
      {
        kind: 'stage',
        as: 'table',
        staged,
        sql: query,
        model,
        ...(queryColumns && { columns: queryColumns }),
      },
    ],
    audited: staged,
    publish: [{ kind: 'publish-partitions', staged, published: target, model }],
  }),
};
