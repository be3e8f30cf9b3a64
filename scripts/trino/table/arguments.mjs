import { nullOf, valuesOf } from './values.mjs';

/** Removes what occurs twice. */
export function distinct(list) {
  return [...new Set(list)];
}

/** Returns at most so many of a list, spread over the whole of it. */
export function spread(list, most) {
  if (list.length <= most) return list;
  return Array.from({ length: most }, (_, index) => list[Math.floor((index * list.length) / most)]);
}

/**
 * Returns lists of arguments: the first of each pool; each further value of each pool beside the first of the others; then
 * values of all pools together, in steps that differ, until there are `most`.
 */
export function combine(pools, most) {
  if (pools.some((pool) => pool.length === 0)) return [];
  const first = pools.map((pool) => pool[0]);
  const single = pools.flatMap((pool, place) =>
    pool.slice(1).map((value) => first.map((each, index) => (index === place ? value : each))),
  );
  const together =
    pools.length < 2
      ? []
      : Array.from({ length: 40 }, (_, row) =>
          pools.map(
            (pool, place) =>
              pool[(row * (place + 1) + place + Math.floor(row / pool.length)) % pool.length],
          ),
        );
  const key = (list) => JSON.stringify(list);
  const all = distinct([first, ...single, ...together].map(key)).map((text) => JSON.parse(text));
  return spread(all, most);
}

/** The types that stand for the variables of a signature, in several rounds. */
const instances = {
  any: ['integer', 'varchar', 'double', 'timestamp(3)', 'decimal(10,2)', 'row(integer,varchar)'],
  decimal: ['decimal(10,2)', 'decimal(38,0)', 'decimal(20,10)'],
  timestamp: ['timestamp(3)', 'timestamp(0)', 'timestamp(6)'],
  time: ['time(3)', 'time(6)'],
};

/** Splits a list of types at its outer commas. */
export function splitTypes(text) {
  const parts = [];
  let depth = 0;
  let part = '';
  for (const letter of text) {
    if (letter === '(') depth++;
    if (letter === ')') depth--;
    if (letter === ',' && depth === 0) {
      parts.push(part.trim());
      part = '';
    } else part += letter;
  }
  return part.trim() === '' ? parts : [...parts, part.trim()];
}

/** Returns a type of a signature with types in the place of its variables, in the round `round`. */
export function instantiate(type, round) {
  const pick = (list) => list[round % list.length];
  if (/^(char|varchar)(\(\w\))?$/.test(type))
    return type.startsWith('char') ? 'char(4)' : 'varchar';
  if (/^decimal\(/.test(type)) return pick(instances.decimal);
  if (/^timestamp\(p\) with/.test(type)) return 'timestamp(3) with time zone';
  if (/^timestamp\(p\)$/.test(type)) return pick(instances.timestamp);
  if (/^time\(p\)$/.test(type)) return pick(instances.time);
  if (/^(array|map|row)\(/.test(type)) {
    const [, base, inner] = /^(\w+)\((.*)\)$/.exec(type);
    // The fields of pairs are those that the table has.
    if (base === 'row') return 'row(varchar,integer)';
    if (base === 'map' && /^\w\d?,\w\d?$/.test(inner.replace(' ', '')))
      return pick(['map(varchar,integer)', 'map(integer,varchar)']);
    return `${base}(${splitTypes(inner)
      .map((each) => instantiate(each, round))
      .join(',')})`;
  }
  if (/^[a-zA-Z]\d?$/.test(type) || type === 'any') return pick(instances.any);
  return type;
}

/** The name of the type that a function's parameter has, as lambdas see it. */
function lambdaOf(type) {
  const count = splitTypes(/^function\((.*)\)$/.exec(type)[1]).length - 1;
  const result = splitTypes(/^function\((.*)\)$/.exec(type)[1]).at(-1);
  const names = ['p', 'q', 'r'].slice(0, count);
  const head = count === 1 ? 'p' : `(${names.join(', ')})`;
  if (result === 'boolean')
    return [
      `${head} -> p IS NOT NULL`,
      `${head} -> p = ${names.at(-1)}`,
      `${head} -> CAST(NULL AS boolean)`,
    ];
  if (result === 'integer')
    return [
      `${head} -> IF(p IS NULL, IF(q IS NULL, 0, 1), IF(q IS NULL OR p > q, -1, IF(p = q, 0, 1)))`,
    ];
  return names.map((name) => `${head} -> ${name}`);
}

/** So many rounds of types a signature with variables gets. */
const rounds = 6;

/** Returns the lists of pools of a signature's parameters, one for each choice of its variables' types. */
export function poolsOf(signature, override = []) {
  const parameters = splitTypes(/^\((.*)\) -> /.exec(signature)[1]).flatMap((type) =>
    type.endsWith('...') ? [type.slice(0, -3), type.slice(0, -3)] : [type],
  );
  const choices = distinct(
    Array.from({ length: rounds }, (_, round) =>
      JSON.stringify(
        parameters.map((type) => (type.startsWith('function(') ? type : instantiate(type, round))),
      ),
    ),
  );
  return choices.map((choice) =>
    JSON.parse(choice).map((type, place) => {
      if (type.startsWith('function(')) return lambdaOf(type);
      const given = override[place];
      return given === undefined ? valuesOf(type) : [...given, nullOf(type)];
    }),
  );
}
