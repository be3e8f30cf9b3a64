import { typeNames, valuesOf } from './values.mjs';

/** Types that casts lead to besides those of the edge values. */
const furtherTargets = [
  'varchar(3)',
  'char(2)',
  'decimal(5,1)',
  'decimal(3,0)',
  'time(0)',
  'timestamp(1)',
  'timestamp(0) with time zone',
  'array(varchar)',
  'map(varchar,varchar)',
];

const scalarTargets =
  'boolean tinyint smallint integer bigint real double decimal(10,2) decimal(38,0) varchar char(4) varbinary date json uuid'.split(
    ' ',
  );
const timeTargets = [
  'time(3)',
  'timestamp(3)',
  'timestamp(6)',
  'timestamp(3) with time zone',
  'interval day to second',
  'interval year to month',
];

/** Texts that other types read. */
const texts = [
  `'true'`,
  `'F'`,
  `'1'`,
  `'-128'`,
  `'+7'`,
  `'1.5'`,
  `'1e3'`,
  `'.5'`,
  `'NaN'`,
  `'Infinity'`,
  `'-0'`,
  `'99999999999'`,
  `'0x1F'`,
  `'12_000'`,
  `'2020-02-29'`,
  `'2020-2-9'`,
  `'2020-02-30'`,
  `'2020-02-29 13:45:10.123456'`,
  `'2020-02-29T13:45:10'`,
  `'2021-03-28 02:30:00 Europe/Berlin'`,
  `'2020-02-29 13:45 +02:00'`,
  `'13:45:10.5'`,
  `'24:00:00'`,
  `'12151FD2-7586-11e9-8f9e-2a86e4085a59'`,
  `'[1]'`,
];

/** Returns casts between all pairs of types. */
export function castExpressions() {
  const targets = [...scalarTargets, ...timeTargets, ...furtherTargets];
  const simple = typeNames.filter((type) => !/^(array|map|row)\(/.test(type));
  const nested = typeNames.filter((type) => /^(array|map|row)\(/.test(type));
  const ofPairs = simple.flatMap((source) =>
    targets.flatMap((target, place) => {
      const pool = valuesOf(source).slice(0, -1);
      const chosen = [
        pool[0],
        pool[1 + (place % Math.max(1, pool.length - 1))],
        pool.at(-1),
        pool[Math.floor(pool.length / 2)],
      ];
      return [...new Set(chosen)]
        .filter((value) => value !== undefined)
        .map((value) => `CAST(${value} AS ${target})`);
    }),
  );
  const ofTexts = texts.flatMap((text) =>
    [...scalarTargets, ...timeTargets]
      .filter((target) => !/char|json|interval/.test(target))
      .map((target) => `TRY_CAST(${text} AS ${target})`),
  );
  const ofNested = nested.flatMap((source) =>
    valuesOf(source).flatMap((value) =>
      [
        'json',
        source.replaceAll('integer', 'bigint'),
        source.replaceAll(/integer|double|date/g, 'varchar'),
        'varchar',
      ].map((target) => `CAST(${value} AS ${target})`),
    ),
  );
  const ofJson = [
    `JSON '{"a": 1, "b": null}'`,
    `JSON '[1, null, "3"]'`,
    `JSON '["a", 1.5, true]'`,
    `JSON '[{"a": 1, "b": "x"}, null]'`,
    `JSON '[1, "x"]'`,
    `JSON '{"A": "2"}'`,
    `JSON '[[1], []]'`,
    `JSON 'null'`,
  ].flatMap((value) =>
    [
      'array(integer)',
      'array(varchar)',
      'array(json)',
      'map(varchar,integer)',
      'map(varchar,json)',
      'row(a integer, b varchar)',
      'array(row(a integer, b varchar))',
      'array(array(bigint))',
    ].map((target) => `CAST(${value} AS ${target})`),
  );
  return [...new Set([...ofPairs, ...ofTexts, ...ofNested, ...ofJson])];
}
