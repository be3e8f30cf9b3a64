/**
 * Macros for casts from JSON (`translate/cast-json.ts`). `doc` is a JSON value, or NULL. Its kind decides, as in Trino: a
 * string is cast as text, true is 1.
 */
export const jsonCastMacros: Readonly<Record<string, readonly string[]>> = {
  json_cast_failure: [
    `(doc, type, value) AS stedi_trino.fail('Cannot cast ''' || left(CAST(doc AS VARCHAR), 100) || ''' to ' || type, value)`,
  ],
  // The text that a cast from text reads, of a string, number or boolean.
  json_to_varchar: [
    `(doc) AS CASE json_type(doc) WHEN 'VARCHAR' THEN json_extract_string(doc, '$')
      WHEN 'BOOLEAN' THEN CAST(doc AS VARCHAR) WHEN 'BIGINT' THEN CAST(doc AS VARCHAR) WHEN 'UBIGINT' THEN CAST(doc AS VARCHAR)
      WHEN 'DOUBLE' THEN CASE WHEN regexp_full_match(CAST(doc AS VARCHAR), '-?\\d+') THEN CAST(doc AS VARCHAR)
        ELSE stedi_trino.json_float_varchar(CAST(CAST(doc AS VARCHAR) AS DOUBLE)) END
      WHEN 'NULL' THEN NULL
      ELSE CASE WHEN doc IS NOT NULL THEN stedi_trino.json_cast_failure(doc, 'varchar', '') END END`,
  ],
  json_is_text: [`(doc) AS json_type(doc) = 'VARCHAR'`],
  // A number or boolean as a number; fractions rounded half up, away from zero.
  json_to_whole: [
    `(doc) AS CASE json_type(doc) WHEN 'BIGINT' THEN CAST(CAST(doc AS VARCHAR) AS HUGEINT)
      WHEN 'UBIGINT' THEN CAST(CAST(doc AS VARCHAR) AS HUGEINT)
      WHEN 'BOOLEAN' THEN CASE CAST(doc AS VARCHAR) WHEN 'true' THEN CAST(1 AS HUGEINT) ELSE CAST(0 AS HUGEINT) END
      WHEN 'DOUBLE' THEN CAST(round(CAST(CAST(doc AS VARCHAR) AS DOUBLE)) AS HUGEINT)
      WHEN 'NULL' THEN NULL
      ELSE CASE WHEN doc IS NOT NULL THEN stedi_trino.json_cast_failure(doc, 'a number', CAST(0 AS HUGEINT)) END END`,
  ],
  json_number_text: [
    `(doc) AS CASE json_type(doc) WHEN 'BIGINT' THEN CAST(doc AS VARCHAR) WHEN 'UBIGINT' THEN CAST(doc AS VARCHAR)
      WHEN 'DOUBLE' THEN CAST(doc AS VARCHAR)
      WHEN 'BOOLEAN' THEN CASE CAST(doc AS VARCHAR) WHEN 'true' THEN '1' ELSE '0' END
      WHEN 'NULL' THEN NULL
      ELSE CASE WHEN doc IS NOT NULL THEN stedi_trino.json_cast_failure(doc, 'a number', '') END END`,
  ],
  json_to_boolean: [
    `(doc) AS CASE json_type(doc) WHEN 'BOOLEAN' THEN CAST(doc AS VARCHAR) = 'true' WHEN 'NULL' THEN NULL
      ELSE CASE WHEN json_type(doc) <> 'BIGINT' AND regexp_full_match(stedi_trino.json_number_text(doc), '-?\\d+')
        AND TRY_CAST(stedi_trino.json_number_text(doc) AS BIGINT) IS NULL THEN stedi_trino.json_cast_failure(doc, 'boolean', true)
        ELSE CAST(stedi_trino.json_number_text(doc) AS DOUBLE) <> 0 END END`,
  ],
  // The items of an array, or the values of an object; NULL for null.
  json_elements: [
    `(doc) AS CASE json_type(doc) WHEN 'ARRAY' THEN json_extract(doc, '$[*]') WHEN 'NULL' THEN NULL
      ELSE CASE WHEN doc IS NOT NULL THEN stedi_trino.json_cast_failure(doc, 'an array', CAST([] AS JSON[])) END END`,
  ],
  json_values: [
    `(doc) AS CASE json_type(doc) WHEN 'OBJECT' THEN json_extract(doc, '$.*') WHEN 'NULL' THEN NULL
      ELSE CASE WHEN doc IS NOT NULL THEN stedi_trino.json_cast_failure(doc, 'a map', CAST([] AS JSON[])) END END`,
  ],
  // The values of a row's fields, by name or by place. Names are compared without regard to case.
  json_fields: [
    `(doc, names) AS CASE
      WHEN json_type(doc) = 'ARRAY' AND json_array_length(doc) = len(names) THEN json_extract(doc, '$[*]')
      WHEN json_type(doc) = 'OBJECT' AND NOT list_contains(names, '')
        AND len(list_distinct(list_transform(json_keys(doc), lambda stedi_key: lower(stedi_key)))) = len(json_keys(doc))
      THEN list_transform(names, lambda stedi_name: json_extract(doc, '$.*')[list_position(
        list_transform(json_keys(doc), lambda stedi_key: lower(stedi_key)), stedi_name)])
      WHEN json_type(doc) = 'NULL' THEN NULL
      WHEN doc IS NOT NULL THEN stedi_trino.json_cast_failure(doc, 'a row', CAST([] AS JSON[])) END`,
  ],
};
