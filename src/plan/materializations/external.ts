import { success } from '../../core/result.js';
import type { Materialization } from '../materialization.js';
import { replaceSteps } from '../steps.js';

/** Writes the rows to a file, anew at every run, and makes a view of it. Where an engine cannot, `refuseModel` says so. */
export const external: Materialization = {
  name: 'external',
  plan(input) {
    const { dialect, node, staged } = input;
    const file = dialect.native?.describeFile?.(node);
    if (file === undefined) return success(null);
    if (!file.ok) return file;
    const { write, audited } = replaceSteps(input, 'table');
    const published = { ...node.relation, type: 'view' } as const;
    return success({
      write,
      audited,
      publish: [{ kind: 'publish-file', staged, published, file: file.value, model: node }],
    });
  },
};
