import { describe, expect, it } from 'vitest';
import type { Catalog } from '../../core/catalog.js';
import { relationKey } from '../../core/relation.js';
import { catalogColumns } from './table-columns.js';

const catalog: Catalog = {
  relations: new Map(
    [
      { database: 'w', schema: 'a', identifier: 'Things' },
      { database: 'w', schema: 'b', identifier: 'things' },
      { database: 'w', schema: 'b', identifier: 'others' },
    ].map((relation) => [
      relationKey(relation),
      { relation, columns: [{ name: relation.schema, type: 'INTEGER[]' }] },
    ]),
  ),
};

describe('catalogColumns', () => {
  const columns = catalogColumns(catalog);

  it.each([
    [['w', 'a', 'things'], 'a'],
    [['B', 'THINGS'], 'b'],
    [['others'], 'b'],
    [['things'], undefined],
    [['nothing'], undefined],
  ])('%j: %s', (name, expected) => {
    expect(columns(name)?.[0]?.name).toBe(expected);
  });

  it('gives types of Athena', () => {
    expect(columns(['others'])?.[0]?.type).toEqual({
      kind: 'array',
      element: { kind: 'integer' },
    });
  });
});
