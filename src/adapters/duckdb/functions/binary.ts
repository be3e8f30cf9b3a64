import { macroCall } from '../translate/macro-call.js';
import { callSql, sql } from '../translate/fragment.js';
import {
  macro,
  refuse,
  rewrite,
  rewriteByType,
  type FunctionFamily,
  type FunctionRule,
} from './rule.js';
import { murmur3Rule, murmurMacros } from './murmur.js';
import { sha512Macros, sha512Rule } from './sha512.js';
import { wordMacros } from './word.js';
import { xxhash64Rule, xxhashMacros } from './xxhash.js';

const noHash = 'DuckDB has no such function';
const hashHint = 'use xxhash64, murmur3 or sha256';

/** DuckDB's hashes give hex text. */
function hash(name: string): FunctionRule {
  return macro(`(value) AS unhex(${name}(value))`);
}

/** A hash with a key (RFC 2104), of a function that takes blocks of so many bytes and gives digits. */
function hmac(name: string, block = 64): FunctionRule {
  const hashed = (pad: string, rest: string): string =>
    `unhex(${name}(stedi_trino.masked_bytes(stedi_key, '${pad}', ${block}) || ${rest}))`;
  return macro(
    `(value, key) AS list_transform([stedi_trino.key_block(CASE
        WHEN octet_length(CAST(key AS BLOB)) = 0 AND value IS NOT NULL THEN stedi_trino.refuse('Empty key', CAST(key AS BLOB))
        WHEN octet_length(CAST(key AS BLOB)) > ${block}
        THEN unhex(${name}(CAST(key AS BLOB))) ELSE CAST(key AS BLOB) END, ${block})], lambda stedi_key:
      ${hashed('5C', hashed('36', 'CAST(value AS BLOB)'))})[1]`,
  );
}

/** A decoder of text, or of text as bytes. */
function decoder(name: string): FunctionRule {
  return rewriteByType({
    varchar: (call) => macroCall(name, [call.arg(0).sql]),
    char: (call) => macroCall(name, [call.arg(0).sql]),
    unknown: (call) => macroCall(name, [sql`CAST(${call.arg(0).sql} AS VARCHAR)`]),
    any: (call) => macroCall(name, [callSql('decode', [callSql('encode', [call.arg(0).sql])])]),
    varbinary: (call) => macroCall(name, [callSql('decode', [call.arg(0).sql])]),
  });
}

const base32Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function lengthCheck(bytes: number, name: string, example: string, body: string): string {
  return `(value) AS CASE WHEN octet_length(CAST(value AS BLOB)) <> ${bytes}
    THEN stedi_trino.fail('expected ${bytes}-byte input for ${name}', ${example}) ELSE ${body} END`;
}

/** The remainders of each byte by the polynomial EDB88320, which is CRC-32's (ISO 3309). */
const crcTable: readonly number[] = Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  }
  return remainder >>> 0;
});

