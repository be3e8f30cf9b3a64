import { getSubscript } from './members.js';
import type { Run } from './run.js';
import { TemplateProblem } from './template-problem.js';
import { isNone, isUndefined, listOf, typeName, type Value } from './values.js';

/** Strings without regard to case, other values as they are: how Jinja2's filters sort and compare. */
export function ignoreCase(value: Value): Value {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

/**
 * Returns a function that gives the part of an item that an `attribute` argument names: `'a.b'`, an index, or the item
 * itself for none. `fallback` stands for a part that is not there.
 */
export function memberGetter(attribute: Value, run: Run, fallback?: Value): (item: Value) => Value {
  if (isNone(attribute)) return (item) => item;
  const parts = pathOf(attribute);
  return (item) => {
    const found = parts.reduce<Value>((target, part) => {
      if (isUndefined(target) && fallback !== undefined) return target;
      return getSubscript(target, part, run);
    }, item);
    return isUndefined(found) && fallback !== undefined ? fallback : found;
  };
}

function pathOf(attribute: Value): readonly Value[] {
  if (typeof attribute === 'bigint') return [attribute];
  if (typeof attribute === 'string') {
    return attribute.split('.').map((part) => (/^\d+$/.test(part) ? BigInt(part) : part));
  }
  throw new TemplateProblem(
    'template-error',
    `expected the name of an attribute, found ${typeName(attribute)}`,
  );
}

/** Like `memberGetter`, for several attributes divided by commas: a list of their values, to sort by. */
export function sortKeyGetter(
  attribute: Value,
  caseSensitive: boolean,
  run: Run,
): (item: Value) => Value {
  const attributes = typeof attribute === 'string' ? attribute.split(',') : [attribute];
  const getters = attributes.map((each) => memberGetter(each, run));
  return (item) =>
    listOf(getters.map((get) => (caseSensitive ? get(item) : ignoreCase(get(item)))));
}
