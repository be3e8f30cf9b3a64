import { combine, distinct, poolsOf, spread } from './arguments.mjs';

const units = [
  'millisecond',
  'second',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'quarter',
  'year',
].map((unit) => `'${unit}'`);
const counts = ['1', '0', '-1', '3', '-13', '100'];
const positions = ['2', '1', '0', '-1', '-2', '100'];
const jsonTexts = [
  `'{"a": [1, "x", null], "b": {"c": 2.50}, "é": true}'`,
  `'[1, "a", null, [2], {"k": 1.0}, true, 1e2]'`,
  `'"text"'`,
  `'null'`,
  `' 12 '`,
  `'{"a": {"b": null}}'`,
  `'bad'`,
  `''`,
];
const jsonPaths = [
  `'$.a'`,
  `'$'`,
  `'$.a[0]'`,
  `'$[0]'`,
  `'$.b.c'`,
  `'$["a"]'`,
  `'$.nope'`,
  `'$.a.b'`,
  `'$[6]'`,
  `'$[3][0]'`,
];
const patterns = [
  `'[a-c]+'`,
  `'(\\d+)\\.(\\d*)'`,
  `'^\\s*a'`,
  `'(?i)STRA(.)E'`,
  `'b|c$'`,
  `'.'`,
  `'\\w\\b'`,
  `'(x)?a'`,
  `'['`,
];
const urls = [
  `'https://user@example.com:8080/a%20b/c.html?x=1&y=%C3%A9&x=2&z#part%201'`,
  `'http://example.com'`,
  `'/relative?q='`,
  `'mailto:a@b.c'`,
  `'https://[::1]:443/?k#'`,
  `'http://a b'`,
  `''`,
];
const zones = [
  `'Europe/Berlin'`,
  `'UTC'`,
  `'America/New_York'`,
  `'+05:30'`,
  `'-02:00'`,
  `'Asia/Kathmandu'`,
  `'Nowhere'`,
];
const encoded = [
  `'MZXW6==='`,
  `'Zm9v'`,
  `'00ff'`,
  `'00FF1'`,
  `''`,
  `'_-8='`,
  `'+/8='`,
  `'a'`,
  `'Zg=='`,
  `'zz'`,
];
const isoTexts = [
  `'2020-02-29'`,
  `'2020-02-29T13:45:10.123Z'`,
  `'2020-W09-6'`,
  `'2020-060'`,
  `'2020-02-30'`,
  `'2020-02-29T24:00'`,
  `'2020-02'`,
  `'2020'`,
  `'2021-03-28T01:30:00+02:00'`,
  `'2020-02-29 13:45'`,
  `'20200229'`,
  `''`,
  `'2020-02-29T13'`,
];
const dateFormats = [
  `'%Y-%m-%d %H:%i:%s.%f'`,
  `'%y %c %e %k %l %p %r %T'`,
  `'%a %W %b %M'`,
  `'%j %v %x'`,
  `'%h %I %S'`,
  `'%%Y é'`,
  `''`,
  `'%D'`,
  `'%U'`,
  `'%q'`,
];
const jodaFormats = [
  `'yyyy-MM-dd HH:mm:ss.SSS'`,
  `'yy M d H m s S'`,
  `'EEE EEEE MMM MMMM'`,
  `'D w xxxx e'`,
  `'hh K k a'`,
  `'''q'' Y C'`,
  `'ZZ'`,
  `'Z'`,
  `''`,
  `'b'`,
];

