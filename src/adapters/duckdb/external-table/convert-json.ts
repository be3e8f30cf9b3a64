import { formatType, type SqlType } from '../../../core/sql-type.js';
import { quoteName, quoteText } from '../quote.js';
import { duckDbType } from '../types/duckdb-type.js';

/*
 * SQL that reads a JSON value as the type a column declares, as Athena's OpenX JSON SerDe means it: a float without a
 * fraction for an integer, a number for text, a number as text for a number, names of fields without regard to case.
 * What the type cannot hold is an error of the query, as it is on Athena (HIVE_BAD_DATA), never NULL.
 * Source of the rules: https://github.com/trinodb/trino, lib/trino-hive-formats, formats/line/openxjson/README.md
 */

/** Where a value stands, for messages. */
export interface ValuePlace {
  /** SQL of the file's name. */
  readonly file: string;
  /** Name of the column. */
  readonly column: string;
}

/** The longest part of a value that a message repeats. */
const shownLength = 80;

/** A number as JSON writes it; with a point or an exponent or without. */
const integerPattern = '-?(0|[1-9][0-9]*)';
const numberPattern = `${integerPattern}([.][0-9]+)?([eE][-+]?[0-9]+)?`;

/** Doubles hold integers up to here. DuckDB reads JSON numbers with a point as doubles. */
const exactInDouble = '9007199254740992';
/** Decimal digits that a double surely holds. */
const doubleDigits = 15;

/** Returns SQL that stops the query: the value does not fit. */
function unfit(json: string, type: SqlType, { file, column }: ValuePlace): string {
  const declared = `: column '${column}' is declared ${formatType(type)}, which cannot hold `;
  return `error('landing file ''' || ${file} || ${quoteText(`'${declared}`)} || left(${json}, ${shownLength}))`;
}

/** Returns SQL that is true for a JSON number. */
function isNumber(json: string): string {
  return `(${json} >= '-' and ${json} < ':')`;
}

/** Returns the text of a scalar: a string without its quotes, anything else as JSON writes it. */
function textOf(json: string): string {
  return `(${json} ->> '$')`;
}

function toInteger(json: string, type: SqlType, place: ValuePlace): string {
  const target = duckDbType(type) ?? 'BIGINT';
  const text = textOf(json);
  const fail = unfit(json, type, place);
  const truncated = `try_cast(trunc(try_cast(${text} as double)) as ${target})`;
  // Athena drops the fraction of 1.7; DuckDB's cast would round.
  const fractional = `case when abs(try_cast(${text} as double)) < ${exactInDouble} then ${truncated} end`;
  return `case when ${isNumber(json)} and not regexp_matches(${json}, '[.eE]') then coalesce(try_cast(${json} as ${target}), ${fail}) \
when regexp_full_match(${text}, '${integerPattern}') then coalesce(try_cast(${text} as ${target}), ${fail}) \
when regexp_full_match(${text}, '${numberPattern}') then coalesce(${fractional}, ${fail}) else ${fail} end`;
}

function toFloating(json: string, type: SqlType, place: ValuePlace): string {
  const target = duckDbType(type) ?? 'DOUBLE';
  const text = textOf(json);
  const fail = unfit(json, type, place);
  return `case when ${isNumber(json)} then coalesce(try_cast(${json} as ${target}), ${fail}) \
when regexp_full_match(${text}, '${numberPattern}|NaN|[-+]?Infinity') then coalesce(try_cast(${text} as ${target}), ${fail}) else ${fail} end`;
}

function toDecimal(json: string, type: SqlType & { kind: 'decimal' }, place: ValuePlace): string {
  const text = textOf(json);
  const fail = unfit(json, type, place);
  const cast = `coalesce(try_cast(${text} as DECIMAL(${type.precision}, ${type.scale})), ${fail})`;
  const digits = `length(replace(ltrim(regexp_replace(${json}, '[eE].*', ''), '-0.'), '.', ''))`;
  const isRounded = `${isNumber(json)} and regexp_matches(${json}, '[.eE]') and ${digits} > ${doubleDigits}`;
  const checked =
    type.precision <= doubleDigits ? cast : `case when ${isRounded} then ${fail} else ${cast} end`;
  return `case when regexp_full_match(${text}, '${numberPattern}') then ${checked} else ${fail} end`;
}

