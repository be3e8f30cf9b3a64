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

/** Returns the names of columns in a part of a query; those of subqueries in it and of lambdas are left out. */
export function referencesOf(root: Span): readonly ColumnReference[] {
  const found: ColumnReference[] = [];
  const visit = (value: unknown, hidden: ReadonlySet<string>): void => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) { value.forEach((each) => visit(each, hidden)); return; }
    if ('kind' in value && value.kind === 'query') return;
    if (!isExpression(value)) { Object.values(value).forEach((each) => visit(each, hidden)); return; }
    if (value.kind === 'lambda') { visit(value.body, withParameters(value, hidden)); return; }
    if (value.kind === 'name') {
      const column = value.name.value;
      if (!hidden.has(column.toLowerCase())) found.push({ column, qualifiers: [] });
      return;
    }
    const qualifiers = value.kind === 'field' ? qualifiersOf(value.base) : undefined;
    const first = qualifiers?.at(-1)?.value.toLowerCase();
    if (value.kind === 'field' && qualifiers !== undefined && first !== undefined) {
      if (hidden.has(first)) return;
      found.push({ column: value.field.value, qualifiers: qualifiers.map((each) => each.value) });
      return;
    }
    Object.values(value).forEach((each) => visit(each, hidden));
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
