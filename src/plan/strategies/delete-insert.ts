import { keyExpressions } from '../key-expressions.js';
import { stageRows, type Strategy } from './strategy.js';

/** Removes the rows whose key the query returns, then adds all of the query's rows; a key may stand in many rows. */
export const deleteInsert: Strategy = {
  name: 'delete+insert',
  needs: 'unique_key',
  capabilities: ['deleteInsert'],
  reads: ['incremental_predicates'],
  key: (model) => model.config.unique_key,
  write: (input) => {
    const { target, columns, key, options, rows, writers } = input;
    const { predicates } = options;
    return [
      // The query may read the target, so its rows are fixed before the first is removed.
      stageRows(input),
      {
        kind: 'write',
        relation: target,
        sql: writers.deleteMatching(target, rows, key, {
          predicates,
          expressions: key.length === 1 ? keyExpressions(key, columns) : [],
        }),
      },
      {
        kind: 'write',
        relation: target,
        sql: writers.insert(target, writers.selectAll(rows), columns),
      },
      { kind: 'discard', staged: rows },
    ];
  },
};
