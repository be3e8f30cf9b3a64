import { describe, expect, it } from 'vitest';
import { modelNode } from '../../core/testing/nodes.js';
// eslint-disable-next-line no-restricted-imports -- a test composes the rooms
import { createSqlToolkit } from '../../sql/index.js';
import { checkCatalogs, readCatalogs } from './check-catalogs.js';

const toolkit = createSqlToolkit();

function check(
  materialized: string,
  { sql = 'select 1 as id', database = 'AwsDataCatalog', catalog = 'AwsDataCatalog' } = {},
): readonly string[] {
  const node = modelNode('m');
  const model = {
    ...node,
    relation: { ...node.relation, database },
    config: { ...node.config, materialized },
  };
  return checkCatalogs({ model, sql }, { catalog, toolkit }).map(
    ({ code, message, hint }) => `${code}: ${message} (${hint ?? ''})`,
  );
}

describe('data catalogs', () => {
  it('are read from names with three parts, not from fields of rows', () => {
    const sql = `select "a"."b"."c", '"x"."y"."z"', (select max(id) from deep.db.t) from "Shared"."sales"."orders" o
      join AwsDataCatalog.db.t on true left join db.t2 on true, other.db.t3 -- from a.b.c`;
    expect([...readCatalogs(sql, { path: 'm.sql', toolkit })].sort()).toEqual([
      'awsdatacatalog',
      'deep',
      'other',
      'shared',
    ]);
  });

  it('of other accounts can be read by tables, and by no view', () => {
    const sql = 'select id from "shared"."sales"."orders"';
    expect(check('table', { sql })).toEqual([]);
    expect(check('view', { sql })).toEqual([
      "materialization-invalid: model 'm' is a view over the data catalog 'shared', and Athena makes no views with catalogs of other accounts (use materialized: table)",
    ]);
    expect(check('view')).toEqual([]);
  });

  it('are written by a target of their own', () => {
    const database = 'shared';
    expect(check('table', { database, catalog: 'Shared' })).toEqual([]);
    expect(check('view', { database, catalog: 'shared' })).toEqual([
      "materialization-invalid: model 'm' is a view in the data catalog 'shared', and Athena makes no views with catalogs of other accounts (use materialized: table)",
    ]);
    expect(check('table', { database })).toEqual([
      "config-unsupported: model 'm' would be written to the data catalog 'shared', but the target writes to 'AwsDataCatalog' alone (remove 'database', or build the model on a target with catalog: shared and its catalog_id)",
    ]);
  });
});
