import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answerQuery,
  openTestWarehouse,
  readQueries,
  readTypeName,
  type RecordedQuery,
  type TestWarehouse,
} from '../testing/trino-answers.js';
import { sameCanonical, type Canonical } from '../testing/canonical-value.js';

const groups =
  `queries joins aggregation windows sets subqueries order names unnest typing time shapes
  correlated recursion numbers ties`.split(/\s+/);

/** `TRINO_GROUP=joins` runs one group; `TRINO_REPORT=1` prints what is wrong or refused. */
const chosen = process.env['TRINO_GROUP']?.split(',') ?? groups;
const verbose = process.env['TRINO_REPORT'] !== undefined;

/** What Trino answers, and the translation refuses by name. What ends with `engine-limit` need not be here. */
const knownGaps: ReadonlySet<string> = new Set([
  // Two relations of one name: DuckDB fails.
  'select * from (values 1) t(x) join (values 1) t(x) on true',
  'select * from (values 1) a(x), (values 2) a(y)',
  'select x, y from (values 1) a(x), (values 2) a(y)',
  'select a.y from (values 1) a(x), (values 2) a(y)',
  // USING compares as DuckDB does, which is another way for char, floating point numbers and nested types.
  "select k, x, y from (values (cast('a' as char(3)), 1), ('zz', 2)) a(k, x) full join (values ('a', 3), ('b', 4)) b(k, y) using (k)",
  "select k, j from (values (json '1', 1)) a(j, k) join (values (json '1', 2)) b(j, l) using (j)",
  'select d from (values nan(), 1e0) a(d) join (values nan(), 1e0) b(d) using (d)',
  "select k from (values 'a') a(k) join (values cast('a' as char(3))) b(k) using (k)",
  // A remainder whose operands have more digits together than DuckDB has.
  "select x + cast(null as decimal), x - cast(null as decimal), x * cast(null as decimal), x / cast(null as decimal), x % cast(null as decimal) from (values decimal '1.5') t(x)",
  // Samples, patterns of rows, a frame whose end the rows tell.
  'select count(*) from (values 1, 2, 3) t(x) tablesample bernoulli (100)',
  'select count(*) from (values 1, 2, 3) t(x) tablesample system (0)',
  'select * from (values 1) t(x) match_recognize (order by x measures classifier() as c pattern (a) define a as x > 0)',
  'select i, sum(x) over (order by i range between unbounded preceding and i preceding) from (values (0, 1), (0, 2), (1, 4)) t(i, x) order by i, x',
  // GROUP BY DISTINCT.
  'select a, b, count(*) from (values (1, 2), (1, 3)) t(a, b) group by distinct rollup (a, b), rollup (a, b)',
  // Sketches and buckets without counterpart, and orders of nested values.
  "select approx_most_frequent(2, x, 10) from (values 'a', 'a', 'b') t(x)",
  'select numeric_histogram(2, x) from (values 1e0, 2e0) t(x)',
  'select max(array[x, 1]), min(row(x, 1)) from (values 1, 2) t(x)',
  // Maps: DuckDB tells those with another order of keys apart.
  "select m, count(*) from (values map(array[1, 2], array['a', 'b']), map(array[2, 1], array['b', 'a'])) t(m) group by m",
  "select count(distinct m) from (values map(array[1, 2], array['a', 'b']), map(array[2, 1], array['b', 'a'])) t(m)",
  "select m, count(*) from (values map(array[1], array['a'])) t(m) group by 1",
  "select array_agg(distinct m) from (values map(array[1, 2], array['a', 'b']), map(array[2, 1], array['b', 'a'])) t(m)",
  'select row_number() over (partition by m) from (values map(array[1], array[2])) t(m)',
  "select map(array['a'], array[1]) union select map(array['a'], array[1])",
  "select distinct m from (values map(array[1, 2], array['a', 'b']), map(array[2, 1], array['b', 'a'])) t(m)",
  'select map(array[1, 2], array[1, 2]) union select map(array[2, 1], array[2, 1])',
  // A row of several columns as a value.
  'select (select 1, 2)',
  "select (select 1, 'a')",
  'select x from (values 1) t(x) where (select 1, 2) = row(1, 2)',
  // NaN and nested values in subqueries.
  'select x, x > any (select y from (values nan(), 2e0) u(y)), x < all (select y from (values nan(), 2e0) u(y)) from (values nan(), 3e0, 1e0) t(x)',
  'select x from (values array[1, null], array[1, 2]) t(x) where x in (select array[1, 2])',
  // Zones that differ from row to row.
  "select ts from (values timestamp '2020-01-01 02:00:00 UTC', timestamp '2020-01-01 03:00:00 +02:00') t(ts) order by ts",
]);

/**
 * Conditions over several tables, whose keys Trino computes for all rows in one plan and not in another: DuckDB computes them for
 * all rows, and says so where one is out of range.
 */
