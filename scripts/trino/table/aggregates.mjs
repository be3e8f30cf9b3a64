import { combine, distinct, poolsOf } from './arguments.mjs';
import { nullOf, valuesOf } from './values.mjs';

/** Aggregates whose value depends on the order of the rows. */
const ordered = new Set([
  'array_agg',
  'listagg',
  'map_agg',
  'multimap_agg',
  'arbitrary',
  'any_value',
  'map_union',
  'histogram',
]);

/** Aggregates that a table of exact answers cannot hold: sketches, and values that any row may give. */
const inexact = new Set(
  'approx_most_frequent approx_set numeric_histogram qdigest_agg tdigest_agg make_set_digest merge merge_set_digest checksum arbitrary any_value reduce_agg approx_distinct'.split(
    ' ',
  ),
);

const types = [
  'integer',
  'bigint',
  'double',
  'real',
  'decimal(10,2)',
  'decimal(38,0)',
  'varchar',
  'boolean',
  'date',
  'timestamp(3)',
  'interval day to second',
  'interval year to month',
  'varbinary',
  'char(4)',
  'array(integer)',
  'row(integer,varchar)',
  'map(varchar,integer)',
  'tinyint',
  'time(3)',
  'timestamp(3) with time zone',
];

const sumsDoubles = /^(avg|stddev|var|corr|covar|regr|geometric|kurtosis|skewness)/;

/** Columns of a type: ordinary values, values at the edges with nulls, only nulls. */
function columnsOf(name, type) {
  const all = valuesOf(type);
  // What sums of doubles lose depends on the order of the rows.
  const pool = sumsDoubles.test(name)
    ? all.filter(
        (value) => !/e308|e-324|e19|E38|\d{18}|16777217|214748364|infinity|Infinity/.test(value),
      )
    : all;
  const plain = pool.slice(0, 3).filter((value) => value !== nullOf(type));
  return [
    [...plain, plain[0]],
    [...pool, pool[1]],
    [nullOf(type), nullOf(type)],
  ];
}

const further = {
  approx_distinct: [''],
  approx_percentile: [', 0.5e0'],
  max: ['', ', 2'],
  min: ['', ', 2'],
  max_by: [', k', ', -k', ', k, 2'],
  min_by: [', k', ', -k', ', k, 2'],
  corr: [', k', ', k * 2e0'],
  covar_pop: [', k'],
  covar_samp: [', k'],
  regr_slope: [', k'],
  regr_intercept: [', k'],
  multimap_agg: [', k'],
  map_agg: [', k'],
};

