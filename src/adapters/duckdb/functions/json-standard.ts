import { limitSql } from './engine-limits.js';

/**
 * Macros of the JSON functions of the SQL standard (`translate/json-query.ts`). A path is followed step by step over a
 * list of items; NULL instead of a list stands for an error. Lax paths look into arrays by themselves.
 */
export const jsonStandardMacros: Readonly<Record<string, readonly string[]>> = {
  json_start: [
    `(text) AS list_extract(list_transform([text], lambda stedi_t: CAST(
      CASE WHEN stedi_trino.json_standard_valid(stedi_t) THEN [json(stedi_t)] END AS JSON[])), 1)`,
  ],
  // DuckDB takes the first of a key that occurs twice, Trino the last.
  json_standard_valid: [
    `(text) AS CASE WHEN NOT stedi_trino.json_is_valid(text) THEN false
      WHEN NOT stedi_trino.json_has_duplicates(text) THEN true
      WHEN text IS NOT NULL THEN ${limitSql('json-keys', 'left(text, 100)', 'false')} END`,
  ],
  json_unwrap: [
    `(items) AS flatten(list_transform(items, lambda stedi_i:
      CASE WHEN json_type(stedi_i) = 'ARRAY' THEN json_extract(stedi_i, '$[*]') ELSE [stedi_i] END))`,
  ],
  json_lax_member: [
    `(items, path) AS list_filter(list_transform(stedi_trino.json_unwrap(items), lambda stedi_o:
      CASE WHEN json_type(stedi_o) = 'OBJECT' THEN json_extract(stedi_o, path) END), lambda stedi_v: stedi_v IS NOT NULL)`,
  ],
  json_strict_member: [
    `(items, path) AS list_extract(list_transform([items], lambda stedi_l: CASE WHEN len(list_filter(stedi_l, lambda stedi_o:
        json_type(stedi_o) = 'OBJECT' AND json_extract(stedi_o, path) IS NOT NULL)) = len(stedi_l)
      THEN list_transform(stedi_l, lambda stedi_v: json_extract(stedi_v, path)) END), 1)`,
  ],
  json_lax_members: [
    `(items) AS flatten(list_transform(stedi_trino.json_unwrap(items), lambda stedi_o:
      CASE WHEN json_type(stedi_o) = 'OBJECT' THEN json_extract(stedi_o, '$.*') ELSE CAST([] AS JSON[]) END))`,
  ],
  json_strict_members: [
    `(items) AS list_extract(list_transform([items], lambda stedi_l: CASE WHEN len(list_filter(stedi_l,
        lambda stedi_o: json_type(stedi_o) = 'OBJECT')) = len(stedi_l)
      THEN stedi_trino.json_lax_members(stedi_l) END), 1)`,
  ],
  json_lax_elements: ['(items) AS stedi_trino.json_unwrap(items)'],
  json_strict_elements: [
    `(items) AS list_extract(list_transform([items], lambda stedi_l: CASE WHEN len(list_filter(stedi_l,
        lambda stedi_o: json_type(stedi_o) = 'ARRAY')) = len(stedi_l)
      THEN stedi_trino.json_unwrap(stedi_l) END), 1)`,
  ],
  // Places count from 1, from the end if they are negative.
  json_lax_slice: [
    `(items, first, last) AS flatten(list_transform(items, lambda stedi_i: stedi_trino.json_slice(
      CASE WHEN json_type(stedi_i) = 'ARRAY' THEN json_extract(stedi_i, '$[*]') ELSE [stedi_i] END, first, last)))`,
  ],
  json_strict_slice: [
    `(items, first, last) AS list_extract(list_transform([items], lambda stedi_l: CASE WHEN len(list_filter(stedi_l,
        lambda stedi_o: json_type(stedi_o) = 'ARRAY' AND greatest(abs(first), abs(last)) <= json_array_length(stedi_o))) = len(stedi_l)
      THEN stedi_trino.json_lax_slice(stedi_l, first, last) END), 1)`,
  ],
  json_slice: [
    `(items, first, last) AS list_filter(items, lambda stedi_e, stedi_at:
      stedi_at BETWEEN CASE WHEN first < 0 THEN len(items) + 1 + first ELSE first END
        AND CASE WHEN last < 0 THEN len(items) + 1 + last ELSE last END)`,
  ],
  json_lax_size: [
    `(items) AS list_transform(items, lambda stedi_i:
      to_json(CASE WHEN json_type(stedi_i) = 'ARRAY' THEN json_array_length(stedi_i) ELSE 1 END))`,
  ],
  json_strict_size: [
    `(items) AS list_extract(list_transform([items], lambda stedi_l: CASE WHEN len(list_filter(stedi_l,
        lambda stedi_o: json_type(stedi_o) = 'ARRAY')) = len(stedi_l)
      THEN list_transform(stedi_l, lambda stedi_i: to_json(json_array_length(stedi_i))) END), 1)`,
  ],
  json_lax_type: [
    `(items) AS list_transform(items, lambda stedi_i: to_json(CASE json_type(stedi_i) WHEN 'OBJECT' THEN 'object'
      WHEN 'ARRAY' THEN 'array' WHEN 'VARCHAR' THEN 'string' WHEN 'BOOLEAN' THEN 'boolean' WHEN 'NULL' THEN 'null' ELSE 'number' END))`,
  ],
  json_strict_type: ['(items) AS stedi_trino.json_lax_type(items)'],
  // What comparisons of items come to: nothing where one of them is no scalar; true where one is null and `differs`; else the first
  // that is not false.
  json_decided: [
    `(items, tests, differs) AS CASE WHEN len(list_filter(items, lambda stedi_i: json_type(stedi_i) IN ('OBJECT', 'ARRAY'))) > 0 THEN NULL
      WHEN differs AND len(list_filter(items, lambda stedi_i: json_type(stedi_i) = 'NULL')) > 0 THEN true
      ELSE list_extract(list_transform([list_filter(tests, lambda stedi_t: stedi_t IS DISTINCT FROM false)],
        lambda stedi_l: CASE WHEN len(stedi_l) = 0 THEN false ELSE stedi_l[1] END), 1) END`,
  ],
  json_wrapped: [
    `(items) AS '[' || array_to_string(list_transform(items, lambda stedi_i: stedi_trino.json_text(stedi_i)), ',') || ']'`,
  ],
  json_unquoted: [
    `(item) AS CASE WHEN json_type(item) = 'VARCHAR' THEN json_extract_string(item, '$') ELSE stedi_trino.json_text(item) END`,
  ],
  // The kind of a scalar as SQL has it; NULL if SQL has no type for it.
  json_scalar_kind: [
    `(item) AS CASE json_type(item) WHEN 'VARCHAR' THEN 'text' WHEN 'BOOLEAN' THEN 'boolean'
      WHEN 'BIGINT' THEN 'bigint' WHEN 'NULL' THEN 'null'
      WHEN 'UBIGINT' THEN CASE WHEN TRY_CAST(CAST(item AS VARCHAR) AS BIGINT) IS NOT NULL THEN 'bigint' END
      WHEN 'DOUBLE' THEN CASE WHEN NOT regexp_full_match(CAST(item AS VARCHAR), '-?\\d+') THEN 'double' END END`,
  ],
  // JSON as text within JSON; NULL stays NULL.
  json_formatted: [
    `(text) AS list_extract(list_transform([text], lambda stedi_t: CASE
      WHEN stedi_trino.json_standard_valid(stedi_t) THEN stedi_trino.json_text(json(stedi_t))
      WHEN stedi_t IS NOT NULL THEN stedi_trino.fail('Cannot convert to JSON: ' || left(stedi_t, 100), '') END), 1)`,
  ],
  json_item_text: [`(item) AS json_extract_string(item, '$')`],
};
