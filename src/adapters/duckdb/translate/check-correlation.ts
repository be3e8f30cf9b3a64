import type {
  CallExpression,
  Expression,
  GroupBy,
  Query,
  RelationSyntax,
  Select,
  Span,
  UnnestRelation,
  ValuesBody,
} from '../../../core/sql-syntax.js';
import { aggregateFunctions } from '../functions/signatures.js';
import type { Context } from './context.js';
import { outerLevelsOf, referencesOf } from './outer-references.js';
import type { Scope, Subquery } from './scope.js';
import { nodesOfKind } from './syntax-nodes.js';

/**
 * Reports subqueries that refer to the query around them in a way that Trino does not plan ("Given correlated subquery is
 * not supported"), and DuckDB would answer. The rules are those of Trino 476, found by asking it; what they leave open is not
 * reported.
 */
interface Finding {
  readonly reason: string;
  readonly hint: string;
}

const unnestHint = 'compute it with filter(…), any_match(…), reduce(…) or cardinality(…) instead';
const joinHint = 'write a JOIN with GROUP BY, or max_by(…)';

/** Returns the scope in which a subquery stands alone: what it finds beyond belongs to the query around it. */
export function enterSubquery(
  scope: Scope,
  kind: Subquery['kind'],
  query: Query,
  span: Span,
): Scope {
  const { lambdaParameters, lambdaDepth, commonTables, subquery: parent } = scope;
  const subquery = { kind, query, span, ...(parent && { parent }) };
  return { lambdaParameters, lambdaDepth, commonTables, relations: [], outer: scope, subquery };
}

/** Whether an expression refers to a query around the subquery that it stands in. */
function isCorrelated(root: Span | undefined, scope: Scope): boolean {
  return root !== undefined && referencesOf(root).some((each) => outerLevelsOf(each, scope) > 0);
}

function refersInside(root: Span, scope: Scope): boolean {
  return referencesOf(root).some((each) => outerLevelsOf(each, scope) === 0);
}

function conjunctsOf(condition: Expression | undefined): readonly Expression[] {
  if (condition === undefined) return [];
  return condition.kind === 'logical' && condition.operator === 'and'
    ? condition.terms.flatMap(conjunctsOf)
    : [condition];
}

/** Whether a correlated part of a condition says with what a column is equal, or is about the outer query alone. */
function isSimple(conjunct: Expression, scope: Scope): boolean {
  if (!isCorrelated(conjunct, scope) || !refersInside(conjunct, scope)) return true;
  if (conjunct.kind !== 'comparison' || conjunct.operator !== '=') return false;
  const sides = [conjunct.left, conjunct.right];
  const inner = sides.filter((side) => refersInside(side, scope));
  const [only] = inner;
  return inner.length === 1 && only !== undefined && ['name', 'field', 'cast'].includes(only.kind);
}

function callsOf(roots: readonly (Span | undefined)[]): readonly CallExpression[] {
  return roots.flatMap((root) =>
    root === undefined ? [] : nodesOfKind<Expression, 'call'>(root, 'call'),
  );
}

function itemExpressions(select: Select): readonly Expression[] {
  return select.items.flatMap((item) => (item.kind === 'expression' ? [item.expression] : []));
}

/** Whether a SELECT makes one row of all rows. */
function isGlobalAggregate(select: Select): boolean {
  const calls = callsOf([...itemExpressions(select), select.having]);
  const aggregates = calls.some(
    ({ name, over }) => over === undefined && aggregateFunctions.has(name),
  );
  return select.groupBy === undefined && (aggregates || select.having !== undefined);
}

function bareRelation(relation: RelationSyntax): RelationSyntax {
  return relation.kind === 'aliased' ? bareRelation(relation.relation) : relation;
}

