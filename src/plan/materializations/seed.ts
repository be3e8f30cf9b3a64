import { success } from '../../core/result.js';
import type { Materialization } from '../materialization.js';
import { replaceSteps } from '../steps.js';

/**
 * Writes the whole table of a seed at every run. Rows that the first statement cannot hold are added to the staged table
 * by further ones, before anybody reads it.
 */
export const seed: Materialization = {
  name: 'seed',
  plan(input) {
    const { compiled, dialect, node, staged } = input;
    const steps = replaceSteps(input, 'table');
    const columns = node.resourceType === 'seed' ? node.table.columns.map(({ name }) => name) : [];
    const further = (compiled.furtherSql ?? []).map((sql) => ({
      kind: 'write' as const,
      relation: staged,
      sql: dialect.writers.insert(staged, sql, columns),
    }));
    return success({ ...steps, write: [...steps.write, ...further] });
  },
};
