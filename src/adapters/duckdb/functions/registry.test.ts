import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { functionFamilies } from './index.js';
import { createRegistry } from './registry.js';
import { aggregateFunctions, signatures, windowFunctions } from './signatures.js';

interface ListedFunction {
  readonly name: string;
  readonly family: string;
  readonly kind: 'scalar' | 'aggregate' | 'window' | 'syntax' | 'absent';
}

const listed = JSON.parse(
  readFileSync(
    new URL('../../../../fixtures/trino-functions/functions.json', import.meta.url),
    'utf8',
  ),
) as readonly ListedFunction[];

/** Forms that the grammar knows by themselves, so that they never come to a table of functions. */
const forms =
  `cast try_cast extract position unnest json_array json_object json_exists json_query json_value
  json_table`.split(/\s+/);

const owners = new Map<string, string[]>();
for (const { name, rules } of functionFamilies) {
  for (const rule of Object.keys(rules)) owners.set(rule, [...(owners.get(rule) ?? []), name]);
}

describe('the tables of functions', () => {
  it('name every function of the manual, once', () => {
    const wrong = listed
      .filter(({ kind, name }) => kind !== 'absent' && !forms.includes(name))
      .filter(({ name }) => owners.get(name)?.length !== 1)
      .map(({ name, family }) => `${name} (${family}): ${(owners.get(name) ?? []).join(', ')}`);
    expect(wrong).toEqual([]);
  });

  it('name no function twice', () => {
    expect([...owners].filter(([, families]) => families.length > 1)).toEqual([]);
  });

  it('have a signature for every function that they translate', () => {
    const registry = createRegistry(functionFamilies);
    const without = [...owners.keys()].filter(
      (name) =>
        registry.ruleOf(name)?.kind !== 'refuse' && registry.signaturesOf(name).length === 0,
    );
    expect(without).toEqual([]);
  });

  it('know every function that has a signature', () => {
    expect(Object.keys(signatures).filter((name) => !owners.has(name))).toEqual([]);
  });

  it('give every macro one owner', () => {
    const macros = functionFamilies.flatMap((family) => [
      ...Object.keys(family.macros ?? {}),
      ...Object.entries(family.rules).flatMap(([name, rule]) =>
        rule.kind === 'macro' ? [name] : [],
      ),
    ]);
    const twice = macros.filter((name, index) => macros.indexOf(name) !== index);
    expect(twice).toEqual([]);
  });

  it('tell aggregates and window functions apart', () => {
    const both = [...aggregateFunctions].filter((name) => windowFunctions.has(name));
    expect(both).toEqual([]);
    expect(createRegistry([]).kindOf('sum')).toBe('aggregate');
    expect(createRegistry([]).kindOf('rank')).toBe('window');
    expect(createRegistry([]).kindOf('lower')).toBe('scalar');
  });
});
