import { describe, expect, it } from 'vitest';
import type { CatalogRelation } from './catalog.js';
import { incrementalTarget } from './incremental.js';
import { relationKey } from './relation.js';
import { modelNode } from './testing/nodes.js';

describe('incrementalTarget', () => {
  const base = modelNode('events');
  const find = (
    full_refresh: boolean | null,
    { isUnfinished = false, fullRefresh = false } = {},
  ): boolean => {
    const node = {
      ...base,
      config: { ...base.config, materialized: 'incremental' as const, full_refresh },
    };
    const table: CatalogRelation = {
      relation: { ...node.relation, type: 'table' },
      columns: [],
      ...(isUnfinished && { isUnfinished }),
    };
    const relations = new Map([[relationKey(node.relation), table]]);
    return incrementalTarget(node, { relations }, { fullRefresh }) !== undefined;
  };

  it.each([
    [null, {}, true],
    [null, { fullRefresh: true }, false],
    [false, { fullRefresh: true }, true],
    [true, {}, false],
    // Half a first build is no table to keep, whatever the model says of full refreshes.
    [false, { isUnfinished: true }, false],
    [null, { isUnfinished: true }, false],
  ])('full_refresh: %s, %j: %s', (fullRefresh, options, expected) => {
    expect(find(fullRefresh, options)).toBe(expected);
  });
});
