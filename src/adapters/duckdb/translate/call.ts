import type { CallExpression, Expression, LambdaExpression } from '../../../core/sql-syntax.js';
import { formatType, type SqlType } from '../../../core/sql-type.js';
import { didYouMean } from '../../../core/suggest.js';
import { foreignNames } from '../functions/foreign-names.js';
import type { FunctionRegistry } from '../functions/registry.js';
import type {
  AggregateOptions,
  Argument,
  FunctionCall,
  FunctionRule,
  Rewritten,
} from '../functions/rule.js';
import {
  anyType,
  isFloating,
  isInteger,
  isNumeric,
  mustWiden,
  partsOf,
  sameType,
} from '../types/common.js';
import { rowFieldName } from '../types/duckdb-type.js';
import { parameterAt, resolveSignature, type Match } from '../types/resolve-signature.js';
import { holdsGeometry, isGeospatial } from '../types/unstored-types.js';
import { fitType, substitute, type Bindings, type TypePattern } from '../types/type-pattern.js';
import { castValue, coerceValue } from './cast.js';
import { castTimeType } from './cast-time.js';
import { failedValue, freeName, makeValue, type Context, type Value } from './context.js';
import { callSql, joinSql, operand, raw, sql, type Sql } from './fragment.js';
import { lambdaShape, translateLambda } from './lambda.js';
import { macroCall } from './macro-call.js';
import { guardNulls, isConstantNull, strictFunctions } from './null-guard.js';
import { afterNulls } from './overflow.js';
import { orderBySql, windowReferenceSql } from './order.js';
import { plainCast } from './plain-cast.js';
import type { Scope } from './scope.js';
import { nodesOfKind } from './syntax-nodes.js';
import { isConstant } from './try.js';

/** Functions whose results differ from call to call. */
const volatileFunctions = new Set(['random', 'rand', 'uuid', 'shuffle']);

/** Functions that fail on some values of their arguments that data are likely to have. */
const failingFunctions = new Set(
  `date date_parse parse_datetime from_iso8601_date from_iso8601_timestamp json_parse json_extract from_base from_hex
  from_base64 mod split_to_map`.split(/\s+/),
);

/** Functions that take values of any type and neither compare, order, hash nor print them. */
const carryingFunctions = new Set(
  `any_match all_match none_match any_value arbitrary array_agg cardinality coalesce concat count element_at filter
  first_value flatten if lag last_value lead nth_value reduce repeat reverse slice transform try typeof zip`.split(
    /\s+/,
  ),
);

/** Whether a call gives geometries or tiles to a function that is not theirs and does more than to hand them on. */
function comparesGeospatial(
  { name, distinct }: CallExpression,
  args: readonly Argument[],
  signatures: readonly string[],
): boolean {
  if (!args.some(({ type }) => isGeospatial(type))) return false;
  if (distinct && args.some(({ type }) => holdsGeometry(type))) return true;
  const isTheirs = signatures.some((each) => /geometry|sphericalgeography|bingtile/.test(each));
  return !isTheirs && !carryingFunctions.has(name);
}

function holdsMap(type: SqlType): boolean {
  return partsOf(type).some((part) => part.kind === 'map');
}

function reportRefusal(
  context: Context,
  syntax: CallExpression,
  reason: string,
  hint?: string,
  span = syntax.nameSpan,
): Value {
  context.report(
    'function-unsupported',
    `${syntax.name} cannot be translated: ${reason}`,
    span,
    hint,
  );
  return failedValue(syntax);
}

/** Reports a call that no signature takes. */
function reportArguments(
  context: Context,
  syntax: CallExpression,
  types: readonly SqlType[],
  signatures: readonly string[],
): Value {
  const found = types.map(formatType).join(', ');
  context.report(
    'sql-type-mismatch',
    `${syntax.name} does not take (${found})`,
    syntax.nameSpan,
    `it takes ${signatures.map((each) => each.split(' -> ')[0]).join(' or ')}`,
  );
  return failedValue(syntax);
}

/** Translates the arguments that are no lambdas; lambdas wait for the types of their parameters. */
function translateArguments(
  context: Context,
  syntax: CallExpression,
  scope: Scope,
): readonly (Value | undefined)[] {
  return syntax.args.map((argument) =>
    argument.kind === 'lambda' ? undefined : context.expression(argument, scope),
  );
}

/** Translates the lambdas one after another, each with what the arguments before it told of its parameters. */
function completeArguments(
  context: Context,
  syntax: CallExpression,
  values: readonly (Value | undefined)[],
  match: Match,
  scope: Scope,
): readonly Argument[] {
  return syntax.args.map((argument, index): Argument => {
    const pattern = parameterAt(match.signature, index);
    const value = values[index];
    if (argument.kind !== 'lambda' || value !== undefined) {
      const translated = value ?? failedValue(argument);
      const target = pattern && substitute(pattern, match.bindings);
      return target && needsCoercion(translated.type, target)
        ? {
            ...translated,
            sql: coerceArgument(translated, target),
            type: castTimeType(target, translated.type),
          }
        : translated;
    }
    return completeLambda(context, argument, pattern, match.bindings, scope);
  });
}

