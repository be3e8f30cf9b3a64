const text = `"(?:[^"\\\\]|\\\\.)*"`;

/**
 * Macros of JSON. A JSON value is kept as the very text that Trino shows. `doc` is valid JSON, as text.
 */
export const jsonMacros: Readonly<Record<string, readonly string[]>> = {
  // DuckDB reads trailing commas, NaN and Infinity too.
  json_is_valid: [
    `(text) AS json_valid(text) AND (NOT regexp_matches(text, ',\\s*[\\]}]|(?i:nan|inf)')
      OR NOT regexp_matches(regexp_replace(text, '${text}', '""', 'g'), ',\\s*[\\]}]|(?i:nan|inf)'))`,
  ],
  // Text that json_extract and its like read. Trino takes what is no JSON for null, but reads broken JSON up to the fault.
  json_document: [
    `(text) AS CASE WHEN stedi_trino.json_is_valid(text) THEN text
      WHEN regexp_matches(text, '^\\s*[\\[{]') THEN stedi_trino.fail(
        'The text is not valid JSON (Athena would read it up to the fault): ' || left(text, 100), '') END`,
  ],
  json_root_document: [
    `(text) AS CASE WHEN stedi_trino.json_is_valid(text) THEN text
      WHEN regexp_matches(text, '^\\s*[\\[{"0-9tfn-]') THEN stedi_trino.fail(
        'The text is not valid JSON (Athena would read it up to the fault): ' || left(text, 100), '') END`,
  ],
  json_checked: [
    `(text) AS CASE WHEN stedi_trino.json_is_valid(text) THEN text
      WHEN text IS NOT NULL THEN stedi_trino.fail('Cannot convert value to JSON: ' || left(text, 100), '') END`,
  ],
  // What the functions of the SQL standard read: of a key that occurs twice Trino takes the last, DuckDB the first.
  json_standard_document: [
    `(text) AS CASE WHEN NOT stedi_trino.json_is_valid(text) THEN NULL
      WHEN len(regexp_extract_all(json(text), '${text}:')) = len(regexp_extract_all(
        CAST(CAST(CAST(text AS JSON) AS VARIANT) AS JSON), '${text}:')) THEN text
      WHEN text IS NOT NULL THEN stedi_trino.fail('A key occurs twice in the JSON: ' || left(text, 100), '') END`,
  ],
  // Numbers and characters as Trino prints them, from JSON as DuckDB prints it.
  json_text: [
    `(doc) AS CASE WHEN regexp_matches(CAST(doc AS VARCHAR), '\\d[.eE][+-]?\\d|[^\\x{0}-\\x{FFFF}]')
      THEN array_to_string(list_transform(regexp_extract_all(CAST(doc AS VARCHAR), '${text}|-?\\d[0-9.eE+-]*|[^"0-9-]+'),
        lambda stedi_token: stedi_trino.json_token(stedi_token)), '')
      ELSE CAST(doc AS VARCHAR) END`,
  ],
  json_token: [
    `(token) AS CASE
      WHEN regexp_matches(token, '^-?\\d') AND regexp_matches(token, '[.eE]')
      THEN stedi_trino.json_float(CAST(token AS DOUBLE))
      WHEN regexp_matches(token, '[^\\x{0}-\\x{FFFF}]')
      THEN array_to_string(list_transform(regexp_extract_all(token, '(?s).'),
        lambda stedi_c: stedi_trino.json_character(stedi_c)), '')
      ELSE token END`,
  ],
  // Beyond 16 bits a character is written as its two surrogates.
  json_character: [
    `(c) AS CASE WHEN unicode(c) > 65535 THEN printf('\\u%04X\\u%04X',
      55296 + (unicode(c) - 65536) // 1024, 56320 + (unicode(c) - 65536) % 1024) ELSE c END`,
  ],
  // A double or real as Java prints it.
  json_float: [
    `(x) AS CASE WHEN isnan(x) THEN '"NaN"' WHEN isinf(x) THEN CASE WHEN x > 0 THEN '"Infinity"' ELSE '"-Infinity"' END
      WHEN x = 0 OR (abs(x) >= 0.001 AND abs(x) < 10000000) THEN CAST(x AS VARCHAR)
      WHEN x IS NOT NULL THEN CASE WHEN x < 0 THEN '-' ELSE '' END || stedi_trino.double_text(CAST(abs(x) AS VARCHAR)) END`,
  ],
  json_string: ['(value) AS stedi_trino.json_token(CAST(to_json(CAST(value AS VARCHAR)) AS VARCHAR))'],
  // The keys in order, of those that occur twice the last.
  json_sorted: [
    `(doc) AS CASE WHEN regexp_matches(doc, ',${text}:') THEN list_extract(list_reduce(
      list_transform(regexp_extract_all(doc, '${text}:?|[{}\\[\\],]|[^"{}\\[\\],:]+'), lambda stedi_token: [stedi_token]),
      lambda stedi_stack, stedi_next: stedi_trino.json_step(stedi_stack, stedi_next[1]), CAST([] AS VARCHAR[])), 1)
      ELSE doc END`,
  ],
  // A stack of what is open: brackets, keys that wait for their value, and members that are complete.
  json_step: [
    `(stack, token) AS CASE WHEN token = ',' THEN stack
      WHEN token IN ('{', '[') OR token[-1] = ':' THEN list_append(stack, token)
      WHEN token IN ('}', ']') THEN stedi_trino.json_close(stack, token,
        len(stack) + 1 - list_position(list_transform(list_reverse(stack), lambda stedi_s: stedi_s IN ('{', '[')), true))
      ELSE stedi_trino.json_push(stack, token) END`,
  ],
  json_push: [
    `(stack, item) AS CASE WHEN stack[-1][-1] = ':' THEN list_append(stack[:-2], stack[-1] || item)
      ELSE list_append(stack, item) END`,
  ],
  json_close: [
    `(stack, token, opener) AS stedi_trino.json_push(stack[:opener - 1], CASE WHEN token = ']'
      THEN '[' || array_to_string(stack[opener + 1:], ',') || ']'
      ELSE '{' || array_to_string(stedi_trino.json_sorted_members(stack[opener + 1:]), ',') || '}' END)`,
  ],
  json_key: [`(member) AS json_extract_string(regexp_extract(member, '^(${text}):', 1), '$')`],
  json_sorted_members: [
    `(members) AS list_transform(list_sort(list_filter(
      list_transform(members, lambda stedi_m, stedi_i: {'key': stedi_trino.json_key(stedi_m), 'at': stedi_i, 'member': stedi_m}),
      lambda stedi_e: stedi_e.at = len(members) + 1 - list_position(
        list_reverse(list_transform(members, lambda stedi_k: stedi_trino.json_key(stedi_k))), stedi_e.key))),
      lambda stedi_s: stedi_s.member)`,
  ],
  json_normal: ['(doc) AS stedi_trino.json_sorted(stedi_trino.json_text(json(doc)))'],
  // A scalar as its text; a number as it is written, which DuckDB does not keep.
  json_scalar: [
    `(doc, path) AS CASE json_type(doc, path)
      WHEN 'VARCHAR' THEN json_extract_string(doc, path)
      WHEN 'BOOLEAN' THEN json_extract_string(doc, path)
      WHEN 'BIGINT' THEN CASE WHEN contains(doc, '-0') THEN stedi_trino.json_number(doc, path) ELSE json_extract_string(doc, path) END
      WHEN 'UBIGINT' THEN CASE WHEN contains(doc, '-0') THEN stedi_trino.json_number(doc, path) ELSE json_extract_string(doc, path) END
      WHEN 'DOUBLE' THEN stedi_trino.json_number(doc, path) END`,
  ],
  json_number: [
    `(doc, path) AS substr(json_extract_string(array_to_string(list_transform(
      regexp_extract_all(CAST(doc AS VARCHAR), '${text}|[^"]+'), lambda stedi_token: CASE WHEN stedi_token[1] = '"' THEN stedi_token
        ELSE regexp_replace(stedi_token, '-?\\d[0-9.eE+-]*', '"#\\0"', 'g') END), ''), path), 2)`,
  ],
  json_count: [
    `(doc, path) AS CASE json_type(doc, path) WHEN 'OBJECT' THEN len(json_keys(doc, path))
      WHEN 'ARRAY' THEN json_array_length(doc, path) ELSE CASE WHEN json_type(doc, path) IS NOT NULL THEN 0 END END`,
  ],
  json_items: [`(doc) AS CASE WHEN json_type(doc) = 'ARRAY' THEN json_extract(doc, '$[*]') END`],
  json_holds: [
    `(items, kinds, wanted) AS CASE WHEN wanted IS NOT NULL THEN len(list_filter(items,
      lambda stedi_item: list_contains(kinds, json_type(stedi_item)) AND json_extract_string(stedi_item, '$') = wanted)) > 0 END`,
  ],
};
