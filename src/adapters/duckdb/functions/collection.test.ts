import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  describeOutcome,
  judge,
  openTestWarehouse,
  type RecordedAnswer,
} from '../testing/trino-answers.js';

/** What Trino answers where nulls inside, not-a-number, nested lambdas or lateral queries make it hard. */
const answers: readonly RecordedAnswer[] = [
  { expr: 'contains(ARRAY[ROW(1, NULL), ROW(1, 2)], ROW(1, 2))', error: 'NOT_SUPPORTED' },
  { expr: 'contains(ARRAY[ROW(1, 2), ROW(1, NULL)], ROW(1, 2))', type: 'boolean', value: true },
  { expr: 'contains(ARRAY[ROW(1, NULL)], ROW(2, 2))', type: 'boolean', value: false },
  { expr: "contains(ARRAY['a  '], CAST('a' AS CHAR(3)))", type: 'boolean', value: true },
  { expr: 'contains(ARRAY[nan(), NULL], nan())', type: 'boolean', value: null },
  { expr: 'array_position(ARRAY[nan(), 1e0], nan())', type: 'bigint', value: '0' },
  { expr: 'array_remove(ARRAY[nan(), 1e0], nan())', type: 'array(double)', value: ['NaN', '1'] },
  { expr: 'array_remove(ARRAY[ARRAY[1, NULL], ARRAY[1, 2]], ARRAY[1, 2])', error: 'NOT_SUPPORTED' },
  { expr: 'arrays_overlap(ARRAY[nan()], ARRAY[nan()])', type: 'boolean', value: true },
  {
    expr: 'array_intersect(ARRAY[1, 2], ARRAY[3, 2, 1])',
    type: 'array(integer)',
    value: ['2', '1'],
  },
  { expr: 'array_union(ARRAY[nan()], ARRAY[nan()])', type: 'array(double)', value: ['NaN'] },
  {
    expr: "array_union(CAST(ARRAY[ROW(1, 'a')] AS ARRAY(ROW(n INTEGER, s VARCHAR))), ARRAY[ROW(2, 'b')])",
    type: 'array(row(integer, varchar))',
    value: [{ row: ['1', 'a'] }, { row: ['2', 'b'] }],
  },
  {
    expr: 'array_histogram(ARRAY[nan(), nan(), 1e0])',
    type: 'map(double, bigint)',
    value: {
      map: [
        ['1', '1'],
        ['NaN', '2'],
      ],
    },
  },
  {
    expr: 'array_sort(ARRAY[ROW(1, NULL), ROW(2, 3)])',
    type: 'array(row(integer, integer))',
    value: [{ row: ['1', null] }, { row: ['2', '3'] }],
  },
  { expr: 'array_sort(ARRAY[ROW(1, NULL), ROW(1, 3)])', error: 'NOT_SUPPORTED' },
  {
    expr: 'array_max(ARRAY[ROW(1, NULL), ROW(2, 3)])',
    type: 'row(integer, integer)',
    value: { row: ['2', '3'] },
  },
  { expr: 'array_max(ARRAY[nan(), nan()])', type: 'double', value: 'NaN' },
  { expr: 'array_sort(ARRAY[3], (x, y) -> 5)', type: 'array(integer)', value: ['3'] },
  { expr: 'array_sort(ARRAY[3, 1, 2], (x, y) -> x - y)', error: 'INVALID_FUNCTION_ARGUMENT' },
  {
    expr: "array_sort(ARRAY[ROW(1, 'a'), ROW(1, 'b'), ROW(0, 'c')], (x, y) -> IF(x[1] < y[1], 1, -1))",
    type: 'array(row(integer, varchar(1)))',
    value: [{ row: ['1', 'b'] }, { row: ['1', 'a'] }, { row: ['0', 'c'] }],
  },
  {
    expr: 'array_sort(ARRAY[ARRAY[3, 1], ARRAY[2, 5]], (p, q) -> IF(array_sort(p, (x, y) -> IF(x < y, 1, -1))[1] < array_sort(q, (x, y) -> IF(x < y, 1, -1))[1], 1, -1))',
    type: 'array(array(integer))',
    value: [
      ['2', '5'],
      ['3', '1'],
    ],
  },
  { expr: "array_join(ARRAY[NULL], ',')", type: 'varchar', value: '' },
  { expr: "array_join(ARRAY[INTERVAL '1' DAY], ',')", type: 'varchar', value: '1 00:00:00.000' },
  { expr: 'combinations(ARRAY[1, 2], -1)', error: 'INVALID_FUNCTION_ARGUMENT' },
  { expr: 'cardinality(combinations(sequence(1, 317), 2))', error: 'INVALID_FUNCTION_ARGUMENT' },
  { expr: 'cardinality(combinations(sequence(1, 316), 2))', type: 'bigint', value: '49770' },
  {
    expr: "sequence(DATE '2020-04-30', DATE '2020-03-31', INTERVAL '-1' MONTH)",
    type: 'array(date)',
    value: ['2020-04-30', '2020-03-30'],
  },
  {
    expr: "sequence(TIMESTAMP '2020-01-01 00:00:00', TIMESTAMP '2020-01-01 00:00:02', INTERVAL '0.5' SECOND)",
    error: 'GENERIC_INTERNAL_ERROR',
  },
  {
    expr: 'sequence(9223372036854775806, 9223372036854775807)',
    type: 'array(bigint)',
    value: ['9223372036854775806', '9223372036854775807'],
  },
  { expr: 'slice(ARRAY[1, 2, 3], 9223372036854775807, 5)', type: 'array(integer)', value: [] },
  { expr: 'ARRAY[1] || ARRAY[]', error: 'AMBIGUOUS_FUNCTION_CALL' },
  { expr: 'ARRAY[2] || ARRAY[ARRAY[1]]', type: 'array(array(integer))', value: [['2'], ['1']] },
  { expr: 'MAP(ARRAY[ROW(1, NULL)], ARRAY[1])', error: 'INVALID_FUNCTION_ARGUMENT' },
  { expr: 'MAP(ARRAY[nan()], ARRAY[1])[nan()]', error: 'INVALID_FUNCTION_ARGUMENT' },
  { expr: 'element_at(MAP(ARRAY[nan()], ARRAY[1]), nan())', type: 'integer', value: null },
  {
    expr: "element_at(MAP(ARRAY[1], ARRAY['x']), BIGINT '5000000000')",
    type: 'varchar(1)',
    value: null,
  },
  {
    expr: 'map_concat(MAP(ARRAY[1], ARRAY[2]), MAP(ARRAY[1e0], ARRAY[2.5]))',
    type: 'map(double, decimal(11,1))',
    value: { map: [['1', '2.5']] },
  },
  { expr: 'multimap_from_entries(ARRAY[ROW(1, 1), NULL])', error: 'INVALID_FUNCTION_ARGUMENT' },
  {
    expr: "transform_values(MAP(ARRAY['a'], ARRAY[MAP(ARRAY['b'], ARRAY[1])]), (k, v) -> transform_values(v, (k2, v2) -> k || k2 || CAST(v2 AS VARCHAR)))",
    type: 'map(varchar(1), map(varchar(1), varchar))',
    value: { map: [['a', { map: [['b', 'ab1']] }]] },
  },
  {
    expr: "map_zip_with(MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['a'], ARRAY[2]), (k, x, y) -> map_zip_with(MAP(ARRAY[k], ARRAY[x]), MAP(ARRAY[k], ARRAY[y]), (k2, x2, y2) -> x2 * 10 + y2 + x))",
    type: 'map(varchar(1), map(varchar(1), integer))',
    value: { map: [['a', { map: [['a', '13']] }]] },
  },
  {
    expr: 'zip_with(ARRAY[1, 2], ARRAY[ARRAY[1], ARRAY[2]], (x, y) -> zip_with(y, ARRAY[5], (u, w) -> u * w + x))',
    type: 'array(array(integer))',
    value: [['6'], ['12']],
  },
  {
    expr: "reduce(ARRAY[BIGINT '3000000000'], 0, (s, x) -> s + x, s -> s)",
    type: 'bigint',
    value: '3000000000',
  },
  { expr: 'reduce(ARRAY[3e0], 1, (s, x) -> s / 2 + x, s -> s)', type: 'double', value: '3.5' },
  { expr: "reduce(ARRAY[1, 2], BIGINT '0', (s, x) -> x, s -> s)", error: 'FUNCTION_NOT_FOUND' },
  {
    expr: 'reduce(ARRAY[1.5, 2.5], 0.0, (s, x) -> s + x, s -> s)',
    error: 'GENERIC_INTERNAL_ERROR',
  },
  {
    expr: 'reduce(CAST(NULL AS ARRAY(INTEGER)), 0, (s, x) -> s + x, s -> coalesce(s, 7))',
    type: 'integer',
    value: null,
  },
  {
    expr: "reduce(ARRAY['a', 'b', 'a'], CAST(MAP() AS MAP(VARCHAR, INTEGER)), (s, x) -> map_concat(s, MAP(ARRAY[x], ARRAY[coalesce(element_at(s, x), 0) + 1])), s -> s)",
    type: 'map(varchar, integer)',
    value: {
      map: [
        ['a', '2'],
        ['b', '1'],
      ],
    },
  },
  {
    expr: 'reduce(shuffle(ARRAY[1, 2, 3]), 0, (s, x) -> s + x, s -> s)',
    type: 'integer',
    value: '6',
  },
  {
    expr: '(SELECT array_agg(x ORDER BY x) FROM (VALUES (1, 3)) AS t(a, b) CROSS JOIN UNNEST(sequence(a, b)) AS u(x))',
    type: 'array(bigint)',
    value: ['1', '2', '3'],
  },
  {
    expr: '(SELECT array_agg(x ORDER BY x) FROM (VALUES (ARRAY[1, 2, 3], 1)) AS t(a, b) CROSS JOIN UNNEST(array_remove(a, b)) AS u(x))',
    type: 'array(integer)',
    value: ['2', '3'],
  },
  {
    expr: "(SELECT array_agg(x || y ORDER BY x) FROM (VALUES ('p', 'q')) AS t(a, b) CROSS JOIN UNNEST(ARRAY[ROW('a', upper(a)), ROW('b', reverse(b))]) AS u(x, y))",
    type: 'array(varchar)',
    value: ['aP', 'bq'],
  },
  {
    expr: "(SELECT array_agg(d ORDER BY k) FROM (SELECT k, array_join(array_sort(array_distinct(array_agg(v))), ',') AS d FROM (VALUES (1, 'x'), (1, 'x'), (1, 'a'), (2, 'y')) AS t(k, v) GROUP BY k))",
    type: 'array(varchar)',
    value: ['a,x', 'y'],
  },
  {
    expr: 'array_distinct((SELECT array_agg(x) FROM (VALUES 1, 1) AS t(x)))',
    type: 'array(integer)',
    value: ['1'],
  },
];

