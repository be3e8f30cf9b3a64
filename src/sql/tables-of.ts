import type { QualifiedName, Query } from '../core/sql-syntax.js';

/** Returns the names of the tables that a query reads, as written; names of its own CTEs are not among them. */
export function tablesOf(query: Query): readonly QualifiedName[] {
  const found: QualifiedName[] = [];

  function visit(value: unknown, ctes: ReadonlySet<string>): void {
    if (Array.isArray(value)) {
      for (const each of value) visit(each, ctes);
    } else if (typeof value === 'object' && value !== null) {
      const node = value as { readonly kind?: unknown; readonly name?: QualifiedName };
      if (node.kind === 'query') visitQuery(value as Query, ctes);
      else if (node.kind === 'table' && node.name !== undefined) addTable(node.name, ctes);
      else for (const each of Object.values(value)) visit(each, ctes);
    }
  }

  function addTable(name: QualifiedName, ctes: ReadonlySet<string>): void {
    const [first, ...others] = name.parts;
    const isCte = others.length === 0 && first !== undefined && ctes.has(first.value.toLowerCase());
    if (!isCte) found.push(name);
  }

  function visitQuery({ with: clause, ...rest }: Query, outer: ReadonlySet<string>): void {
    const ctes = new Set(outer);
    for (const { name, query } of clause?.tables ?? []) {
      // `WITH a AS (SELECT * FROM a)` reads a table, unless it is recursive.
      const cte = name.value.toLowerCase();
      if (clause?.recursive === true) ctes.add(cte);
      visitQuery(query, ctes);
      ctes.add(cte);
    }
    for (const part of Object.values(rest)) visit(part, ctes);
  }

  visitQuery(query, new Set());
  return found;
}
