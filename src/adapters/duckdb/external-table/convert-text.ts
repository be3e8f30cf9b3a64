import { formatType, type SqlType } from '../../../core/sql-type.js';
import { quoteText } from '../quote.js';
import { duckDbType } from '../types/duckdb-type.js';
import type { ValuePlace } from './convert-json.js';

/*
 * SQL that reads a field of a text file as the type that a column declares. Source of the rules:
 * https://github.com/trinodb/trino, lib/trino-hive-formats, encodings/text and formats/line/csv
 */

/** The longest part of a value that a message repeats. */
const shownLength = 80;
const number = '[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?';

function typeName(type: SqlType): string {
  return duckDbType(type) ?? 'VARCHAR';
}

/** Digits before the point count; what follows it must be digits too. A sign alone is no number. */
function lazyInteger(text: string, type: SqlType): string {
  const digits = `regexp_replace(${text}, '^[+]|[.].*$', '', 'g')`;
  const whole = `regexp_replace(${digits}, '^(-?)$', '\\10')`;
  return `case when regexp_full_match(${text}, '[-+]?[0-9]*([.][0-9]*)?') and not regexp_full_match(${text}, '[-+]?') then try_cast(${whole} as ${typeName(type)}) end`;
}

/** Java's own reading of numbers allows white space around them, and a letter for the type. */
function lazyDouble(text: string, type: SqlType): string {
  const plain = `regexp_replace(trim(${text}), '[fFdD]$', '')`;
  const names = `[-+]?(NaN|Infinity)`;
  return `case when regexp_full_match(trim(${text}), '${number}[fFdD]?') then try_cast(${plain} as ${typeName(type)}) when regexp_full_match(trim(${text}), '${names}') then try_cast(trim(${text}) as ${typeName(type)}) end`;
}

function lazyTimestamp(text: string, type: SqlType & { kind: 'timestamp' }): string {
  const pattern =
    '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}( [0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}([.][0-9]{1,9})?)?';
  const read = `case when regexp_full_match(${text}, '${pattern}') then try_cast(${text} as timestamp) end`;
  return type.precision > 3 ? read : `cast(cast(${read} as timestamp_ms) as timestamp)`;
}

/** Returns SQL of a field as LazySimpleSerDe reads it: what is not of the type is NULL. */
export function convertLazyText(text: string, type: SqlType): string {
  switch (type.kind) {
    case 'boolean':
      return `case lower(${text}) when 'true' then true when 'false' then false end`;
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
      return lazyInteger(text, type);
    case 'real':
    case 'double':
      return lazyDouble(text, type);
    case 'decimal':
      return `case when regexp_full_match(${text}, '${number}') then try_cast(${text} as ${typeName(type)}) end`;
    case 'date':
      return `case when regexp_full_match(${text}, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}') then try_cast(${text} as date) end`;
    case 'timestamp':
      return lazyTimestamp(text, type);
    default:
      return type.kind === 'varchar' && type.length !== undefined
        ? `left(${text}, ${type.length})`
        : text;
  }
}

/** Returns SQL of `value`; where that is NULL and the text is not, the query fails. */
export function orUnfit(value: string, text: string, type: SqlType, place: ValuePlace): string {
  const declared = `: column '${place.column}' is declared ${formatType(type)}, which cannot hold `;
  const complaint = `error('landing file ''' || ${place.file} || ${quoteText(`'${declared}`)} || left(${text}, ${shownLength}))`;
  return `case when ${text} is not null then coalesce(${value}, ${complaint}) end`;
}

/** Returns SQL of a field as OpenCSVSerDe and Athena read it: what is not of the type, an empty text too, fails the query. */
export function convertCsvText(text: string, type: SqlType, place: ValuePlace): string {
  switch (type.kind) {
    case 'boolean':
      return orUnfit(convertLazyText(text, type), text, type, place);
    case 'integer':
    case 'bigint':
      return orUnfit(
        `case when regexp_full_match(${text}, '[-+]?[0-9]+') then try_cast(${text} as ${typeName(type)}) end`,
        text,
        type,
        place,
      );
    case 'double':
      return orUnfit(
        `case when regexp_full_match(${text}, '${number}|NaN|[-+]?Infinity') then try_cast(${text} as double) end`,
        text,
        type,
        place,
      );
    default:
      return text;
  }
}

/** Returns SQL of a partition's value: a text in a path that is not of the type fails the query. */
export function convertPartition(text: string, type: SqlType, place: ValuePlace): string {
  switch (type.kind) {
    case 'boolean':
    case 'date':
      return orUnfit(convertLazyText(text, type), text, type, place);
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
      return orUnfit(
        `case when regexp_full_match(${text}, '[-+]?[0-9]+') then try_cast(${text} as ${typeName(type)}) end`,
        text,
        type,
        place,
      );
    default:
      return convertLazyText(text, type);
  }
}
