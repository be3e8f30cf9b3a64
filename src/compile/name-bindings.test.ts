import { expect, it } from 'vitest';
import { relationKey } from '../core/relation.js';
import { modelNode } from '../core/testing/nodes.js';
import type { CompileOptions } from './compile-options.js';
import { isIncrementalRun } from './name-bindings.js';

/** Only newer rows of a table that is built whole would lose the older ones. */
it.each([
  [undefined, true],
  [true, false],
])('is_incremental() of a table that is unfinished (%s) is %s', (isUnfinished, expected) => {
  const base = modelNode('events');
  const config = { ...base.config, materialized: 'incremental' as const, full_refresh: false };
  const table = {
    relation: { ...base.relation, type: 'table' as const },
    columns: [],
    ...(isUnfinished !== undefined && { isUnfinished }),
  };
  const catalog = { relations: new Map([[relationKey(base.relation), table]]) };
  const options = { catalog, fullRefresh: false } as unknown as CompileOptions;
  expect(isIncrementalRun({ ...base, config }, options)).toBe(expected);
});