const failingJoins: ReadonlySet<string> = new Set(
  ['a + b + x > c', 'c = a + b + x', 'a + b = c'].map(
    (condition) =>
      `select count(*) from (select * from unnest(array[2000000000, 1, 2000000000, 3], array[2000000000, 2, 2000000000, 1], array[cast(null as integer), 3, null, 9]) t(a, b, c)) t cross join (values 1, 2) u(x) where ${condition}`,
  ),
);

/**
 * `refused`: by name, before it runs; `limited`: by name, when it runs; `failed`: DuckDB fails, in its own words; `lenient`: it answers what Trino refuses; `retyped`: a
 * column has another type; `wrong`: other rows or names, in silence.
 */
type Outcome =
  | { readonly kind: 'right' | 'failed-too' | 'limited' }
  | {
      readonly kind: 'refused' | 'failed' | 'lenient' | 'retyped' | 'wrong';
      readonly detail: string;
    };

/** A known gap is refused, or fails because of a number that is out of range. */
function isKnown({ sql }: RecordedQuery, outcome: Outcome): boolean {
  if (outcome.kind === 'failed') {
    return failingJoins.has(sql) && outcome.detail.includes('Overflow in addition');
  }
  return outcome.kind === 'refused' && knownGaps.has(sql);
}

/** The types of texts and of expressions with unknown parts are less exact than Trino's; what they are is compared. */
function roughType(type: string): string {
  return type.replace(/varchar\(\d+\)/g, 'varchar');
}

function sortRows(
  query: RecordedQuery,
  rows: readonly (readonly Canonical[])[],
): readonly (readonly Canonical[])[] {
  if (/order by [^)]*$/i.test(query.sql)) return rows;
  return [...rows].sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
}

function sameRows(
  found: readonly (readonly Canonical[])[],
  expected: readonly (readonly Canonical[])[],
  typeNames: readonly string[],
): boolean {
  const types = typeNames.map(readTypeName);
  return (
    found.length === expected.length &&
    found.every((row, index) =>
      row.every((cell, column) =>
        sameCanonical(cell, expected[index]?.[column] ?? null, types[column] ?? { kind: 'any' }),
      ),
    )
  );
}

/** DuckDB tells columns of one name apart with `:1`; `_col0` stands for no name. */
function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^_col\d+$/, '_col');
}

async function judgeQuery(warehouse: TestWarehouse, query: RecordedQuery): Promise<Outcome> {
  const answer = await answerQuery(warehouse.connection, query);
  if (answer.kind !== 'rows' && query.error !== undefined) return { kind: 'failed-too' };
  if (answer.kind === 'refused') {
    return answer.whenRun === true
      ? { kind: 'limited' }
      : { kind: 'refused', detail: answer.message };
  }
  if (answer.kind === 'failed') {
    return { kind: 'failed', detail: `${answer.message}\n      ${answer.sql}` };
  }
  const differs = (
    expected: unknown,
    found: unknown,
    kind: 'lenient' | 'retyped' | 'wrong' = 'wrong',
  ): Outcome => ({
    kind,
    detail: `expected ${JSON.stringify(expected)}\n      found    ${JSON.stringify(found)}\n      ${answer.sql}`,
  });
  if (query.error !== undefined) return differs(`error ${query.error}`, answer.rows, 'lenient');
  const names = query.names ?? [];
  const types = query.types ?? [];
  if (answer.names.map(plainName).join() !== names.map(plainName).join()) {
    return differs(names, answer.names);
  }
  const expected = sortRows(query, query.rows ?? []);
  const found = sortRows(query, answer.rows);
  if (!sameRows(found, expected, types)) return differs(expected, found);
  return answer.types?.map(roughType).join() === types.map(roughType).join()
    ? { kind: 'right' }
    : differs(types, answer.types, 'retyped');
}

describe('recorded queries of Trino', () => {
  let warehouse: TestWarehouse;
  beforeAll(async () => {
    warehouse = await openTestWarehouse();
  });
  afterAll(() => {
    warehouse.connection.closeSync();
  });

  it.each(groups.filter((group) => chosen.includes(group)))(
    '%s: the same columns and rows, and an error or a refusal where Trino fails',
    { timeout: 300_000 },
    async (group) => {
      const counts: Record<Outcome['kind'], number> = {
        right: 0,
        'failed-too': 0,
        refused: 0,
        limited: 0,
        failed: 0,
        lenient: 0,
        retyped: 0,
        wrong: 0,
      };
      const unexpected: string[] = [];
      for (const query of readQueries(group)) {
        const outcome = await judgeQuery(warehouse, query);
        counts[outcome.kind]++;
        if (!('detail' in outcome)) continue;
        if (isKnown(query, outcome)) continue;
        unexpected.push(`${outcome.kind.toUpperCase()} ${query.sql}\n      ${outcome.detail}`);
      }
      if (verbose) {
        const lines = [`${group}: ${JSON.stringify(counts)}`, ...unexpected];
        process.stdout.write(`${lines.join('\n')}\n`);
      }
      expect(unexpected.map((line) => `\n${line}`).join('')).toBe('');
    },
  );
});
