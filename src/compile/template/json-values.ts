import type { JsonValue } from '../../core/node.js';
import type { Run } from './run.js';
import { dictOf } from './dicts.js';
import { nestingProblem, TemplateProblem } from './template-problem.js';
import { toText } from './printing.js';
import { requireDefined } from './undefined-use.js';
import { listOf, none, typeName, type Value } from './values.js';

const deepestValue = 50;

/** Returns a copy of plain data as a template's value; whole numbers become integers. */
export function fromJson(value: JsonValue, run: Run): Value {
  if (value === null) return none;
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    run.budget.allocateItems(items.length);
    return listOf(items.map((item) => fromJson(item, run)));
  }
  const pairs = Object.entries(value as { readonly [key: string]: JsonValue });
  return dictOf(
    pairs.map(([key, item]) => [key, fromJson(item, run)]),
    run,
  );
}

/**
 * Returns a look-up of plain data for one render: a value is copied when it is asked for first, and may then be changed
 * by the template. Only own keys are found.
 */
export function copyOnDemand(
  data: Readonly<Record<string, JsonValue>>,
): (name: string, run: Run) => Value | undefined {
  const copies = new Map<string, Value>();
  return (name, run) => {
    const present = copies.get(name);
    if (present !== undefined || !Object.hasOwn(data, name)) return present;
    const copy = fromJson(data[name] ?? null, run);
    copies.set(name, copy);
    return copy;
  };
}

/**
 * Returns a template's value as plain data, for `config()`. Throws `template-error` for what plain data cannot hold:
 * functions, iterators, integers beyond 2**53, keys that are not strings.
 */
export function toJson(value: Value, run: Run, depth = 0): JsonValue {
  if (depth > deepestValue) throw nestingProblem();
  run.budget.step();
  const defined = requireDefined(value);
  if (typeof defined === 'bigint') {
    const number = Number(defined);
    return Number.isSafeInteger(number) ? number : fail('an integer beyond 2**53');
  }
  if (typeof defined === 'number' && !Number.isFinite(defined)) return fail('a number without end');
  if (typeof defined !== 'object') return defined;
  switch (defined.kind) {
    case 'none':
      return null;
    case 'sequence':
      if (defined.type === 'iterator') return fail('an iterator', "make it a list with '| list'");
      run.budget.allocateItems(defined.items.length);
      return defined.items.map((item) => toJson(item, run, depth + 1));
    case 'dict':
      run.budget.allocateItems(defined.entries.size);
      return Object.fromEntries(
        [...defined.entries.values()].map(({ key, value: item }) => [
          checkKey(key),
          toJson(item, run, depth + 1),
        ]),
      );
    case 'object':
      return defined.text === null ? fail(typeName(defined)) : toText(defined, run);
    case 'callable':
      return fail(`the function '${defined.name}'`);
  }
}

/** Returns a key of plain data. `__proto__` is refused: whoever copies the data must not be surprised by it. */
function checkKey(key: Value): string {
  if (typeof key !== 'string') return fail(`a key of type ${typeName(key)}`);
  if (key === '__proto__') {
    throw new TemplateProblem('template-forbidden', "templates must not use the key '__proto__'");
  }
  return key;
}

function fail(what: string, hint?: string): never {
  throw new TemplateProblem('template-error', `a configuration value cannot hold ${what}`, {
    hint,
  });
}
