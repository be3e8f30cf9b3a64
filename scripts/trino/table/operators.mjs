import { typeNames, valuesOf, nullOf } from './values.mjs';

const arithmetic = ['+', '-', '*', '/', '%'];
const comparisons = ['=', '<>', '<', '<=', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM'];
const numbers = [
  'tinyint',
  'smallint',
  'integer',
  'bigint',
  'real',
  'double',
  'decimal(10,2)',
  'decimal(38,0)',
  'decimal(20,10)',
];
const times = [
  'date',
  'time(3)',
  'timestamp(0)',
  'timestamp(3)',
  'timestamp(6)',
  'timestamp(3) with time zone',
];
const intervals = ['interval day to second', 'interval year to month'];

/** Returns the value of a pool that belongs to a step; nulls seldom. */
function pick(type, step) {
  const pool = valuesOf(type).slice(0, -1);
  return pool[step % pool.length];
}

/** Returns expressions with the operators over pairs of types. */
export function operatorExpressions() {
  const found = [];
  let step = 0;
  for (const left of numbers) {
    for (const right of numbers) {
      for (const operator of arithmetic) {
        found.push(`${pick(left, 0)} ${operator} ${pick(right, 0)}`);
        for (let time = 0; time < 2; time++)
          found.push(`${pick(left, ++step)} ${operator} ${pick(right, step >> 2)}`);
      }
      for (const operator of comparisons.slice(0, 4))
        found.push(`${pick(left, ++step)} ${operator} ${pick(right, step >> 2)}`);
    }
  }
  for (const type of numbers) {
    for (const value of valuesOf(type)) found.push(`-(${value})`);
    for (const operator of arithmetic)
      found.push(
        `${pick(type, 0)} ${operator} NULL`,
        `${nullOf(type)} ${operator} ${pick(type, 0)}`,
      );
  }
  for (const type of typeNames) {
    const pool = valuesOf(type);
    for (const operator of comparisons) {
      found.push(`${pool[0]} ${operator} ${pool[0]}`);
      for (let time = 0; time < 2; time++)
        found.push(`${pick(type, ++step)} ${operator} ${pick(type, step >> 1)}`);
      found.push(`${pool[step % pool.length]} ${operator} ${pool.at(-1)}`);
    }
    found.push(
      `${pool[1]} BETWEEN ${pool[0]} AND ${pool.at(-2)}`,
      `${pool[0]} NOT BETWEEN ${pool.at(-1)} AND ${pool[0]}`,
    );
    found.push(
      `${pool[0]} IN (${pool[1]}, ${pool[0]})`,
      `${pool[0]} IN (${pool[1]}, ${pool.at(-1)})`,
      `${pool[0]} NOT IN (${pool[1]}, ${pool.at(-1)})`,
      `${pool.at(-1)} IN (${pool[0]})`,
    );
    found.push(
      `COALESCE(${pool.at(-1)}, ${pool[1]})`,
      `NULLIF(${pool[0]}, ${pool[0]})`,
      `NULLIF(${pool[0]}, ${pool[1]})`,
      `NULLIF(${pool[0]}, ${pool.at(-1)})`,
    );
    found.push(
      `IF(${pool[0]} = ${pool[1]}, ${pool[0]}, ${pool[1]})`,
      `IF(true, ${pool[1]})`,
      `IF(CAST(NULL AS boolean), ${pool[1]})`,
    );
    found.push(
      `CASE ${pool[0]} WHEN ${pool[1]} THEN 1 WHEN ${pool[0]} THEN 2 ELSE 3 END`,
      `CASE WHEN ${pool.at(-1)} IS NULL THEN ${pool[0]} ELSE ${pool[1]} END`,
    );
    found.push(`TRY(${pool[1]})`, `typeof(${pool[0]})`, `typeof(${pool.at(-1)})`);
    found.push(
      `ARRAY[${pool[0]}, ${pool.at(-1)}, ${pool[1]}]`,
      `ARRAY[${pool[0]}, ${pool[1]}][2]`,
      `ROW(${pool[0]}, ${pool.at(-1)})`,
      `ROW(${pool[0]}, 1)[1]`,
      `MAP(ARRAY[1], ARRAY[${pool[1]}])[1]`,
    );
  }
  for (const left of times) {
    for (const right of intervals) {
      for (let time = 0; time < 6; time++) {
        step++;
        found.push(
          `${pick(left, time)} + ${pick(right, step)}`,
          `${pick(left, time)} - ${pick(right, step + 1)}`,
        );
      }
      found.push(`${pick(right, 0)} + ${pick(left, 1)}`);
    }
    for (const right of times) {
      found.push(
        `${pick(left, 0)} - ${pick(right, 1)}`,
        `${pick(left, ++step)} = ${pick(right, step)}`,
        `${pick(left, ++step)} < ${pick(right, step)}`,
        `${pick(left, step)} IS DISTINCT FROM ${pick(right, 0)}`,
      );
    }
    for (const zone of ["'Europe/Berlin'", "'America/New_York'", "'+05:30'"]) {
      for (let time = 0; time < 3; time++) found.push(`${pick(left, time)} AT TIME ZONE ${zone}`);
    }
    for (const part of 'year quarter month week day day_of_month day_of_week dow day_of_year doy year_of_week yow hour minute second timezone_hour timezone_minute'.split(
      ' ',
    )) {
      for (let time = 0; time < 3; time++)
        found.push(`EXTRACT(${part} FROM ${pick(left, ++step)})`);
    }
  }
  for (const left of intervals) {
    for (const right of intervals)
      found.push(
        `${pick(left, 0)} + ${pick(right, 3)}`,
        `${pick(left, 2)} - ${pick(right, 0)}`,
        `${pick(left, 2)} < ${pick(right, 0)}`,
      );
    for (const number of ['2', '-1', '0', '1.5e0', "BIGINT '3'", "DECIMAL '1.5'"]) {
      for (let time = 0; time < 3; time++)
        found.push(`${pick(left, time)} * ${number}`, `${pick(left, time)} / ${number}`);
    }
    found.push(`2 * ${pick(left, 0)}`, `-(${pick(left, 2)})`);
  }
  const texts = ['varchar', 'char(4)'];
  for (const left of [...texts, 'varbinary', 'array(integer)', 'array(varchar)']) {
    for (const right of [...texts, 'varbinary', 'array(integer)', 'integer']) {
      for (let time = 0; time < 3; time++)
        found.push(`${pick(left, time)} || ${pick(right, ++step)}`);
    }
  }
  for (const left of texts)
    for (const right of texts)
      for (const operator of comparisons)
        for (let time = 0; time < 3; time++)
          found.push(`${pick(left, ++step)} ${operator} ${pick(right, step >> 1)}`);
  for (const value of [...valuesOf('varchar'), ...valuesOf('char(4)')]) {
    for (const pattern of ["'%'", "'_'", "'%a%'", "'S%_'", "''", "'%ß%'", "'a__'"])
      found.push(`${value} LIKE ${pattern}`);
    found.push(
      `${value} LIKE '%\\%%' ESCAPE '\\'`,
      `${value} NOT LIKE 'a#_%' ESCAPE '#'`,
      `${value} LIKE ${nullOf('varchar')}`,
      `upper(${value})`,
      `lower(${value})`,
      `length(${value})`,
      `TRIM(BOTH 'a' FROM ${value})`,
      `TRIM(LEADING FROM ${value})`,
      `TRIM(TRAILING ' b' FROM ${value})`,
      `POSITION('a' IN ${value})`,
    );
    for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD']) found.push(`normalize(${value}, ${form})`);
  }
  for (const left of ['true', 'false', 'CAST(NULL AS boolean)']) {
    found.push(`NOT ${left}`, `(${left}) IS NULL`);
    for (const right of ['true', 'false', 'CAST(NULL AS boolean)'])
      found.push(`${left} AND ${right}`, `${left} OR ${right}`);
  }
  for (const index of ['1', '3', '0', '-1', '9', 'CAST(NULL AS integer)', "BIGINT '2'"]) {
    for (const array of valuesOf('array(integer)'))
      found.push(`${array}[${index}]`, `TRY(${array}[${index}])`);
  }
  for (const key of ["'a'", "''", "'nope'", 'CAST(NULL AS varchar)']) {
    for (const map of valuesOf('map(varchar,integer)'))
      found.push(`${map}[${key}]`, `TRY(${map}[${key}])`);
  }
  return [...new Set(found)];
}
