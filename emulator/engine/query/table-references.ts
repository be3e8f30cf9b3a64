import type { Expression, Query, QualifiedName } from '../../../src/core/sql-syntax.js';

/** A table that a query names, without those that its CTEs define. */
export interface TableReference {
  readonly name: QualifiedName;
  /** It has an alias of its own. */
  readonly aliased: boolean;
}

type Node = Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

/** Returns all tables that a query or an expression names, in the order of the text. */
export function findTableReferences(root: Query | Expression): readonly TableReference[] {
  const found: TableReference[] = [];
  const visit = (value: unknown, hidden: ReadonlySet<string>, aliased: boolean): void => {
    if (Array.isArray(value)) {
      value.forEach((each) => visit(each, hidden, false));
    } else if (isNode(value)) {
      visitNode(value, hidden, aliased);
    }
  };
  const visitNode = (node: Node, hidden: ReadonlySet<string>, aliased: boolean): void => {
    if (node['kind'] === 'table') {
      const name = node['name'] as QualifiedName;
      const [only] = name.parts;
      const isCommon = name.parts.length === 1 && hidden.has(only?.value.toLowerCase() ?? '');
      if (!isCommon) found.push({ name, aliased });
      return;
    }
    if (node['kind'] === 'query') {
      visitQuery(node as unknown as Query, hidden);
      return;
    }
    for (const [key, child] of Object.entries(node)) {
      visit(child, hidden, node['kind'] === 'aliased' && key === 'relation');
    }
  };
  const visitQuery = (query: Query, outer: ReadonlySet<string>): void => {
    const hidden = new Set(outer);
    for (const table of query.with?.tables ?? []) {
      const name = table.name.value.toLowerCase();
      if (query.with?.recursive === true) hidden.add(name);
      visit(table.query, new Set(hidden), false);
      hidden.add(name);
    }
    for (const [key, child] of Object.entries(query)) {
      if (key !== 'with') visit(child, hidden, false);
    }
  };
  visit(root, new Set(), false);
  return found;
}

/** Returns the columns that a query compares with constants (`=`, IN), by their bare names in lower case. */
export function findConstrainedColumns(root: Query): ReadonlySet<string> {
  const names = new Set<string>();
  const note = (expression: Expression): void => {
    if (expression.kind === 'name') names.add(expression.name.value.toLowerCase());
    if (expression.kind === 'field') names.add(expression.field.value.toLowerCase());
  };
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isNode(value)) return;
    const node = value as unknown as Expression;
    if (node.kind === 'comparison' && node.operator === '=') [node.left, node.right].forEach(note);
    if (node.kind === 'in-list' && !node.negated) note(node.operand);
    Object.values(value).forEach(visit);
  };
  visit(root);
  return names;
}
