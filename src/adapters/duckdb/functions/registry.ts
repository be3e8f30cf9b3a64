import type { FunctionFamily, FunctionRule } from './rule.js';
import { aggregateFunctions, signatures, windowFunctions } from './signatures.js';

/** What is known of all functions. */
export interface FunctionRegistry {
  readonly names: readonly string[];
  ruleOf(name: string): FunctionRule | undefined;
  /** The signatures as written, see `signatures.ts`. */
  signaturesOf(name: string): readonly string[];
  kindOf(name: string): 'scalar' | 'aggregate' | 'window';
}

/** Returns the registry of these families. */
export function createRegistry(families: readonly FunctionFamily[]): FunctionRegistry {
  const rules = new Map(families.flatMap((family) => Object.entries(family.rules)));
  const written = new Map<string, readonly string[]>(Object.entries(signatures));
  return {
    names: [...rules.keys()],
    ruleOf: (name) => rules.get(name),
    signaturesOf: (name) => written.get(name) ?? [],
    kindOf: (name) =>
      aggregateFunctions.has(name) ? 'aggregate' : windowFunctions.has(name) ? 'window' : 'scalar',
  };
}
