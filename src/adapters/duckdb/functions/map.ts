import { bindLambda } from '../translate/bind-lambda.js';
import { castValue } from '../translate/cast.js';
import { compareValues } from '../translate/compare.js';
import { callSql, joinSql, raw, sql, stringSql, type Sql } from '../translate/fragment.js';
import { macroCall } from '../translate/macro-call.js';
import { duckDbType, rowFieldName } from '../types/duckdb-type.js';
import { elementType, entrySql, isNested, nullable, refuseMaps, rowSql } from './collection.js';
import { withLambda } from './lambda.js';
import {
  refuseOpenType,
  same,
  type Argument,
  type FunctionCall,
  type FunctionFamily,
  type FunctionRule,
  type Rewritten,
} from './rule.js';

const entry = raw('stedi_entry');

function keyOf(item: Sql): Sql {
  return sql`struct_extract(${item}, 'key')`;
}

function valueOf(item: Sql): Sql {
  return sql`struct_extract(${item}, 'value')`;
}

/** Returns a map's SQL with exactly the result's types, which DuckDB's functions of several maps want. */
function asType(argument: Argument, call: FunctionCall): Sql {
  const name = duckDbType(call.type);
  if (name === undefined || duckDbType(argument.type) === name) return argument.sql;
  const cast = castValue(argument, call.type);
  return 'parts' in cast ? cast : argument.sql;
}

/** `map(keys, values)`. DuckDB takes keys that hold nulls; Trino does not. */
function construct(call: FunctionCall): Rewritten {
  const [keys, values] = call.args;
  if (keys === undefined || values === undefined) return raw('MAP {}');
  const type = elementType(keys.type);
  if (!isNested(type)) return callSql('map', [keys.sql, values.sql]);
  const maps = refuseMaps(keys);
  if (maps !== undefined) return maps;
  const key = raw('stedi_key');
  const side = { ...keys, sql: key, type };
  const equal = compareValues('=', side, side) ?? raw('true');
  const checks = sql`list_transform(${keys.sql}, lambda ${key}: ${equal})`;
  return callSql('map', [macroCall('determinate_keys', [keys.sql, checks]), values.sql]);
}

function concatenate(call: FunctionCall): Rewritten {
  const maps = call.args.map((each) => asType(each, call));
  const present = joinSql(
    maps.map((each) => sql`${each} IS NOT NULL`),
    ' AND ',
  );
  return sql`CASE WHEN ${present} THEN map_concat(${maps}) END`;
}

function entries(call: FunctionCall): Rewritten {
  return sql`list_transform(map_entries(${call.arg(0).sql}), lambda ${entry}: ${rowSql([keyOf(entry), valueOf(entry)])})`;
}

/** The values of equal keys become an array. */
function multimap(call: FunctionCall): Rewritten {
  const rows = call.arg(0);
  const type = elementType(rows.type);
  if (type.kind !== 'row') return refuseOpenType(rows);
  const maps = refuseMaps(rows);
  if (maps !== undefined) return maps;
  const [key, value] = type.fields.map(
    (field, index) => sql`struct_extract(${entry}, ${stringSql(rowFieldName(field.name, index))})`,
  );
  if (key === undefined || value === undefined) return refuseOpenType(rows);
  return macroCall('multimap_of_entries', [
    sql`list_transform(${rows.sql}, lambda ${entry}: ${entrySql(key, value)})`,
  ]);
}

/** A function whose lambda takes a key and a value: it works on the entries. */
function onEntries(
  name: 'list_filter' | 'list_transform',
  result: (item: Sql, body: Sql) => Sql,
): FunctionRule {
  return nullable((call) =>
    withLambda(call, 1, (lambda) => {
      const item = lambda.first;
      const body = result(item, bindLambda(lambda, [keyOf(item), valueOf(item)]));
      return sql`map_from_entries(${raw(name)}(map_entries(${call.arg(0).sql}), lambda ${item}: ${body}))`;
    }),
  );
}

/** The keys of the first map come first; what one map lacks is null. */
function zipWith(call: FunctionCall): Rewritten {
  const [left, right] = [call.arg(0).sql, call.arg(1).sql];
  return withLambda(call, 2, (lambda) => {
    const { first: key, second: both } = lambda;
    const [leftMap, rightMap] = [rowField(both, 0), rowField(both, 1)];
    const body = bindLambda(lambda, [
      key,
      sql`map_extract_value(${leftMap}, ${key})`,
      sql`map_extract_value(${rightMap}, ${key})`,
    ]);
    const zipped = sql`map_from_entries(list_transform(${macroCall('joint_keys', [leftMap, rightMap])}, lambda ${key}: ${entrySql(key, body)}))`;
    return sql`CASE WHEN ${left} IS NOT NULL AND ${right} IS NOT NULL THEN list_transform([${rowSql([left, right])}], lambda ${both}: ${zipped})[1] END`;
  });
}

function rowField(row: Sql, index: number): Sql {
  return sql`struct_extract(${row}, ${stringSql(rowFieldName(undefined, index))})`;
}

/** Map functions of Trino's manual. `element_at` and `cardinality` are with the arrays' ones. */
export const mapFunctions: FunctionFamily = {
  name: 'map',
  rules: {
    map: nullable(construct),
    map_concat: nullable(concatenate),
    map_entries: nullable(entries),
    map_filter: onEntries('list_filter', (_, body) => body),
    map_from_entries: same(),
    map_keys: same(),
    map_values: same(),
    map_zip_with: nullable(zipWith),
    multimap_from_entries: nullable(multimap),
    transform_keys: onEntries('list_transform', (item, body) => entrySql(body, valueOf(item))),
    transform_values: onEntries('list_transform', (item, body) => entrySql(keyOf(item), body)),
  },
  macros: {
    // `checks` are null where a key holds a null.
    determinate_keys: [
      `(keys, checks) AS CASE WHEN list_position(checks, NULL) IS NULL THEN keys
        ELSE stedi_trino.fail('map key cannot be indeterminate', keys) END`,
    ],
    joint_keys: [
      `(a, b) AS map_keys(a) || list_filter(map_keys(b), lambda stedi_key: NOT map_contains(a, stedi_key))`,
    ],
    multimap_of_entries: [
      `(entries) AS list_transform([entries], lambda stedi_entries: map_from_entries(list_transform(
        stedi_trino.distinct_items(list_transform(stedi_entries, lambda stedi_entry: stedi_entry.key)),
        lambda stedi_key: struct_pack(key := stedi_key, value := list_transform(
          list_filter(stedi_entries, lambda stedi_entry: stedi_entry.key IS NOT DISTINCT FROM stedi_key),
          lambda stedi_entry: stedi_entry.value)))))[1]`,
    ],
  },
};
