import { macroCall } from '../translate/macro-call.js';
import { macro, rewrite, type FunctionFamily } from './rule.js';

// A URL as java.net.URI (RFC 2396) reads it, which Trino uses; what that refuses gives NULL. Characters outside ASCII
// may stand anywhere but in a host.
const escaped = '%[0-9A-Fa-f]{2}';
const other = String.raw`[^\x00-\x7F\p{Z}\x{80}-\x{9F}]`;
const pathCharacter = String.raw`(?:[A-Za-z0-9\-_.!~*''(),;:$&+=@/]|${escaped}|${other})`;
const queryCharacter = String.raw`(?:[A-Za-z0-9\-_.!~*''(),;:$&+=@/?\[\]]|${escaped}|${other})`;
const authority = String.raw`(?:[A-Za-z0-9\-_.!~*''(),;:$&+=@\[\]]|${escaped}|${other})+`;
const scheme = String.raw`(?:([A-Za-z][A-Za-z0-9+.\-]*):)?`;
const hierarchical = `^${scheme}(?://(${authority})?)?(${pathCharacter}*)(?:\\?(${queryCharacter}*))?(?:#(${queryCharacter}*))?$`;
/** `mailto:someone`: nothing but a scheme can be told of it. */
const opaque = `^([A-Za-z][A-Za-z0-9+.\\-]*):(?:[^/#]${queryCharacter}*)(?:#(${queryCharacter}*))?$`;
const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const hostName = String.raw`(?:[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?\.)*[A-Za-z](?:[A-Za-z0-9\-]*[A-Za-z0-9])?\.?`;
const server = String.raw`^(?:[^@\[\]]*@)?((?:${octet}\.){3}${octet}|${hostName}|\[[0-9A-Fa-f:.]+(?:%[A-Za-z0-9]+)?\])(?::([0-9]*))?$`;

/** A part of a URL: NULL for what is no URL, empty where the part is missing. */
function part(ofHierarchical: string, ofOpaque = `''`): string {
  return `(value) AS CASE
    WHEN NOT stedi_trino.is_url(value) THEN NULL
    WHEN stedi_trino.is_opaque_url(value) THEN ${ofOpaque}
    ELSE ${ofHierarchical} END`;
}

const groupOf = (group: number): string => `regexp_extract(value, '${hierarchical}', ${group})`;
const serverOf = (group: number): string => `regexp_extract(${groupOf(2)}, '${server}', ${group})`;

/** URL functions of Trino's manual. */
export const urlFunctions: FunctionFamily = {
  name: 'url',
  rules: {
    url_decode: rewrite((call) => macroCall('form_decode', [call.arg(0).sql])),
    // application/x-www-form-urlencoded: DuckDB's url_encode is RFC 3986.
    url_encode: macro(
      `(value) AS replace(replace(replace(url_encode(value), '~', '%7E'), '%20', '+'), '%2A', '*')`,
    ),
    url_extract_fragment: macro(
      part(
        `stedi_trino.percent_decode(${groupOf(5)})`,
        `stedi_trino.percent_decode(regexp_extract(value, '${opaque}', 2))`,
      ),
    ),
    url_extract_host: macro(part(serverOf(1))),
    url_extract_parameter: macro(
      `(value, name) AS stedi_trino.query_parameter(CASE
        WHEN stedi_trino.is_url(value) AND NOT stedi_trino.is_opaque_url(value)
          AND contains(split_part(value, '#', 1), '?') THEN ${groupOf(4)} END, name)`,
    ),
    url_extract_path: macro(part(`stedi_trino.percent_decode(${groupOf(3)})`)),
    url_extract_port: macro(
      part(`TRY_CAST(nullif(${serverOf(2)}, '') AS BIGINT)`, 'CAST(NULL AS BIGINT)'),
    ),
    url_extract_protocol: macro(part(groupOf(1), `regexp_extract(value, '${opaque}', 1)`)),
    url_extract_query: macro(part(`stedi_trino.percent_decode(${groupOf(4)})`)),
  },
  macros: {
    is_opaque_url: [`(value) AS regexp_matches(value, '${opaque}')`],
    // `http:` and `http://` with nothing behind are no URLs, nor is a text whose first colon no scheme precedes: `10:30`.
    is_url: [
      `(value) AS (regexp_matches(value, '${hierarchical}') OR regexp_matches(value, '${opaque}'))
        AND NOT regexp_matches(value, '^[A-Za-z][A-Za-z0-9+.\\-]*:(?://)?(?:[?#].*)?$')
        AND (NOT regexp_matches(value, '^[^/?#]*:') OR regexp_matches(value, '^[A-Za-z][A-Za-z0-9+.\\-]*:'))`,
    ],
    // Escapes as bytes of UTF-8.
    percent_decode: [
      `(value) AS CASE WHEN NOT contains(value, '%') THEN value ELSE stedi_trino.decode_bytes(unhex(array_to_string(
        list_transform(regexp_extract_all(value, '%[0-9A-Fa-f]{2}|[^%]+'), lambda stedi_piece:
          CASE WHEN starts_with(stedi_piece, '%') THEN substr(stedi_piece, 2) ELSE hex(encode(stedi_piece)) END), ''))) END`,
    ],
    decode_bytes: [
      `(value) AS coalesce(TRY(decode(value)), stedi_trino.decode_replacing(value, chr(65533)))`,
    ],
    form_decode: [
      `(value) AS CASE WHEN contains(regexp_replace(value, '${escaped}', '', 'g'), '%')
        THEN stedi_trino.fail('Illegal hex characters in escape (%) pattern: ' || value, '')
        ELSE stedi_trino.percent_decode(replace(value, '+', ' ')) END`,
    ],
    query_parameter: [
      `(query, name) AS stedi_trino.parameter_value(list_filter(string_split(query, '&'), lambda stedi_pair:
        stedi_pair = name OR starts_with(stedi_pair, name || '='))[1], name)`,
    ],
    parameter_value: [
      `(pair, name) AS CASE WHEN pair = name THEN '' ELSE stedi_trino.form_decode(substr(pair, length(name) + 2)) END`,
    ],
  },
};
