import type {
  ArrayExpression,
  Expression,
  FieldAccess,
  Identifier,
  NameExpression,
  RowExpression,
  SubscriptExpression,
} from '../../../core/sql-syntax.js';
import { formatType, type SqlType } from '../../../core/sql-type.js';
import { suggest } from '../../../core/suggest.js';
import { commonTypeOf } from '../types/coercion.js';
import { anyType, isInteger, unknownType } from '../types/common.js';
import { duckDbType, rowFieldName } from '../types/duckdb-type.js';
import { coerceValue } from './cast.js';
import { failedValue, makeValue, type Context, type Value } from './context.js';
import { joinSql, nameSql, raw, sql, stringSql, type Sql } from './fragment.js';
import { macroCall } from './macro-call.js';
import { structSql } from './struct.js';
import { reportMismatch } from './report-mismatch.js';
import { needsQuotes } from './reserved-words.js';
import { findRelation, resolveColumn, resolveName, type Resolution, type Scope } from './scope.js';

/** Returns a name as DuckDB reads it. */
export function identifierSql(identifier: Identifier): Sql {
  return identifier.quoted || needsQuotes(identifier.value)
    ? nameSql(identifier.value)
    : raw(identifier.value);
}

function reportMissing(
  context: Context,
  identifier: Identifier,
  candidates: readonly string[],
): void {
  const meant = suggest(identifier.value, candidates);
  context.report(
    'column-not-found',
    `there is no column '${identifier.value}' here`,
    identifier,
    meant === undefined ? adviseOnMissing(identifier, candidates) : `did you mean '${meant}'?`,
  );
}

function adviseOnMissing(
  { quoted, value }: Identifier,
  candidates: readonly string[],
): string | undefined {
  return quoted
    ? `double quotes are for names; a text takes single ones: '${value}'`
    : listColumns(candidates);
}

/** Longer lists help nobody. */
const mostListed = 20;

function listColumns(candidates: readonly string[]): string | undefined {
  const names = [...new Set(candidates)];
  return names.length === 0 || names.length > mostListed
    ? undefined
    : `the columns are ${names.join(', ')}`;
}

/** Returns the type of a column, or reports why there is none. */
function requireColumn(
  context: Context,
  identifier: Identifier,
  resolution: Resolution,
): SqlType | undefined {
  if (resolution.kind === 'missing') {
    reportMissing(context, identifier, resolution.candidates);
    return undefined;
  }
  if (resolution.kind === 'ambiguous') {
    context.report(
      'column-ambiguous',
      `more than one table here has a column '${identifier.value}'`,
      identifier,
      `name the table: t.${identifier.value}`,
    );
    return undefined;
  }
  return resolution.kind === 'column' ? resolution.type : anyType;
}

/** Translates a bare name. */
export function translateName(context: Context, syntax: NameExpression, scope: Scope): Value {
  const resolution = resolveName(scope, syntax.name.value);
  if (resolution.kind === 'parameter') {
    return makeValue(resolution.parameter.sql, resolution.parameter.type, syntax);
  }
  const type = requireColumn(context, syntax.name, resolution);
  return type === undefined
    ? failedValue(syntax)
    : makeValue({ ...identifierSql(syntax.name), isColumn: true }, type, syntax);
}

/** Returns the names of `a.b.c`, the last one first, or `undefined` if it is not only names. */
export function qualifiersOf(expression: Expression): readonly Identifier[] | undefined {
  if (expression.kind === 'name') return [expression.name];
  if (expression.kind !== 'field') return undefined;
  const base = qualifiersOf(expression.base);
  return base && [expression.field, ...base];
}

