import { stageRows, type Strategy } from './strategy.js';

/** Adds the query's rows. */
export const append: Strategy = {
  name: 'append',
  needs: null,
  capabilities: [],
  reads: [],
  key: () => [],
  write: ({ target, columns, query, writers }) => [
    { kind: 'write', relation: target, sql: writers.insert(target, query, columns) },
  ],
  writeApart: (input) => {
    const { target, columns, rows, writers } = input;
    const sql = writers.insert(target, writers.selectAll(rows), columns);
    return {
      write: [stageRows(input)],
      audited: rows,
      publish: [
        { kind: 'write', relation: target, sql },
        { kind: 'discard', staged: rows },
      ],
    };
  },
};
