// Expressions of expressions: calls of calls, two levels deep and more, over edge values. The same for the same seed.
import { instantiate, splitTypes } from './arguments.mjs';
import { changing, foreignTypes, poolsAt } from './scalar.mjs';
import { nullOf, valuesOf } from './values.mjs';

/** Returns a function that gives numbers from 0 up to 1, the same ones for a seed (mulberry32). */
function createRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const numbers = [
  'tinyint',
  'integer',
  'bigint',
  'real',
  'double',
  'decimal(10,2)',
  'decimal(20,10)',
];
const times = ['date', 'timestamp(0)', 'timestamp(3)', 'timestamp(6)'];
const texts = ['varchar', 'char(4)'];
const lists = ['array(integer)', 'array(double)', 'array(varchar)', 'array(row(varchar,integer))'];
const plain = [
  ...['boolean', 'smallint', 'varbinary', 'time(3)', 'timestamp(3) with time zone', 'json', 'uuid'],
  ...['interval day to second', 'interval year to month'],
  ...[...numbers, ...times, ...texts],
];
const everyType = [...plain, ...lists, 'map(varchar,integer)', 'row(integer,varchar)'];

/** Types that take one another's places: expressions of one where the other is asked for. */
function groupOf(type) {
  if (/^decimal/.test(type)) return 'decimal';
  if (/^timestamp.*zone$/.test(type)) return 'timestamp with time zone';
  return type.replace(/^(varchar|char|timestamp|time)\(\w+\)$/, '$1').replace(/^row\(.*/, 'row');
}

const production = (result, parameters, write) => ({ result, parameters, write });

/** A list of choices in the place of a type: one of them is taken. */
const oneOf = (...choices) => ({ choices });

/** Whether a form of a function has types that the project has. */
function isOurs(signature) {
  return !foreignTypes.test(signature) && !/\btime\(p\) with/.test(signature);
}

/** Operators and special forms. */
function formProductions() {
  const found = [];
  for (const left of numbers) {
    for (const right of numbers) {
      const wider = numbers[Math.max(numbers.indexOf(left), numbers.indexOf(right))];
      for (const operator of ['+', '-', '*', '/', '%'])
        found.push(production(wider, [left, right], (a, b) => `(${a} ${operator} ${b})`));
      found.push(
        production(
          'boolean',
          [left, oneOf('=', '<>', '<', '>=', 'IS DISTINCT FROM'), right],
          (a, operator, b) => `(${a} ${operator} ${b})`,
        ),
      );
      found.push(production(left, [right], (a) => `CAST(${a} AS ${left})`));
    }
    found.push(production(left, ['varchar'], (a) => `TRY_CAST(${a} AS ${left})`));
    found.push(production(left, [left], (a) => `(-${a})`));
    found.push(production('varchar', [left], (a) => `CAST(${a} AS varchar)`));
  }
  for (const type of everyType) {
    found.push(
      production(type, ['boolean', type, type], (a, b, c) => `IF(${a}, ${b}, ${c})`),
      production(
        type,
        ['boolean', type, type],
        (a, b, c) => `CASE WHEN ${a} THEN ${b} ELSE ${c} END`,
      ),
      production(type, [type, type], (a, b) => `COALESCE(${a}, ${b})`),
      production(type, [type, type], (a, b) => `NULLIF(${a}, ${b})`),
      production(type, [type], (a) => `TRY(${a})`),
      production('boolean', [type], (a) => `(${a} IS NULL)`),
      production(
        'boolean',
        [type, oneOf('=', '<>', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM'), type],
        (a, operator, b) => `(${a} ${operator} ${b})`,
      ),
      production('boolean', [type, type, type], (a, b, c) => `(${a} IN (${b}, ${c}))`),
      production('boolean', [type, type, type], (a, b, c) => `(${a} NOT IN (${b}, ${c}))`),
    );
  }
  for (const type of [...plain, ...lists].filter((each) => each !== 'json')) {
    found.push(
      production('boolean', [type, type, type], (a, b, c) => `(${a} BETWEEN ${b} AND ${c})`),
      production(
        'boolean',
        [type, oneOf('<', '<=', '>', '>='), type],
        (a, operator, b) => `(${a} ${operator} ${b})`,
      ),
    );
    if (type !== 'varbinary' && !/interval|char/.test(type) && !lists.includes(type))
      found.push(production('varchar', [type], (a) => `CAST(${a} AS varchar)`));
  }
  for (const element of ['integer', 'double', 'varchar']) {
    const list = `array(${element})`;
    found.push(
      production(list, [element, element], (a, b) => `ARRAY[${a}, ${b}]`),
      production(element, [list, oneOf('1', '2', '-1', '9')], (a, b) => `element_at(${a}, ${b})`),
      production(element, [list], (a) => `${a}[1]`),
      production(list, [list, list], (a, b) => `(${a} || ${b})`),
      production(list, [list, element], (a, b) => `(${a} || ${b})`),
      production('json', [list], (a) => `CAST(${a} AS json)`),
      production(list, ['json'], (a) => `CAST(${a} AS ${list})`),
      production('varchar', [list], (a) => `json_format(CAST(${a} AS json))`),
    );
  }
  for (const type of [
    'date',
    'timestamp(0)',
    'timestamp(3)',
    'timestamp(6)',
    'timestamp(3) with time zone',
  ]) {
    for (const other of [
      'date',
      'timestamp(0)',
      'timestamp(3)',
      'timestamp(6)',
      'timestamp(3) with time zone',
    ]) {
      found.push(production(type, [other], (a) => `CAST(${a} AS ${type})`));
      found.push(
        production(
          'boolean',
          [type, oneOf('=', '<', '>='), other],
          (a, operator, b) => `(${a} ${operator} ${b})`,
        ),
      );
      if (type !== 'date' && other !== 'date')
        found.push(production('interval day to second', [type, other], (a, b) => `(${a} - ${b})`));
    }
    found.push(
      production(type, [type, 'interval year to month'], (a, b) => `(${a} + ${b})`),
      production(type, ['varchar'], (a) => `TRY_CAST(${a} AS ${type})`),
      production(
        'bigint',
        [oneOf('year', 'week', 'day', 'dow', 'doy', 'yow', 'quarter'), type],
        (part, a) => `EXTRACT(${part} FROM ${a})`,
      ),
    );
    if (type !== 'date')
      found.push(
        production(type, [type, 'interval day to second'], (a, b) => `(${a} - ${b})`),
        production('date', [type], (a) => `date(${a})`),
        production(
          'timestamp(3) with time zone',
          [type, oneOf("'Europe/Berlin'", "'America/New_York'", "'+05:45'")],
          (a, zone) => `(${a} AT TIME ZONE ${zone})`,
        ),
      );
  }
  for (const type of ['interval day to second', 'interval year to month'])
    found.push(
      production(type, [type, type], (a, b) => `(${a} + ${b})`),
      production(type, [type, 'integer'], (a, b) => `(${a} * ${b})`),
      production(type, [type], (a) => `(-${a})`),
    );
  for (const type of texts) {
    found.push(
      production('varchar', [type, 'varchar'], (a, b) => `(${a} || ${b})`),
      production('char(4)', [type], (a) => `CAST(${a} AS char(4))`),
      production('varchar', [type, oneOf('1', '3', '10')], (a, b) => `CAST(${a} AS varchar(${b}))`),
      production(
        'boolean',
        [type, oneOf("'%a%'", "'_%'", "''", "'%\\_%' ESCAPE '\\'")],
        (a, b) => `(${a} LIKE ${b})`,
      ),
      production(
        'boolean',
        [type, oneOf('=', '<', '>='), 'varchar'],
        (a, o, b) => `(${a} ${o} ${b})`,
      ),
    );
  }
  found.push(
    production('varbinary', ['varbinary', 'varbinary'], (a, b) => `(${a} || ${b})`),
    production('boolean', ['boolean', 'boolean'], (a, b) => `(${a} AND ${b})`),
    production('boolean', ['boolean', 'boolean'], (a, b) => `(${a} OR ${b})`),
    production('boolean', ['boolean'], (a) => `(NOT ${a})`),
    production('row(integer,varchar)', ['integer', 'varchar'], (a, b) => `ROW(${a}, ${b})`),
    production('integer', ['row(integer,varchar)'], (a) => `${a}[1]`),
    production('varchar', ['row(integer,varchar)'], (a) => `${a}[2]`),
    production('integer', ['map(varchar,integer)', 'varchar'], (a, b) => `element_at(${a}, ${b})`),
    production(
      'map(varchar,integer)',
      ['varchar', 'integer'],
      (a, b) => `MAP(ARRAY[${a}], ARRAY[${b}])`,
    ),
    production('json', ['map(varchar,integer)'], (a) => `CAST(${a} AS json)`),
    production('json', ['varchar'], (a) => `CAST(${a} AS json)`),
    production('json', ['double'], (a) => `CAST(${a} AS json)`),
    production('varchar', ['json'], (a) => `CAST(${a} AS varchar)`),
    production(
      'varchar',
      ['json', oneOf("'$.a'", "'$[0]'", "'$'")],
      (a, b) => `json_extract_scalar(${a}, ${b})`,
    ),
  );
  return found;
}

/** Functions that the local engine has no counterpart for; and what would make very long lists. */
const left = new Set(
  `beta_cdf inverse_beta_cdf normal_cdf inverse_normal_cdf current_time from_unixtime_nanos from_iso8601_timestamp_nanos
  hmac_md5 hmac_sha1 hmac_sha256 hmac_sha512 murmur3 sha512 spooky_hash_v2_32 spooky_hash_v2_64 xxhash64 soundex word_stem
  format_number parse_data_size parse_presto_data_size sequence repeat`.split(/\s+/),
);

/** Functions as productions, in several rounds of types; what a list of choices holds for a place is not replaced by calls. */
function functionProductions(functions) {
  return functions.flatMap(({ name, kind, family, signatures = [] }) =>
    kind !== 'scalar' ||
    ['other', 'geospatial'].includes(family) ||
    changing.has(name) ||
    left.has(name)
      ? []
      : signatures.filter(isOurs).flatMap((signature) => {
          const [, inner, result] = /^\((.*)\) -> (.*)$/.exec(signature);
          const parameters = splitTypes(inner).flatMap((type) =>
            type.endsWith('...') ? [type.slice(0, -3), type.slice(0, -3)] : [type],
          );
          const given = poolsAt(name, signature) ?? [];
          const types = (type, round) =>
            type.startsWith('function(')
              ? {
                  lambda: splitTypes(/^function\((.*)\)$/.exec(type)[1]).map((each) =>
                    instantiate(each, round),
                  ),
                }
              : instantiate(type, round);
          const rounds = /\b[a-zA-Z]\d?\b/.test(inner) ? [0, 1, 2, 3, 5] : [0];
          return rounds.map((round) =>
            production(
              instantiate(result, round),
              parameters.map((type, place) =>
                given[place] === undefined
                  ? types(type, round)
                  : { ...oneOf(...given[place]), ...(place === 0 && { type: types(type, round) }) },
              ),
              (...args) => `${name}(${args.join(', ')})`,
            ),
          );
        }),
  );
}

/**
 * Returns `count` expressions of `depth` levels, made of the operators and of these functions (of functions.json). Some are over
 * columns: `(SELECT array_agg(… ORDER BY k) FROM (VALUES …) AS t(k, …))`.
 */
export function nestedExpressions(functions, { seed, count, depth = 2 }) {
  const random = createRandom(seed);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const makers = [formProductions(), functionProductions(functions)].map((list) =>
    list.reduce((groups, each) => {
      const group = groupOf(each.result);
      return groups.set(group, [...(groups.get(group) ?? []), each]);
    }, new Map()),
  );
  const makersOf = (type) => {
    const found = makers
      .map((each) => each.get(groupOf(type)) ?? [])
      .filter(({ length }) => length > 0);
    return found.length === 0 ? [] : pick(found);
  };
  /** The columns of the rows that an expression is written over; none if it stands alone. */
  let columns;
  const leaf = (type, names) => {
    const own = names.filter((each) => groupOf(each.type) === groupOf(type));
    if (own.length > 0 && random() < 0.7) return pick(own).name;
    if (columns && random() < 0.7 && valuesOf(type).length > 0) {
      const column = columns.find((each) => each.type === type);
      if (column) return column.name;
      if (columns.length < 3) {
        columns.push({ name: `c${columns.length}`, type });
        return columns.at(-1).name;
      }
    }
    const pool = valuesOf(type);
    if (pool.length === 0) return nullOf(type);
    // Most calls fail over one value or another: ordinary ones come more often.
    return random() < 0.4 ? pool[0] : pick(pool);
  };
  let lambdas = 0;
  const write = (type, levels, names) => {
    const isShort = levels === 0 || (levels < depth && random() < 0.15);
    const choices = isShort ? [] : makersOf(type);
    if (choices.length === 0) return leaf(type, names);
    const { parameters, write: print } = pick(choices);
    return print(
      ...parameters.map((parameter) => {
        if (typeof parameter === 'string') return write(parameter, levels - 1, names);
        if (parameter.lambda) {
          const given = parameter.lambda
            .slice(0, -1)
            .map((each) => ({ name: `p${++lambdas}`, type: each }));
          const body = write(parameter.lambda.at(-1), levels - 1, [...names, ...given]);
          const head = given.map(({ name }) => name).join(', ');
          return `${given.length === 1 ? head : `(${head})`} -> ${body}`;
        }
        return parameter.type !== undefined && random() < 0.5
          ? write(parameter.type, levels - 1, names)
          : pick(parameter.choices);
      }),
    );
  };
  const rowsOf = (names) =>
    Array.from({ length: 4 }, (_, row) => {
      const cells = names.map(({ type }) =>
        row === 3 ? nullOf(type) : pick(valuesOf(type).slice(0, -1)),
      );
      return `(${[row + 1, ...cells].join(', ')})`;
    });
  const overColumns = (type) => {
    columns = [];
    const written = write(type, depth, []);
    // One failing row would hide the others.
    const body = random() < 0.5 ? `TRY(${written})` : written;
    const names = columns;
    columns = undefined;
    if (names.length === 0) return body;
    const head = ['k', ...names.map(({ name }) => name)].join(', ');
    return `(SELECT array_agg(${body} ORDER BY k) FROM (VALUES ${rowsOf(names).join(', ')}) AS t(${head}))`;
  };
  const found = new Set();
  while (found.size < count) {
    lambdas = 0;
    const type = pick(everyType);
    const text = random() < 0.5 ? overColumns(type) : write(type, depth, []);
    if (text.includes('(') && text.length < 600) found.add(text);
  }
  return [...found];
}
