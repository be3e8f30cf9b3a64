import { builtin, callableOf } from './arguments.js';
import { isEqual } from './comparing.js';
import { limits } from './budget.js';
import { TemplateProblem } from './template-problem.js';
import { missingMember, tupleOf, type ObjectValue, type Value } from './values.js';

/** What stays the same between the turns of one loop. */
export interface LoopState {
  /** The arguments of the last `loop.changed(…)`. */
  lastChanged: Value | undefined;
  /** How many recursive calls deep; counts from 1. */
  readonly depth: number;
  /** Runs a recursive loop over other items; returns what it prints. */
  readonly recurse?: (items: Value) => string;
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
    depth: () => BigInt(state.depth),
    depth0: () => BigInt(state.depth - 1),
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
  const { recurse } = state;
  return {
    ...(recurse && {
      call: callableOf(
        'loop',
        builtin('iterable~', (args, run) => {
          const place = run.place;
          if (state.depth >= limits.macroDepth) {
            throw new TemplateProblem('template-error', 'the recursive loop is nested too deeply');
          }
          const text = recurse(args.value('iterable'));
          run.place = place;
          return text;
        }),
      ).call,
    }),
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
