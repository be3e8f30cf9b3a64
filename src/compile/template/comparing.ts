import type { ComparisonName } from './nodes.js';
import type { Run } from './run.js';
import { compareTemporal } from './temporal.js';
import { nestingProblem, TemplateProblem } from './template-problem.js';
import { requireDefined } from './undefined-use.js';
import {
  isDict,
  isNone,
  isRelation,
  isSequence,
  isUndefined,
  none,
  typeName,
  type Value,
} from './values.js';

const deepestValue = 50;

/** Returns a number or boolean as a number, as Python's arithmetic and comparisons see it. */
export function asNumber(value: Value): bigint | number | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined;
}

function sameNumber(left: bigint | number, right: bigint | number): boolean {
  // `<=` compares an int with a float by their exact values.
  return left <= right && left >= right;
}

/** Returns whether Python's `==` holds: numbers by value, lists, tuples and dicts by their items. */
export function isEqual(left: Value, right: Value, run: Run, depth = 0): boolean {
  if (depth > deepestValue) throw nestingProblem();
  run.budget.step();
  const leftNumber = asNumber(left);
  const rightNumber = asNumber(right);
  if (leftNumber !== undefined && rightNumber !== undefined) {
    return sameNumber(leftNumber, rightNumber);
  }
  if (isUndefined(left)) return isUndefined(right);
  if (isSequence(left) && isSequence(right) && left.type === 'set' && right.type === 'set') {
    const hashes = new Set(left.items.map((item) => hashKey(item, run)));
    return (
      left.items.length === right.items.length &&
      right.items.every((item) => hashes.has(hashKey(item, run)))
    );
  }
  if (isSequence(left) && isSequence(right)) {
    return (
      left === right ||
      (left.type === right.type &&
        left.items.length === right.items.length &&
        left.items.every((item, index) =>
          isEqual(item, right.items[index] ?? none, run, depth + 1),
        ))
    );
  }
  if (isDict(left) && isDict(right)) {
    return (
      left.entries.size === right.entries.size &&
      [...left.entries].every(([hash, { value }]) => {
        const other = right.entries.get(hash);
        return other !== undefined && isEqual(value, other.value, run, depth + 1);
      })
    );
  }
  if (isRelation(left) && isRelation(right)) return left.text === right.text;
  if (typeof left === 'string') run.budget.touch(left.length);
  return left === right || compareTemporal(left, right) === 0;
}

/** Returns -1, 0 or 1; strings compare by code points. Throws `template-error` if Python has no order for the types. */
export function compareOrder(
  left: Value,
  right: Value,
  run: Run,
  operator: '<' | '<=' | '>' | '>=' = '<',
  depth = 0,
): number {
  if (depth > deepestValue) throw nestingProblem();
  run.budget.step();
  const a = asNumber(requireDefined(left));
  const b = asNumber(requireDefined(right));
  if (a !== undefined && b !== undefined) return a < b ? -1 : a > b ? 1 : a <= b ? 0 : NaN;
  if (typeof left === 'string' && typeof right === 'string') {
    run.budget.touch(Math.min(left.length, right.length));
    return compareText(left, right);
  }
  if (isSequence(left) && isSequence(right) && left.type === right.type && left.type !== 'set') {
    return compareItems(left.items, right.items, run, operator, depth + 1);
  }
  const order = compareTemporal(left, right);
  if (order !== undefined) return order;
  throw new TemplateProblem(
    'template-error',
    `'${operator}' cannot compare ${typeName(left)} with ${typeName(right)}`,
  );
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  if (!/[\ud800-\udfff]/.test(left) && !/[\ud800-\udfff]/.test(right)) return left < right ? -1 : 1;
  const [a, b] = [Array.from(left), Array.from(right)];
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const difference = (a[index]?.codePointAt(0) ?? 0) - (b[index]?.codePointAt(0) ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return Math.sign(a.length - b.length);
}

function compareItems(
  left: readonly Value[],
  right: readonly Value[],
  run: Run,
  operator: '<' | '<=' | '>' | '>=',
  depth: number,
): number {
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const [a, b] = [left[index] ?? none, right[index] ?? none];
    if (!isEqual(a, b, run, depth)) return compareOrder(a, b, run, operator, depth);
  }
  return Math.sign(left.length - right.length);
}

/** Returns whether Python's `item in container` holds. */
export function isIn(item: Value, container: Value, run: Run): boolean {
  if (isUndefined(container)) return false;
  const defined = requireDefined(container);
  if (typeof defined === 'string') {
    if (typeof item !== 'string') {
      requireDefined(item);
      throw new TemplateProblem(
        'template-error',
        `'in' expects a string before a string, found ${typeName(item)}`,
      );
    }
    run.budget.touch(defined.length);
    return defined.includes(item);
  }
  if (isSequence(defined)) return defined.items.some((each) => isEqual(item, each, run));
  if (isDict(defined)) return defined.entries.has(hashKey(item, run));
  throw new TemplateProblem(
    'template-error',
    `'in' expects a string, list or dict behind it, found ${typeName(defined)}`,
  );
}

/** Returns the result of one comparison. */
export function compareWith(
  operator: ComparisonName,
  left: Value,
  right: Value,
  run: Run,
): boolean {
  switch (operator) {
    case '==':
      return isEqual(left, right, run);
    case '!=':
      return !isEqual(left, right, run);
    case 'in':
      return isIn(left, right, run);
    case 'not in':
      return !isIn(left, right, run);
    case '<':
      return compareOrder(left, right, run, operator) < 0;
    case '<=':
      return compareOrder(left, right, run, operator) <= 0;
    case '>':
      return compareOrder(left, right, run, operator) > 0;
    case '>=':
      return compareOrder(left, right, run, operator) >= 0;
  }
}

/** Returns a text that is equal for keys that are equal in Python (`1`, `1.0` and `True` are). */
export function hashKey(value: Value, run: Run, depth = 0): string {
  if (depth > deepestValue) throw nestingProblem();
  run.budget.step();
  const defined = requireDefined(value);
  if (isNone(defined)) return 'none';
  if (typeof defined === 'string') {
    run.budget.allocateText(defined.length);
    return `s${defined}`;
  }
  const number = asNumber(defined);
  if (typeof number === 'bigint') return `n${number.toString()}`;
  if (typeof number === 'number') {
    return Number.isInteger(number) ? `n${BigInt(number).toString()}` : `f${String(number)}`;
  }
  if (isSequence(defined) && defined.type === 'tuple') {
    const keys = defined.items.map((item) => hashKey(item, run, depth + 1));
    const key = `t${keys.map((each) => `${each.length}:${each}`).join('')}`;
    run.budget.allocateText(key.length);
    return key;
  }
  // As in dbt, a relation is equal to one of the same name, and can be a key.
  if (isRelation(defined) && defined.text !== null) {
    run.budget.allocateText(defined.text.length);
    return `r${defined.text}`;
  }
  throw new TemplateProblem(
    'template-error',
    `${typeName(defined)} cannot be the key of a dict; use a string, number or tuple`,
  );
}