/** Arguments that edge values of the type alone would miss, by function and place. */
const overrides = {
  at_timezone: [, zones],
  chr: [['97', '0', '128512', '-1', '1114112', '233']],
  codepoint: [[`'a'`, `'é'`, `'😀'`, `'ab'`, `''`]],
  combinations: [, ['2', '0', '1', '3', '6', '-1']],
  concat_ws: [[`','`, `''`, `'--'`]],
  date: [],
  date_add: [units, counts],
  date_diff: [units],
  date_format: [, dateFormats],
  date_parse: [
    [
      `'2020-02-29 13:45:10.123'`,
      `'20 2 9 1 5 pm'`,
      `'2020-060'`,
      `'Feb 29 2020'`,
      `''`,
      `'2020-02-30 00:00:00.0'`,
    ],
    [...dateFormats, `'%b %d %Y'`, `'%Y-%j'`, `'%y %c %e %l %i %p'`],
  ],
  date_trunc: [units],
  element_at: [, undefined],
  format: [[`'%s'`, `'%s|%s'`, `'%2$s %1$s'`, `'%%'`, `'%s %s %s'`, `'%10s|%-10s'`]],
  format_datetime: [, jodaFormats],
  from_base: [
    [`'ff'`, `'-zz'`, `'0'`, `''`, `'7fffffffffffffff'`, `'8000000000000000'`, `'12'`, `'+1'`],
    ['16', '2', '36', '10', '1', '37'],
  ],
  from_base32: [encoded],
  from_base64: [encoded],
  from_base64url: [encoded],
  from_hex: [encoded],
  from_big_endian_32: [[`X'00FF1000'`, `X''`, `X'80000000'`, `X'FFFFFFFF'`, `X'0001'`]],
  from_big_endian_64: [
    [`X'00FF100000000001'`, `X''`, `X'8000000000000000'`, `X'FFFFFFFFFFFFFFFF'`],
  ],
  from_iso8601_date: [isoTexts],
  from_iso8601_timestamp: [isoTexts],
  from_unixtime: [
    ['1582983910.5e0', '0e0', '-1.5e0', '253402300799.999e0', '0.0005e0', 'nan()', 'infinity()'],
  ],
  from_utf8: [[`X'C3A9'`, `X''`, `X'FF'`, `X'C3'`, `X'F09F9880'`, `X'EDA080'`], undefined],
  hamming_distance: [
    [`'abc'`, `''`, `'é😀a'`],
    [`'abd'`, `''`, `'e😀a'`, `'ab'`],
  ],
  human_readable_seconds: [['3661e0', '0e0', '59.5e0', '604800e0', '31536001e0', '-1e0', 'nan()']],
  is_json_scalar: [jsonTexts],
  json_array_contains: [jsonTexts],
  json_array_get: [jsonTexts, ['0', '1', '-1', '2', '4', '5', '100']],
  json_array_length: [jsonTexts],
  json_extract: [jsonTexts, jsonPaths],
  json_extract_scalar: [jsonTexts, jsonPaths],
  json_parse: [jsonTexts],
  json_size: [jsonTexts, jsonPaths],
  levenshtein_distance: [
    [`'kitten'`, `''`, `'é😀a'`],
    [`'sitting'`, `''`, `'e😀b'`],
  ],
  lpad: [, ['5', '0', '1', '20', '-1'], undefined],
  rpad: [, ['5', '0', '1', '20', '-1'], undefined],
  ltrim: [],
  luhn_check: [[`'79927398713'`, `'79927398710'`, `''`, `'0'`, `'12a'`, `'０'`]],
  mod: [],
  ngrams: [, ['2', '1', '0', '5', '-1']],
  normalize: [],
  parse_datetime: [
    [
      `'2020-02-29 13:45:10.123'`,
      `'20 2 9 1 5 6 7'`,
      `'Sat 29 Feb 2020'`,
      `'2020-02-29T13:45:10+0200'`,
      `''`,
      `'2020-02-30 00:00:00.000'`,
    ],
    [...jodaFormats, `'EEE dd MMM yyyy'`, `'yyyy-MM-dd''T''HH:mm:ssZ'`],
  ],
  parse_duration: [[`'42.5s'`, `'1d'`, `'3 ms'`, `'1.5 h'`, `'0s'`, `'-1s'`, `'5'`, `'7 us'`]],
  regexp_count: [, patterns],
  regexp_extract: [, patterns, ['1', '0', '2', '-1']],
  regexp_extract_all: [, patterns, ['1', '0', '2']],
  regexp_like: [, patterns],
  regexp_position: [, patterns, positions, ['1', '2', '0']],
  regexp_replace: [, patterns, [`'<$0>'`, `''`, `'$1'`, `'\\$'`, `'é'`]],
  regexp_split: [, patterns],
  repeat: [, ['2', '0', '1', '-1']],
  replace: [, [`'a'`, `''`, `'é'`, `'abc'`], [`'X'`, `''`, `'aa'`]],
  round: [, ['1', '0', '2', '-1', '-3', '10']],
  truncate: [, ['1', '0', '2', '-1', '-3', '10']],
  sequence: [],
  slice: [, positions, ['2', '0', '1', '-1', '10']],
  split: [, [`' '`, `'a'`, `'abc'`, `''`, `'é'`], ['2', '1', '0', '-1', '10']],
  split_part: [, [`' '`, `'a'`, `'b'`, `''`], positions],
  split_to_map: [
    [`'a=1,b=2'`, `''`, `'a=1,a=2'`, `'a'`, `'é=,=x'`],
    [`','`, `''`, `'='`],
    [`'='`, `''`],
  ],
  split_to_multimap: [
    [`'a=1,b=2,a=3'`, `''`, `'a'`, `'é=,=x'`],
    [`','`, `''`, `'='`],
    [`'='`, `''`],
  ],
  starts_with: [, [`'Str'`, `''`, `'ß'`, `' '`]],
  strpos: [, [`'a'`, `''`, `'abc'`, `'😀'`, `'ß'`], positions],
  substr: [, positions, ['2', '0', '-1', '100']],
  substring: [, positions, ['2', '0', '-1', '100']],
  to_base: [
    ['255', '0', '-35', `BIGINT '9223372036854775807'`],
    ['16', '2', '36', '10', '1', '37'],
  ],
  translate: [, [`'abc'`, `''`, `'ßa'`, `'aa'`], [`'xy'`, `''`, `'123'`]],
  trim_array: [, ['1', '0', '2', '5', '-1']],
  url_decode: [[`'a%20b+c'`, `'%C3%A9'`, `'%zz'`, `'%'`, `''`, `'%FF'`]],
  url_extract_fragment: [urls],
  url_extract_host: [urls],
  url_extract_parameter: [urls, [`'x'`, `'y'`, `'z'`, `'q'`, `'nope'`, `''`]],
  url_extract_path: [urls],
  url_extract_port: [urls],
  url_extract_protocol: [urls],
  url_extract_query: [urls],
  width_bucket: [
    undefined,
    ['1e0', '0e0', '-5e0', 'nan()'],
    ['10e0', '0e0', 'infinity()'],
    ['5', '1', '0', '-1'],
  ],
  wilson_interval_lower: [
    ['5', '0', '10', '-1'],
    ['10', '0', '5'],
    ['1.96e0', '0e0', '-1e0'],
  ],
  wilson_interval_upper: [
    ['5', '0', '10', '-1'],
    ['10', '0', '5'],
    ['1.96e0', '0e0', '-1e0'],
  ],
  with_timezone: [, zones],
  bitwise_left_shift: [, ['1', '0', '31', '63', '64', '-1']],
  bitwise_right_shift: [, ['1', '0', '31', '63', '64', '-1']],
  bitwise_right_shift_arithmetic: [, ['1', '0', '31', '63', '64', '-1']],
  bit_count: [, ['64', '8', '2', '1', '65']],
};

