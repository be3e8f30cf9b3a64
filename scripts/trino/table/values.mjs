// Edge values of each type, as SQL. The first is an ordinary value.

const values = {
  boolean: ['true', 'false'],
  tinyint: ["TINYINT '3'", "TINYINT '0'", "TINYINT '-128'", "TINYINT '127'"],
  smallint: ["SMALLINT '3'", "SMALLINT '0'", "SMALLINT '-32768'", "SMALLINT '32767'"],
  integer: ['3', '0', '-1', '2147483647', '-2147483648'],
  bigint: [
    "BIGINT '5'",
    "BIGINT '0'",
    "BIGINT '-1'",
    "BIGINT '9223372036854775807'",
    "BIGINT '-9223372036854775808'",
    "BIGINT '4294967296'",
  ],
  double: [
    '2.5e0',
    '0e0',
    '-0e0',
    '-1.5e0',
    '1e-7',
    '123456789.125e0',
    '1.7976931348623157e308',
    '4.9e-324',
    '1e19',
    'nan()',
    'infinity()',
    '-infinity()',
  ],
  real: [
    "REAL '2.5'",
    "REAL '0'",
    "REAL '-1.5'",
    "REAL '0.1'",
    "REAL '16777217'",
    "REAL '3.4028235E38'",
    "REAL 'NaN'",
    "REAL 'Infinity'",
  ],
  'decimal(10,2)': ["DECIMAL '12345678.90'", "DECIMAL '00000000.00'", "DECIMAL '-00000000.05'"],
  'decimal(38,0)': [
    "DECIMAL '10000000000000000000000000000000000001'",
    "DECIMAL '99999999999999999999999999999999999999'",
    "DECIMAL '-99999999999999999999999999999999999999'",
  ],
  'decimal(20,10)': ["DECIMAL '1234567890.0987654321'", "DECIMAL '-0000000000.5000000000'"],
  varchar: [
    "'Straße 5'",
    "''",
    "' a b '",
    "'abcabc'",
    "'İıŁ😀é'",
    "'e\u0301'",
    "'12.50'",
    "'a%_\\'",
    `'tab\tand\nline'`,
  ],
  'char(4)': ["CAST('ab' AS char(4))", "CAST('' AS char(4))", "CAST(' b😀' AS char(4))"],
  varbinary: ["X'00FF10'", "X''", "to_utf8('añ')", "X'0000000000000001'", "X'80000000'"],
  date: [
    "DATE '2020-02-29'",
    "DATE '1970-01-01'",
    "DATE '1969-12-31'",
    "DATE '1900-02-28'",
    "DATE '2021-01-03'",
    "DATE '0001-01-01'",
    "DATE '9999-12-31'",
  ],
  'time(3)': ["TIME '13:45:10.123'", "TIME '00:00:00.000'", "TIME '23:59:59.999'"],
  'time(6)': ["TIME '01:02:03.000456'", "TIME '23:59:59.999999'"],
  'timestamp(0)': ["TIMESTAMP '2020-02-29 23:59:59'", "TIMESTAMP '1969-12-31 23:59:59'"],
  'timestamp(3)': [
    "TIMESTAMP '2020-02-29 13:45:10.123'",
    "TIMESTAMP '1970-01-01 00:00:00.000'",
    "TIMESTAMP '1969-12-31 23:59:59.999'",
    "TIMESTAMP '2021-03-14 02:30:00.000'",
    "TIMESTAMP '2019-12-30 00:00:00.001'",
    "TIMESTAMP '9999-12-31 23:59:59.999'",
  ],
  'timestamp(6)': [
    "TIMESTAMP '2021-10-31 01:30:00.123456'",
    "TIMESTAMP '1899-12-31 23:59:59.999999'",
  ],
  'timestamp(3) with time zone': [
    "TIMESTAMP '2021-03-28 01:30:00.500 Europe/Berlin'",
    "TIMESTAMP '2021-10-31 02:30:00.000 Europe/Berlin'",
    "TIMESTAMP '2020-02-29 23:59:59.999 UTC'",
    "TIMESTAMP '1969-12-31 19:00:00.000 America/New_York'",
    "TIMESTAMP '2021-11-07 01:30:00.000 -05:00'",
    "TIMESTAMP '2000-01-01 00:00:00.000 +05:45'",
  ],
  'interval day to second': [
    "INTERVAL '1' DAY",
    "INTERVAL '0' SECOND",
    "INTERVAL '-25' HOUR",
    "INTERVAL '2 03:04:05.678' DAY TO SECOND",
  ],
  'interval year to month': ["INTERVAL '1' MONTH", "INTERVAL '-13' MONTH", "INTERVAL '4' YEAR"],
  json: [
    `JSON '{"a": [1, "x", null], "b": {"c": 2.50}}'`,
    "JSON 'null'",
    "JSON '1'",
    "JSON '-1.5e3'",
    `JSON '"a\\u00e9\\"\\\\"'`,
    "JSON 'true'",
    "JSON '[]'",
    "JSON '[1, [2, null], {}]'",
    "JSON '12345678901234567890'",
  ],
  uuid: [
    "UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59'",
    "UUID '00000000-0000-0000-0000-000000000000'",
  ],
  'array(integer)': [
    'ARRAY[3, 1, 2, 1]',
    'CAST(ARRAY[] AS array(integer))',
    'ARRAY[NULL, 1]',
    'ARRAY[1]',
    'ARRAY[2147483647, NULL, -1]',
  ],
  'array(bigint)': ["ARRAY[BIGINT '5', 7]", 'CAST(ARRAY[NULL] AS array(bigint))'],
  'array(double)': [
    'ARRAY[2.5e0, -1e0]',
    'ARRAY[nan(), 1e0, NULL]',
    'ARRAY[-0e0, 0e0, infinity()]',
  ],
  'array(varchar)': [
    "ARRAY['b', 'a', 'ä', '']",
    'CAST(ARRAY[] AS array(varchar))',
    "ARRAY[NULL, 'a', NULL]",
    "ARRAY['a']",
  ],
  'array(boolean)': ['ARRAY[true, false, NULL]'],
  'array(date)': ["ARRAY[DATE '2020-02-29', NULL, DATE '1969-12-31']"],
  'array(timestamp(3))': [
    "ARRAY[TIMESTAMP '2020-02-29 13:45:10.123', TIMESTAMP '1969-12-31 23:59:59.999']",
  ],
  'array(decimal(10,2))': ["ARRAY[DECIMAL '12345678.90', NULL, DECIMAL '-00000000.05']"],
  'array(array(integer))': [
    'ARRAY[ARRAY[1, 2], ARRAY[], ARRAY[3]]',
    'ARRAY[NULL, ARRAY[NULL]]',
    'CAST(ARRAY[] AS array(array(integer)))',
  ],
  'array(row(varchar,integer))': [
    "ARRAY[ROW('a', 1), ROW('b', 2)]",
    "ARRAY[ROW('a', 1), ROW('a', NULL)]",
    'ARRAY[ROW(CAST(NULL AS varchar), 1)]',
    'CAST(ARRAY[] AS array(row(varchar, integer)))',
    "ARRAY[ROW('a', 1), NULL]",
  ],
  'map(varchar,integer)': [
    "MAP(ARRAY['a', 'b', 'é'], ARRAY[1, 2, NULL])",
    'CAST(MAP() AS map(varchar, integer))',
    "MAP(ARRAY[''], ARRAY[0])",
  ],
  'map(varchar,double)': [
    "MAP(ARRAY['a', 'b'], ARRAY[1e0, 2.5e0])",
    "MAP(ARRAY['b', 'c'], ARRAY[nan(), 0e0])",
    'CAST(MAP() AS map(varchar, double))',
  ],
  'map(integer,varchar)': ["MAP(ARRAY[1, -1, 0], ARRAY['x', NULL, ''])"],
  'row(integer,varchar)': ["ROW(1, 'a')", "ROW(NULL, 'b')", 'ROW(2, CAST(NULL AS varchar))'],
};

/** The types of the table, in the order of the list above. */
export const typeNames = Object.keys(values);

/** Returns a null of a type. */
export function nullOf(type) {
  return `CAST(NULL AS ${type})`;
}

/** Returns the edge values of a type, null at last; none for a type that the table does not have. */
export function valuesOf(type) {
  const found = values[type];
  return found === undefined ? [] : [...found, nullOf(type)];
}
