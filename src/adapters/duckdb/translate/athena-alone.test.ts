/* eslint-disable no-restricted-imports -- a test composes the rooms */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSqlToolkit } from '../../../sql/index.js';
import { createDuckDbDialect } from '../dialect.js';
import { codeOf, readEngineError } from '../engine-error.js';
import { openTestWarehouse, type TestWarehouse } from '../testing/trino-answers.js';

/** What DuckDB fails on unless the translation sees to it. All values are those of Trino 476. */
describe('what DuckDB alone cannot do', () => {
  let warehouse: TestWarehouse;
  beforeAll(async () => {
    warehouse = await openTestWarehouse();
  });
  afterAll(() => {
    warehouse.connection.closeSync();
  });
  const dialect = createDuckDbDialect(createSqlToolkit());

  async function answer(query: string): Promise<unknown> {
    const translated = dialect.translate(query, { path: 'query.sql' });
    if (!translated.ok) return translated.diagnostics.map(({ code }) => code).join();
    try {
      const reader = await warehouse.connection.runAndReadAll(translated.value.sql);
      return reader.getRowsJson();
    } catch (error) {
      const failure = readEngineError(error);
      return failure.limit === undefined
        ? `${codeOf(failure)}: ${failure.reason}`
        : `engine-limit: ${failure.limit.name}`;
    }
  }

  const most = '99999999999999999999999999999999999999';

  it.each([
    // A quotient of more than 38 digits on the way.
    ['12345678901234567890.123456789', '1234567.123456789012345', '10000006210003.921293481503899'],
    [most, '31.1', '3215434083601286173633440514469453376.2'],
    [
      '-9999999999999999999999999.9999999999',
      '333333333333333.3333333333',
      '-30000000000.0000000000',
    ],
    [`0.${most.slice(1)}`, most, '0.0000000000000000000000000000000000000'],
  ])('divides %s by %s', async (left, right, quotient) => {
    const query = `select a / b from unnest(array[decimal '${left}'], array[decimal '${right}']) t(a, b)`;
    expect(await answer(query)).toEqual([[quotient]]);
  });

  it.each([
    // Trino's own result is another number, by a fault; or it fails.
    [most, '3.1', 'engine-limit: digits'],
    [most, '0.0000000001', 'engine-limit: digits'],
    ['1', '0.00000000000000000000000000000000000003', 'engine-error: Decimal overflow'],
    ['1', '0.00', 'engine-error: Division by zero'],
  ])('does not divide %s by %s', async (left, right, outcome) => {
    const query = `select a / b from unnest(array[decimal '${left}'], array[decimal '${right}']) t(a, b)`;
    expect(await answer(query)).toBe(outcome);
  });

  it('reads decimals with 38 digits after the point', async () => {
    const least = `decimal '0.${'0'.repeat(37)}3'`;
    expect(await answer(`select ${least}, ${least} + ${least}`)).toEqual([
      [`0.${'0'.repeat(37)}3`, `0.${'0'.repeat(37)}6`],
    ]);
  });

  it('does not make NULL of a sum that has too many digits on the way', async () => {
    const operands = `unnest(array[decimal '12000000000000000000000000000000000000'],
      array[decimal '-9000000000000000000000000000000000000.5'], array[decimal '2']) t(a, b, c)`;
    expect(await answer(`select a + b from ${operands}`)).toBe('engine-limit: digits');
    expect(await answer(`select try(b - a) from ${operands}`)).toBe('engine-limit: digits');
    expect(await answer(`select b + c, try(b - c) from ${operands}`)).toEqual([
      ['-8999999999999999999999999999999999998.5', '-9000000000000000000000000000000000002.5'],
    ]);
  });

  it('compares a decimal that has no room beside a constant', async () => {
    const query = `select a < decimal '-0.5', a >= decimal '-0.5', decimal '0.5' < a, decimal '0.5' <> a
      from unnest(array[decimal '16999999999999999999999999999999999999', decimal '-16999999999999999999999999999999999999',
        decimal '0', null]) t(a)`;
    expect(await answer(query)).toEqual([
      [false, true, true, true],
      [true, false, false, true],
      [false, true, false, true],
      [null, null, null, null],
    ]);
  });

  it.each([
    ['a + 1 / b', null],
    ['a || from_base32(c)', 'sql-type-mismatch'],
    ['d || from_base32(c)', null],
    ['a between 1 / b and 2', null],
    ['a < 1 / b', null],
    ['a in (1 / b, 2)', null],
    ["replace(e, 'x', from_utf8(from_base32(c)))", null],
    ['nullif(a, 1 / b)', null],
    ['1 / b + cast(null as integer)', null],
    ['1 / b + a', 'engine-error: Division by zero'],
    ['try(a) + 1 / b', 'engine-limit: failing-operand'],
  ])('%s, where the first is NULL and the other fails', async (expression, value) => {
    const query = `select ${expression} from unnest(array[cast(null as integer)], array[0], array['!'],
      array[cast(null as varbinary)], array[cast(null as varchar)]) t(a, b, c, d, e)`;
    expect(await answer(query)).toEqual(typeof value === 'string' ? value : [[value]]);
  });

  it('stops at the first NULL of many operands, and writes them once', async () => {
    const names = Array.from('abcdefghijklmnop');
    const sum = names.map((name) => `cast(${name} as integer)`).join(' + ');
    const row = (values: readonly string[]): string => `(${values.join(', ')})`;
    const numbers = names.map((_, index) => `'${index}'`);
    const withNull = numbers.map((value, index) =>
      index === 2 ? 'null' : index === 9 ? "'x'" : value,
    );
    const query = `select ${sum} from (values ${row(numbers)}, ${row(withNull)}) t(${names.join(', ')})`;
    expect(await answer(query)).toEqual([[120], [null]]);
    const translated = dialect.translate(query, { path: 'query.sql' });
    expect(translated.ok && translated.value.sql.length).toBeLessThan(8000);
  });

  it('fails on the operand before a NULL', async () => {
    expect(
      await answer(
        "select cast(a as integer) + cast(b as integer) + cast(c as integer) from (values ('x', null, '1')) t(a, b, c)",
      ),
    ).toMatch(/^engine-error: Cannot cast 'x'/);
  });

  it.each([
    ["cast(timestamp '1969-12-31 23:59:59.999999 UTC' as time(3))", [['00:00:00']]],
    ["cast(timestamp '1900-05-05 12:00:00.0006 UTC' as time(3))", [['12:00:00.001']]],
    ["cast(timestamp '1969-12-31 23:59:59.999999' as time(3))", 'engine-limit: early-times'],
    ["split('a,b,', s, 2)", [[['a', 'b,']]]],
    ["split('a,b,c', s, 1)", [[['a,b,c']]]],
    ["split('ä--ß--c', '--', 2)", [[['ä', 'ß--c']]]],
    ["concat_ws(s, 'a', null, 'c')", [['a,c']]],
    ['concat_ws(s, array[])', [['']]],
    ['nullif(concat(cast(null as array(double)), n), array[1e0])', [[null]]],
    ['cast(null as array(double)) = array[n]', [[null]]],
    ['array_max(flatten(cast(null as array(array(row(integer, varchar))))))', [[null]]],
    ['sum(9223372036854775807) over (), sum(n) over ()', [['9223372036854775807', 1]]],
  ])('%s', async (expressions, value) => {
    const query = `select ${expressions} from unnest(array[','], array[1e0]) t(s, n)`;
    expect(await answer(query)).toEqual(value);
  });

  it('ends a sum over a window that leaves the bigints', async () => {
    const query = 'select sum(x) over () from (values 9223372036854775807, 1) t(x)';
    expect(await answer(query)).toBe('engine-limit: wrapped-sum');
    expect(await answer(`select try(y) from (${query}) u(y)`)).toBe('engine-limit: wrapped-sum');
  });

  it('computes aggregates and window functions inside of TRY', async () => {
    const rows = "(values (1, 'a', 4), (2, 'a', 0), (null, 'b', 0)) t(x, k, n)";
    expect(
      await answer(
        `select k, try(sum(x) / sum(n)), try(count(*) / max(n) + min(n)), try(k || cast(sum(x) as varchar))
          from ${rows} group by k order by k`,
      ),
    ).toEqual([
      ['a', '0', '0', 'a3'],
      ['b', null, null, null],
    ]);
    expect(
      await answer(`select k, try(1 / sum(n) over (partition by k)) from ${rows} order by k, x`),
    ).toEqual([
      ['a', '0'],
      ['a', '0'],
      ['b', null],
    ]);
  });

  it('does not catch the failure of an aggregate in TRY', async () => {
    expect(await answer('select try(sum(x)) from (values 9223372036854775807, 1) t(x)')).toMatch(
      /^engine-error: /,
    );
  });

  it('leaves out a subquery in a list that has a constant', async () => {
    const several = '(select x from (values 1, 2) t(x))';
    expect(await answer(`select 3 in (${several}, 3), 3 not in (${several}, 3)`)).toEqual([
      [true, false],
    ]);
    expect(await answer(`select 4 in (${several}, 3)`)).toMatch(/^engine-error: More than one row/);
  });

  it('refuses relations of one name on both sides of a JOIN', async () => {
    expect(await answer('select * from (values 1) t(x) join (values 1) t(x) on true')).toBe(
      'sql-unsupported',
    );
    expect(
      await answer('select t.x, u.x from (values 1) t(x) join (values 1) u(x) on true'),
    ).toEqual([[1, 1]]);
  });
});