/** Where two forms of a function need other arguments: by function and number of arguments. */
const byCount = {
  'from_utf8/2 bigint': [undefined, ['63', '128512']],
  'element_at/2 bigint': [undefined, positions],
  'width_bucket/2': [
    ,
    [
      'ARRAY[0e0, 2e0, 4e0]',
      'ARRAY[1e0]',
      'CAST(ARRAY[] AS array(double))',
      'ARRAY[4e0, 2e0]',
      'ARRAY[0e0, nan()]',
    ],
  ],
  'sequence/2': [, ['6', '5', '1', '-2']],
  'replace/2': [, [`'a'`, `''`, `'é'`, `'abc'`]],
};

/** Special forms. */
function writeCall(name, args) {
  switch (name) {
    case 'current_date':
    case 'current_timestamp':
    case 'localtimestamp':
    case 'localtime':
      return undefined;
    default:
      return `${name}(${args.join(', ')})`;
  }
}

/** At most so many expressions for a choice of types, and for a function. */
const mostOfChoice = 12;
const mostOfFunction = 15;

/** Functions whose value is another each time or depends on when it is asked. */
export const changing = new Set(
  'rand random shuffle uuid now current_timezone current_catalog current_groups current_path current_role current_schema current_user version typeof'.split(
    ' ',
  ),
);

