import { describe, expect, it } from 'vitest';
import type { CatalogRelation } from '../../core/catalog.js';
import { relationKey } from '../../core/relation.js';
import { modelNode } from '../../core/testing/nodes.js';
import { checkLocation } from './check-location.js';

const dataDir = 's3://lake/tables/';
const database = 'awsdatacatalog';
const node = modelNode('orders');
const model = {
  ...node,
  relation: { database, schema: 'Shop', identifier: 'Orders' },
  config: { ...node.config, materialized: 'table' },
};

function tableAt(location: string, identifier = 'other'): CatalogRelation {
  const relation = { database, schema: 'shop', identifier };
  return { relation, columns: [], attributes: { location } };
}

/** What is said of the model beside a table. */
function said(there: CatalogRelation, config: Partial<typeof model.config> = {}): string[] {
  const catalog = { relations: new Map([[relationKey(there.relation), there]]) };
  const check = { model: { ...model, config: { ...model.config, ...config } }, catalog };
  return checkLocation(check, dataDir).map(({ code, message }) => `${code}: ${message}`);
}

describe('the place of a model', () => {
  it.each([
    's3://lake',
    's3://lake/tables',
    's3://lake/tables/shop/',
    's3a://lake//tables/shop/orders',
  ])('must not lie in that of another table: %s', (location) => {
    expect(said(tableAt(location))).toEqual([
      `config-conflict: model 'orders' would be written to s3://lake/tables/shop/orders/, and shop.other has all of ${location}: its readers would find rows of the model`,
    ]);
    expect(said(tableAt(location), { materialized: 'view' })).toEqual([]);
    expect(said(tableAt(location), { extra: { s3_data_dir: 's3://mine/' } })).toEqual([]);
  });

  it('must not lie in that of the table which the model would replace', () => {
    expect(said(tableAt('s3://lake/tables/shop/orders/', 'orders'))).toEqual([
      expect.stringContaining('and shop.orders, which it would replace, has all of'),
    ]);
  });

  it.each([
    's3://lake/tables/shop/orders/0a1b2c3d-0/',
    's3://lake/tables/shop/orders_old/',
    's3://lake/tab',
    's3://lakes/',
    '',
  ])('may lie beside others, and around them: %s', (location) => {
    expect(said(tableAt(location))).toEqual([]);
  });

  it('is not read by external tables', () => {
    const external = { materialized: 'external_table', format: 'json' };
    const nothing = tableAt('');
    expect(said(nothing, { ...external, location: 's3://lake' })).toEqual([
      expect.stringMatching(/^config-conflict: external table 'orders' would read s3:\/\/lake, in/),
    ]);
    expect(said(nothing, { ...external, location: 's3://lake/landing' })).toEqual([]);
  });
});
