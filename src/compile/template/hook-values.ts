import { readNodeHooks } from '../../core/hook.js';
import type { JsonValue } from '../../core/node.js';
import { toRepresentation } from './printing.js';
import type { Run } from './run.js';
import { listOf, none, objectOf, type Value } from './values.js';

/** The names under which dbt's `config.get()` finds hooks, with their keys; the keys themselves it does not know. */
const hookKeys: ReadonlyMap<string, string> = new Map([
  ['pre_hook', 'pre-hook'],
  ['post_hook', 'post-hook'],
]);

/** Returns whether dbt's `config.get()` gives the default for a name, whatever is configured. */
export function isHookKey(name: string): boolean {
  return name === 'pre-hook' || name === 'post-hook';
}

/** Returns the key of the hooks that a name of `config.get()` stands for, if it is one. */
export function hookKeyOf(name: string): string | undefined {
  return hookKeys.get(name);
}

/** Returns hooks as `config.get('pre_hook')` has them in dbt: a list of objects with `sql`, `transaction` and `index`. */
export function hookValues(hooks: JsonValue, run: Run): Value {
  return listOf(
    readNodeHooks(hooks).map(({ sql, transaction }) => {
      const members = new Map<string, Value>([
        ['sql', sql],
        ['transaction', transaction],
        ['index', none],
      ]);
      const shown = [...members].map(([name, value]) => `${name}=${toRepresentation(value, run)}`);
      const text = `Hook(${shown.join(', ')})`;
      return { ...objectOf('Hook', text, members), representation: text };
    }),
  );
}
