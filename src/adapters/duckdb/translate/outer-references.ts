import type { Expression, LambdaExpression, Span } from '../../../core/sql-syntax.js';
import { qualifiersOf } from './constructor.js';
import type { Scope } from './scope.js';

/** A name of a column, as it stands in an expression. */
export interface ColumnReference {
  readonly column: string;
  /** The names before it, the last one first; `a` in `a.b` may also be a column, and `b` its field. */
  readonly qualifiers: readonly string[];
}

function isExpression(value: object): value is Expression {
  return 'kind' in value && 'start' in value;
}

/** Returns the name that an expression is, if it is one. */
function readReference(expression: Expression): ColumnReference | undefined {
  if (expression.kind === 'name') return { column: expression.name.value, qualifiers: [] };
  if (expression.kind !== 'field') return undefined;
  const qualifiers = qualifiersOf(expression.base)?.map(({ value }) => value);
  return qualifiers && { column: expression.field.value, qualifiers };
}

function firstName({ column, qualifiers }: ColumnReference): string {
  return qualifiers.at(-1) ?? column;
}

/** Returns the names of columns in a part of a query; those of subqueries in it and of lambdas are left out. */
export function referencesOf(root: Span): readonly ColumnReference[] {
  const found: ColumnReference[] = [];
  const visitAll = (values: object, hidden: ReadonlySet<string>): void => {
    for (const each of Object.values(values)) visit(each, hidden);
  };
  const visit = (value: unknown, hidden: ReadonlySet<string>): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('kind' in value && value.kind === 'query') return;
    if (!isExpression(value)) {
      visitAll(value, hidden);
    } else if (value.kind === 'lambda') {
      visit(value.body, withParameters(value, hidden));
    } else {
      const reference = readReference(value);
      if (reference === undefined) visitAll(value, hidden);
      else if (!hidden.has(firstName(reference).toLowerCase())) found.push(reference);
    }
  };
  visit(root, new Set());
  return found;
}

function withParameters(
  { parameters }: LambdaExpression,
  hidden: ReadonlySet<string>,
): ReadonlySet<string> {
  return new Set([...hidden, ...parameters.map(({ value }) => value.toLowerCase())]);
}

function sameName(left: string | undefined, right: string | undefined): boolean {
  return left !== undefined && left.toLowerCase() === right?.toLowerCase();
}

/** Whether a reference is found among the relations of one query. What is not known of them counts as found. */
function isFoundIn({ relations }: Scope, { column, qualifiers }: ColumnReference): boolean {
  const holds = (name: string | undefined): boolean =>
    relations.some(
      (relation) => relation.open || relation.columns.some((each) => sameName(each.name, name)),
    );
  if (qualifiers.length === 0) return holds(column);
  const isQualified = relations.some(({ names }) =>
    qualifiers.every((qualifier, index) => sameName(names[index], qualifier)),
  );
  return isQualified || (relations.length > 0 && holds(qualifiers.at(-1)));
}

/** Returns how many subqueries a reference leaves before it is found; 0 for one that is not found at all. */
export function outerLevelsOf(reference: ColumnReference, scope: Scope): number {
  let levels = 0;
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) {
    if (isFoundIn(at, reference)) return levels;
    if (at.outer !== undefined && at.outer.subquery?.query !== at.subquery?.query) levels++;
  }
  return 0;
}
