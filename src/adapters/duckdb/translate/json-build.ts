import type {
  Expression,
  JsonArrayExpression,
  JsonObjectExpression,
  JsonValueArgument,
  TypeSyntax,
} from '../../../core/sql-syntax.js';
import type { SqlType } from '../../../core/sql-type.js';
import { isNumeric, simpleType, varcharType } from '../types/common.js';
import { readTypeSyntax } from '../types/type-syntax.js';
import { castValue } from './cast.js';
import { failedValue, makeValue, type Context, type Value } from './context.js';
import { callSql, joinSql, raw, sql, stringSql, type Sql } from './fragment.js';
import { macroCall } from './macro-call.js';
import type { Scope } from './scope.js';

type JsonBuild = JsonObjectExpression | JsonArrayExpression;

function unsupported(context: Context, syntax: JsonBuild, reason: string, at: Expression): Value {
  const name = syntax.kind === 'json-object' ? 'json_object' : 'json_array';
  context.report('function-unsupported', `${name} cannot be translated: ${reason}`, at);
  return failedValue(syntax);
}

/** Whether an expression gives JSON as text, which these functions take over as it is. */
export function isFormatted(argument: JsonValueArgument): boolean {
  const { value, format } = argument;
  if (format !== undefined) return format === 'json';
  return (
    value.kind === 'json-object' ||
    value.kind === 'json-array' ||
    (value.kind === 'json-path' && value.function === 'json_query')
  );
}

/** Returns the JSON of a value; `undefined` if its type is not supported. */
function jsonOf(argument: JsonValueArgument, value: Value): Sql | undefined {
  const { type } = value;
  if (type.kind === 'unknown') return sql`CAST(NULL AS VARCHAR)`;
  if (isFormatted(argument)) {
    return type.kind === 'varchar' ? macroCall('json_formatted', [value.sql]) : undefined;
  }
  if (argument.format !== undefined) return undefined;
  if (isNumeric(type) || type.kind === 'boolean' || type.kind === 'varchar') {
    const cast = castValue(value, simpleType('json'));
    return 'parts' in cast ? cast : undefined;
  }
  if (!['char', 'date', 'time', 'timestamp', 'uuid', 'ipaddress'].includes(type.kind))
    return undefined;
  const text = castValue(value, varcharType);
  return 'parts' in text ? macroCall('json_string', [text]) : undefined;
}

/** The order of Java's HashMap, in which Trino prints the members. */
function inHashOrder<T extends { readonly key: string }>(members: readonly T[]): readonly T[] {
  let capacity = 16;
  while (members.length > capacity * 0.75) capacity *= 2;
  const bucketOf = (key: string): number => {
    let hash = 0;
    for (let index = 0; index < key.length; index++) {
      hash = (Math.imul(31, hash) + key.charCodeAt(index)) | 0;
    }
    return (hash ^ (hash >>> 16)) & (capacity - 1);
  };
  return [...members].sort((left, right) => bucketOf(left.key) - bucketOf(right.key));
}

/** Puts parts between brackets; a part that is NULL is left out. */
function bracket(open: string, parts: readonly Sql[], close: string): Sql {
  if (parts.length === 0) return stringSql(open + close);
  const separator = stringSql(',');
  return sql`${stringSql(open)} || concat_ws(${separator}, ${parts}) || ${stringSql(close)}`;
}

function finish(
  context: Context,
  syntax: JsonBuild,
  text: Sql,
  from: readonly Value[],
  returning: TypeSyntax | undefined,
): Value {
  if (returning === undefined) return makeValue(text, varcharType, syntax, from);
  const read = readTypeSyntax(returning);
  if ('problem' in read) {
    context.report('sql-syntax', read.problem.message, read.problem.span);
    return failedValue(syntax);
  }
  const type: SqlType = read.type;
  if (type.kind === 'varbinary') return makeValue(callSql('encode', [text]), type, syntax, from);
  const cast =
    type.kind === 'varchar' ? castValue({ sql: text, type: varcharType }, type) : undefined;
  return cast && 'parts' in cast
    ? makeValue(cast, type, syntax, from)
    : unsupported(context, syntax, 'this type after RETURNING is not supported', syntax);
}

/** Translates JSON_ARRAY. */
export function translateJsonArray(
  context: Context,
  syntax: JsonArrayExpression,
  scope: Scope,
): Value {
  const values = syntax.items.map((item) => context.expression(item.value, scope));
  const parts: Sql[] = [];
  for (const [index, item] of syntax.items.entries()) {
    const value = values[index];
    const json = value && jsonOf(item, value);
    if (json === undefined) {
      return unsupported(context, syntax, 'values of this type are not supported', item.value);
    }
    parts.push(syntax.nulls === 'null' ? sql`coalesce(${json}, ${raw(`'null'`)})` : json);
  }
  return finish(context, syntax, bracket('[', parts, ']'), values, syntax.returning);
}

/** Translates JSON_OBJECT. */
export function translateJsonObject(
  context: Context,
  syntax: JsonObjectExpression,
  scope: Scope,
): Value {
  const values = syntax.members.map((member) => context.expression(member.value, scope));
  const members: { readonly key: string; readonly sql: Sql }[] = [];
  for (const [index, member] of syntax.members.entries()) {
    const value = values[index];
    const json = value && jsonOf(member, value);
    if (json === undefined) {
      return unsupported(context, syntax, 'values of this type are not supported', member.value);
    }
    if (member.key.kind !== 'string') {
      return unsupported(context, syntax, 'its keys are not all literals', member.key);
    }
    const key = member.key.value;
    if (members.some((each) => each.key === key)) {
      return unsupported(context, syntax, `the key '${key}' occurs twice`, member.key);
    }
    const filled = syntax.nulls === 'null' ? sql`coalesce(${json}, ${raw(`'null'`)})` : json;
    members.push({ key, sql: sql`${stringSql(`${JSON.stringify(key)}:`)} || ${filled}` });
  }
  if (members.length > 12 && syntax.nulls === 'absent') {
    return unsupported(context, syntax, 'the order of more than 12 members is not known', syntax);
  }
  const ordered = inHashOrder(members).map((member) => joinSql([member.sql]));
  return finish(context, syntax, bracket('{', ordered, '}'), values, syntax.returning);
}
