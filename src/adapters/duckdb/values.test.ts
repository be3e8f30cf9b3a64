import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Adapter, Session } from '../../core/adapter.js';
import { calm, createFolder, valueOf } from './testing/warehouse.js';

const folder = createFolder();
let adapter: Adapter;
let session: Session;
beforeAll(async () => {
  adapter = valueOf(await folder.open({ path: ':memory:' }));
  session = await adapter.openSession();
});
afterAll(async () => {
  await adapter.close();
  folder.remove();
});

it.each<[string, unknown]>([
  ['null', null],
  ['true', true],
  ['1::tinyint', 1],
  ['9007199254740991::bigint', 9007199254740991],
  ['9007199254740992::bigint', '9007199254740992'],
  ['170141183460469231731687303715884105727::hugeint', '170141183460469231731687303715884105727'],
  ['0.1::float', 0.1],
  ['0.1::double', 0.1],
  ["'nan'::double", 'NaN'],
  ["'-inf'::double", '-Infinity'],
  ["'inf'::float", 'Infinity'],
  ['1.50::decimal(5,2)', '1.50'],
  ['-0.05::decimal(38,2)', '-0.05'],
  ["'text'", 'text'],
  ["date '0967-01-01'", '0967-01-01'],
  ["time '01:02:03.5'", '01:02:03.500'],
  ["timestamp '2020-01-01 00:00:00'", '2020-01-01 00:00:00.000'],
  ["timestamp '2020-01-01 00:00:00.123456'", '2020-01-01 00:00:00.123456'],
  ["timestamp '1969-12-31 23:59:59.999'", '1969-12-31 23:59:59.999'],
  ["timestamptz '2020-01-01 01:00:00+01'", '2020-01-01 00:00:00.000 UTC'],
  ['interval 14 month', '1-2'],
  ["interval '3' day + interval '4' hour", '3 04:00:00.000'],
  ["interval '-90' second", '-0 00:01:30.000'],
  ['interval 0 day', '0 00:00:00.000'],
  ["'ab'::blob", '61 62'],
  ["uuid '12345678-1234-1234-1234-123456789abc'", '12345678-1234-1234-1234-123456789abc'],
  ['[1::bigint, null]', [1, null]],
  ["{'a': 1, 'b': [{'c': 2.5::decimal(3,1)}]}", { a: 1, b: [{ c: '2.5' }] }],
  ["map {'a': date '2020-01-01'}", { a: '2020-01-01' }],
  ['map {1: true}', { '1': true }],
  ["map {'__proto__': 1}", JSON.parse('{"__proto__": 1}')],
  ['row(1, 2)', { field0: 1, field1: 2 }],
  ["map {'a': [row('x', row(1, 2))]}", { a: [{ field0: 'x', field1: { field0: 1, field1: 2 } }] }],
  ['null::struct(a int)', null],
  ['\'{"a": 1}\'::json', '{"a": 1}'],
])('returns %s as a value that JSON holds', async (expression, expected) => {
  const { rows } = valueOf(
    await session.query(`select ${expression} as v`, { limit: null, signal: calm }),
  );
  expect(rows).toEqual([[expected]]);
  expect(JSON.parse(JSON.stringify(rows))).toEqual(rows);
});

it('names columns as the author does, and gives their types', async () => {
  const query = 'select 1 as a, 2 as a, 3.5 as "A b", \'{}\'::json as j';
  const expected = [
    { name: 'a', type: 'INTEGER' },
    { name: 'a', type: 'INTEGER' },
    { name: 'A b', type: 'DECIMAL(2,1)' },
    { name: 'j', type: 'JSON' },
  ];
  for (const limit of [null, 1]) {
    const { columns } = valueOf(await session.query(query, { limit, signal: calm }));
    expect(columns).toEqual(expected);
  }
});
