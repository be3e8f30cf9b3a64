import type { Expression } from '../../../core/sql-syntax.js';
import { joinSql, raw, sql, stringSql, type Sql } from './fragment.js';
import { nodesOfKind } from './syntax-nodes.js';

/** Returns whether an expression is the same in each row: it names no column, and no query. */
export function isConstant(syntax: Expression): boolean {
  const has = (kind: Expression['kind']): boolean => nodesOfKind(syntax, kind).length > 0;
  if (has('subquery') || has('exists') || has('in-subquery') || has('quantified')) return false;
  const parameters = nodesOfKind<Expression, 'lambda'>(syntax, 'lambda')
    .flatMap((lambda) => lambda.parameters)
    .map(({ value }) => value);
  return nodesOfKind<Expression, 'name'>(syntax, 'name').every(({ name }) =>
    parameters.includes(name.value),
  );
}

/** What keeps DuckDB from finding out a value before the query runs. */
const notYetKnown = raw('random()');

/** Returns the fragment with other ones in place of some. */
function replaceIn(fragment: Sql, others: ReadonlyMap<Sql, Sql>): Sql {
  const other = others.get(fragment);
  if (other !== undefined) return other;
  const parts = fragment.parts.map((part) =>
    typeof part === 'object' && 'parts' in part ? replaceIn(part, others) : part,
  );
  return { ...fragment, parts };
}

/** Returns the aggregates, window functions and columns in a fragment, not those inside of others. */
function partsOfRows(fragment: Sql): readonly Sql[] {
  if (fragment.ofRows === true || fragment.isColumn === true) return [fragment];
  return fragment.parts.flatMap((part) =>
    typeof part === 'object' && 'parts' in part ? partsOfRows(part) : [],
  );
}

/**
 * Returns an expression that is NULL where `value` fails. DuckDB computes what occurs twice in an expression beforehand,
 * outside of TRY, where it fails after all; what stands in a lambda it leaves there. `name` is the lambda's parameter.
 *
 * Athena finds out what is inside of TRY when the query runs, and not before. DuckDB would find out a constant beforehand, and
 * leave out the operands beside one that is NULL, which may fail. It does not with `random()`, which a TRY around it must
 * not see: there the parameter does the same.
 */
export function trySql(value: Sql, name: Sql, syntax: Expression): Sql {
  const computed = [...new Set(partsOfRows(value))];
  if (computed.some(({ ofRows }) => ofRows === true)) return tryOfRows(value, name, computed);
  const item = isConstant(syntax) ? notYetKnown : raw('0');
  const guarded = replaceIn(value, new Map([[notYetKnown, name]]));
  return sql`list_transform([${item}], lambda ${name}: TRY(${guarded}))[1]`;
}

/**
 * What is computed over several rows stays outside of TRY, which does not catch its failures in Trino either; and with it the
 * columns of the groups, which DuckDB does not find in a lambda.
 */
function tryOfRows(value: Sql, name: Sql, computed: readonly Sql[]): Sql {
  const fields = computed.map((each, index): Sql => ({
    parts: [`'v${index}': `, each],
    atomic: false,
  }));
  const guarded = replaceIn(
    value,
    new Map(
      computed.map((each, index) => [
        each,
        sql`struct_extract(${name}, ${stringSql(`v${index}`)})`,
      ]),
    ),
  );
  const values: Sql = { parts: ['{', joinSql(fields), '}'], atomic: true };
  return sql`list_transform([${values}], lambda ${name}: TRY(${guarded}))[1]`;
}

/** The same for what is made of an operand that may not fail: TRY_CAST guards the cast alone. */
export function tryBodySql(operand: Sql, name: Sql, body: Sql): Sql {
  return sql`list_transform([${operand}], lambda ${name}: TRY(${body}))[1]`;
}
