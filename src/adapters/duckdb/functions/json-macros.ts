import { limitSql } from './engine-limits.js';

const string = `"(?:[^"\\\\]|\\\\.)*"`;
const loose = `',\\s*[\\]}]|(?i:nan|inf)'`;
/** Where DuckDB prints numbers in another way than Java, or characters that Trino writes as surrogates. */
const foreign = `'\\d[eE]|\\d{8}\\.\\d|(?:^|[^\\d])0\\.000|[^\\x{0}-\\x{FFFF}]'`;
/** Numbers whose text may be another than the one that DuckDB prints of them: `1.50`, `1e3`, many digits. */
const unusual = `'\\.\\d+0(?:[\\s,}\\]]|$)|\\d[eE]|[\\d.]{17}'`;
const astral = `'[^\\x{0}-\\x{FFFF}]'`;

/** `let stedi_name = value in body`: a macro's parameters are text, which would be evaluated at each of their places. */
function bind(name: string, value: string, body: string): string {
  return `list_extract(list_transform([${value}], lambda stedi_${name}: ${body}), 1)`;
}

/** A refusal of text that is no JSON although it begins like it: Trino reads such text up to the fault. */
const brokenJson = limitSql('faulty-json', 'left(stedi_text, 100)', "''");

/**
 * Macros of JSON. A JSON value is kept as the very text that Trino shows. `doc` is valid JSON, as text.
 */