/** Whether a type is not all that Trino knows of it. */
function isUncertain(type: SqlType): boolean {
  return partsOf(type).some(
    (part) => part.kind === 'any' || (part.kind === 'varchar' && part.inexact === true),
  );
}

/** Trino gives up on a lambda whose types still change after so many rounds. */
const maxRounds = 4;

/**
 * Translates a lambda. What it returns may widen the types of its own parameters (the state of `reduce`): then it is
 * translated anew with these. Reports a result of another type than the function takes.
 */
function completeLambda(
  context: Context,
  syntax: LambdaExpression,
  pattern: TypePattern | undefined,
  bindings: Bindings,
  scope: Scope,
): Argument {
  const expected = (): SqlType | undefined => pattern && substitute(pattern, bindings);
  const parameterTypes = (): readonly SqlType[] => {
    const type = expected();
    return type?.kind === 'function' ? type.parameters : [];
  };
  let types = parameterTypes();
  for (let round = 1; ; round++) {
    const lambda = translateLambda(context, syntax, types, scope);
    if (pattern?.kind !== 'function' || lambda.lambda === undefined || lambda.failed) return lambda;
    const { bodyType } = lambda.lambda;
    fitType(pattern.result, bodyType, bindings);
    const widened = parameterTypes();
    const isStable = widened.every((type, index) => sameType(type, types[index] ?? anyType));
    if (isStable || round === maxRounds) {
      const type = expected();
      const result = type?.kind === 'function' ? type.result : anyType;
      const fits =
        [bodyType, result].some(({ kind }) => kind === 'any') ||
        (bodyType.kind === result.kind &&
          (sameType(bodyType, result) || [bodyType, result].some(isUncertain)));
      if (isStable && fits) return lambda;
      const message = `the lambda returns ${formatType(bodyType)} where ${formatType(result)} is expected`;
      context.report('sql-type-mismatch', message, syntax.body, 'add a CAST');
      return { ...lambda, failed: true };
    }
    types = widened;
  }
}

/** Whether a parameter wants a kind of value that DuckDB would not make of the argument by itself. */
function needsCoercion(from: SqlType, target: SqlType): boolean {
  if (from.kind === 'array' && target.kind === 'array') {
    return needsCoercion(from.element, target.element);
  }
  if (from.kind === 'map' && target.kind === 'map') {
    return needsCoercion(from.key, target.key) || needsCoercion(from.value, target.value);
  }
  if (from.kind === 'row' && target.kind === 'row') {
    return from.fields.some((field, index) => {
      const other = target.fields[index];
      if (other === undefined) return false;
      // DuckDB puts rows together by their fields' names.
      const isRenamed = rowFieldName(field.name, index) !== rowFieldName(other.name, index);
      return isRenamed || needsCoercion(field.type, other.type);
    });
  }
  if (sameType(from, target)) return false;
  return (
    (isNumeric(from) && isFloating(target)) ||
    (isInteger(from) && target.kind === 'decimal') ||
    mustWiden(from, target) ||
    (from.kind === 'date' && target.kind === 'timestamp') ||
    (from.kind === 'timestamp' && target.kind === 'timestamp') ||
    target.kind === 'char'
  );
}

function coerceArgument(value: Value, target: SqlType): Sql {
  const isWhole = isNumeric(target) || ['array', 'map', 'row'].includes(target.kind);
  if (!isWhole) return coerceValue(value, target);
  const cast = castValue(value, target);
  return 'parts' in cast ? cast : value.sql;
}

/** Returns the call of an aggregate or window function with what the author wrote around it. */
function aggregateSql(
  context: Context,
  syntax: CallExpression,
  scope: Scope,
  name: string,
  args: readonly Sql[],
  options: AggregateOptions,
): Sql {
  const distinct = options.distinct ?? syntax.distinct;
  const orderBy = orderBySql(context, options.orderBy ?? syntax.orderBy, scope);
  const ignoreNulls = syntax.nullTreatment === 'ignore' ? [raw('IGNORE NULLS')] : [];
  const inside = joinSql([joinSql(args), ...orderBy, ...ignoreNulls], ' ');
  const parts: (string | Sql)[] = [`${name}(${distinct ? 'DISTINCT ' : ''}`, inside, ')'];
  const conditions = [
    ...(syntax.filter ? [context.expression(syntax.filter, scope).sql] : []),
    ...(options.filter ? [options.filter] : []),
  ];
  if (conditions.length > 0) {
    const condition =
      conditions.length === 1 ? joinSql(conditions) : joinSql(conditions.map(operand), ' AND ');
    parts.push(' FILTER (WHERE ', condition, ')');
  }
  if (syntax.over) parts.push(' OVER ', windowReferenceSql(context, syntax.over, scope));
  return { parts, atomic: true };
}

