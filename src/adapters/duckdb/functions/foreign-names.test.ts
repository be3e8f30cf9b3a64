import { expect, it } from 'vitest';
import { foreignNames } from './foreign-names.js';
import { functionFamilies } from './index.js';
import { createRegistry } from './registry.js';

const registry = createRegistry(functionFamilies);

it.each([...foreignNames])('%s is no function of Athena, and %s is there', (name, instead) => {
  expect(registry.ruleOf(name)).toBeUndefined();
  const called = /^\w+/.exec(instead)?.[0].toLowerCase();
  const forms = [undefined, 'cast', 'try_cast', 'cross', 'extract'];
  if (!forms.includes(called)) expect(registry.ruleOf(called ?? '')?.kind).not.toBe('refuse');
  if (!forms.includes(called)) expect(registry.ruleOf(called ?? '')).toBeDefined();
});
