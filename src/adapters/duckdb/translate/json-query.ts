import type { JsonBehavior, JsonPathExpression } from '../../../core/sql-syntax.js';
import type { SqlType } from '../../../core/sql-type.js';
import { bigintType, booleanType, doubleType, simpleType, varcharType } from '../types/common.js';
import { duckDbType } from '../types/duckdb-type.js';
import { readTypeSyntax } from '../types/type-syntax.js';
import { castValue } from './cast.js';
import { failedValue, freeName, makeValue, type Context, type Value } from './context.js';
import { followPath } from './follow-json-path.js';
import { callSql, raw, sql, stringSql, type Sql } from './fragment.js';
import { passedItems } from './json-passing.js';
import { readStandardPath } from './json-standard-path.js';
import { macroCall } from './macro-call.js';
import type { Scope } from './scope.js';

function typedNull(type: SqlType): Sql {
  return sql`CAST(NULL AS ${raw(duckDbType(type) ?? 'VARCHAR')})`;
}

/** What a call gives instead of a value; a problem if Athena does not allow it. */
function behaviorSql(
  context: Context,
  behavior: JsonBehavior | undefined,
  { what, type, scope }: { readonly what: string; readonly type: SqlType; readonly scope: Scope },
): Sql | undefined {
  switch (behavior?.kind) {
    case undefined:
    case 'null':
    case 'unknown':
      return typedNull(type);
    case 'error':
      return macroCall('fail', [stringSql(what), typedNull(type)]);
    case 'true':
    case 'false':
      return raw(behavior.kind);
    case 'empty-array':
      return stringSql('[]');
    case 'empty-object':
      return stringSql('{}');
    case 'default': {
      const value = context.expression(behavior.value, scope);
      const cast = castValue(value, type);
      return 'parts' in cast ? cast : undefined;
    }
  }
}

/** The text of the items of JSON_QUERY; `failure` where there are several without a wrapper. */
function queryText(syntax: JsonPathExpression, items: Sql, failure: Sql): Sql {
  const first = sql`${items}[1]`;
  const wrapped = macroCall('json_wrapped', [items]);
  const single = macroCall(syntax.quotes === 'omit' ? 'json_unquoted' : 'json_text', [first]);
  switch (syntax.wrapper) {
    case 'unconditional':
      return wrapped;
    case 'conditional':
      return sql`CASE WHEN len(${items}) = 1 AND json_type(${first}) IN ('OBJECT', 'ARRAY') THEN ${single} ELSE ${wrapped} END`;
    default:
      return sql`CASE WHEN len(${items}) = 1 THEN ${single} ELSE ${failure} END`;
  }
}

/** The one item of JSON_VALUE as a value of `type`; `failure` where it cannot be one. */
function scalarValue(context: Context, items: Sql, type: SqlType, failure: Sql): Sql {
  const item = sql`${items}[1]`;
  const text = macroCall('json_item_text', [item]);
  const sources: readonly (readonly [string, SqlType])[] = [
    ['text', varcharType],
    ['boolean', booleanType],
    ['bigint', bigintType],
    ['double', doubleType],
  ];
  const branches = sources.map(([kind, source]): Sql => {
    const isText = source.kind === 'varchar';
    const value = isText ? text : sql`CAST(${text} AS ${raw(duckDbType(source) ?? 'VARCHAR')})`;
    const cast = castValue({ sql: value, type: source }, type);
    const name = freeName(context, 'value');
    const guarded =
      'parts' in cast
        ? sql`list_transform([TRY(${cast})], lambda ${name}: CASE WHEN ${name} IS NULL THEN ${failure} ELSE ${name} END)[1]`
        : failure;
    return sql`WHEN ${stringSql(kind)} THEN ${guarded}`;
  });
  const cases = { parts: branches.flatMap((branch) => [branch, ' ']), atomic: false };
  const kind = macroCall('json_scalar_kind', [item]);
  const one: Sql = {
    parts: [
      'CASE ',
      kind,
      ' ',
      cases,
      "WHEN 'null' THEN ",
      typedNull(type),
      ' ELSE ',
      failure,
      ' END',
    ],
    atomic: true,
  };
  return sql`CASE WHEN len(${items}) = 1 THEN ${one} ELSE ${failure} END`;
}

