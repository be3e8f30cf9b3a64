import { toIndex } from './arguments.js';
import type { Run } from './run.js';
import { TemplateProblem } from './template-problem.js';
import { charactersOf } from './text.js';
import { isNone, isSequence, typeName, type Value } from './values.js';

/** Returns a slice's bounds within 0 and `length`, negative ones counted from the end. */
export function sliceBounds(
  start: number | null,
  end: number | null,
  length: number,
): { readonly start: number; readonly end: number } {
  const within = (index: number): number =>
    Math.min(length, Math.max(0, index < 0 ? index + length : index));
  return { start: within(start ?? 0), end: within(end ?? length) };
}

/** Returns Python's `items[start:stop:step]`. Throws `template-error`. */
function sliceItems<T>(
  items: readonly T[],
  slice: { readonly start: Value; readonly stop: Value; readonly step: Value },
): T[] {
  const step = slicePart(slice.step) ?? 1;
  if (step === 0) throw new TemplateProblem('template-error', 'the step of a slice cannot be 0');
  const [start, stop] = [slicePart(slice.start), slicePart(slice.stop)];
  const { length } = items;
  if (step > 0) {
    const bounds = sliceBounds(start, stop, length);
    const chosen = items.slice(bounds.start, Math.max(bounds.start, bounds.end));
    return step === 1 ? chosen : chosen.filter((_, index) => index % step === 0);
  }
  const within = (index: number): number =>
    Math.min(length - 1, Math.max(-1, index < 0 ? index + length : index));
  const first = start === null ? length - 1 : within(start);
  const last = stop === null ? -1 : within(stop);
  const chosen: T[] = [];
  for (let index = first; index > last; index += step) {
    const item = items[index];
    if (item !== undefined) chosen.push(item);
  }
  return chosen;
}

function slicePart(value: Value): number | null {
  if (isNone(value)) return null;
  const index = toIndex(value);
  if (index === undefined) {
    throw new TemplateProblem(
      'template-error',
      `a slice expects integers, found ${typeName(value)}`,
    );
  }
  return index;
}

const sliceable: ReadonlySet<string> = new Set(['list', 'tuple', 'range']);

/** Returns a slice of a string, list, tuple or range. Throws `template-error` for other values. */
export function sliceValue(
  target: Value,
  slice: { readonly start: Value; readonly stop: Value; readonly step: Value },
  run: Run,
): Value {
  if (typeof target === 'string') {
    run.budget.allocateText(target.length);
    return sliceItems(charactersOf(target), slice).join('');
  }
  if (isSequence(target) && sliceable.has(target.type)) {
    run.budget.allocateItems(target.items.length);
    return { kind: 'sequence', type: target.type, items: sliceItems(target.items, slice) };
  }
  throw new TemplateProblem('template-error', `${typeName(target)} cannot be sliced`);
}
