import type { Value } from './values.js';

/** The variables of a block, and of the blocks around it. */
export interface Scope {
  readonly variables: Map<string, Value>;
  readonly parent: Scope | null;
}

/** Returns a new scope inside `parent`. */
export function innerScope(parent: Scope | null): Scope {
  return { variables: new Map(), parent };
}

/** Returns a variable of the scope or of one around it. */
export function findVariable(scope: Scope, name: string): Value | undefined {
  for (let each: Scope | null = scope; each !== null; each = each.parent) {
    const value = each.variables.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Returns the names of all variables that can be seen, for "did you mean". */
export function variableNames(scope: Scope): string[] {
  const names: string[] = [];
  for (let each: Scope | null = scope; each !== null; each = each.parent) {
    names.push(...each.variables.keys());
  }
  return names;
}