/** Functions that have no form of a plain call. */
const withoutCall = new Set(
  'grouping normalize try if coalesce nullif color render bar rgb json_array json_object'.split(
    ' ',
  ),
);

/** Places where a sequence would become too long for any engine. */
const sequencePools = {
  bigint: [
    ['1', '5', '-2', '0'],
    ['6', '1', '-3'],
    ['2', '-1', '0', '10'],
  ],
  date: [
    [`DATE '2020-02-27'`, `DATE '2021-01-31'`],
    [`DATE '2020-03-02'`, `DATE '2020-02-27'`, `DATE '2021-05-01'`],
  ],
  timestamp: [
    [`TIMESTAMP '2020-02-28 23:00:00'`, `TIMESTAMP '2021-01-31 12:00:00.5'`],
    [`TIMESTAMP '2020-03-01 01:00:00'`, `TIMESTAMP '2021-04-30 12:00:00.500'`],
  ],
};

function poolsOfFunction(name, signature) {
  if (name === 'sequence') {
    const base = Object.keys(sequencePools).find((type) => signature.startsWith(`(${type}`));
    const pools = [...sequencePools[base]];
    const places = signature.split(' -> ')[0].split(', ').length;
    if (base !== 'bigint' && places === 3) {
      pools.push(
        signature.includes('year to month')
          ? [`INTERVAL '1' MONTH`, `INTERVAL '-1' MONTH`, `INTERVAL '1' YEAR`]
          : [`INTERVAL '1' DAY`, `INTERVAL '-1' DAY`, `INTERVAL '36' HOUR`],
      );
    }
    return [pools.slice(0, places)];
  }
  return poolsOf(signature, poolsAt(name, signature));
}

/** Returns the arguments that a form of a function has at its places, where the edge values of their types would miss much. */
export function poolsAt(name, signature) {
  const places = /^\(\) /.test(signature) ? 0 : signature.split(' -> ')[0].split(', ').length;
  const last = signature.split(' -> ')[0].replace(')', '').split(', ').at(-1);
  const form = `${name}/${places}`;
  return byCount[`${form} ${last}`] ?? byCount[form] ?? overrides[name];
}

/** Types whose values no engine's client shows alike, and which the project does not support. */
export const foreignTypes =
  /ipaddress|hyperloglog|digest|color|geometry|sphericalgeography|bingtile|kdbtree|with time zone\) -> time|classifier|regressor|model/i;

/** Returns the expressions of a scalar function with these signatures. */
export function scalarExpressions(name, signatures) {
  if (changing.has(name) || withoutCall.has(name)) return [];
  const perSignature = signatures
    .filter(
      (signature) => !foreignTypes.test(signature) && !/\btime\(p\) with time zone/.test(signature),
    )
    .map((signature) =>
      poolsOfFunction(name, signature).flatMap((pools) =>
        combine(pools, mostOfChoice)
          .map((args) => writeCall(name, args))
          .filter((text) => text !== undefined),
      ),
    );
  return spread(distinct(perSignature.flat()), mostOfFunction);
}
