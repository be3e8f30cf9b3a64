import { limitSql } from './engine-limits.js';

/** Each item by `body`, in which it is `stedi_i`; NULL for all if it is NULL for one. */
function ofNumbers(body: string): string {
  return `list_extract(list_transform([list_transform(items, lambda stedi_i: ${body})], lambda stedi_n:
      CASE WHEN len(list_filter(stedi_n, lambda stedi_v: stedi_v IS NULL)) = 0 THEN stedi_n END), 1)`;
}

/** What a function that leaves whole numbers as they are makes of `stedi_i`. */
function rounded(name: string): string {
  return `CASE stedi_trino.json_scalar_kind(stedi_i) WHEN 'bigint' THEN stedi_i
      WHEN 'double' THEN stedi_trino.json_of_double(${name}(stedi_trino.json_item_double(stedi_i))) END`;
}

function signOf(left: string, right: string): string {
  return `CASE WHEN ${left} < ${right} THEN -1 WHEN ${left} > ${right} THEN 1 ELSE 0 END`;
}

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
  // Places count from 1, from the end if they are negative. Ranges follow each other in each item.
  json_lax_slices: [
    `(items, ranges) AS flatten(list_transform(items, lambda stedi_i: stedi_trino.json_ranges(
      CASE WHEN json_type(stedi_i) = 'ARRAY' THEN json_extract(stedi_i, '$[*]') ELSE [stedi_i] END, ranges)))`,
  ],
  json_strict_slices: [
    `(items, ranges) AS list_extract(list_transform([items], lambda stedi_l: CASE WHEN len(list_filter(stedi_l,
        lambda stedi_o: json_type(stedi_o) = 'ARRAY' AND stedi_trino.json_has_ranges(json_array_length(stedi_o), ranges))) = len(stedi_l)
      THEN stedi_trino.json_lax_slices(stedi_l, ranges) END), 1)`,
  ],
  json_ranges: [
    `(elements, ranges) AS flatten(list_transform(ranges,
      lambda stedi_r: stedi_trino.json_slice(elements, stedi_r.first, stedi_r.last)))`,
  ],
  json_has_ranges: [
    `(size, ranges) AS len(list_filter(ranges, lambda stedi_r:
      stedi_trino.json_place(size, stedi_r.first) NOT BETWEEN 1 AND size OR stedi_trino.json_place(size, stedi_r.last) NOT BETWEEN 1 AND size
      OR stedi_trino.json_place(size, stedi_r.first) > stedi_trino.json_place(size, stedi_r.last))) = 0`,
  ],
  json_place: ['(size, place) AS CASE WHEN place < 0 THEN size + 1 + place ELSE place END'],
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
  json_lax_abs: ['(items) AS stedi_trino.json_strict_abs(stedi_trino.json_unwrap(items))'],
  json_strict_abs: [`(items) AS ${ofNumbers('stedi_trino.json_number_abs(stedi_i)')}`],
  json_lax_floor: ['(items) AS stedi_trino.json_strict_floor(stedi_trino.json_unwrap(items))'],
  json_strict_floor: [`(items) AS ${ofNumbers(rounded('floor'))}`],
  json_lax_ceiling: ['(items) AS stedi_trino.json_strict_ceiling(stedi_trino.json_unwrap(items))'],
  json_strict_ceiling: [`(items) AS ${ofNumbers(rounded('ceil'))}`],
  json_lax_double: ['(items) AS stedi_trino.json_strict_double(stedi_trino.json_unwrap(items))'],
  json_strict_double: [
    `(items) AS ${ofNumbers(`CASE stedi_trino.json_scalar_kind(stedi_i)
      WHEN 'text' THEN CASE WHEN regexp_matches(stedi_trino.json_item_text(stedi_i), '^\\s*[+-]?0[xX]')
        THEN ${limitSql('json-infinite', 'stedi_trino.json_item_text(stedi_i)', "json('0')")}
        ELSE stedi_trino.json_of_double(TRY(CAST(stedi_trino.double_from_text(stedi_trino.json_item_text(stedi_i), 'double') AS DOUBLE))) END
      WHEN 'bigint' THEN stedi_trino.json_of_double(stedi_trino.json_item_double(stedi_i))
      WHEN 'double' THEN stedi_trino.json_of_double(stedi_trino.json_item_double(stedi_i)) END`)}`,
  ],
  // Athena counts in 32 bits where a number has no more, and the least one has no counterpart.
  json_number_abs: [
    `(item) AS CASE stedi_trino.json_scalar_kind(item)
      WHEN 'bigint' THEN CASE WHEN stedi_trino.json_item_text(item) NOT IN ('-2147483648', '-9223372036854775808')
        THEN to_json(abs(CAST(stedi_trino.json_item_text(item) AS BIGINT))) END
      WHEN 'double' THEN stedi_trino.json_of_double(CASE WHEN stedi_trino.json_item_double(item) < 0
        THEN -stedi_trino.json_item_double(item) ELSE stedi_trino.json_item_double(item) END) END`,
  ],
  json_item_double: ['(item) AS TRY_CAST(stedi_trino.json_item_text(item) AS DOUBLE)'],
  json_of_double: [
    `(x) AS list_extract(list_transform([x], lambda stedi_x: CASE WHEN isfinite(stedi_x) THEN to_json(stedi_x)
      WHEN stedi_x IS NOT NULL THEN ${limitSql('json-infinite', 'CAST(stedi_x AS VARCHAR)', "json('0')")} END), 1)`,
  ],
  json_lax_keyvalue: [
    '(items) AS stedi_trino.json_strict_keyvalue(stedi_trino.json_unwrap(items))',
  ],
  json_strict_keyvalue: [
    `(items) AS list_extract(list_transform([items], lambda stedi_l: CASE WHEN len(list_filter(stedi_l,
        lambda stedi_o: json_type(stedi_o) = 'OBJECT')) = len(stedi_l)
      THEN flatten(list_transform(stedi_l, lambda stedi_o, stedi_at: list_transform(list_zip(json_keys(stedi_o), json_extract(stedi_o, '$.*')),
        lambda stedi_p: json_object('name', stedi_p[1], 'value', stedi_p[2], 'id', stedi_at - 1)))) END), 1)`,
  ],
  // A scalar as what it is compared as: kind, text, bigint and double. Other kinds: null, structure and unknown, which SQL has no type for.
  json_operand: [
    `(item) AS list_extract(list_transform([CASE WHEN json_type(item) IN ('OBJECT', 'ARRAY') THEN 'structure'
        ELSE coalesce(stedi_trino.json_scalar_kind(item), 'unknown') END],
      lambda stedi_k: {kind: stedi_k, text: stedi_trino.json_item_text(item),
        whole: CASE stedi_k WHEN 'bigint' THEN CAST(stedi_trino.json_item_text(item) AS BIGINT)
          WHEN 'boolean' THEN CASE stedi_trino.json_item_text(item) WHEN 'true' THEN 1 ELSE 0 END END,
        number: CASE WHEN stedi_k IN ('bigint', 'double') THEN stedi_trino.json_item_double(item) END}), 1)`,
  ],
  json_sign: [
    `(l, r) AS CASE WHEN l.kind = r.kind THEN CASE l.kind WHEN 'text' THEN ${signOf('l.text', 'r.text')}
        WHEN 'double' THEN ${signOf('l.number', 'r.number')} ELSE ${signOf('l.whole', 'r.whole')} END
      WHEN l.number IS NOT NULL AND r.number IS NOT NULL THEN ${signOf('l.number', 'r.number')} END`,
  ],
  json_has_scalar: [
    `(kinds) AS len(list_filter(kinds, lambda stedi_k: stedi_k NOT IN ('null', 'structure'))) > 0`,
  ],
  // What comparing lists of items comes to: true where one pair is one of \`signs\`, NULL where a pair cannot be compared; in lax mode
  // whatever is found first. null is equal to null alone, and has no order.
  json_decided: [
    `(lefts, rights, signs, is_lax) AS list_extract(list_transform([{
        l: list_transform(lefts, lambda stedi_i: stedi_trino.json_operand(stedi_i)),
        r: list_transform(rights, lambda stedi_i: stedi_trino.json_operand(stedi_i))}], lambda stedi_s:
      CASE WHEN stedi_s.l IS NOT NULL AND stedi_s.r IS NOT NULL THEN stedi_trino.json_decided_kinds(stedi_s.l, stedi_s.r,
        list_transform(stedi_s.l, lambda stedi_e: stedi_e.kind), list_transform(stedi_s.r, lambda stedi_e: stedi_e.kind), signs, is_lax) END), 1)`,
  ],
  json_decided_kinds: [
    `(l, r, left_kinds, right_kinds, signs, is_lax) AS list_extract(list_transform([{
        l_null: list_contains(left_kinds, 'null'), r_null: list_contains(right_kinds, 'null'),
        l_structure: list_contains(left_kinds, 'structure'), r_structure: list_contains(right_kinds, 'structure'),
        l_scalar: stedi_trino.json_has_scalar(left_kinds), r_scalar: stedi_trino.json_has_scalar(right_kinds),
        unknown: list_contains(left_kinds, 'unknown') OR list_contains(right_kinds, 'unknown')}], lambda stedi_h:
      CASE WHEN len(l) = 0 OR len(r) = 0 THEN false
        WHEN stedi_h.l_structure AND (stedi_h.r_scalar OR stedi_h.r_structure) OR stedi_h.r_structure AND stedi_h.l_scalar THEN NULL
        ELSE stedi_trino.json_outcome(signs = [0] AND stedi_h.l_null AND stedi_h.r_null
            OR signs = [-1, 1] AND (stedi_h.l_null AND (stedi_h.r_scalar OR stedi_h.r_structure)
              OR stedi_h.r_null AND (stedi_h.l_scalar OR stedi_h.l_structure)),
          CASE WHEN NOT (stedi_h.l_scalar AND stedi_h.r_scalar) THEN CAST([] AS BOOLEAN[]) WHEN stedi_h.unknown THEN [NULL]
            ELSE stedi_trino.json_tests(l, r, signs) END, is_lax) END), 1)`,
  ],
  json_tests: [
    `(l, r, signs) AS flatten(list_transform(list_filter(l, lambda stedi_a: stedi_a.kind <> 'null'), lambda stedi_a:
      list_transform(list_filter(r, lambda stedi_b: stedi_b.kind <> 'null'), lambda stedi_b:
        list_extract(list_transform([stedi_trino.json_sign(stedi_a, stedi_b)], lambda stedi_g:
          CASE WHEN stedi_g IS NOT NULL THEN list_contains(signs, stedi_g) END), 1))))`,
  ],
  // Single tests together: in lax mode the first that is not false decides, in strict mode all are made.
  json_outcome: [
    `(is_found, tests, is_lax) AS list_extract(list_transform([tests], lambda stedi_t: CASE
      WHEN is_lax AND is_found THEN true
      WHEN is_lax THEN list_extract(list_transform([list_filter(stedi_t, lambda stedi_o: stedi_o IS DISTINCT FROM false)],
        lambda stedi_d: CASE WHEN len(stedi_d) = 0 THEN false ELSE stedi_d[1] END), 1)
      WHEN len(list_filter(stedi_t, lambda stedi_o: stedi_o IS NULL)) > 0 THEN NULL
      ELSE is_found OR list_contains(stedi_t, true) END), 1)`,
  ],
  json_starts: [
    `(items, prefixes, is_lax) AS list_extract(list_transform([{items: items, prefixes: prefixes}], lambda stedi_s:
      CASE WHEN stedi_s.items IS NULL OR stedi_s.prefixes IS NULL OR len(stedi_s.prefixes) <> 1 OR json_type(stedi_s.prefixes[1]) <> 'VARCHAR' THEN NULL
        WHEN len(stedi_s.items) = 0 THEN false
        ELSE stedi_trino.json_outcome(false, list_transform(stedi_s.items, lambda stedi_i: CASE WHEN json_type(stedi_i) = 'VARCHAR'
          THEN starts_with(stedi_trino.json_item_text(stedi_i), stedi_trino.json_item_text(stedi_s.prefixes[1])) END), is_lax) END), 1)`,
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