function toTimestamp(
  json: string,
  type: SqlType & { kind: 'timestamp' },
  place: ValuePlace,
): string {
  const text = textOf(json);
  const day = '[0-9]{1,4}-[0-9]{1,2}-[0-9]{1,2}';
  const clock = '[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}([.][0-9]{1,9})?';
  const fail = unfit(json, type, place);
  const plain = `try_cast(${text} as timestamp)`;
  const zoned = `try_cast(${text} as timestamptz) at time zone 'UTC'`;
  // Seconds with a fraction; 13 digits and more are milliseconds, fewer are seconds.
  const seconds = `make_timestamp(try_cast(trunc(try_cast(${text} as decimal(38, 6)) * 1000) * 1000 as bigint))`;
  const whole = `make_timestamp(try_cast(${text} as bigint) * case when length(${text}) >= 13 then 1000 else 1000000 end)`;
  const read = `case when regexp_full_match(${text}, '${day}[ T]${clock}') then ${plain} \
when regexp_full_match(${text}, '${day}[ T]${clock}(Z|[-+][0-9]{2}:?[0-9]{2})') then ${zoned} \
when regexp_full_match(${text}, '-?[0-9]{1,17}') then ${whole} \
when regexp_full_match(${text}, '-?[0-9]{1,12}[.][0-9]+') then ${seconds} end`;
  const rounded =
    type.precision > 3 ? `(${read})` : `cast(cast(${read} as timestamp_ms) as timestamp)`;
  return `coalesce(${rounded}, ${fail})`;
}

function toDate(json: string, type: SqlType, place: ValuePlace): string {
  const text = textOf(json);
  // Years of fewer digits occur (993-01-01), and text after a space is ignored.
  const day = `regexp_extract(${text}, '^([0-9]{1,4}-[0-9]{1,2}-[0-9]{1,2})( .*)?$', 1)`;
  const read = `try_cast(nullif(${day}, '') as date)`;
  return `coalesce(${read}, ${unfit(json, type, place)})`;
}

function toBoolean(json: string, type: SqlType, place: ValuePlace): string {
  const text = `lower(${textOf(json)})`;
  return `case ${text} when 'true' then true when 'false' then false else ${unfit(json, type, place)} end`;
}

function toBinary(json: string, type: SqlType, place: ValuePlace): string {
  const text = textOf(json);
  return `case when json_type(${json}) = 'VARCHAR' and regexp_full_match(${text}, '([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?') then from_base64(${text}) else ${unfit(json, type, place)} end`;
}

/** Returns SQL of an object's entries. */
function asMap(json: string): string {
  return `cast(cast(${json} as json) as map(varchar, json))`;
}

/** Returns SQL of `body` with `value` evaluated once under a name. */
function once(value: string, name: string, body: string): string {
  return `list_transform([${value}], lambda ${name}: ${body})[1]`;
}

function toArray(
  json: string,
  type: SqlType & { kind: 'array' },
  place: ValuePlace,
  depth: number,
): string {
  const element = `e${depth}`;
  const elements = `cast(cast(${json} as json) as json[])::varchar[]`;
  const body = nullable(element, convert(element, type.element, place, depth + 1));
  return `case json_type(${json}) when 'ARRAY' then list_transform(${elements}, lambda ${element}: ${body}) else ${unfit(json, type, place)} end`;
}

