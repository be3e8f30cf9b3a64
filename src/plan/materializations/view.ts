import { success } from '../../core/result.js';
import type { Materialization } from '../materialization.js';
import { replaceSteps } from '../steps.js';

/** Stores the query; its rows are computed whenever it is read. */
export const view: Materialization = {
  name: 'view',
  plan: (input) => success(replaceSteps(input, 'view')),
};