/** Returns which types an aggregate takes. */
function takenTypes(name) {
  if (/^(bool_|every|count_if)/.test(name)) return /^boolean/;
  if (name === 'listagg') return /^(varchar|char)/;
  if (name === 'map_union') return /^map/;
  if (/^(sum|avg)$/.test(name)) return /^(tiny|int|big|double|real|decimal)/;
  if (/^(kurtosis|skewness)/.test(name)) return /^(integer|double)/;
  if (/^(stddev|var|corr|covar|regr|geometric|bitwise)/.test(name))
    return /^(tinyint|integer|bigint|double|real|decimal\(10)/;
  return /./;
}

function writeCall(name, argument, options = {}) {
  const order = ordered.has(name) ? ' ORDER BY k' : '';
  if (name === 'listagg')
    return `listagg(${options.distinct ? 'DISTINCT ' : ''}${argument}, ',') WITHIN GROUP (ORDER BY ${options.distinct ? argument : 'k'})`;
  if (options.distinct)
    return `${name}(DISTINCT ${argument}${ordered.has(name) ? ` ORDER BY ${argument}` : ''})`;
  return `${name}(${argument}${order})`;
}

/** Returns the expressions of an aggregate: complete subqueries. */
export function aggregateExpressions(name) {
  if (inexact.has(name)) return [];
  const found = [];
  for (const type of types) {
    // One call with a type that the aggregate does not take is enough.
    const takes = takenTypes(name);
    if (!takes.test(type) && type !== 'varbinary') continue;
    const columns = takes.test(type) ? columnsOf(name, type) : columnsOf(name, type).slice(0, 1);
    for (const rest of further[name] ?? ['']) {
      // Trino 476 loses values of maps in lists of maps.
      if (type.startsWith('map') && rest.endsWith('2')) continue;
      for (const values of columns) {
        const rows = values.map((value, index) => `(${index + 1}, ${value})`).join(', ');
        const from = `FROM (VALUES ${rows}) AS t(k, x)`;
        found.push(`(SELECT ${writeCall(name, `x${rest}`)} ${from})`);
        if (values !== columns[1]) continue;
        found.push(`(SELECT ${writeCall(name, `x${rest}`)} ${from} WHERE k > 100)`);
        found.push(`(SELECT ${writeCall(name, `x${rest}`)} FILTER (WHERE k > 1) ${from})`);
        if (rest === '' && (name !== 'sum' || !/double|real/.test(type)))
          found.push(`(SELECT ${writeCall(name, `x`, { distinct: true })} ${from})`);
        if (rest === '' && !ordered.has(name)) {
          found.push(
            `(SELECT array_agg(v ORDER BY k) FROM (SELECT k, ${name}(x) OVER (ORDER BY k ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS v ${from}) AS w)`,
          );
        }
      }
    }
  }
  return distinct(found);
}

const calls = {
  row_number: ['row_number()'],
  rank: ['rank()'],
  dense_rank: ['dense_rank()'],
  percent_rank: ['percent_rank()'],
  cume_dist: ['cume_dist()'],
  ntile: ['ntile(2)', 'ntile(10)', 'ntile(0)', 'ntile(CAST(NULL AS bigint))'],
  lag: ['lag(x)', 'lag(x, 2)', 'lag(x, 0)', 'lag(x, 1, x)', 'lag(x) IGNORE NULLS', 'lag(x, -1)'],
  lead: ['lead(x)', 'lead(x, 2)', 'lead(x, 0)', 'lead(x, 1, x)', 'lead(x) IGNORE NULLS'],
  first_value: ['first_value(x)', 'first_value(x) IGNORE NULLS'],
  last_value: ['last_value(x)', 'last_value(x) IGNORE NULLS'],
  nth_value: [
    'nth_value(x, 2)',
    'nth_value(x, 1) IGNORE NULLS',
    'nth_value(x, 0)',
    'nth_value(x, 9)',
  ],
};
const frames = [
  '',
  ' ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING',
  ' ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING',
  ' RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING',
  ' GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW',
  ' ROWS BETWEEN 2 FOLLOWING AND 3 FOLLOWING',
];

function overRows(call, type, order, frame) {
  const rows = [...valuesOf(type).slice(0, 3), nullOf(type), valuesOf(type)[1]]
    .map((value, index) => `(${index + 1}, ${value})`)
    .join(', ');
  return `(SELECT array_agg(v ORDER BY k) FROM (SELECT k, ${call} OVER (ORDER BY ${order}${frame}) AS v FROM (VALUES ${rows}) AS t(k, x)) AS w)`;
}

/** Returns the expressions of a window function. */
export function windowExpressions(name) {
  return distinct(
    (calls[name] ?? []).flatMap((call) => [
      ...[
        'integer',
        'double',
        'varchar',
        'date',
        'timestamp(3) with time zone',
        'array(integer)',
      ].map((type) => overRows(call, type, 'k', '')),
      ...['x', 'x DESC', 'x NULLS FIRST', 'x DESC NULLS FIRST', 'k % 2'].map((order) =>
        overRows(call, 'integer', `${order}, k`, ''),
      ),
      ...frames
        .slice(1, /value/.test(name) ? undefined : 2)
        .map((frame) => overRows(call, 'varchar', 'k', frame)),
      ...(/rank|cume|row_number/.test(name)
        ? ['integer', 'double', 'varchar', 'decimal(10,2)', 'boolean', 'date'].flatMap((type) =>
            ['x', 'x DESC'].map((order) =>
              overRows(call, type, name === 'row_number' ? `${order}, k` : order, ''),
            ),
          )
        : []),
    ]),
  );
}

/** Returns windows of every kind of frame over sums. */
export function frameExpressions() {
  const bounds = [
    'UNBOUNDED PRECEDING',
    '2 PRECEDING',
    '0 PRECEDING',
    'CURRENT ROW',
    '1 FOLLOWING',
    'UNBOUNDED FOLLOWING',
  ];
  const found = [];
  for (const mode of ['ROWS', 'RANGE', 'GROUPS']) {
    bounds.forEach((start, first) =>
      bounds.slice(first).forEach((end) => {
        for (const order of ['x', 'x DESC', 'x NULLS FIRST']) {
          found.push(
            `(SELECT array_agg(v ORDER BY k) FROM (SELECT k, sum(k) OVER (ORDER BY ${order}${mode === 'ROWS' ? ', k' : ''} ${mode} BETWEEN ${start} AND ${end}) AS v FROM (VALUES (1, 1), (2, 1), (3, 2), (4, 4), (5, NULL), (6, NULL), (7, 7)) AS t(k, x)) AS w)`,
          );
        }
      }),
    );
  }
  for (const [type, step] of [
    ['date', "INTERVAL '1' DAY"],
    ['timestamp(3)', "INTERVAL '1' DAY"],
    ['double', '1.5e0'],
    ['decimal(10,2)', "DECIMAL '1.00'"],
    ['date', "INTERVAL '1' MONTH"],
  ]) {
    const rows = valuesOf(type)
      .slice(0, 5)
      .map((value, index) => `(${index + 1}, ${value})`)
      .join(', ');
    found.push(
      `(SELECT array_agg(v ORDER BY k) FROM (SELECT k, count(*) OVER (ORDER BY x RANGE BETWEEN ${step} PRECEDING AND CURRENT ROW) AS v FROM (VALUES ${rows}) AS t(k, x)) AS w)`,
    );
    found.push(
      `(SELECT array_agg(v ORDER BY k) FROM (SELECT k, count(*) OVER (ORDER BY x DESC RANGE BETWEEN ${step} PRECEDING AND ${step} FOLLOWING) AS v FROM (VALUES ${rows}) AS t(k, x)) AS w)`,
    );
  }
  return found;
}

/** Returns orders, groups and sets over columns of each type. */
export function orderExpressions() {
  const found = [];
  for (const type of [
    ...types,
    'json',
    'uuid',
    'decimal(20,10)',
    'smallint',
    'timestamp(6)',
    'array(varchar)',
    'array(double)',
    'map(integer,varchar)',
  ]) {
    const pool = valuesOf(type);
    const rows = [...pool, pool[0], pool[1]]
      .map((value, index) => `(${index + 1}, ${value})`)
      .join(', ');
    const from = `FROM (VALUES ${rows}) AS t(k, x)`;
    for (const order of ['x', 'x DESC', 'x NULLS FIRST', 'x DESC NULLS LAST'])
      found.push(`(SELECT array_agg(k ORDER BY ${order}, k) ${from})`);
    found.push(
      `(SELECT array_agg(n ORDER BY n, m) FROM (SELECT count(*) AS n, min(k) AS m ${from} GROUP BY x) AS g)`,
    );
    found.push(
      `(SELECT array_agg(m ORDER BY m) FROM (SELECT min(k) AS m ${from} GROUP BY x) AS g)`,
    );
    found.push(`(SELECT count(*) FROM (SELECT DISTINCT x ${from}) AS d)`);
    found.push(`(SELECT count(DISTINCT x) ${from})`);
    found.push(
      `(SELECT count(*) ${from} WHERE x IN (SELECT y FROM (VALUES ${pool[0]}, ${pool[1]}) AS u(y)))`,
    );
    found.push(
      `(SELECT count(*) ${from} WHERE x NOT IN (SELECT y FROM (VALUES ${pool[0]}, ${pool.at(-1)}) AS u(y)))`,
    );
    found.push(
      `(SELECT array_agg(t.k * 10 + u.k ORDER BY t.k, u.k) ${from} JOIN (VALUES (1, ${pool[0]}), (2, ${pool.at(-1)}), (3, ${pool[1]})) AS u(k, x) ON t.x = u.x)`,
    );
    found.push(
      `(SELECT count(*) FROM (SELECT x ${from} INTERSECT SELECT y FROM (VALUES ${pool[1]}, ${pool.at(-1)}) AS u(y)) AS i)`,
    );
    found.push(
      `(SELECT count(*) FROM (SELECT x ${from} EXCEPT SELECT y FROM (VALUES ${pool[1]}, ${pool.at(-1)}) AS u(y)) AS i)`,
    );
    found.push(
      `(SELECT count(*) FROM (SELECT x ${from} UNION SELECT y FROM (VALUES ${pool[1]}, ${pool.at(-1)}) AS u(y)) AS i)`,
    );
    found.push(
      `(SELECT array_agg(r ORDER BY k) FROM (SELECT k, rank() OVER (ORDER BY x) AS r ${from}) AS w)`,
    );
    found.push(
      `(SELECT array_agg(r ORDER BY k) FROM (SELECT k, count(*) OVER (PARTITION BY x) AS r ${from}) AS w)`,
    );
    found.push(
      `greatest(${pool[0]}, ${pool[1]})`,
      `least(${pool[0]}, ${pool[1]}, ${pool.at(-2)})`,
      `array_sort(ARRAY[${pool.join(', ')}])`,
      `array_distinct(ARRAY[${[...pool, pool[0]].join(', ')}])`,
      `contains(ARRAY[${pool[1]}, ${pool.at(-1)}], ${pool[0]})`,
      `array_max(ARRAY[${pool.slice(0, -1).join(', ')}])`,
      `array_position(ARRAY[${pool.join(', ')}], ${pool[1]})`,
    );
    found.push(
      `${pool[0]} > ALL (SELECT y FROM (VALUES ${pool[1]}, ${pool.at(-2)}) AS u(y))`,
      `${pool[0]} = ANY (SELECT y FROM (VALUES ${pool[1]}, ${pool.at(-1)}) AS u(y))`,
    );
  }
  return distinct(found);
}
