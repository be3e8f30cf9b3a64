import { callSql, raw, sql, stringSql } from '../translate/fragment.js';
import { callOnOpenTypes, macroCall } from '../translate/macro-call.js';
import { concat } from './concat.js';
import {
  literalString,
  macro,
  refusal,
  refuse,
  refuseOpenType,
  rewrite,
  rewriteByType,
  same,
  type FunctionCall,
  type FunctionFamily,
  type Rewritten,
} from './rule.js';
import { soundexMacros, soundexRule } from './soundex.js';

/** White space as Java's Character.isWhitespace has it, which Trino trims: no-break spaces are not in it. */
const whitespace = [
  ...[0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x1680],
  ...[0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2008, 0x2009, 0x200a],
  ...[0x2028, 0x2029, 0x205f, 0x3000],
]
  .map((codePoint) => String.fromCodePoint(codePoint))
  .join('');

function trimRule(name: 'trim' | 'ltrim' | 'rtrim') {
  return rewrite((call) => {
    const characters = call.args[1];
    const value = call.arg(0);
    // The blanks that fill up a char are none of its text.
    const text = value.type.kind === 'char' ? callSql('rtrim', [value.sql, raw(`' '`)]) : value.sql;
    return callSql(name, [text, characters === undefined ? stringSql(whitespace) : characters.sql]);
  });
}

function padBody(side: 'lpad' | 'rpad'): string {
  return `(value, size, padding) AS CASE
    WHEN value IS NULL OR size IS NULL OR padding IS NULL THEN NULL
    WHEN size < 0 OR size > 2147483647
      THEN stedi_trino.fail('Target length must be in the range [0..2147483647]', CAST(value AS VARCHAR))
    WHEN padding = '' THEN stedi_trino.fail('Padding string must not be empty', CAST(value AS VARCHAR))
    ELSE ${side}(value, CAST(size AS INTEGER), padding) END`;
}

/** A refusal if an argument is a char, which Trino does not take for a varchar in some functions. */
function refuseChars(call: FunctionCall): Rewritten | undefined {
  const char = call.args.find(({ type }) => type.kind === 'char');
  return char && refusal(`it takes varchar, not char`, 'cast the char to varchar', char.syntax);
}