function findOuterUnnest(select: Select, scope: Scope): UnnestRelation | undefined {
  const visit = (relation: RelationSyntax): UnnestRelation | undefined => {
    const bare = bareRelation(relation);
    if (bare.kind === 'join') return visit(bare.left) ?? visit(bare.right);
    return bare.kind === 'unnest' && bare.expressions.some((each) => isCorrelated(each, scope))
      ? bare
      : undefined;
  };
  for (const relation of select.from) {
    const found = visit(relation);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a SELECT reads at most so many rows, because they are written out: then Trino has less to plan. */
function readsAtMost(select: Select, most: number): boolean {
  const counts = select.from.map((relation) => {
    const bare = bareRelation(relation);
    const body = bare.kind === 'subquery' ? bare.query.body : undefined;
    return body?.kind === 'values' ? body.rows.length : Infinity;
  });
  return counts.reduce((product, count) => product * count, 1) <= most;
}

/** The columns that a GROUP BY names. */
function groupedNames(groupBy: GroupBy): ReadonlySet<string> {
  const names = groupBy.elements.flatMap((element) =>
    element.kind === 'simple'
      ? element.expressions.filter(({ kind }) => ['name', 'field'].includes(kind))
      : [],
  );
  return new Set(names.flatMap(referencesOf).map(({ column }) => column.toLowerCase()));
}

function checkUnnest(select: Select, subquery: Subquery): Finding | undefined {
  const hasFilter = callsOf(itemExpressions(select)).some(({ filter }) => filter !== undefined);
  const [only, ...others] = select.from;
  const isAlone = others.length === 0 && only !== undefined && bareRelation(only).kind === 'unnest';
  const isPlain =
    isAlone &&
    !hasFilter &&
    select.where === undefined &&
    select.groupBy === undefined &&
    select.having === undefined &&
    subquery.kind !== 'membership';
  return isPlain
    ? undefined
    : {
        reason: 'it filters, joins or groups an UNNEST of a column of the outer query',
        hint: unnestHint,
      };
}

const aggregatesOuter: Finding = {
  reason: 'it aggregates values of the outer query',
  hint: 'aggregate its own columns, and combine the result with the outer ones',
};

const lost: Finding = {
  reason: 'with GROUP BY it may compare values of the outer query with what it groups by alone',
  hint: joinHint,
};

/** Whether the columns that are compared with those of the outer query are gone after GROUP BY. */
function losesColumns(select: Select, isCut: boolean, scope: Scope): boolean {
  const { groupBy, where } = select;
  if (groupBy === undefined || readsAtMost(select, 1)) return false;
  if (isCorrelated(groupBy, scope)) return true;
  const names = groupedNames(groupBy);
  const isGone = (each: Expression): boolean =>
    referencesOf(each).some(
      (name) => outerLevelsOf(name, scope) === 0 && !names.has(name.column.toLowerCase()),
    );
  const correlated = conjunctsOf(where).filter((each) => isCorrelated(each, scope));
  return correlated.some(
    (each) =>
      (!isSimple(each, scope) && isGone(each)) ||
      (isCut && (isGone(each) || !refersInside(each, scope))),
  );
}

/** Returns the names that the columns of a table of FROM which is written as `select` have for the query around it. */
function columnNames(select: Select, top: Select): readonly (string | undefined)[] {
  const around = top.from.flatMap((relation) =>
    nodesOfKind<RelationSyntax, 'aliased'>(relation, 'aliased'),
  );
  const isOurs = (relation: RelationSyntax): boolean =>
    relation.kind === 'subquery' && relation.query.body === select;
  const renamed = around.find(({ relation }) => isOurs(relation))?.columns;
  return select.items.map((item, index) => {
    const given = renamed?.[index]?.value;
    if (given !== undefined || item.kind === 'star') return given?.toLowerCase();
    const [only] = referencesOf(item.expression);
    return (item.alias?.value ?? only?.column)?.toLowerCase();
  });
}

/** Whether a query uses a column that a table of its FROM computes of values of the query around both. */
function usesOuterValues(select: Select, top: Select, scope: Scope): boolean {
  const names = columnNames(select, top);
  const computed = select.items.flatMap((item, index) =>
    item.kind === 'expression' && isCorrelated(item.expression, scope) ? [names[index]] : [],
  );
  const used = [...itemExpressions(top), ...(top.where ? [top.where] : [])].flatMap(referencesOf);
  return used.some(({ column }) => computed.includes(column.toLowerCase()));
}

/** Checks a table of FROM whose rows the subquery aggregates again. */
function checkAggregatedTable(select: Select, top: Select, scope: Scope): Finding | undefined {
  if (!isGlobalAggregate(top)) return undefined;
  if (losesColumns(select, false, scope)) return lost;
  if (usesOuterValues(select, top, scope)) return aggregatesOuter;
  return isGlobalAggregate(select) && isCorrelated(select.where, scope)
    ? { reason: 'it aggregates twice', hint: joinHint }
    : undefined;
}

function checkTop(
  select: Select,
  { orderBy, limit, offset, withTies }: Query,
  scope: Scope,
  subquery: Subquery,
): Finding | undefined {
  const items = itemExpressions(select);
  const filters = isCorrelated(select.where, scope);
  const selects = items.some((each) => isCorrelated(each, scope));
  if (subquery.kind === 'membership' && (filters || selects)) {
    const isPlain =
      !selects &&
      select.groupBy === undefined &&
      !select.distinct &&
      limit === undefined &&
      !isGlobalAggregate(select) &&
      !callsOf(items).some(({ over }) => over !== undefined);
    if (!isPlain) {
      return {
        reason:
          'under IN, ANY and ALL it may only filter by columns of the outer query, and select no more than columns of its own',
        hint: 'write EXISTS (SELECT … WHERE a = b)',
      };
    }
  }
  if (withTies && (filters || selects)) return { reason: 'it has WITH TIES', hint: joinHint };
  if (filters && offset !== undefined) return { reason: 'it has an OFFSET', hint: joinHint };
  const hard = conjunctsOf(select.where).filter((each) => !isSimple(each, scope));
  const isLimited = limit !== undefined && !isGlobalAggregate(select);
  const isCut = isLimited && (orderBy.length > 0 || !readsAtMost(select, Number(limit)));
  if (isCut && hard.length > 0) {
    return {
      reason: 'with a LIMIT it may only say which of its columns equal values of the outer query',
      hint: joinHint,
    };
  }
  const shows = selects || orderBy.some(({ expression }) => isCorrelated(expression, scope));
  if (isCut && shows && subquery.kind !== 'exists') {
    return {
      reason: 'with a LIMIT it may neither select nor order by values of the outer query',
      hint: joinHint,
    };
  }
  const { groupBy } = select;
  const isValue = ['scalar', 'lateral'].includes(subquery.kind);
  const isReduced = select.where !== undefined || groupBy !== undefined;
  if (selects && isValue && select.from.length > 0 && isReduced && !isGlobalAggregate(select)) {
    return {
      reason: 'it filters rows and selects values of the outer query',
      hint: 'select its own columns, and combine them with the outer ones outside of it',
    };
  }
  if (isValue && losesColumns(select, isCut, scope)) return lost;
  if (filters && groupBy === undefined && select.having !== undefined) {
    return {
      reason: 'it has HAVING without GROUP BY',
      hint: 'write the condition with CASE around the aggregate',
    };
  }
  const isEmptyFrom = select.from.length === 0 && subquery.kind !== 'exists';
  return isEmptyFrom && filters
    ? { reason: 'it filters without a FROM', hint: 'write CASE WHEN … THEN … END' }
    : undefined;
}

function checkAnywhere(select: Select, scope: Scope, subquery: Subquery): Finding | undefined {
  if (findOuterUnnest(select, scope) !== undefined) return checkUnnest(select, subquery);
  if (subquery.kind === 'exists') return undefined;
  const items = itemExpressions(select);
  const calls = callsOf(items);
  const computes = calls.some(
    ({ name, over, args, filter }) =>
      over === undefined &&
      aggregateFunctions.has(name) &&
      [...args, ...(filter ? [filter] : [])].some((each) => isCorrelated(each, scope)),
  );
  if (computes && select.from.length > 0) return aggregatesOuter;
  const isWindowed = calls.some(({ over }) => over !== undefined);
  return isWindowed && isCorrelated(select.where, scope)
    ? { reason: 'it has window functions', hint: joinHint }
    : undefined;
}

function report(context: Context, { span }: Subquery, { reason, hint }: Finding): void {
  context.report(
    'sql-unsupported',
    `Athena does not run this subquery, which refers to the query around it: ${reason}`,
    span,
    hint,
  );
}

/** Reports a SELECT in a subquery whose references to the query around it Trino does not plan. `scope` holds its relations. */
export function checkCorrelatedSelect(context: Context, select: Select, scope: Scope): void {
  const { subquery } = scope;
  if (subquery === undefined) return;
  const { query } = subquery;
  const isTop = query.body === select;
  const finding =
    checkUnion(select, scope) ??
    checkAnywhere(select, scope, subquery) ??
    (isTop ? checkTop(select, query, scope, subquery) : undefined) ??
    (!isTop && query.body.kind === 'select'
      ? checkAggregatedTable(select, query.body, scope)
      : undefined) ??
    checkDepth(select, scope);
  if (finding !== undefined) report(context, subquery, finding);
}

/** A side of a UNION may not refer to the outer query. */
function checkUnion(select: Select, scope: Scope): Finding | undefined {
  const refers = [...itemExpressions(select), select.where].some((each) =>
    isCorrelated(each, scope),
  );
  return scope.inUnion === true && refers
    ? { reason: 'it does so in a UNION', hint: joinHint }
    : undefined;
}

/** A reference may leave one subquery, not two. */
function checkDepth(select: Select, scope: Scope): Finding | undefined {
  const { subquery } = scope;
  if ([subquery?.kind, subquery?.parent?.kind].includes('lateral')) return undefined;
  const parts = [...itemExpressions(select), select.where, select.having];
  const isTooDeep = parts.some(
    (part) =>
      part !== undefined && referencesOf(part).some((each) => outerLevelsOf(each, scope) > 1),
  );
  return isTooDeep
    ? {
        reason: 'it refers to a query further out, beyond the subquery in which it stands',
        hint: 'select that column in the subquery between them, or write a JOIN',
      }
    : undefined;
}

/** The same for VALUES of several rows. */
export function checkCorrelatedValues(context: Context, body: ValuesBody, scope: Scope): void {
  const { subquery } = scope;
  if (subquery === undefined || subquery.kind === 'exists' || body.rows.length < 2) return;
  if (!body.rows.some((row) => isCorrelated(row, scope))) return;
  report(context, subquery, {
    reason: 'it has VALUES of several rows',
    hint: 'write CROSS JOIN UNNEST(ARRAY[…])',
  });
}
