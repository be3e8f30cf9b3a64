import { success } from '../../core/result.js';
import type { Materialization } from '../materialization.js';
import { replaceSteps } from '../steps.js';

/** Rebuilds the whole table at every run. */
export const table: Materialization = {
  name: 'table',
  plan: (input) => success(replaceSteps(input, 'table')),
};
