import { functionFamilies } from './functions/index.js';
import type { FunctionFamily } from './functions/rule.js';
import { macroSchema } from './translate/macro-call.js';

export { macroSchema };

/** Returns all macros of these families by name. */
function macrosOf(
  families: readonly FunctionFamily[],
): readonly (readonly [string, readonly string[]])[] {
  const ofRules = families.flatMap((family) =>
    Object.entries(family.rules).flatMap(([name, rule]) =>
      rule.kind === 'macro' ? [[name, rule.bodies] as const] : [],
    ),
  );
  return [...families.flatMap((family) => Object.entries(family.macros ?? {})), ...ofRules];
}

/** Returns the names of our macros that a macro's bodies call. */
function calledMacros(bodies: readonly string[]): readonly string[] {
  const calls = bodies.join('\n').matchAll(new RegExp(`${macroSchema}\\.(\\w+)`, 'g'));
  return [...calls].map(([, name = '']) => name);
}

/** Returns the macros in an order in which each comes after those that it calls. */
function inDependencyOrder(
  macros: readonly (readonly [string, readonly string[]])[],
): readonly (readonly [string, readonly string[]])[] {
  const byName = new Map(macros);
  const ordered = new Map<string, readonly string[]>();
  const visit = (name: string): void => {
    const bodies = byName.get(name);
    if (bodies === undefined || ordered.has(name)) return;
    byName.delete(name);
    calledMacros(bodies).forEach(visit);
    ordered.set(name, bodies);
  };
  macros.forEach(([name]) => visit(name));
  return [...ordered];
}

/** A short hash of a text (FNV-1a, 53 bits are more than enough to tell versions apart). */
function hashText(text: string): string {
  let [high, low] = [0xcbf29ce4, 0x84222325];
  for (let index = 0; index < text.length; index++) {
    low = Math.imul(low ^ text.charCodeAt(index), 0x01000193);
    high = Math.imul(high ^ low, 0x01000193);
  }
  return [high, low].map((each) => (each >>> 0).toString(16).padStart(8, '0')).join('');
}

/**
 * The statements that put the macros into a warehouse, in order: the schema, then every macro. They can be repeated.
 * Translated SQL names the macros with their schema, so views work for other clients too.
 */
export const installMacroStatements: readonly string[] = [
  `CREATE SCHEMA IF NOT EXISTS ${macroSchema}`,
  ...inDependencyOrder(macrosOf(functionFamilies)).map(
    ([name, bodies]) => `CREATE OR REPLACE MACRO ${macroSchema}."${name}" ${bodies.join(',\n')}`,
  ),
];

/** Changes whenever a macro does, so that a warehouse needs its macros installed only once. */
export const macroVersion: string = hashText(installMacroStatements.join(';'));