/** Evaluates a value once: DuckDB has no LET, but a lambda over a list of one. */
function onceSql(name: Sql, value: Sql, body: (name: Sql) => Sql): Sql {
  return sql`list_transform([${value}], lambda ${name}: ${body(name)})[1]`;
}

/** Binds the arguments that change from call to call, so that the others and they can be used several times. */
function bindVolatile(
  args: readonly Argument[],
  once: FunctionCall['once'],
  body: (args: readonly Sql[]) => Sql,
): Sql {
  const bind = (index: number, bound: readonly Sql[]): Sql => {
    const argument = args[index];
    if (argument === undefined) return body(bound);
    return argument.volatile && argument.lambda === undefined
      ? once(argument.sql, (name) => bind(index + 1, [...bound, name]))
      : bind(index + 1, [...bound, argument.sql]);
  };
  return bind(0, []);
}

function makeCall(
  context: Context,
  syntax: CallExpression,
  scope: Scope,
  args: readonly Argument[],
  type: SqlType,
): FunctionCall {
  let names = 0;
  const freshName = (prefix: string): Sql => {
    names++;
    return freeName(context, `${prefix}${names}`);
  };
  const once: FunctionCall['once'] = (value, body) => onceSql(freshName('once'), value, body);
  return {
    name: syntax.name,
    syntax,
    args,
    type,
    context,
    arg(index) {
      const argument = args[index];
      if (argument === undefined) throw new RangeError(`${syntax.name} has no argument ${index}`);
      return argument;
    },
    aggregate: (name, values, options = {}) =>
      aggregateSql(context, syntax, scope, name, values, options),
    stableArgs: (body) => bindVolatile(args, once, body),
    once,
    freshName,
    cast(argument, target) {
      const cast = castValue(argument, target);
      if ('parts' in cast) return cast;
      const reason =
        'refused' in cast
          ? cast.refused
          : `Athena cannot cast ${formatType(argument.type)} to ${formatType(target)}`;
      return { refusal: { reason, span: argument.syntax } };
    },
  };
}

function applyRule(
  rule: FunctionRule,
  call: FunctionCall,
  { rowsFunction }: { readonly rowsFunction: boolean },
): Rewritten {
  switch (rule.kind) {
    case 'same': {
      const name = rule.name ?? call.name;
      const args = call.args.map((argument) => argument.sql);
      return rowsFunction ? call.aggregate(name, args) : callSql(name, args);
    }
    case 'macro':
      // A macro's parameters are text.
      return call.stableArgs((args) => macroCall(call.name, args));
    case 'rewrite':
      return rule.write(call);
    case 'refuse':
      return {
        refusal: { reason: rule.reason, ...(rule.hint !== undefined && { hint: rule.hint }) },
      };
  }
}

/** Reports what stands around a call that does not take it: DISTINCT in a scalar function, a window function without OVER. */
function checkModifiers(
  context: Context,
  syntax: CallExpression,
  registry: FunctionRegistry,
): boolean {
  const kind = registry.kindOf(syntax.name);
  const { name, over, distinct, orderBy, filter } = syntax;
  const isModified = distinct || orderBy.length > 0 || filter !== undefined;
  const problems: readonly (readonly [boolean, string])[] = [
    [
      kind === 'scalar' && (isModified || over !== undefined),
      `${name} is no aggregate: it takes no DISTINCT, ORDER BY, FILTER or OVER`,
    ],
    [kind === 'window' && over === undefined, `${name} is a window function: it needs OVER (…)`],
    [
      over !== undefined && isModified,
      `${name} with OVER takes no DISTINCT, ORDER BY or FILTER in Athena`,
    ],
    [
      kind === 'aggregate' && syntax.nullTreatment !== undefined,
      `${name} is no window function: it takes no IGNORE NULLS or RESPECT NULLS`,
    ],
    [syntax.star && name !== 'count', `${name} does not take *`],
  ];
  const problem = problems.find(([applies]) => applies)?.[1];
  if (problem === undefined) return true;
  context.report('sql-syntax', problem, syntax.nameSpan);
  return false;
}

/** DuckDB makes an untyped NULL of most calls with a constant that is NULL; what is made of an array or row needs its type. */
function keepType(written: Sql, { type, args, syntax }: FunctionCall): Sql {
  const isNested = (each: SqlType): boolean => ['array', 'map', 'row'].includes(each.kind);
  const mayLose =
    (isNested(type) || args.some((argument) => isNested(argument.type))) &&
    !partsOf(type).some(({ kind }) => ['any', 'unknown', 'function'].includes(kind)) &&
    (syntax.args.some(isConstantNull) ||
      (isConstant(syntax) && nodesOfKind<Expression, 'null'>(syntax, 'null').length > 0));
  const cast = mayLose ? plainCast(written, type) : written;
  return 'parts' in cast ? cast : written;
}

