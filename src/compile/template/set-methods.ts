import { builtin, type BoundArguments, type Builtin } from './arguments.js';
import { hashKey } from './comparing.js';
import { setOf } from './data-functions.js';
import { toItems } from './iterating.js';
import type { Run } from './run.js';
import { TemplateProblem } from './template-problem.js';
import { isSequence, none, type SequenceValue, type Value } from './values.js';

function fail(message: string): never {
  throw new TemplateProblem('template-error', message);
}

function self(args: BoundArguments): SequenceValue {
  const value = args.value('self');
  return isSequence(value) ? value : fail('expected a set');
}

function hashes(values: readonly Value[], run: Run): ReadonlySet<string> {
  return new Set(values.map((value) => hashKey(value, run)));
}

/** A method that makes a new set of the items of both. */
function combining(choose: (own: boolean, other: boolean) => boolean): Builtin {
  return builtin('self *', (args, run) =>
    args.rest.reduce<SequenceValue>(
      (left, each) => {
        const right = toItems(each, run);
        const [inLeft, inRight] = [hashes(left.items, run), hashes(right, run)];
        const kept = [...left.items, ...right].filter((item) => {
          const hash = hashKey(item, run);
          return choose(inLeft.has(hash), inRight.has(hash));
        });
        return setOf(kept, run);
      },
      setOf(self(args).items, run),
    ),
  );
}

function comparing(
  holds: (own: ReadonlySet<string>, other: ReadonlySet<string>) => boolean,
): Builtin {
  return builtin('self other', (args, run) =>
    holds(hashes(self(args).items, run), hashes(toItems(args.value('other'), run), run)),
  );
}

const isSubset = (left: ReadonlySet<string>, right: ReadonlySet<string>): boolean =>
  [...left].every((hash) => right.has(hash));

function removing(required: boolean): Builtin {
  return builtin('self value', (args, run) => {
    const set = self(args);
    const hash = hashKey(args.value('value'), run);
    const kept = set.items.filter((item) => hashKey(item, run) !== hash);
    if (required && kept.length === set.items.length) fail('the set does not contain the value');
    set.items = kept;
    return none;
  });
}

/** Python's methods of `set`. */
export const setMethods: ReadonlyMap<string, Builtin> = new Map([
  [
    'add',
    builtin('self value', (args, run) => {
      self(args).items = setOf([...self(args).items, args.value('value')], run).items;
      return none;
    }),
  ],
  ['copy', builtin('self', (args, run) => setOf(self(args).items, run))],
  ['difference', combining((own, other) => own && !other)],
  ['discard', removing(false)],
  ['intersection', combining((own, other) => own && other)],
  ['isdisjoint', comparing((left, right) => ![...left].some((hash) => right.has(hash)))],
  ['issubset', comparing(isSubset)],
  ['issuperset', comparing((left, right) => isSubset(right, left))],
  ['remove', removing(true)],
  ['symmetric_difference', combining((own, other) => own !== other)],
  ['union', combining(() => true)],
  [
    'update',
    builtin('self *', (args, run) => {
      const added = args.rest.flatMap((each) => [...toItems(each, run)]);
      self(args).items = setOf([...self(args).items, ...added], run).items;
      return none;
    }),
  ],
]);