describe('functions of arrays and maps', () => {
  let connection: DuckDBConnection;
  beforeAll(async () => {
    ({ connection } = await openTestWarehouse());
  });
  afterAll(() => {
    connection.closeSync();
  });

  it.each(answers)('$expr', async (answer) => {
    const outcome = await judge(connection, answer);
    const expected = answer.error === undefined ? ['right'] : ['failed-too', 'refused'];
    expect(expected, describeOutcome(answer, outcome)).toContain(outcome.kind);
  });

  describe('where only DuckDB knows the types', () => {
    beforeAll(async () => {
      await connection.run(
        `CREATE TABLE open AS SELECT [1, 2, NULL] AS numbers, [1.5::DOUBLE, 'NaN'::DOUBLE] AS floats,
          'NaN'::DOUBLE AS nan, MAP {'k': 1} AS entries, [{'n': 1, 's': NULL}] AS rows`,
      );
    });

    it.each<RecordedAnswer>([
      { expr: 'contains(numbers, 9)', type: 'boolean', value: null },
      { expr: 'contains(floats, nan)', type: 'boolean', value: false },
      { expr: 'contains(rows, rows[1])', error: 'NOT_SUPPORTED' },
      { expr: 'array_max(floats)', type: 'double', value: '1.5' },
      { expr: 'array_sort(rows)', error: 'NOT_SUPPORTED' },
      { expr: "element_at(entries, 'k')", type: 'integer', value: '1' },
      { expr: "entries['k']", type: 'integer', value: '1' },
      { expr: 'element_at(numbers, 0)', error: 'INVALID_FUNCTION_ARGUMENT' },
      { expr: 'reduce(floats, 0, (s, x) -> s + 1.5e0, s -> s)', type: 'double', value: '3' },
      { expr: 'transform(rows, r -> r.n)', type: 'array(integer)', value: ['1'] },
    ])('$expr', async (answer) => {
      const outcome = await judge(connection, { ...answer, expr: `${answer.expr} FROM open` });
      const expected = answer.error === undefined ? 'right' : 'failed-too';
      expect(outcome.kind, describeOutcome(answer, outcome)).toBe(expected);
    });
  });
});
