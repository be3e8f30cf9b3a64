import { callSql, joinSql, raw, sql, stringSql, type Sql } from '../translate/fragment.js';
import { macroCall } from '../translate/macro-call.js';
import { jsonType, varcharType } from '../types/common.js';
import { isNull, typedNull } from './datetime-moment.js';
import { jsonCastMacros } from './json-cast.js';
import { jsonMacros } from './json-macros.js';
import { duckDbPaths, readJsonPath } from './json-path.js';
import { jsonStandardMacros } from './json-standard.js';
import {
  literalInteger,
  literalString,
  refusal,
  refuseOpenType,
  rewrite,
  type Argument,
  type FunctionCall,
  type FunctionFamily,
  type FunctionRule,
  type Refusal,
} from './rule.js';

/** Returns the text of valid JSON that an argument holds; NULL if it holds none. JSON is valid text as well. */
function documentOf(argument: Argument, { atRoot }: { readonly atRoot: boolean }): Sql {
  if (argument.type.kind === 'json') return sql`CAST(${argument.sql} AS VARCHAR)`;
  return macroCall(atRoot ? 'json_root_document' : 'json_document', [argument.sql]);
}

/** Returns DuckDB's paths for the path that a call gives, or why there are none. */
function pathsOf(argument: Argument): { readonly paths: readonly string[] } | Refusal {
  const text = literalString(argument);
  if (text === undefined) {
    return refusal('its path is not a literal', 'write the path as text', argument.syntax);
  }
  const read = readJsonPath(text);
  if ('problem' in read) return refusal(read.problem, undefined, argument.syntax);
  const paths = duckDbPaths(read.keys);
  return paths === undefined || paths.length > 8
    ? refusal(`the path '${text}' is not supported`, undefined, argument.syntax)
    : { paths };
}

/** Reads what a path leads to in a document. At most one of several paths leads anywhere. */
function readByPath(call: FunctionCall, read: (document: Sql, path: Sql) => Sql): Sql | Refusal {
  const [argument, path] = [call.arg(0), call.arg(1)];
  if (isNull(argument) || isNull(path)) return typedNull(call.type);
  const found = pathsOf(path);
  if ('refusal' in found) return found;
  const document = documentOf(argument, { atRoot: found.paths[0] === '$' });
  const values = found.paths.map((each) => read(document, stringSql(each)));
  return values.length === 1 ? joinSql(values) : callSql('coalesce', values);
}

function byPath(read: (document: Sql, path: Sql) => Sql): FunctionRule {
  return rewrite((call) => readByPath(call, read));
}

/** A rule for functions of a whole document. */
function byDocument(read: (document: Sql, call: FunctionCall) => Sql | Refusal): FunctionRule {
  return rewrite((call) => {
    const argument = call.arg(0);
    if (call.args.some(isNull)) return typedNull(call.type);
    return read(documentOf(argument, { atRoot: true }), call);
  });
}

function contains(document: Sql, call: FunctionCall): Sql | Refusal {
  const wanted = call.arg(1);
  const kinds = (...names: readonly string[]): Sql => sql`[${names.map(stringSql)}]`;
  const items = macroCall('json_items', [document]);
  const holds = (types: Sql, value: Sql): Sql => macroCall('json_holds', [items, types, value]);
  switch (wanted.type.kind) {
    case 'varchar':
    case 'char':
      return holds(kinds('VARCHAR'), wanted.sql);
    case 'boolean':
      return holds(kinds('BOOLEAN'), sql`CAST(${wanted.sql} AS VARCHAR)`);
    case 'double':
    case 'real':
    case 'decimal':
      // No JSON holds such a number, whatever the text is.
      return sql`CASE WHEN NOT isfinite(CAST(${wanted.sql} AS DOUBLE)) THEN CASE WHEN ${call.arg(0).sql} IS NOT NULL THEN false END
        ELSE ${macroCall('json_holds_double', [items, sql`CAST(${wanted.sql} AS DOUBLE)`])} END`;
    case 'any':
      return refuseOpenType(wanted);
    default:
      return holds(kinds('BIGINT', 'UBIGINT'), sql`CAST(${wanted.sql} AS VARCHAR)`);
  }
}

function elementAt(document: Sql, call: FunctionCall): Sql {
  const index = call.arg(1);
  const literal = literalInteger(index);
  const path =
    literal === undefined ? sql`'$[' || ${index.sql} || ']'` : stringSql(`$[${literal}]`);
  return macroCall('json_element_at', [document, path]);
}

/** Trino's JSON functions. Those of the SQL standard have a syntax of their own: `translate/json.ts`. */
export const jsonFunctions: FunctionFamily = {
  name: 'json',
  rules: {
    json_parse: rewrite((call) => {
      const argument = call.arg(0);
      if (isNull(argument)) return typedNull(jsonType);
      return macroCall('json_read', [argument.sql]);
    }),
    json_format: rewrite((call) => {
      const argument = call.arg(0);
      return isNull(argument) ? typedNull(varcharType) : sql`CAST(${argument.sql} AS VARCHAR)`;
    }),
    is_json_scalar: rewrite((call) => {
      const argument = call.arg(0);
      if (isNull(argument)) return typedNull(call.type);
      const document =
        argument.type.kind === 'json' ? argument.sql : macroCall('json_checked', [argument.sql]);
      return sql`json_type(${document}) NOT IN (${raw(`'OBJECT', 'ARRAY'`)})`;
    }),
    json_extract: byPath((document, path) => macroCall('json_extract_at', [document, path])),
    json_extract_scalar: rewrite((call) =>
      isNull(call.arg(0))
        ? refusal('the type of NULL is open: varchar or json', 'add a CAST', call.arg(0).syntax)
        : readByPath(call, (document, path) => macroCall('json_scalar_at', [document, path])),
    ),
    json_size: byPath((document, path) => macroCall('json_count_at', [document, path])),
    json_array_length: byDocument((document) => sql`len(${macroCall('json_items', [document])})`),
    json_array_contains: byDocument(contains),
    json_array_get: byDocument(elementAt),
  },
  macros: {
    ...jsonMacros,
    ...jsonCastMacros,
    ...jsonStandardMacros,
  },
};