/** Translates `base.field`: a relation's column, or a row's field. */
export function translateField(context: Context, syntax: FieldAccess, scope: Scope): Value {
  const qualifiers = qualifiersOf(syntax.base);
  const isParameter =
    qualifiers?.at(-1) !== undefined &&
    scope.lambdaParameters.has((qualifiers.at(-1)?.value ?? '').toLowerCase());
  const relation =
    qualifiers && !isParameter
      ? findRelation(
          scope,
          qualifiers.map(({ value }) => value),
        )
      : undefined;
  if (qualifiers !== undefined && relation !== undefined) {
    const resolution = resolveColumn(relation, syntax.field.value);
    const type = requireColumn(context, syntax.field, resolution);
    if (type === undefined) return failedValue(syntax);
    const names = [...qualifiers].reverse().map(identifierSql);
    const printed = joinSql([...names, identifierSql(syntax.field)], '.');
    return makeValue({ ...printed, atomic: true, isColumn: true }, type, syntax);
  }
  const base = context.expression(syntax.base, scope);
  if (base.type.kind === 'any') {
    const printed = { parts: [sql`${base.sql}.`, identifierSql(syntax.field)], atomic: true };
    return makeValue(printed, anyType, syntax, [base]);
  }
  if (base.type.kind !== 'row') {
    return reportMismatch(context, `.${syntax.field.value}`, [base.type], syntax);
  }
  const name = syntax.field.value.toLowerCase();
  const field = base.type.fields.find((each) => each.name === name);
  if (field === undefined) {
    reportMissing(
      context,
      syntax.field,
      base.type.fields.flatMap((each) => each.name ?? []),
    );
    return failedValue(syntax);
  }
  return makeValue(rowField(base.sql, name), field.type, syntax, [base]);
}

/** Returns the field of a row by its name in DuckDB. */
export function rowField(base: Sql, name: string): Sql {
  return sql`struct_extract(${base}, ${stringSql(name)})`;
}

/** Translates ROW(a, b). Its fields have no names in Trino; DuckDB gets the names that Trino shows. */
export function translateRow(context: Context, syntax: RowExpression, scope: Scope): Value {
  const items = syntax.items.map((item) => context.expression(item, scope));
  const names = items.map((_, index) => rowFieldName(undefined, index));
  const type: SqlType = { kind: 'row', fields: items.map((item) => ({ type: item.type })) };
  const row = structSql(
    names,
    items.map((item) => item.sql),
  );
  return makeValue(row, type, syntax, items);
}

/** Translates ARRAY[a, b]. */
export function translateArray(context: Context, syntax: ArrayExpression, scope: Scope): Value {
  const items = syntax.items.map((item) => context.expression(item, scope));
  const element = commonTypeOf([unknownType, ...items.map((item) => item.type)]);
  if (element === undefined) {
    return reportMismatch(
      context,
      'ARRAY',
      items.map((item) => item.type),
      syntax,
    );
  }
  const list = joinSql(items.map((item) => coerceValue(item, element)));
  const type: SqlType = { kind: 'array', element };
  const bare: Sql = { parts: ['[', list, ']'], atomic: true };
  const isUntyped =
    element.kind !== 'unknown' && items.every((item) => item.type.kind === 'unknown');
  const name = isUntyped ? duckDbType(type) : undefined;
  return makeValue(
    name === undefined ? bare : sql`CAST(${bare} AS ${raw(name)})`,
    type,
    syntax,
    items,
  );
}

/** Translates `base[index]`: counted from 1; an error where there is nothing, as in Trino. */
export function translateSubscript(
  context: Context,
  syntax: SubscriptExpression,
  scope: Scope,
): Value {
  const base = context.expression(syntax.base, scope);
  const index = context.expression(syntax.index, scope);
  const value = (printed: Sql, type: SqlType): Value => ({
    ...makeValue(printed, type, syntax, [base, index]),
    mayFail: base.type.kind !== 'row',
  });
  switch (base.type.kind) {
    case 'array':
      return value(macroCall('array_subscript', [base.sql, index.sql]), base.type.element);
    case 'map':
      return value(
        macroCall('map_subscript', [base.sql, coerceValue(index, base.type.key)]),
        base.type.value,
      );
    case 'row': {
      const position = syntax.index.kind === 'number' ? Number(syntax.index.text) : NaN;
      const field = base.type.fields[position - 1];
      if (field === undefined) {
        context.report(
          'sql-type-mismatch',
          `expected the number of a field of ${formatType(base.type)}`,
          syntax.index,
        );
        return failedValue(syntax);
      }
      return value(rowField(base.sql, rowFieldName(field.name, position - 1)), field.type);
    }
    case 'any': {
      // Only maps take other things than whole numbers.
      const isPlace = isInteger(index.type) || ['any', 'unknown'].includes(index.type.kind);
      return value(
        macroCall(isPlace ? 'any_subscript' : 'map_subscript', [base.sql, index.sql]),
        anyType,
      );
    }
    default:
      return reportMismatch(context, '[…]', [base.type], syntax);
  }
}