/** Binary functions of Trino's manual. */
export const binaryFunctions: FunctionFamily = {
  name: 'binary',
  rules: {
    crc32:
      macro(`(value) AS CASE WHEN value IS NOT NULL THEN xor(4294967295, list_reduce(stedi_trino.bytes_of(CAST(value AS BLOB)),
      lambda stedi_crc, stedi_byte: xor(stedi_crc >> 8, [${crcTable.join(', ')}][1 + (xor(stedi_crc, stedi_byte) & 255)]),
      CAST(4294967295 AS BIGINT))) END`),
    from_base32: decoder('base32_decode'),
    from_base64: decoder('base64_decode'),
    from_base64url: decoder('base64url_decode'),
    from_big_endian_32: macro(
      lengthCheck(
        4,
        'from_big_endian_32',
        'CAST(0 AS INTEGER)',
        'CAST(stedi_trino.signed_bytes(CAST(value AS BLOB), 32) AS INTEGER)',
      ),
    ),
    from_big_endian_64: macro(
      lengthCheck(
        8,
        'from_big_endian_64',
        'CAST(0 AS BIGINT)',
        'CAST(stedi_trino.signed_bytes(CAST(value AS BLOB), 64) AS BIGINT)',
      ),
    ),
    from_hex: decoder('hex_decode'),
    from_ieee754_32: macro(
      lengthCheck(
        4,
        'from_ieee754_32',
        'CAST(0 AS FLOAT)',
        'CAST(CAST(CAST(value AS BLOB) AS BIT) AS FLOAT)',
      ),
    ),
    from_ieee754_64: macro(
      lengthCheck(
        8,
        'from_ieee754_64',
        'CAST(0 AS DOUBLE)',
        'CAST(CAST(CAST(value AS BLOB) AS BIT) AS DOUBLE)',
      ),
    ),
    hmac_md5: hmac('md5'),
    hmac_sha1: hmac('sha1'),
    hmac_sha256: hmac('sha256'),
    hmac_sha512: hmac('stedi_trino.sha512_of', 128),
    md5: hash('md5'),
    murmur3: murmur3Rule,
    sha1: hash('sha1'),
    sha256: hash('sha256'),
    sha512: sha512Rule,
    spooky_hash_v2_32: refuse(noHash, hashHint),
    spooky_hash_v2_64: refuse(noHash, hashHint),
    to_base32: rewrite((call) =>
      macroCall('base32_encode', [sql`CAST(${call.arg(0).sql} AS BLOB)`]),
    ),
    to_base64: macro('(value) AS to_base64(value)'),
    to_base64url: macro(`(value) AS replace(replace(to_base64(value), '+', '-'), '/', '_')`),
    to_big_endian_32: macro(`(value) AS unhex(right(lpad(to_hex(CASE WHEN value < 0
      THEN CAST(value AS BIGINT) + 4294967296 ELSE CAST(value AS BIGINT) END), 8, '0'), 8))`),
    to_big_endian_64: macro(`(value) AS unhex(lpad(to_hex(CAST(CASE WHEN value < 0
      THEN CAST(value AS HUGEINT) + 18446744073709551616 ELSE CAST(value AS HUGEINT) END AS UBIGINT)), 16, '0'))`),
    to_hex: rewrite((call) => callSql('hex', [sql`CAST(${call.arg(0).sql} AS BLOB)`])),
    // There are many NaNs; Java has one.
    to_ieee754_32: macro(
      `(value) AS CASE WHEN isnan(value) THEN unhex('7FC00000') ELSE CAST(CAST(CAST(value AS FLOAT) AS BIT) AS BLOB) END`,
    ),
    to_ieee754_64: macro(
      `(value) AS CASE WHEN isnan(value) THEN unhex('7FF8000000000000') ELSE CAST(CAST(CAST(value AS DOUBLE) AS BIT) AS BLOB) END`,
    ),
    xxhash64: xxhash64Rule,
  },
  macros: {
    ...wordMacros,
    ...sha512Macros,
    ...murmurMacros,
    ...xxhashMacros,
    // A key, filled up with zeros, and the same with each byte changed by a mask.
    key_block: [`(key, size) AS unhex(rpad(hex(key), 2 * size, '0'))`],
    masked_bytes: [
      `(block, mask, size) AS CAST(xor(CAST(block AS BIT), CAST(unhex(repeat(mask, size)) AS BIT)) AS BLOB)`,
    ],
    // Padding is optional in Trino.
    base64_decode: [
      `(value) AS from_base64(CASE WHEN ends_with(value, '=') THEN value
        ELSE rpad(value, CAST(ceil(length(value) / CAST(4 AS DOUBLE)) * 4 AS INTEGER), '=') END)`,
    ],
    base64url_decode: [
      `(value) AS CASE WHEN regexp_matches(value, '[+/]')
        THEN stedi_trino.fail('Illegal base64url character: ' || value, CAST('' AS BLOB))
        ELSE stedi_trino.base64_decode(replace(replace(value, '-', '+'), '_', '/')) END`,
    ],
    base32_encode: [
      `(value) AS CASE WHEN octet_length(value) = 0 THEN '' ELSE rpad(
        stedi_trino.base32_digits(rpad(stedi_trino.bits_of(value), CAST((octet_length(value) * 8 + 4) // 5 * 5 AS INTEGER), '0')),
        CAST((octet_length(value) + 4) // 5 * 8 AS INTEGER), '=') END`,
    ],
    bytes_of: [
      `(value) AS list_transform(generate_series(1, octet_length(value)), lambda stedi_i:
        CAST('0x' || substr(hex(value), CAST(stedi_i * 2 - 1 AS BIGINT), 2) AS BIGINT))`,
    ],
    bits_of: [
      `(value) AS array_to_string(list_transform(generate_series(1, octet_length(value)), lambda stedi_i:
        right(lpad(bin(CAST('0x' || substr(hex(value), CAST(stedi_i * 2 - 1 AS BIGINT), 2) AS INTEGER)), 8, '0'), 8)), '')`,
    ],
    base32_digits: [
      `(bits) AS array_to_string(list_transform(generate_series(0, length(bits) // 5 - 1), lambda stedi_i:
        substr('${base32Alphabet}', 1 + CAST(list_sum(list_transform(generate_series(1, 5), lambda stedi_j:
          CAST(substr(bits, CAST(stedi_i * 5 + stedi_j AS BIGINT), 1) AS INTEGER) << CAST(5 - stedi_j AS INTEGER))) AS BIGINT), 1)), '')`,
    ],
    base32_decode: [
      `(value) AS CASE
        WHEN NOT regexp_full_match(value, '[A-Z2-7]*=*') OR length(rtrim(value, '=')) % 8 IN (1, 3, 6)
          THEN stedi_trino.fail('Invalid base32 input: ' || value, CAST('' AS BLOB))
        ELSE stedi_trino.base32_bytes(array_to_string(list_transform(generate_series(1, length(rtrim(value, '='))), lambda stedi_i:
          right(lpad(bin(strpos('${base32Alphabet}', substr(value, stedi_i, 1)) - 1), 5, '0'), 5)), '')) END`,
    ],
    base32_bytes: [
      `(bits) AS CASE WHEN length(bits) < 8 THEN CAST('' AS BLOB) ELSE unhex(array_to_string(list_transform(
        generate_series(0, length(bits) // 8 - 1), lambda stedi_i:
          lpad(to_hex(list_sum(list_transform(generate_series(1, 8), lambda stedi_j:
            CAST(substr(bits, CAST(stedi_i * 8 + stedi_j AS BIGINT), 1) AS INTEGER) << CAST(8 - stedi_j AS INTEGER)))::BIGINT), 2, '0')), '')) END`,
    ],
    hex_decode: [
      `(value) AS CASE WHEN length(value) % 2 = 1
        THEN stedi_trino.fail('Hex strings have an even number of digits: ' || value, CAST('' AS BLOB)) ELSE unhex(value) END`,
    ],
    signed_bytes: [
      `(value, width) AS stedi_trino.to_signed(CAST(CAST('0x' || hex(value) AS UBIGINT) AS HUGEINT), width)`,
    ],
  },
};