/** String functions of Trino's manual. */
export const stringFunctions: FunctionFamily = {
  name: 'string',
  rules: {
    chr: macro(`(n) AS CASE WHEN n < 0 OR n > 1114111
      THEN stedi_trino.fail('Not a valid Unicode code point: ' || n, '') ELSE chr(CAST(n AS INTEGER)) END`),
    codepoint: rewrite((call) => {
      const value = call.arg(0);
      const fits =
        value.type.kind !== 'varchar' || ('length' in value.type && value.type.length === 1);
      return fits
        ? macroCall('codepoint', [value.sql])
        : refusal('it takes a varchar(1)', 'CAST(… AS varchar(1))', value.syntax);
    }),
    concat: rewrite(concat, {
      // The signature leaves the length of the result open.
      returns: ([left, right]) =>
        left?.kind === 'char' && right?.kind === 'char'
          ? { kind: 'char', length: left.length + right.length }
          : undefined,
    }),
    concat_ws: rewrite((call) => {
      const [separator, first, ...rest] = call.args;
      if (separator === undefined || first === undefined) {
        return refusal('it needs a separator and something to join');
      }
      const open = [first, ...rest].find((argument) => argument.type.kind === 'any');
      if (open !== undefined && rest.length === 0) return refuseOpenType(open);
      const list =
        first.type.kind === 'array'
          ? first.sql
          : sql`[${[first, ...rest].map((each) => each.sql)}]`;
      // DuckDB's own function joins by a constant.
      const join = literalString(separator) === undefined ? 'join_texts_by' : 'join_texts';
      return macroCall(join, [separator.sql, list]);
    }),
    from_utf8: macro(
      `(value) AS coalesce(TRY(decode(value)), stedi_trino.decode_replacing(value, chr(65533)))`,
      `(value, replacement VARCHAR) AS CASE
        WHEN value IS NULL THEN NULL
        WHEN length(replacement) > 1
          THEN stedi_trino.fail('Replacement character string must empty or a single character', '')
        WHEN replacement IS NULL THEN NULL
        ELSE coalesce(TRY(decode(value)), stedi_trino.decode_replacing(value, replacement)) END`,
      `(value, replacement) AS CASE WHEN value IS NULL OR replacement IS NULL THEN NULL
        WHEN replacement NOT BETWEEN 0 AND 1114111
          THEN stedi_trino.fail('Not a valid Unicode code point: ' || replacement, '')
        ELSE coalesce(TRY(decode(value)), stedi_trino.decode_replacing(value, chr(CAST(replacement AS INTEGER)))) END`,
    ),
    hamming_distance: macro(`(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL
      WHEN length(a) <> length(b)
      THEN stedi_trino.fail('The input strings to hamming_distance function must have the same length', 0)
      ELSE CAST(len(list_filter(generate_series(1, length(a)),
        lambda stedi_i: substr(a, stedi_i, 1) <> substr(b, stedi_i, 1))) AS BIGINT) END`),
    length: rewriteByType({
      varchar: (call) => callSql('length', [call.arg(0).sql]),
      char: (call) => callSql('length', [call.arg(0).sql]),
      unknown: (call) => callSql('length', [sql`CAST(${call.arg(0).sql} AS VARCHAR)`]),
      varbinary: (call) => callSql('octet_length', [call.arg(0).sql]),
      any: (call) => callOnOpenTypes('length_any', [call.arg(0)]),
    }),
    levenshtein_distance: macro(`(a, b) AS stedi_trino.edit_distance(a, b)`),
    lower: rewrite((call) => callSql('lower', [call.arg(0).sql])),
    lpad: rewriteByType({
      varchar: (call) =>
        macroCall(
          'lpad_text',
          call.args.map((each) => each.sql),
        ),
      char: (call) =>
        macroCall(
          'lpad_text',
          call.args.map((each) => each.sql),
        ),
      unknown: (call) =>
        macroCall(
          'lpad_text',
          call.args.map((each) => each.sql),
        ),
      any: (call) =>
        macroCall(
          'lpad_text',
          call.args.map((each) => each.sql),
        ),
      varbinary: (call) =>
        macroCall(
          'lpad_binary',
          call.args.map((each) => each.sql),
        ),
    }),
    ltrim: trimRule('ltrim'),
    luhn_check: macro(`(value) AS CASE
      WHEN value = '' THEN false
      WHEN NOT regexp_full_match(value, '[0-9]*')
        THEN stedi_trino.fail('Input is not a number: ' || value, false)
      ELSE list_sum(list_transform(generate_series(1, length(value)), lambda stedi_i:
        CASE WHEN (length(value) - stedi_i) % 2 = 0 THEN CAST(substr(value, stedi_i, 1) AS INTEGER)
          ELSE CAST(substr('0246813579', CAST(substr(value, stedi_i, 1) AS INTEGER) + 1, 1) AS INTEGER)
        END)) % 10 = 0 END`),
    normalize: rewrite((call) => {
      const form = call.args[1];
      const wrong = refuseChars(call);
      if (wrong !== undefined) return wrong;
      if (form === undefined) return callSql('nfc_normalize', [call.arg(0).sql]);
      const name = form.syntax.kind === 'string' ? form.syntax.value.toUpperCase() : '';
      return name === 'NFC'
        ? callSql('nfc_normalize', [call.arg(0).sql])
        : refusal(`only the form NFC is supported`, undefined, form.syntax);
    }),
    // POSITION(x IN y) is parsed as strpos(y, x).
    position: refuse('it has a syntax of its own', 'write POSITION(x IN y) or strpos(y, x)'),
    replace: macro(
      `(value, search) AS stedi_trino.replace_text(value, search, '')`,
      `(value, search, replacement) AS stedi_trino.replace_text(value, search, replacement)`,
    ),
    reverse: rewriteByType({
      varchar: (call) => macroCall('reverse_text', [call.arg(0).sql]),
      char: (call) => macroCall('reverse_text', [call.arg(0).sql]),
      array: (call) => callSql('list_reverse', [call.arg(0).sql]),
      varbinary: (call) => macroCall('reverse_binary', [call.arg(0).sql]),
    }),
    rpad: rewriteByType({
      varchar: (call) =>
        macroCall(
          'rpad_text',
          call.args.map((each) => each.sql),
        ),
      char: (call) =>
        macroCall(
          'rpad_text',
          call.args.map((each) => each.sql),
        ),
      unknown: (call) =>
        macroCall(
          'rpad_text',
          call.args.map((each) => each.sql),
        ),
      any: (call) =>
        macroCall(
          'rpad_text',
          call.args.map((each) => each.sql),
        ),
      varbinary: (call) =>
        macroCall(
          'rpad_binary',
          call.args.map((each) => each.sql),
        ),
    }),
    rtrim: trimRule('rtrim'),
    soundex: soundexRule,
    split: macro(
      `(value, delimiter) AS CASE
        WHEN value IS NULL OR delimiter IS NULL THEN NULL
        WHEN delimiter = '' THEN stedi_trino.fail('The delimiter may not be the empty string', [''])
        ELSE string_split(value, delimiter) END`,
      `(value, delimiter, size) AS stedi_trino.split_limited(value, delimiter, string_split(value, delimiter), size)`,
    ),
    split_part: macro(
      `(value, delimiter, part) AS CASE
        WHEN value IS NULL OR delimiter IS NULL THEN NULL
        WHEN part <= 0 THEN stedi_trino.fail('Index must be greater than zero', '')
        WHEN delimiter = '' THEN CASE WHEN part <= length(value) THEN substr(value, CAST(part AS BIGINT), 1) END
        ELSE list_extract(string_split(value, delimiter), CAST(part AS BIGINT)) END`,
    ),
    split_to_map: macro(
      `(value, entry_delimiter, key_delimiter) AS stedi_trino.map_of_pairs(
        stedi_trino.split_pairs(value, entry_delimiter, key_delimiter))`,
    ),
    split_to_multimap: macro(
      `(value, entry_delimiter, key_delimiter) AS stedi_trino.multimap_of_pairs(
        stedi_trino.split_pairs(value, entry_delimiter, key_delimiter))`,
    ),
    starts_with: same(),
    strpos: rewrite(
      (call) => refuseChars(call) ?? call.stableArgs((args) => macroCall('strpos', args)),
    ),
    substr: rewriteByType({
      varchar: substring,
      char: substring,
      any: substring,
      varbinary: (call) =>
        macroCall(
          'substring_binary',
          call.args.map((each) => each.sql),
        ),
    }),
    substring: rewrite(substring),
    to_utf8: rewrite((call) =>
      call.arg(0).type.kind === 'char'
        ? refusal('it takes varchar, not char', 'cast the char to varchar')
        : callSql('encode', [sql`CAST(${call.arg(0).sql} AS VARCHAR)`]),
    ),
    translate: macro(`(value, source, target) AS array_to_string(list_transform(
      generate_series(1, length(value)), lambda stedi_i:
        CASE WHEN strpos(source, substr(value, stedi_i, 1)) = 0 THEN substr(value, stedi_i, 1)
          ELSE substr(target, strpos(source, substr(value, stedi_i, 1)), 1) END), '')
      || CASE WHEN source IS NULL OR target IS NULL THEN NULL ELSE '' END`),
    trim: trimRule('trim'),
    // Trino's letters are single code points: there is no capital letter for ß. DuckDB has one.
    upper: macro(
      `(value) AS CASE WHEN contains(value, 'ß')
        THEN array_to_string(list_transform(string_split(value, 'ß'), lambda stedi_part: upper(stedi_part)), 'ß')
        ELSE upper(value) END`,
    ),
    word_stem: refuse('DuckDB has no such function without an extension'),
  },
  macros: {
    ...soundexMacros,
    strpos: [
      '(value, search) AS CAST(strpos(value, search) AS BIGINT)',
      `(value, search, instance) AS CASE
        WHEN value IS NULL OR search IS NULL OR instance IS NULL THEN NULL
        WHEN instance = 0 THEN stedi_trino.fail('''instance'' must not be a positive or negative number.', 0)
        WHEN search = '' THEN 1
        ELSE stedi_trino.nth_place(value,
          list_filter(generate_series(1, length(value)),
            lambda stedi_i: starts_with(substr(value, stedi_i), search)),
          CAST(instance AS BIGINT)) END`,
    ],
    codepoint: [
      `(value) AS CASE WHEN length(value) <> 1
        THEN stedi_trino.fail('Input must be a single character string', 0) ELSE unicode(value) END`,
    ],
    concat_any: [
      '(a BLOB, b BLOB) AS a || b',
      '(a VARCHAR, b VARCHAR) AS a || b',
      `(a, b) AS CASE WHEN typeof(a) LIKE '%[]' OR typeof(b) LIKE '%[]' THEN a || b
        ELSE stedi_trino.refuse('|| joins text, binaries or arrays, not ' || typeof(a) || ' and ' || typeof(b), a || b) END`,
    ],
    // An element that is null makes the whole null; nothing is appended.
    array_of_element: ['(element) AS CASE WHEN element IS NULL THEN NULL ELSE [element] END'],
    join_texts: [
      `(separator, texts) AS CASE WHEN separator IS NULL OR texts IS NULL THEN NULL
        ELSE array_to_string(list_filter(CAST(texts AS VARCHAR[]), lambda stedi_text: stedi_text IS NOT NULL), separator) END`,
    ],
    join_texts_by: [
      `(separator, texts) AS CASE WHEN separator IS NULL OR texts IS NULL THEN NULL
        ELSE stedi_trino.joined_texts(list_filter(CAST(texts AS VARCHAR[]), lambda stedi_text: stedi_text IS NOT NULL), separator) END`,
    ],
    length_any: [
      '(value VARCHAR) AS length(value)',
      '(value BLOB) AS octet_length(value)',
      `(value) AS stedi_trino.refuse('length is of text or binaries, not of ' || typeof(value), 0)`,
    ],
    // DuckDB's levenshtein compares bytes.
    edit_distance: [
      `(a, b) AS CASE
        WHEN regexp_full_match(a || b, '[\\x00-\\x7F]*', 's') THEN levenshtein(a, b)
        WHEN a IS NULL OR b IS NULL THEN NULL
        ELSE list_extract(list_reduce(
          list_prepend(generate_series(0, length(b)), list_transform(generate_series(1, length(a)),
            lambda stedi_i: [stedi_i])),
          lambda stedi_row, stedi_step: list_reduce(
            list_prepend([stedi_step[1]], list_transform(generate_series(1, length(b)), lambda stedi_j: [stedi_j])),
            lambda stedi_new, stedi_at: list_append(stedi_new, least(
              stedi_row[stedi_at[1] + 1] + 1,
              stedi_new[stedi_at[1]] + 1,
              stedi_row[stedi_at[1]] + CASE WHEN substr(a, stedi_step[1], 1) = substr(b, stedi_at[1], 1)
                THEN 0 ELSE 1 END)))), length(b) + 1) END`,
    ],
    lpad_text: [padBody('lpad')],
    rpad_text: [padBody('rpad')],
    pad_bytes: [
      `(value, size, padding) AS unhex(substr(
        repeat(hex(padding), CAST(ceil(greatest(size - octet_length(value), 0) / CAST(octet_length(padding) AS DOUBLE)) AS BIGINT)),
        1, CAST(greatest(size - octet_length(value), 0) * 2 AS BIGINT)))`,
    ],
    cut_bytes: ['(value, size) AS unhex(substr(hex(value), 1, CAST(size * 2 AS BIGINT)))'],
    check_padding: [
      `(value, size, padding, padded) AS CASE
        WHEN value IS NULL OR size IS NULL OR padding IS NULL THEN NULL
        WHEN size < 0 OR size > 2147483647
          THEN stedi_trino.fail('Target length must be in the range [0..2147483647]', value)
        WHEN octet_length(padding) = 0 THEN stedi_trino.fail('Padding bytes must not be empty', value)
        WHEN size <= octet_length(value) THEN stedi_trino.cut_bytes(value, size)
        ELSE padded END`,
    ],
    lpad_binary: [
      `(value, size, padding) AS stedi_trino.check_padding(value, size, padding,
        stedi_trino.pad_bytes(value, size, padding) || value)`,
    ],
    rpad_binary: [
      `(value, size, padding) AS stedi_trino.check_padding(value, size, padding,
        value || stedi_trino.pad_bytes(value, size, padding))`,
    ],
    replace_text: [
      `(value, search, replacement) AS CASE WHEN search = ''
        THEN regexp_replace(value, '', replace(replacement, '\\', '\\\\'), 'gs') ELSE replace(value, search, replacement) END`,
    ],
    // DuckDB's reverse keeps letters and their accents together; Trino reverses code points.
    reverse_text: [
      `(value) AS CASE WHEN value = '' THEN '' ELSE array_to_string(list_transform(generate_series(length(value), 1, -1),
        lambda stedi_i: substr(value, stedi_i, 1)), '') END`,
    ],
    reverse_binary: [
      `(value) AS CASE WHEN octet_length(value) = 0 THEN value ELSE unhex(array_to_string(list_transform(
        generate_series(octet_length(value), 1, -1), lambda stedi_i: substr(hex(value), CAST(stedi_i * 2 - 1 AS BIGINT), 2)), '')) END`,
    ],
    split_limited: [
      `(value, delimiter, parts, size) AS CASE
        WHEN value IS NULL OR size IS NULL OR delimiter IS NULL THEN NULL
        WHEN delimiter = '' THEN stedi_trino.fail('The delimiter may not be the empty string', [''])
        WHEN size <= 0 THEN stedi_trino.fail('Limit must be positive', [''])
        WHEN len(parts) <= size THEN parts
        ELSE list_append(list_slice(parts, 1, CAST(size - 1 AS BIGINT)),
          stedi_trino.text_from_part(value, delimiter, parts, CAST(size AS BIGINT))) END`,
    ],
    // What the parts from this one on were before the text was split.
    text_from_part: [
      `(value, delimiter, parts, first) AS substr(value, 1 + CAST(coalesce(list_sum(list_transform(list_slice(parts, 1, first - 1),
        lambda stedi_part: length(stedi_part) + length(delimiter))), 0) AS BIGINT))`,
    ],
    // Pairs as lists of two; an empty entry at the very end counts for nothing.
    split_pairs: [
      `(value, entry_delimiter, key_delimiter) AS CASE
        WHEN entry_delimiter IS NULL OR key_delimiter IS NULL OR value IS NULL THEN NULL
        WHEN entry_delimiter = '' OR key_delimiter = '' OR entry_delimiter = key_delimiter
          THEN stedi_trino.fail('entryDelimiter and keyValueDelimiter must not be empty or the same', [['']])
        WHEN value = '' THEN CAST([] AS VARCHAR[][])
        ELSE list_transform(
          string_split(CASE WHEN ends_with(value, entry_delimiter)
            THEN substr(value, 1, length(value) - length(entry_delimiter)) ELSE value END, entry_delimiter),
          lambda stedi_entry: CASE WHEN len(string_split(stedi_entry, key_delimiter)) = 2
            THEN string_split(stedi_entry, key_delimiter)
            ELSE stedi_trino.fail('Key-value delimiter must appear exactly once in each entry. Bad input: '
              || stedi_entry, ['']) END) END`,
    ],
    map_of_pairs: [
      `(pairs) AS CASE WHEN len(list_distinct(list_transform(pairs, lambda stedi_pair: stedi_pair[1]))) < len(pairs)
        THEN stedi_trino.fail('Duplicate keys are not allowed', MAP {'': ''})
        ELSE map(list_transform(pairs, lambda stedi_pair: stedi_pair[1]),
          list_transform(pairs, lambda stedi_pair: stedi_pair[2])) END`,
    ],
    multimap_of_pairs: [
      `(pairs) AS CASE WHEN pairs IS NULL THEN NULL ELSE map_from_entries(list_transform(
        list_distinct(list_transform(pairs, lambda stedi_pair: stedi_pair[1])),
        lambda stedi_key: {'k': stedi_key, 'v': list_transform(
          list_filter(pairs, lambda stedi_pair: stedi_pair[1] = stedi_key),
          lambda stedi_pair: stedi_pair[2])})) END`,
    ],
    // From the end, Trino counts places in UTF-16 code units.
    nth_place: [
      `(value, places, instance) AS CASE
        WHEN abs(instance) > len(places) THEN CAST(0 AS BIGINT)
        WHEN instance > 0 THEN list_extract(places, instance)
        ELSE list_extract(places, len(places) + 1 + instance) + len(regexp_extract_all(
          substr(value, 1, list_extract(places, len(places) + 1 + instance) - 1), '[\\x{10000}-\\x{10FFFF}]'))
        END`,
    ],
    // Trino replaces a sequence that is not UTF-8 (a lead byte with the continuation bytes it asks for) by one character.
    decode_replacing: [
      `(value, replacement) AS array_to_string(list_transform(
        regexp_extract_all(hex(value),
          '[0-7].|[CD].(?:[89AB].)?|E.(?:[89AB].){0,2}|F[0-7](?:[89AB].){0,3}|F[89AB](?:[89AB].){0,4}|F[CD](?:[89AB].){0,5}|..'),
        lambda stedi_bytes: coalesce(TRY(decode(unhex(stedi_bytes))), replacement)), '')`,
    ],
    substring_binary: [
      '(value, start) AS stedi_trino.cut_binary(value, start, octet_length(value))',
      '(value, start, size) AS stedi_trino.cut_binary(value, start, size)',
    ],
    cut_binary: [
      `(value, start, size) AS CASE
        WHEN value IS NULL OR start IS NULL OR size IS NULL THEN NULL
        WHEN start = 0 OR abs(start) > octet_length(value) OR size <= 0 THEN CAST('' AS BLOB)
        ELSE unhex(substr(hex(value),
          CAST(CASE WHEN start < 0 THEN octet_length(value) + start ELSE start - 1 END * 2 + 1 AS BIGINT),
          CAST(least(size, octet_length(value)) * 2 AS BIGINT))) END`,
    ],
    substring: [
      `(value, start) AS CASE WHEN value IS NULL THEN NULL WHEN start = 0 OR abs(start) > length(value) THEN ''
        ELSE substr(value, CAST(start AS BIGINT)) END`,
      `(value, start, size) AS CASE WHEN start = 0 OR abs(start) > length(value) OR size <= 0 THEN
          CASE WHEN value IS NULL OR start IS NULL OR size IS NULL THEN NULL ELSE '' END
        WHEN size IS NULL THEN NULL
        ELSE substr(value, CAST(CASE WHEN start < 0 THEN length(value) + 1 + start ELSE start END AS BIGINT),
          CAST(least(size, length(value)) AS BIGINT)) END`,
    ],
  },
};

function substring(call: FunctionCall): Rewritten {
  if (call.arg(0).type.kind === 'unknown') return refuseOpenType(call.arg(0));
  return macroCall(
    'substring',
    call.args.map((each) => each.sql),
  );
}
