import { formatType, type RowField, type SqlType } from '../../../core/sql-type.js';
import { isInteger, varcharType } from '../types/common.js';
import { duckDbType, rowFieldName } from '../types/duckdb-type.js';
import { joinSql, nameSql, raw, sql, stringSql, type Sql } from './fragment.js';
import { macroCall } from './macro-call.js';
import { plainCast, type Castable, type CastPart, type CastResult } from './plain-cast.js';

/** Evaluates a value once; `name` is the lambda's parameter. */
function once(value: Sql, name: Sql, body: Sql): Sql {
  return sql`list_transform([${value}], lambda ${name}: ${body})[1]`;
}

function typedNull(type: SqlType): Sql {
  return sql`CAST(NULL AS ${raw(duckDbType(type) ?? 'VARCHAR')})`;
}

// --- To JSON: the text that Trino shows ---

/** The text of a map's key. */
function keyText(key: Castable, castPart: CastPart): CastResult {
  const { type } = key;
  if (type.kind === 'real' || type.kind === 'double') return macroCall('json_float', [key.sql]);
  const isKey = isInteger(type) || ['varchar', 'boolean', 'decimal', 'unknown'].includes(type.kind);
  return isKey ? castPart(key, varcharType) : { forbidden: true };
}

function writeMap(
  value: Sql,
  type: SqlType & { kind: 'map' },
  depth: number,
  castPart: CastPart,
): CastResult {
  const entry = raw(`stedi_entry${depth}`);
  const key = keyText({ sql: sql`${entry}.key`, type: type.key }, castPart);
  const item = writePart({ sql: sql`${entry}.value`, type: type.value }, depth + 1, castPart);
  if (!('parts' in key)) return key;
  if (!('parts' in item)) return item;
  const pair = raw(`stedi_pair${depth}`);
  const pairs = sql`list_transform(map_entries(${value}), lambda ${entry}: {'key': ${key}, 'value': ${item}})`;
  const members = sql`list_transform(list_sort(${pairs}), lambda ${pair}: ${sql`${macroCall('json_string', [sql`${pair}.key`])} || ':' || ${pair}.value`})`;
  return sql`'{' || ${joinTexts(members, sql`cardinality(${value}) = 0`)} || '}'`;
}

function writeRow(
  value: Sql,
  fields: readonly RowField[],
  depth: number,
  castPart: CastPart,
): CastResult {
  const row = raw(`stedi_row${depth}`);
  const members: Sql[] = [];
  for (const [index, field] of fields.entries()) {
    const name = stringSql(rowFieldName(field.name, index));
    const part = writePart(
      { sql: sql`struct_extract(${row}, ${name})`, type: field.type },
      depth + 1,
      castPart,
    );
    if (!('parts' in part)) return part;
    members.push(stringSql(`${index === 0 ? '' : ','}${JSON.stringify(field.name ?? '')}:`), part);
  }
  const written = sql`'{' || ${joinSql(members, ' || ')} || '}'`;
  return once(value, row, sql`CASE WHEN ${row} IS NOT NULL THEN ${written} END`);
}

/**
 * Joins texts by commas. DuckDB's array_to_string would do, but is a macro that names its list twice: of lists inside lists, the
 * innermost one would be planned, and written, four, eight, sixteen times.
 */
function joinTexts(texts: Sql, isEmpty: Sql): Sql {
  return sql`coalesce(list_aggr(CAST(${texts} AS VARCHAR[]), 'string_agg', ','), CASE WHEN ${isEmpty} THEN '' END)`;
}

function writeList(list: Sql, texts: Sql): Sql {
  return sql`'[' || ${joinTexts(texts, sql`len(${list}) = 0`)} || ']'`;
}

/** Writes a part of an array, map or row: what is NULL there is JSON's null. */
function writePart(value: Castable, depth: number, castPart: CastPart): CastResult {
  if (value.type.kind === 'unknown') return raw(`'null'`);
  const written = writeJson(value, depth, castPart);
  return 'parts' in written ? sql`coalesce(${written}, ${raw(`'null'`)})` : written;
}

function writeJson(value: Castable, depth: number, castPart: CastPart): CastResult {
  const { type } = value;
  if (isInteger(type)) return plainCast(value.sql, varcharType);
  switch (type.kind) {
    case 'json':
      return value.sql;
    case 'boolean':
    case 'decimal':
      return castPart(value, varcharType);
    case 'real':
    case 'double':
      return macroCall('json_float', [value.sql]);
    case 'varchar':
      return macroCall('json_string', [value.sql]);
    case 'date': {
      const text = castPart(value, varcharType);
      return 'parts' in text ? sql`'"' || ${text} || '"'` : text;
    }
    case 'timestamp': {
      if (type.withZone) return { forbidden: true };
      const text = castPart(value, varcharType);
      return 'parts' in text ? sql`'"' || ${text} || '"'` : text;
    }
    case 'array': {
      if (type.element.kind === 'unknown' || type.element.kind === 'any') {
        return type.element.kind === 'any'
          ? { refused: 'the type of its elements could not be found out' }
          : writeList(value.sql, sql`list_transform(${value.sql}, lambda stedi_null: 'null')`);
      }
      const item = raw(`stedi_item${depth}`);
      const part = writePart({ sql: item, type: type.element }, depth + 1, castPart);
      if (!('parts' in part)) return part;
      return writeList(value.sql, sql`list_transform(${value.sql}, lambda ${item}: ${part})`);
    }
    case 'map':
      return writeMap(value.sql, type, depth, castPart);
    case 'row':
      return writeRow(value.sql, type.fields, depth, castPart);
    case 'any':
      return { refused: 'its type could not be found out' };
    default:
      return { forbidden: true };
  }
}