function toMap(
  json: string,
  type: SqlType & { kind: 'map' },
  place: ValuePlace,
  depth: number,
): string {
  const [entries, key, value] = [`m${depth}`, `k${depth}`, `v${depth}`];
  // A key is always a string in JSON; to_json gives it the quotes that the conversions take off again.
  const keys = `list_transform(map_keys(${entries}), lambda ${key}: ${convert(`to_json(${key})::varchar`, type.key, place, depth + 1)})`;
  const values = `list_transform(map_values(${entries})::varchar[], lambda ${value}: ${nullable(value, convert(value, type.value, place, depth + 1))})`;
  const read = once(asMap(json), entries, `map(${keys}, ${values})`);
  return `case json_type(${json}) when 'OBJECT' then ${read} else ${unfit(json, type, place)} end`;
}

function toRow(
  json: string,
  type: SqlType & { kind: 'row' },
  place: ValuePlace,
  depth: number,
): string {
  const record = `r${depth}`;
  const fields = type.fields.map(({ name = '', type: fieldType }) => {
    const value = lookUp(record, name);
    return `${quoteName(name)} := ${nullable(value, convert(value, fieldType, place, depth + 1))}`;
  });
  const checked = `case when ${hasClash(
    record,
    type.fields.map(({ name = '' }) => name),
  )} then ${clash(record, place)} else struct_pack(${fields.join(', ')}) end`;
  const read = once(recordOf(asMap(json)), record, checked);
  return `case json_type(${json}) when 'OBJECT' then ${read} else ${unfit(json, type, place)} end`;
}

/** Returns SQL that keeps NULL, which DuckDB makes of JSON's null. */
function nullable(json: string, converted: string): string {
  return `case when ${json} is null then null else ${converted} end`;
}

function convert(json: string, type: SqlType, place: ValuePlace, depth: number): string {
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
      return toInteger(json, type, place);
    case 'real':
    case 'double':
      return toFloating(json, type, place);
    case 'decimal':
      return toDecimal(json, type, place);
    case 'boolean':
      return toBoolean(json, type, place);
    case 'date':
      return toDate(json, type, place);
    case 'timestamp':
      return toTimestamp(json, type, place);
    case 'varbinary':
      return toBinary(json, type, place);
    case 'array':
      return toArray(json, type, place, depth);
    case 'map':
      return toMap(json, type, place, depth);
    case 'row':
      return toRow(json, type, place, depth);
    default:
      return type.kind === 'varchar' && type.length !== undefined
        ? `left(${textOf(json)}, ${type.length})`
        : textOf(json);
  }
}

/** Returns SQL of a JSON value as a declared type; `json` is SQL of its text (VARCHAR), cheap to evaluate often. */
export function convertJson(json: string, type: SqlType, place: ValuePlace): string {
  return nullable(json, convert(json, type, place, 0));
}

/**
 * Returns SQL of a record that `lookUp` reads: the keys of a `map(varchar, json)` in lower case, and the values beside
 * them.
 */
export function recordOf(map: string): string {
  return `struct_pack(keys := list_transform(map_keys(${map}), lambda key: lower(key)), vals := map_values(${map})::varchar[])`;
}

/** Returns SQL of the value of the key that matches `name` without regard to case; NULL if none does. */
export function lookUp(record: string, name: string): string {
  return `${record}.vals[list_position(${record}.keys, ${quoteText(name.toLowerCase())})]`;
}

/** Returns SQL that is true if two keys of the record match one of `names`. */
export function hasClash(record: string, names: readonly string[]): string {
  const wanted = `[${names.map((name) => quoteText(name.toLowerCase())).join(', ')}]`;
  const matching = `list_filter(${record}.keys, lambda key: list_contains(${wanted}, key))`;
  // Few records have any key twice; only those are looked at closely.
  return `(list_unique(${record}.keys) <> len(${record}.keys) and list_unique(${matching}) <> len(${matching}))`;
}

/** Returns SQL that stops the query: two keys of the record match one column or field. */
export function clash(record: string, { file, column }: ValuePlace): string {
  const where = column === '' ? '' : ` of column '${column}'`;
  const keys = `left(array_to_string(${record}.keys, ', '), ${shownLength})`;
  return `error('landing file ''' || ${file} || ${quoteText(`': two keys${where} are one without regard to case: `)} || ${keys})`;
}
