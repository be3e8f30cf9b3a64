import { limitSql } from './engine-limits.js';

/*
 * Addresses as Trino holds them: 16 bytes, those of IPv4 behind ::ffff (RFC 4291, 2.5.5.2), in the order of their bytes. Text is
 * read by the rules of RFC 4291 and written by those of RFC 5952.
 */

const octet = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const quad = `${octet}(\\.${octet}){3}`;
const group = '[0-9a-fA-F]{1,4}';
const groups = `(${group}(:${group})*)?`;
/** What IPv4 addresses begin with. */
const mapped = '00000000000000000000FFFF';

/** Texts that Java reads too, in ways that are not ours: digits of other scripts, and zones, which depend on the machine. */
const foreign = '[^\\x00-\\x7F]|:.*%';

function notSupported(text: string, value: string): string {
  return limitSql('ip-zone', text, value);
}

/** Macros of the type ipaddress, whose values are BLOBs of 16 bytes. */
export const ipAddressMacros: Readonly<Record<string, readonly string[]>> = {
  ip_quad_digits: [
    `(text) AS array_to_string(list_transform(string_split(text, '.'),
      lambda stedi_octet: format('{:02X}', CAST(stedi_octet AS INTEGER))), '')`,
  ],
  // The digits of groups, four each.
  ip_group_digits: [
    `(text) AS CASE WHEN text = '' THEN '' ELSE array_to_string(list_transform(string_split(text, ':'),
      lambda stedi_group: lpad(stedi_group, 4, '0')), '') END`,
  ],
  // An IPv4 address at the end of an IPv6 address as two groups.
  ip_without_quad: [
    `(text) AS CASE WHEN regexp_full_match(text, '[0-9a-fA-F:]*:${quad}') THEN list_transform(
      [stedi_trino.ip_quad_digits(regexp_extract(text, '[0-9.]*$'))], lambda stedi_quad:
        regexp_replace(text, '[0-9.]*$', '') || left(stedi_quad, 4) || ':' || right(stedi_quad, 4))[1] ELSE text END`,
  ],
  // The 32 digits of an IPv6 address; NULL if it is none.
  ip_digits: [
    `(text) AS list_transform([text], lambda stedi_v6: CASE
      WHEN regexp_full_match(stedi_v6, '${group}(:${group}){7}') THEN stedi_trino.ip_group_digits(stedi_v6)
      WHEN regexp_full_match(stedi_v6, '${groups}::${groups}')
      THEN list_transform([[stedi_trino.ip_group_digits(split_part(stedi_v6, '::', 1)),
          stedi_trino.ip_group_digits(split_part(stedi_v6, '::', 2))]], lambda stedi_sides:
        CASE WHEN length(stedi_sides[1]) + length(stedi_sides[2]) <= 28
        THEN stedi_sides[1] || repeat('0', 32 - length(stedi_sides[1]) - length(stedi_sides[2])) || stedi_sides[2] END)[1] END)[1]`,
  ],
  // The digits of an address of either kind; NULL if it is none.
  ip_text_digits: [
    `(text) AS list_transform([text], lambda stedi_ip: CASE
      WHEN regexp_full_match(stedi_ip, '${quad}') THEN '${mapped}' || stedi_trino.ip_quad_digits(stedi_ip)
      WHEN regexp_matches(stedi_ip, '${foreign}') THEN ${notSupported('stedi_ip', 'stedi_ip')}
      WHEN contains(stedi_ip, ':') THEN upper(stedi_trino.ip_digits(stedi_trino.ip_without_quad(stedi_ip))) END)[1]`,
  ],
  ip_from_text: [
    `(text) AS list_transform([row(text, stedi_trino.ip_text_digits(text))], lambda stedi_read: CASE
      WHEN stedi_read[2] IS NOT NULL THEN unhex(stedi_read[2])
      WHEN stedi_read[1] IS NOT NULL
      THEN stedi_trino.fail('Cannot cast value to IPADDRESS: ' || stedi_read[1], CAST('' AS BLOB)) END)[1]`,
  ],
  ip_from_bytes: [
    `(bytes) AS list_transform([bytes], lambda stedi_bytes: CASE octet_length(stedi_bytes) WHEN 16 THEN stedi_bytes
      WHEN 4 THEN unhex('${mapped}') || stedi_bytes
      ELSE CASE WHEN stedi_bytes IS NOT NULL THEN stedi_trino.fail('Invalid IP address binary length: ' ||
        octet_length(stedi_bytes), stedi_bytes) END END)[1]`,
  ],
  ip_group: [
    `(digits, place) AS CASE WHEN substr(digits, place * 4 - 3, 4) = '0000' THEN '0'
      ELSE ltrim(lower(substr(digits, place * 4 - 3, 4)), '0') END`,
  ],
  // Of the longest zeros, two groups or more, the first become '::'.
  ip_groups_text: [
    `(items) AS list_transform([row(items, array_to_string(list_transform(items,
        lambda stedi_group: CASE WHEN stedi_group = '0' THEN '0' ELSE '1' END), ''))], lambda stedi_groups:
      coalesce(list_transform(list_filter([8, 7, 6, 5, 4, 3, 2], lambda stedi_run: contains(stedi_groups[2], repeat('0', stedi_run))),
        lambda stedi_run: array_to_string(stedi_groups[1][1:strpos(stedi_groups[2], repeat('0', stedi_run)) - 1], ':') || '::' ||
          array_to_string(stedi_groups[1][strpos(stedi_groups[2], repeat('0', stedi_run)) + stedi_run:8], ':'))[1],
        array_to_string(stedi_groups[1], ':')))[1]`,
  ],
  ip_text: [
    `(address) AS list_transform([hex(address)], lambda stedi_digits: CASE
      WHEN stedi_digits IS NULL THEN NULL
      WHEN starts_with(stedi_digits, '${mapped}')
      THEN array_to_string(list_transform([25, 27, 29, 31], lambda stedi_at: CAST(CAST('0x' || substr(stedi_digits, stedi_at, 2) AS INTEGER) AS VARCHAR)), '.')
      ELSE stedi_trino.ip_groups_text(list_transform([1, 2, 3, 4, 5, 6, 7, 8], lambda stedi_place:
        stedi_trino.ip_group(stedi_digits, stedi_place))) END)[1]`,
  ],
  ip_digit: [
    `(digits, place) AS strpos('0123456789ABCDEF', substr(digits, CAST(place AS BIGINT), 1)) - 1`,
  ],
  // Whether the first bits of two addresses are the same.
  ip_same_prefix: [
    `(a, b, bits) AS left(a, bits // 4) = left(b, bits // 4) AND (bits % 4 = 0 OR
      xor(stedi_trino.ip_digit(a, bits // 4 + 1), stedi_trino.ip_digit(b, bits // 4 + 1)) >> (4 - bits % 4) = 0)`,
  ],
  // Trino asks an IPv4 network, not an IPv6 one, to have no bits behind its prefix; one written with colons is of IPv6.
  ip_in_network: [
    `(cidr, digits, base, bits) AS CASE
      WHEN base IS NULL THEN stedi_trino.fail('Invalid network IP address', true)
      WHEN bits < 0 THEN stedi_trino.fail('Invalid prefix length', true)
      WHEN contains(cidr, ':') THEN CASE WHEN bits > 128 THEN stedi_trino.fail('Invalid CIDR', true)
        ELSE stedi_trino.ip_same_prefix(base, digits, bits) END
      WHEN bits > 32 OR CAST('0x' || right(base, 8) AS BIGINT) % (CAST(1 AS BIGINT) << CAST(32 - least(bits, 32) AS INTEGER)) <> 0
      THEN stedi_trino.fail('Invalid CIDR', true)
      ELSE stedi_trino.ip_same_prefix(base, digits, 96 + bits) END`,
  ],
  ip_contains: [
    `(network, address) AS list_transform([row(network, hex(address))], lambda stedi_pair: CASE
      WHEN stedi_pair[1] IS NULL OR stedi_pair[2] IS NULL THEN NULL
      WHEN NOT contains(stedi_pair[1], '/') THEN stedi_trino.fail('Invalid CIDR', true)
      WHEN regexp_matches(stedi_pair[1], '${foreign}') THEN ${notSupported('stedi_pair[1]', 'true')}
      WHEN NOT regexp_full_match(stedi_pair[1], '[^/]*/[+-]?[0-9]+')
        OR TRY_CAST(regexp_extract(stedi_pair[1], '/(.*)', 1) AS INTEGER) IS NULL
      THEN stedi_trino.refuse('The length of the prefix is not a number: ' || stedi_pair[1], true)
      ELSE stedi_trino.ip_in_network(stedi_pair[1], stedi_pair[2], stedi_trino.ip_text_digits(split_part(stedi_pair[1], '/', 1)),
        CAST(split_part(stedi_pair[1], '/', 2) AS INTEGER)) END)[1]`,
  ],
};
