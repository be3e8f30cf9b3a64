import { builtin, callableOf } from './arguments.js';
import { isEqual } from './comparing.js';
import { TemplateProblem } from './template-problem.js';
import { missingMember, tupleOf, type ObjectValue, type Value } from './values.js';

/** What stays the same between the turns of one loop. */
export interface LoopState {
  /** The arguments of the last `loop.changed(…)`. */
  lastChanged: Value | undefined;
}

/** Returns the `loop` of one turn. */
export function loopValue(items: readonly Value[], index: number, state: LoopState): ObjectValue {
  const { length } = items;
  const members: Readonly<Record<string, () => Value>> = {
    index: () => BigInt(index + 1),
    index0: () => BigInt(index),
    revindex: () => BigInt(length - index),
    revindex0: () => BigInt(length - index - 1),
    first: () => index === 0,
    last: () => index === length - 1,
    length: () => BigInt(length),
    // Only recursive loops, which are refused, are deeper.
    depth: () => 1n,
    depth0: () => 0n,
    previtem: () => items[index - 1] ?? missingMember('the first turn has no loop.previtem'),
    nextitem: () => items[index + 1] ?? missingMember('the last turn has no loop.nextitem'),
    cycle: () =>
      callableOf(
        'loop.cycle',
        builtin('*', ({ rest }) => choose(rest, index)),
      ),
    changed: () =>
      callableOf(
        'loop.changed',
        builtin('*', ({ rest }, run) => {
          const current = tupleOf([...rest]);
          const previous = state.lastChanged;
          state.lastChanged = current;
          return previous === undefined || !isEqual(previous, current, run);
        }),
      ),
  };
  return {
    kind: 'object',
    typeName: 'loop',
    text: null,
    memberNames: () => Object.keys(members),
    member: (name) => (Object.hasOwn(members, name) ? members[name]?.() : undefined),
  };
}

function choose(values: readonly Value[], index: number): Value {
  const value = values[index % values.length];
  if (value === undefined) {
    throw new TemplateProblem('template-error', 'loop.cycle() needs values to choose from');
  }
  return value;
}