function unsupported(context: Context, syntax: JsonPathExpression, reason: string): Value {
  context.report(
    'function-unsupported',
    `${syntax.function} cannot be translated: ${reason}`,
    syntax,
    'json_extract and json_extract_scalar may do',
  );
  return failedValue(syntax);
}

function returnedType(context: Context, syntax: JsonPathExpression): SqlType | undefined {
  if (syntax.function === 'json_exists') return booleanType;
  if (syntax.returning === undefined) return varcharType;
  const read = readTypeSyntax(syntax.returning);
  if ('type' in read) return read.type;
  context.report('sql-syntax', read.problem.message, read.problem.span);
  return undefined;
}

const queryTypes = ['varchar', 'varbinary'];
const valueTypes =
  'varchar char boolean tinyint smallint integer bigint real double decimal date time timestamp'.split(
    ' ',
  );

/** Translates JSON_EXISTS, JSON_VALUE and JSON_QUERY. */
export function translateJsonPath(
  context: Context,
  syntax: JsonPathExpression,
  scope: Scope,
): Value {
  const input = context.expression(syntax.input, scope);
  const type = returnedType(context, syntax);
  if (type === undefined) return failedValue(syntax);
  const path = readStandardPath(syntax.path.value);
  if ('problem' in path) return unsupported(context, syntax, path.problem);
  const passed = passedItems(context, syntax, { path, scope });
  if (passed === undefined) return failedValue(syntax);
  if (syntax.inputFormat !== undefined && syntax.inputFormat !== 'json') {
    return unsupported(context, syntax, 'encodings are not supported');
  }
  if (!['varchar', 'char', 'any', 'unknown'].includes(input.type.kind)) {
    return unsupported(context, syntax, 'its input is no text');
  }
  const allowed = syntax.function === 'json_query' ? queryTypes : valueTypes;
  if (!allowed.includes(type.kind) || (type.kind === 'timestamp' && type.withZone)) {
    return unsupported(context, syntax, 'this type after RETURNING is not supported');
  }
  if (syntax.quotes === 'omit' && syntax.wrapper && syntax.wrapper !== 'without') {
    return unsupported(context, syntax, 'OMIT QUOTES does not go with a wrapper');
  }
  const text = syntax.function === 'json_query' ? varcharType : type;
  const place = { type: text, scope };
  const failure = behaviorSql(
    context,
    syntax.onError ?? (syntax.function === 'json_exists' ? { kind: 'false' } : undefined),
    { what: `${syntax.function} failed for the path ${syntax.path.value}`, ...place },
  );
  const empty = behaviorSql(context, syntax.onEmpty, {
    what: `${syntax.function} found nothing at the path ${syntax.path.value}`,
    ...place,
  });
  if (failure === undefined || empty === undefined) {
    return unsupported(context, syntax, 'its DEFAULT has another type');
  }
  const items = freeName(context, 'items');
  const found =
    syntax.function === 'json_exists'
      ? sql`len(${items}) > 0`
      : syntax.function === 'json_query'
        ? sql`CASE WHEN len(${items}) = 0 THEN ${empty} ELSE ${queryText(syntax, items, failure)} END`
        : sql`CASE WHEN len(${items}) = 0 THEN ${empty} ELSE ${scalarValue(context, items, type, failure)} END`;
  const result = sql`list_transform([${followPath(context, input.sql, path, passed.items)}], lambda ${items}: ${sql`CASE WHEN ${items} IS NULL THEN ${failure} ELSE ${found} END`})[1]`;
  const printed = sql`CASE WHEN ${input.sql} IS NOT NULL THEN ${result} END`;
  if (type.kind === 'varbinary') {
    return makeValue(callSql('encode', [printed]), simpleType('varbinary'), syntax, [
      input,
      ...passed.values,
    ]);
  }
  const cut = castValue({ sql: printed, type: text }, type);
  return makeValue('parts' in cut ? cut : printed, type, syntax, [input, ...passed.values]);
}