/** Writes a call. What may fail behind an argument that is NULL waits for it, where one such makes the call NULL. */
function writeCall(
  context: Context,
  syntax: CallExpression,
  args: readonly Argument[],
  write: (args: readonly Argument[]) => Rewritten,
): Rewritten {
  const isNullif = syntax.name === 'nullif';
  if (!isNullif && !strictFunctions.has(syntax.name)) return write(args);
  const waiting = args.map((each, index) =>
    afterNulls(isNullif ? args.slice(0, Math.min(1, index)) : args.slice(0, index), each),
  );
  const written = write(waiting);
  if ('refusal' in written) return written;
  const plain = 'sql' in written ? written.sql : written;
  const guarded = guardNulls(
    context,
    waiting,
    (given) => {
      if (given === waiting) return plain;
      const again = write(given);
      return 'refusal' in again ? plain : 'sql' in again ? again.sql : again;
    },
    isNullif ? { among: 1 } : {},
  );
  return 'sql' in written ? { ...written, sql: guarded } : guarded;
}

function resultType(rule: FunctionRule, match: Match, args: readonly Argument[]): SqlType {
  const byRule =
    'returns' in rule ? rule.returns?.(args.map((argument) => argument.type)) : undefined;
  if (byRule !== undefined) return byRule;
  if (match.ambiguous) return anyType;
  return substitute(match.signature.result, match.bindings);
}

/** Translates a call. A function that no table knows, or that takes other arguments, is reported. */
export function translateCall(
  context: Context,
  registry: FunctionRegistry,
  syntax: CallExpression,
  scope: Scope,
): Value {
  const rule = registry.ruleOf(syntax.name);
  const signatures = registry.signaturesOf(syntax.name);
  const values = translateArguments(context, syntax, scope);
  if (rule === undefined) {
    const foreign = foreignNames.get(syntax.name);
    context.report(
      'function-unknown',
      `there is no function '${syntax.name}' in Athena`,
      syntax.nameSpan,
      foreign === undefined ? didYouMean(syntax.name, registry.names) : `use ${foreign}`,
    );
    return failedValue(syntax);
  }
  if (rule.kind === 'refuse') return reportRefusal(context, syntax, rule.reason, rule.hint);
  if (!checkModifiers(context, syntax, registry)) return failedValue(syntax);
  const types = syntax.args.map((argument: Expression, index) =>
    argument.kind === 'lambda' ? lambdaShape(argument) : (values[index]?.type ?? anyType),
  );
  const match = resolveSignature(signatures, types);
  if (match === undefined) return reportArguments(context, syntax, types, signatures);
  const args = completeArguments(context, syntax, values, match, scope);
  const call = makeCall(context, syntax, scope, args, resultType(rule, match, args));
  const rowsFunction = registry.kindOf(syntax.name) !== 'scalar';
  if (syntax.distinct && args.some((argument) => holdsMap(argument.type))) {
    const reason =
      'DISTINCT of maps is not supported: DuckDB tells maps with another order of keys apart';
    return reportRefusal(context, syntax, reason, 'use CAST(… AS JSON)');
  }
  if (comparesGeospatial(syntax, args, signatures)) {
    const reason = 'it is not supported for geometries and tiles';
    return reportRefusal(context, syntax, reason, 'give it ST_AsText(…) or bing_tile_quadkey(…)');
  }
  const written = writeCall(context, syntax, args, (given) =>
    applyRule(rule, given === args ? call : makeCall(context, syntax, scope, given, call.type), {
      rowsFunction,
    }),
  );
  if ('refusal' in written) {
    if (args.some((argument) => argument.failed)) return failedValue(syntax);
    const { reason, hint, span } = written.refusal;
    return reportRefusal(context, syntax, reason, hint, span);
  }
  const value =
    'sql' in written
      ? makeValue(written.sql, written.type, syntax, args)
      : makeValue(keepType(written, call), call.type, syntax, args);
  return {
    ...value,
    // With what a rewrite puts around it: Trino's aggregates fail as a whole outside of TRY.
    ...(rowsFunction && { sql: { ...value.sql, ofRows: true } }),
    volatile: value.volatile || volatileFunctions.has(syntax.name),
    mayFail: syntax.name !== 'try' && (value.mayFail || failingFunctions.has(syntax.name)),
    // An aggregate is computed before what it stands beside.
    mayOverflow:
      syntax.name !== 'try' &&
      !rowsFunction &&
      (value.mayOverflow || (syntax.name === 'abs' && isInteger(call.type))),
  };
}
