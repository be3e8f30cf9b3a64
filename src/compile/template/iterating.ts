import type { Run } from './run.js';
import { TemplateProblem } from './template-problem.js';
import { requireDefined } from './undefined-use.js';
import { charactersOf } from './text.js';
import { isUndefined, typeName, type Value } from './values.js';

/**
 * Returns what a `for` runs over: items, keys of a dict, characters of a string. A member that is not there is empty,
 * as in Jinja2; an iterator is empty afterwards. Throws `template-error` for what cannot be run over.
 */
export function toItems(value: Value, run: Run): readonly Value[] {
  if (isUndefined(value) && value.level !== 'name') return [];
  const defined = requireDefined(value);
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
