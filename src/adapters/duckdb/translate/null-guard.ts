import type { Expression } from '../../../core/sql-syntax.js';
import { aggregateFunctions } from '../functions/signatures.js';
import { isFloating, isInteger } from '../types/common.js';
import { freeName, type Context, type Value } from './context.js';
import { joinSql, plainText, raw, sql, stringSql, type Sql } from './fragment.js';
import { limitCall } from './macro-call.js';
import { nodesOfKind } from './syntax-nodes.js';
import { isConstant, trySql } from './try.js';

/** Functions that have a value for all values of their arguments, but for those out of the range of their type. */
const safeFunctions = new Set(
  `lower upper length trim ltrim rtrim reverse coalesce if nullif greatest least concat strpos starts_with cardinality is_nan is_finite
  is_infinite nan infinity try year month day hour minute second quarter week day_of_week day_of_year date_trunc date_diff substr
  substring replace split regexp_like abs round floor ceil ceiling sign sqrt ln exp`.split(/\s+/),
);

/** Functions that are NULL where an argument is, and whose arguments Trino evaluates one after another, up to a NULL. */
export const strictFunctions: ReadonlySet<string> = new Set(
  `concat replace substr substring strpos lpad rpad split split_part starts_with translate levenshtein_distance
  hamming_distance round truncate power pow mod atan2 log date_add date_diff date_trunc date_format regexp_like
  regexp_extract regexp_extract_all regexp_replace regexp_split regexp_count slice zip zip_with array_union array_except
  array_intersect arrays_overlap flatten trim_array bitwise_and bitwise_or bitwise_xor json_extract json_extract_scalar`.split(
    /\s+/,
  ),
);

/** Whether an expression is a number that is not zero. */
function isNonZero(syntax: Expression): boolean {
  return syntax.kind === 'unary'
    ? isNonZero(syntax.operand)
    : syntax.kind === 'number' && Number(syntax.text) !== 0;
}

/** Whether evaluating an expression may end the query for the values of a row, other than by leaving the range of its type. */
export function mayEndQuery(syntax: Expression, value?: Value): boolean {
  const all = (parts: readonly (Expression | undefined)[]): boolean =>
    parts.some((part) => part !== undefined && mayEndQuery(part));
  switch (syntax.kind) {
    case 'name':
    case 'number':
    case 'string':
    case 'null':
    case 'boolean':
    case 'typed':
    case 'interval':
    case 'binary':
    // It is evaluated for the elements, if there are any.
    case 'lambda':
    // They are evaluated before the expression, whatever stands beside them.
    case 'subquery':
    case 'exists':
    case 'in-subquery':
    case 'quantified':
      return false;
    case 'field':
      return mayEndQuery(syntax.base);
    case 'unary':
      return all([syntax.operand]);
    case 'arithmetic':
      // What may be out of range with + - * is in overflow.ts.
      return (
        (['/', '%'].includes(syntax.operator) &&
          !(value !== undefined && isFloating(value.type)) &&
          !isNonZero(syntax.right)) ||
        all([syntax.left, syntax.right])
      );
    case 'concat':
    case 'comparison':
    case 'distinct-from':
      return all([syntax.left, syntax.right]);
    case 'logical':
      return all(syntax.terms);
    case 'not':
    case 'is-null':
    case 'extract':
      return all([syntax.operand]);
    case 'between':
      return all([syntax.operand, syntax.low, syntax.high]);
    case 'in-list':
      return all([syntax.operand, ...syntax.items]);
    case 'like':
      return syntax.escape !== undefined || all([syntax.operand, syntax.pattern]);
    case 'case':
      return all([
        syntax.operand,
        syntax.otherwise,
        ...syntax.branches.flatMap((branch) => [branch.when, branch.then]),
      ]);
    case 'cast':
      return (
        !(
          syntax.safe ||
          (syntax.type.kind === 'generic' && syntax.type.name === 'varchar') ||
          // If such a constant fails, then for all rows.
          ['string', 'null', 'number'].includes(syntax.operand.kind) ||
          (syntax.operand.kind === 'typed' && !(value !== undefined && isInteger(value.type))) ||
          (value !== undefined && !value.mayFail && isFloating(value.type))
        ) || all([syntax.safe ? undefined : syntax.operand])
      );
    case 'call':
      if (syntax.over !== undefined || aggregateFunctions.has(syntax.name)) return false;
      if (syntax.name === 'try') return false;
      return !safeFunctions.has(syntax.name) || all(syntax.args);
    case 'trim':
      return all([syntax.operand, syntax.characters]);
    case 'row':
    case 'array':
      return all(syntax.items);
    default:
      return true;
  }
}

/** Whether a value is written so that it cannot be NULL. */
export function isNeverNull({ syntax }: Value): boolean {
  return (
    ['number', 'string', 'boolean', 'typed', 'interval', 'binary', 'array', 'row'].includes(
      syntax.kind,
    ) ||
    (syntax.kind === 'unary' && syntax.operand.kind === 'number')
  );
}