export const jsonMacros: Readonly<Record<string, readonly string[]>> = {
  // DuckDB reads trailing commas, NaN and Infinity too.
  json_is_valid: [
    `(text) AS json_valid(text) AND (NOT regexp_matches(text, ${loose})
      OR NOT regexp_matches(regexp_replace(text, '${string}', '""', 'g'), ${loose}))`,
  ],
  // The text that json_extract and its like read. What is no JSON counts as null.
  json_document: [
    `(text) AS ${bind(
      'text',
      'CAST(text AS VARCHAR)',
      `CASE WHEN stedi_trino.json_is_valid(stedi_text) THEN stedi_text
        WHEN regexp_matches(stedi_text, '^\\s*[\\[{]') THEN ${brokenJson} END`,
    )}`,
  ],
  // The same where a scalar may be meant.
  json_root_document: [
    `(text) AS ${bind(
      'text',
      'CAST(text AS VARCHAR)',
      `CASE WHEN stedi_trino.json_is_valid(stedi_text) THEN stedi_text
        WHEN regexp_matches(stedi_text, '^\\s*[\\[{"0-9tfn-]') THEN ${brokenJson} END`,
    )}`,
  ],
  json_checked: [
    `(text) AS ${bind(
      'text',
      'CAST(text AS VARCHAR)',
      `CASE WHEN stedi_trino.json_is_valid(stedi_text) THEN stedi_text
        WHEN stedi_text IS NOT NULL
        THEN stedi_trino.fail('Cannot convert value to JSON: ' || left(stedi_text, 100), '') END`,
    )}`,
  ],
  // Of a key that occurs twice in an object the last counts; a variant keeps only that.
  json_has_duplicates: [
    `(doc) AS len(regexp_extract_all(json(doc), '${string}:')) > len(regexp_extract_all(
      CAST(CAST(CAST(doc AS JSON) AS VARIANT) AS JSON), '${string}:'))`,
  ],
  // json_parse: keys in order, numbers and characters as Trino prints them.
  json_read: [
    `(text) AS stedi_trino.json_sorted(stedi_trino.json_text(stedi_trino.json_distinct(stedi_trino.json_checked(text))))`,
  ],
  json_distinct: [
    `(doc) AS ${bind(
      'doc',
      'doc',
      `CASE WHEN NOT stedi_trino.json_has_duplicates(stedi_doc) THEN json(stedi_doc)
        WHEN regexp_matches(stedi_doc, '\\d{16}') THEN ${limitSql('json-keys', 'left(stedi_doc, 100)', "json('1')")}
        WHEN stedi_doc IS NOT NULL THEN CAST(CAST(CAST(stedi_doc AS JSON) AS VARIANT) AS JSON) END`,
    )}`,
  ],
  // Numbers and characters as Trino prints them, from JSON as DuckDB prints it.
  json_text: [
    `(doc) AS ${bind(
      'doc',
      'CAST(doc AS VARCHAR)',
      `CASE WHEN regexp_matches(stedi_doc, ${foreign})
        THEN array_to_string(list_transform(regexp_extract_all(stedi_doc, '${string}|-?\\d[0-9.eE+-]*|[^"0-9-]+'),
          lambda stedi_token: stedi_trino.json_token(stedi_token)), '')
        ELSE stedi_doc END`,
    )}`,
  ],
  json_token: [
    `(token) AS CASE WHEN NOT regexp_matches(token, '^-?\\d') THEN stedi_trino.json_escaped(token)
      WHEN regexp_matches(token, '[.eE]') THEN stedi_trino.json_float(CAST(token AS DOUBLE))
      ELSE token END`,
  ],
  // Beyond 16 bits a character is written as its two surrogates.
  json_escaped: [
    `(text) AS CASE WHEN regexp_matches(text, ${astral}) THEN array_to_string(list_transform(regexp_extract_all(text, '(?s).'),
      lambda stedi_c: CASE WHEN unicode(stedi_c) > 65535 THEN printf('\\u%04X\\u%04X',
        55296 + (unicode(stedi_c) - 65536) // 1024, 56320 + (unicode(stedi_c) - 65536) % 1024) ELSE stedi_c END), '')
      ELSE text END`,
  ],
  // A double or real as Java prints it: with an exponent from 10000000 on, and below 0.001.
  json_float: [
    `(x) AS ${bind(
      'x',
      'CAST(x AS VARCHAR)',
      `CASE stedi_x WHEN 'nan' THEN '"NaN"' WHEN '-nan' THEN '"NaN"' WHEN 'inf' THEN '"Infinity"' WHEN '-inf' THEN '"-Infinity"'
        ELSE CASE WHEN regexp_matches(stedi_x, 'e|^-?\\d{8}|^-?0\\.000') THEN stedi_trino.json_scientific(stedi_x) ELSE stedi_x END END`,
    )}`,
  ],
  // The same with an exponent always, as a cast to varchar prints it.
  json_float_varchar: [
    `(x) AS ${bind(
      'x',
      'CAST(x AS VARCHAR)',
      `CASE stedi_x WHEN 'nan' THEN 'NaN' WHEN '-nan' THEN 'NaN' WHEN 'inf' THEN 'Infinity' WHEN '-inf' THEN '-Infinity'
        WHEN '0.0' THEN '0E0' WHEN '-0.0' THEN '-0E0' ELSE stedi_trino.json_scientific(stedi_x) END`,
    )}`,
  ],
  // From the text that DuckDB prints of a number other than 0.
  json_scientific: [
    `(text) AS CASE WHEN text[1] = '-' THEN '-' ELSE '' END || CASE
      WHEN ltrim(text, '-') = '5e-324' THEN '4.9E-324'
      WHEN contains(text, 'e') THEN regexp_replace(regexp_replace(regexp_replace(ltrim(text, '-'), '^(\\d)e', '\\1.0e'), 'e\\+?0*', 'E'), 'e-0*|E-0*', 'E-')
      ELSE regexp_replace(rtrim(ltrim(replace(text, '.', ''), '-0'), '0'), '^(\\d)(\\d*)$', '\\1.\\2')
        || CASE WHEN length(rtrim(ltrim(replace(text, '.', ''), '-0'), '0')) = 1 THEN '0' ELSE '' END || 'E'
        || CASE WHEN regexp_matches(text, '^-?0') THEN -length(regexp_extract(text, '0\\.(0*)', 1)) - 1
          ELSE length(regexp_extract(text, '\\d+')) - 1 END END`,
  ],
  json_string: [
    `(value) AS ${bind('text', 'CAST(to_json(CAST(value AS VARCHAR)) AS VARCHAR)', 'stedi_trino.json_escaped(stedi_text)')}`,
  ],
  // The members of objects in the order of their keys.
  json_sorted: [
    `(doc) AS ${bind(
      'doc',
      'doc',
      `CASE WHEN regexp_matches(stedi_doc, ',${string}:') THEN substr(list_extract(list_reduce(
          list_transform(regexp_extract_all(stedi_doc, '${string}:?|[{}\\[\\]]|[^"{}\\[\\],:]+'), lambda stedi_token: [stedi_token]),
          lambda stedi_stack, stedi_next: stedi_trino.json_step(stedi_stack, stedi_next[1]), ['']), 1), 2)
        ELSE stedi_doc END`,
    )}`,
  ],
  // A stack of the containers that are open, each as text in which chr(30) stands before every member.
  json_step: [
    `(stack, token) AS CASE
      WHEN token IN ('{', '[') THEN list_append(stack, token)
      WHEN token IN ('}', ']') THEN list_append(stack[:-3], stedi_trino.json_added(stack[-2],
        stedi_trino.json_closed(stack[-1])))
      ELSE list_append(stack[:-2], stedi_trino.json_added(stack[-1], token)) END`,
  ],
  json_added: [
    `(container, member) AS container || CASE WHEN container[-1] = ':' THEN '' ELSE chr(30) END || member`,
  ],
  json_closed: [
    `(container) AS CASE WHEN container[1] = '[' THEN '[' || replace(substr(container, 3), chr(30), ',') || ']'
      WHEN container = '{' THEN '{}'
      ELSE '{' || array_to_string(list_transform(list_sort(list_transform(string_split(substr(container, 3), chr(30)),
        lambda stedi_m: {'key': json_extract_string(regexp_extract(stedi_m, '^(${string}):', 1), '$'), 'member': stedi_m})),
        lambda stedi_s: stedi_s.member), ',') || '}' END`,
  ],
  // What a path leads to.
  json_extract_at: ['(doc, path) AS stedi_trino.json_text(json_extract(doc, path))'],
  json_scalar_at: [
    `(doc, path) AS ${bind('doc', 'doc', 'stedi_trino.json_scalar(stedi_doc, path)')}`,
  ],
  // A scalar as its text; a number as it is written, which DuckDB does not keep.
  json_scalar: [
    `(doc, path) AS CASE
      WHEN json_type(doc, path) IN ('VARCHAR', 'BOOLEAN') THEN json_extract_string(doc, path)
      WHEN json_type(doc, path) IN ('BIGINT', 'UBIGINT', 'DOUBLE') THEN
        CASE WHEN NOT contains(doc, '-0') AND contains(doc, json_extract_string(doc, path))
          AND (json_type(doc, path) <> 'DOUBLE' OR NOT regexp_matches(doc, ${unusual}))
        THEN json_extract_string(doc, path) ELSE stedi_trino.json_number(doc, path) END END`,
  ],
  json_number: [
    `(doc, path) AS substr(json_extract_string(array_to_string(list_transform(
      regexp_extract_all(doc, '${string}|[^"]+'), lambda stedi_token: CASE WHEN stedi_token[1] = '"' THEN stedi_token
        ELSE regexp_replace(stedi_token, '-?\\d[0-9.eE+-]*', '"#\\0"', 'g') END), ''), path), 2)`,
  ],
  json_count_at: [
    `(doc, path) AS ${bind(
      'doc',
      'doc',
      `CAST(CASE json_type(stedi_doc, path) WHEN 'OBJECT' THEN len(json_keys(stedi_doc, path))
        WHEN 'ARRAY' THEN json_array_length(stedi_doc, path)
        ELSE CASE WHEN json_type(stedi_doc, path) IS NOT NULL THEN 0 END END AS BIGINT)`,
    )}`,
  ],
  json_items: [
    `(doc) AS ${bind(
      'doc',
      'doc',
      `CAST(CASE WHEN json_type(stedi_doc) = 'ARRAY' THEN json_extract(stedi_doc, '$[*]') END AS JSON[])`,
    )}`,
  ],
  // A string loses its quotes, as in Trino, which leaves no valid JSON.
  json_element_at: [
    `(doc, path) AS ${bind(
      'doc',
      'doc',
      `CASE WHEN json_type(stedi_doc) <> 'ARRAY' THEN NULL
        WHEN json_type(stedi_doc, path) IN ('OBJECT', 'ARRAY') THEN stedi_trino.json_text(json_extract(stedi_doc, path))
        ELSE stedi_trino.json_scalar(stedi_doc, path) END`,
    )}`,
  ],
  json_holds: [
    `(items, kinds, wanted) AS CASE WHEN wanted IS NOT NULL THEN len(list_filter(items,
      lambda stedi_item: list_contains(kinds, json_type(stedi_item)) AND json_extract_string(stedi_item, '$') = wanted)) > 0 END`,
  ],
  json_holds_double: [
    `(items, wanted) AS CASE WHEN wanted IS NOT NULL THEN len(list_filter(items, lambda stedi_item:
      json_type(stedi_item) = 'DOUBLE' AND TRY_CAST(CAST(stedi_item AS VARCHAR) AS DOUBLE) = wanted AND NOT isnan(wanted))) > 0 END`,
  ],
};
