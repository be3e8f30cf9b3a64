import type { Run } from './run.js';
import { TemplateProblem } from './template-problem.js';
import { noteUndefined } from './note-undefined.js';
import { charactersOf } from './text.js';
import { isUndefined, typeName, type Value } from './values.js';

/**
 * Returns what a `for` runs over: items, keys of a dict, characters of a string. What is not there is empty, as in
 * Jinja2; an iterator is empty afterwards. Throws `template-error` for what cannot be run over.
 */
export function toItems(value: Value, run: Run): readonly Value[] {
  if (isUndefined(value)) {
    if (value.level === 'name') noteUndefined(value, run);
    return [];
  }
  const defined = value;
  if (typeof defined === 'string') {
    run.budget.allocateItems(defined.length);
    return charactersOf(defined);
  }
  if (typeof defined === 'object') {
    if (defined.kind === 'dict') {
      run.budget.touch(defined.entries.size);
      return [...defined.entries.values()].map(({ key }) => key);
    }
    if (defined.kind === 'sequence') {
      run.budget.touch(defined.items.length);
      if (defined.type !== 'iterator') return [...defined.items];
      const taken = defined.items;
      defined.items = [];
      return taken;
    }
  }
  throw new TemplateProblem(
    'template-error',
    `expected something to run over (a list, dict or string), found ${typeName(defined)}`,
  );
}