function hasTry({ syntax }: Value): boolean {
  return nodesOfKind<Expression, 'call'>(syntax, 'call').some(({ name }) => name === 'try');
}

/** What a lambda of DuckDB's cannot hold. */
function standsAlone({ syntax }: Value): boolean {
  return (
    (['subquery', 'exists', 'in-subquery', 'quantified'] as const).some(
      (kind) => nodesOfKind<Expression, typeof kind>(syntax, kind).length > 0,
    ) ||
    nodesOfKind<Expression, 'call'>(syntax, 'call').some(
      (call) => call.over !== undefined || aggregateFunctions.has(call.name),
    )
  );
}

function isFailing(value: Value): boolean {
  return mayEndQuery(value.syntax, value);
}

/**
 * Trino evaluates a constant before the query runs: where it fails the query fails, or not if the constant is not needed. What
 * stands behind a TRY fails the one time, and not the other.
 */
function isFailingConstant(value: Value): boolean {
  return isFailing(value) && isConstant(value.syntax);
}

/** Whether Trino knows without evaluating it that an expression is NULL. */
export function isConstantNull(syntax: Expression): boolean {
  switch (syntax.kind) {
    case 'null':
      return true;
    case 'cast':
      return isConstantNull(syntax.operand);
    case 'arithmetic':
    case 'concat':
      return isConstantNull(syntax.left) || isConstantNull(syntax.right);
    case 'call':
      return strictFunctions.has(syntax.name) && syntax.args.some(isConstantNull);
    default:
      return false;
  }
}

/** NULL, unless one of these fails. */
function whereNull(context: Context, constants: readonly Value[]): Sql {
  const [constant, ...rest] = constants;
  if (constant === undefined) return raw('NULL');
  const { start, end } = constant.syntax;
  // In a list, so that a constant that is NULL can be told from one that fails.
  const tried = trySql(
    sql`[${constant.sql}]`,
    freeName(context, `constant${start}_${end}`),
    constant.syntax,
  );
  const failure = limitCall('failing-operand', stringSql(''), raw('NULL'));
  return sql`CASE WHEN ${tried} IS NULL THEN ${failure} ELSE ${whereNull(context, rest)} END`;
}

/** A longer operand is not written twice, as each further operator would double it. In code units. */
const longest = 400;

/**
 * Writes what is NULL where one of its operands is. Trino evaluates these one after another, and none behind a NULL, where it
 * might fail: DuckDB evaluates all of them, so what may fail waits for those before it. `among`: how many of the first operands
 * make it NULL.
 */
export function guardNulls<Operand extends Value>(
  context: Context,
  operands: readonly Operand[],
  write: (operands: readonly Operand[]) => Sql,
  { among = operands.length }: { readonly among?: number } = {},
): Sql {
  const last = operands.findLastIndex((each) => mayEndQuery(each.syntax, each));
  const isNull = operands.slice(0, among).some(({ syntax }) => isConstantNull(syntax));
  if (isNull && last >= 0 && !operands.some(({ failed }) => failed)) {
    return sql`CASE WHEN true THEN NULL ELSE ${write(operands)} END`;
  }
  const guards = operands
    .map((each, index) => ({ each, index }))
    .filter(({ each, index }) => index < Math.min(last, among) && !isNeverNull(each));
  if (guards.length === 0 || operands.some(({ failed }) => failed)) return write(operands);
  const tried = guards.find(({ each }) => hasTry(each) && isConstant(each.syntax));
  const constant = operands.slice((tried?.index ?? last) + 1).find(isFailingConstant);
  if (tried !== undefined && constant !== undefined) {
    context.report(
      'sql-unsupported',
      'a constant that may fail is not supported beside a TRY of a constant: whether Athena evaluates it is not known',
      constant.syntax,
      'leave out the TRY, or the constant',
    );
    return write(operands);
  }
  const long = guards.filter(({ each }) => each.volatile || plainText(each.sql).length > longest);
  if (long.length === 0) {
    const tests = guards.map(({ each, index }) => {
      const constants = operands
        .slice(index + 1)
        .filter(hasTry(each) ? isFailing : isFailingConstant)
        .filter((later) => !later.volatile && !standsAlone(later));
      return sql`WHEN ${each.sql} IS NULL THEN ${whereNull(context, constants)}`;
    });
    return {
      parts: ['CASE ', joinSql(tests, ' '), ' ELSE ', write(operands), ' END'],
      atomic: true,
    };
  }
  const [first] = long;
  if (first === undefined || operands.some((each) => each !== first.each && standsAlone(each))) {
    return write(operands);
  }
  const name = freeName(context, `known${first.each.syntax.start}_${first.each.syntax.end}`);
  const bound = { ...first.each, sql: name, volatile: false };
  const rest = operands.map((each) => (each === first.each ? bound : each));
  return sql`list_transform([${first.each.sql}], lambda ${name}: ${guardNulls(context, rest, write, { among })})[1]`;
}
