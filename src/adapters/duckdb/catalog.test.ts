import { rmSync, utimesSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Adapter, Session } from '../../core/adapter.js';
import { calm, createFolder, relationOf, valueOf, type Folder } from './testing/warehouse.js';
import { modelNode } from '../../core/testing/nodes.js';

const model = modelNode('any');

let folder: Folder;
let adapter: Adapter;
let session: Session;
beforeEach(async () => {
  folder = createFolder();
  adapter = valueOf(await folder.open());
  session = await adapter.openSession();
  valueOf(await session.execute({ kind: 'create-schema', relation: relationOf('any') }, calm));
});
afterEach(async () => {
  await adapter.close();
  folder.remove();
});

async function build(identifier: string, sql: string, as: 'table' | 'view') {
  const [staged, published] = [relationOf(`${identifier}__staged`), relationOf(identifier)];
  valueOf(await session.execute({ kind: 'stage', model, as, staged, sql }, calm));
  valueOf(await session.execute({ kind: 'publish', model, staged, published, sql: null }, calm));
}

async function columnsOf(identifier: string) {
  const { relations } = valueOf(await adapter.readCatalog(['lake']));
  return relations.get(`warehouse.lake.${identifier}`)?.columns;
}

it('gives types in the engine’s spelling', async () => {
  await build(
    'orders',
    "select 1::bigint as id, 1.5::decimal(10,2) as price, timestamp '2020-01-01' as at, [{'a': 1}] as items, map {'k': 1.0::double} as m",
    'table',
  );
  expect(await columnsOf('orders')).toEqual([
    { name: 'id', type: 'BIGINT' },
    { name: 'price', type: 'DECIMAL(10,2)' },
    { name: 'at', type: 'TIMESTAMP' },
    { name: 'items', type: 'STRUCT(a INTEGER)[]' },
    { name: 'm', type: 'MAP(VARCHAR, DOUBLE)' },
  ]);
});

it('is read although views are broken', async () => {
  await build('orders', 'select 1 as id', 'table');
  await build('seen', 'select id from lake.orders', 'view');
  const path = folder.write('landing/a.json', '{"id":1}\n');
  utimesSync(path, new Date('2026-01-01'), new Date('2026-01-01'));
  const column = { name: 'id', data_type: 'int', description: '', tags: [], meta: {} };
  const staged = relationOf('landed__staged');
  const published = relationOf('landed');
  valueOf(
    await session.execute(
      {
        kind: 'stage-external',
        model,
        staged,
        columns: [column],
        location: 'landing',
        format: 'json',
      },
      calm,
    ),
  );
  valueOf(await session.execute({ kind: 'publish', model, staged, published, sql: null }, calm));

  rmSync(path);
  valueOf(await session.execute({ kind: 'discard', staged: relationOf('orders') }, calm));
  await adapter.close();
  adapter = valueOf(await folder.open());
  session = await adapter.openSession();

  const { relations } = valueOf(await adapter.readCatalog(['lake']));
  expect([...relations.keys()].sort()).toEqual(['warehouse.lake.landed', 'warehouse.lake.seen']);
  expect(await columnsOf('landed')).toEqual([{ name: 'id', type: 'INTEGER' }]);
});
