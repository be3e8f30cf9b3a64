import type { SqlType } from '../../../core/sql-type.js';
import { partsOf } from '../types/common.js';
import { duckDbType, rowFieldName } from '../types/duckdb-type.js';
import { raw, sql, stringSql, type Sql } from './fragment.js';
import { macroCall } from './macro-call.js';
import { structSql } from './struct.js';
import { plainCast, type Castable, type CastPart, type CastResult } from './plain-cast.js';

/** Returns what `finish` makes of the parts' casts, or the first cast that failed. */
function combine(
  results: readonly CastResult[],
  finish: (parts: readonly Sql[]) => Sql,
): CastResult {
  const parts: Sql[] = [];
  for (const result of results) {
    if (!('parts' in result)) return result;
    parts.push(result);
  }
  return finish(parts);
}

function castRow(
  value: Castable,
  from: SqlType & { kind: 'row' },
  target: SqlType & { kind: 'row' },
  castPart: CastPart,
): CastResult {
  if (from.fields.length !== target.fields.length) return { forbidden: true };
  const casts = target.fields.map((field, index) => {
    const source = from.fields[index];
    const part = sql`struct_extract(${value.sql}, ${stringSql(rowFieldName(source?.name, index))})`;
    return castPart({ sql: part, type: source?.type ?? { kind: 'any' } }, field.type);
  });
  const names = target.fields.map((field, index) => rowFieldName(field.name, index));
  return combine(
    casts,
    (parts) => sql`CASE WHEN ${value.sql} IS NOT NULL THEN ${structSql(names, parts)} END`,
  );
}

function castMap(
  value: Castable,
  from: SqlType & { kind: 'map' },
  target: SqlType & { kind: 'map' },
  castPart: CastPart,
): CastResult {
  const item = raw('stedi_entry');
  const casts = [
    castPart({ sql: sql`struct_extract(${item}, 'key')`, type: from.key }, target.key),
    castPart({ sql: sql`struct_extract(${item}, 'value')`, type: from.value }, target.value),
  ];
  return combine(casts, (parts) => {
    const entry = structSql(['key', 'value'], parts);
    return sql`map_from_entries(list_transform(map_entries(${value.sql}), lambda ${item}: ${entry}))`;
  });
}

/** Casts to array, map or row, part by part. A value whose type is not known must have it already. */
export function castCollection(value: Castable, target: SqlType, castPart: CastPart): CastResult {
  const { type } = value;
  if (type.kind === 'array' && target.kind === 'array') {
    const item = raw('stedi_item');
    const element = castPart({ sql: item, type: type.element }, target.element);
    return 'parts' in element
      ? sql`list_transform(${value.sql}, lambda ${item}: ${element})`
      : element;
  }
  if (type.kind === 'map' && target.kind === 'map') return castMap(value, type, target, castPart);
  if (type.kind === 'row' && target.kind === 'row') return castRow(value, type, target, castPart);
  if (type.kind !== 'any') return { forbidden: true };
  const name = duckDbType(target);
  const holdsText = partsOf(target).some((part) => part.kind === 'varchar' || part.kind === 'char');
  // Other casts to text inside would print what DuckDB prints.
  return holdsText && name !== undefined
    ? plainCast(macroCall('declared', [value.sql, stringSql(name)]), target)
    : plainCast(value.sql, target);
}
