import { describe, expect, it } from 'vitest';
import type { CatalogRelation } from '../../core/catalog.js';
import { modelNode } from '../../core/testing/nodes.js';
import { guardHistory } from './guard-history.js';

const model = modelNode('orders');
const history = ['id', 'DBT_SCD_ID', 'dbt_valid_from', 'dbt_valid_to'];

function there(names: readonly string[], rest: Partial<CatalogRelation> = {}): CatalogRelation {
  return {
    relation: { ...model.relation, type: 'table' },
    columns: names.map((name) => ({ name, type: 'varchar' })),
    ...rest,
  };
}
const giving = (names: readonly string[]) => ({
  columns: names.map((name) => ({ name, type: { kind: 'varchar' } as const })),
});

describe('a model under the name of a table that', () => {
  it('has the columns of a snapshot is refused', () => {
    expect(guardHistory(model, giving(['id']), there(history))).toMatchObject([
      {
        code: 'relation-not-owned',
        severity: 'error',
        message: expect.stringContaining('holds the history of a snapshot') as string,
        hint: expect.stringContaining("another 'alias'") as string,
      },
    ]);
  });

  it('a snapshot is marked to have built is refused, whatever its columns are', () => {
    const marked = there(['id', 'since'], { attributes: { node: 'snapshot.shop.orders' } });
    expect(guardHistory(model, giving(['id', 'since']), marked)).toHaveLength(1);
  });

  it.each([
    ['is not there', undefined, ['id']],
    ['has other columns', there(['id']), ['id']],
    ['is a view', there(history, { relation: { ...model.relation, type: 'view' } }), ['id']],
    ['was built from a snapshot, as the model is', there(history), history],
    [
      'the model is marked to have built',
      there(history, { attributes: { node: model.uniqueId } }),
      ['id'],
    ],
  ] as const)('%s is built', (_title, existing, columns) => {
    expect(guardHistory(model, giving(columns), existing)).toEqual([]);
  });
});