// --- From JSON ---

/** A cast of a scalar (`doc` is a name, which costs nothing to repeat): of a string as of text, of numbers and booleans by `other`. */
function readScalar(
  doc: Sql,
  target: SqlType,
  castPart: CastPart,
  other: (doc: Sql) => CastResult,
): CastResult {
  const text = sql`json_extract_string(${doc}, '$')`;
  const fromText = castPart({ sql: text, type: varcharType }, target);
  const fromOther = other(doc);
  if (!('parts' in fromText)) return fromText;
  if (!('parts' in fromOther)) return fromOther;
  const isText = macroCall('json_is_text', [doc]);
  return sql`CASE WHEN ${isText} THEN ${fromText} ELSE ${fromOther} END`;
}

function readMap(
  doc: Sql,
  target: SqlType & { kind: 'map' },
  depth: number,
  castPart: CastPart,
): CastResult {
  const isKey =
    isInteger(target.key) ||
    ['varchar', 'boolean', 'real', 'double', 'decimal'].includes(target.key.kind);
  if (!isKey) return { forbidden: true };
  const [key, item] = [raw(`stedi_key${depth}`), raw(`stedi_item${depth}`)];
  const keyPart = castPart({ sql: key, type: varcharType }, target.key);
  const itemPart = readJson(item, target.value, depth + 1, castPart);
  if (!('parts' in keyPart)) return keyPart;
  if (!('parts' in itemPart)) return itemPart;
  const values = macroCall('json_values', [doc]);
  const map = sql`map(list_transform(json_keys(${doc}), lambda ${key}: ${keyPart}), list_transform(${values}, lambda ${item}: ${itemPart}))`;
  return sql`CASE WHEN ${values} IS NOT NULL THEN ${map} END`;
}

function readRow(
  doc: Sql,
  target: SqlType & { kind: 'row' },
  depth: number,
  castPart: CastPart,
): CastResult {
  const fields = raw(`stedi_fields${depth}`);
  const parts: Sql[] = [];
  for (const [index, field] of target.fields.entries()) {
    const value = sql`${fields}[${raw(String(index + 1))}]`;
    const part = readJson(value, field.type, depth + 1, castPart);
    if (!('parts' in part)) return part;
    const name = nameSql(rowFieldName(field.name, index));
    parts.push({ parts: [name, ' := ', part], atomic: false });
  }
  const names = target.fields.map((field) => stringSql(field.name ?? ''));
  const values = macroCall('json_fields', [doc, sql`[${names}]`]);
  const row: Sql = { parts: ['struct_pack(', joinSql(parts), ')'], atomic: true };
  return once(values, fields, sql`CASE WHEN ${fields} IS NOT NULL THEN ${row} END`);
}

function readJson(doc: Sql, target: SqlType, depth: number, castPart: CastPart): CastResult {
  if (isInteger(target)) {
    return readScalar(doc, target, castPart, (name) =>
      plainCast(macroCall('json_to_whole', [name]), target),
    );
  }
  switch (target.kind) {
    case 'json':
      return macroCall('json_text', [doc]);
    case 'varchar':
      if (target.length === undefined) return macroCall('json_to_varchar', [doc]);
      return macroCall('fitting_text', [
        macroCall('json_to_varchar', [doc]),
        raw(String(target.length)),
        stringSql(formatType(target)),
      ]);
    case 'boolean':
      return readScalar(doc, target, castPart, (name) => macroCall('json_to_boolean', [name]));
    case 'real':
    case 'double':
    case 'decimal':
      return readScalar(doc, target, castPart, (name) =>
        plainCast(macroCall('json_number_text', [name]), target),
      );
    case 'array': {
      const item = raw(`stedi_item${depth}`);
      const part = readJson(item, target.element, depth + 1, castPart);
      if (!('parts' in part)) return part;
      return sql`list_transform(${macroCall('json_elements', [doc])}, lambda ${item}: ${part})`;
    }
    case 'map':
      return readMap(doc, target, depth, castPart);
    case 'row':
      return readRow(doc, target, depth, castPart);
    default:
      return { forbidden: true };
  }
}

/** Casts to and from JSON. `castPart` casts what is no JSON. */
export function castJson(value: Castable, target: SqlType, castPart: CastPart): CastResult {
  if (value.type.kind === 'json') {
    if (target.kind === 'json') return value.sql;
    const name = raw('stedi_json');
    const read = readJson(name, target, 1, castPart);
    return 'parts' in read ? once(value.sql, name, read) : read;
  }
  if (value.type.kind === 'unknown') return typedNull(target);
  return writeJson(value, 1, castPart);
}
