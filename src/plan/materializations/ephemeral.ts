import { success } from '../../core/result.js';
import type { Materialization } from '../materialization.js';

/** Is no relation: models that ref it get its query as a CTE. */
export const ephemeral: Materialization = {
  name: 'ephemeral',
  plan: () => success(null),
};
