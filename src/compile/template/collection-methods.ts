import { builtin, type BoundArguments, type Builtin } from './arguments.js';
import { isEqual } from './comparing.js';
import { dictOf, getEntry, setEntry } from './dicts.js';
import { toItems } from './iterating.js';
import type { Run } from './run.js';
import { TemplateProblem } from './template-problem.js';
import { sortItems } from './sorting.js';
import { hashKey } from './comparing.js';
import {
  isDict,
  isSequence,
  listOf,
  none,
  tupleOf,
  typeName,
  type DictValue,
  type SequenceType,
  type SequenceValue,
  type Value,
} from './values.js';

function fail(message: string): never {
  throw new TemplateProblem('template-error', message);
}

function list(args: BoundArguments): SequenceValue {
  const self = args.value('self');
  return isSequence(self) ? self : fail('expected a list');
}

function dict(args: BoundArguments): DictValue {
  const self = args.value('self');
  return isDict(self) ? self : fail('expected a dict');
}

function position(items: readonly Value[], value: Value, run: Run): number {
  const at = items.findIndex((item) => isEqual(item, value, run));
  return at < 0 ? fail('the list does not contain the value') : at;
}

/** Where `insert` and `pop` act; negative positions count from the end. */
function fromEnd(index: number, length: number): number {
  return index < 0 ? index + length : index;
}

const counting: readonly (readonly [string, Builtin])[] = [
  [
    'count',
    builtin('self value', (args, run) =>
      BigInt(list(args).items.filter((item) => isEqual(item, args.value('value'), run)).length),
    ),
  ],
  [
    'index',
    builtin('self value start? end?', (args, run) => {
      const { items } = list(args);
      const start = fromEnd(args.integer('start', 0), items.length);
      const end = fromEnd(args.integer('end', items.length), items.length);
      return BigInt(start + position(items.slice(start, end), args.value('value'), run));
    }),
  ],
];

/** Python's methods of `tuple`. */
export const tupleMethods: ReadonlyMap<string, Builtin> = new Map(counting);

/** Python's methods of `list`. Those that change it return None. */
export const listMethods: ReadonlyMap<string, Builtin> = new Map([
  ...counting,
  [
    'append',
    builtin('self value', (args, run) => {
      run.budget.allocateItems(1);
      list(args).items.push(args.value('value'));
      return none;
    }),
  ],
  [
    'clear',
    builtin('self', (args) => {
      list(args).items.length = 0;
      return none;
    }),
  ],
  [
    'copy',
    builtin('self', (args, run) => {
      run.budget.allocateItems(list(args).items.length);
      return listOf([...list(args).items]);
    }),
  ],
  [
    'extend',
    builtin('self values', (args, run) => {
      const added = toItems(args.value('values'), run);
      run.budget.allocateItems(added.length);
      for (const item of added) list(args).items.push(item);
      return none;
    }),
  ],
  [
    'insert',
    builtin('self index value', (args, run) => {
      const { items } = list(args);
      run.budget.allocateItems(1);
      run.budget.touch(items.length);
      const at = Math.max(0, fromEnd(args.integer('index'), items.length));
      items.splice(at, 0, args.value('value'));
      return none;
    }),
  ],
  [
    'pop',
    builtin('self index?', (args) => {
      const { items } = list(args);
      const at = fromEnd(args.integer('index', -1), items.length);
      const [taken] = at < 0 ? [] : items.splice(at, 1);
      return taken === undefined ? fail('pop() found no item at that position') : taken;
    }),
  ],
  [
    'remove',
    builtin('self value', (args, run) => {
      const { items } = list(args);
      items.splice(position(items, args.value('value'), run), 1);
      return none;
    }),
  ],
  [
    'reverse',
    builtin('self', (args) => {
      list(args).items.reverse();
      return none;
    }),
  ],
  [
    'sort',
    builtin('self reverse?', (args, run) => {
      const self = list(args);
      self.items = sortItems(
        self.items,
        (item) => item,
        { reverse: args.flag('reverse', false) },
        run,
      );
      return none;
    }),
  ],
]);

function view(type: SequenceType, choose: (entry: { key: Value; value: Value }) => Value): Builtin {
  return builtin('self', (args, run) => {
    const { entries } = dict(args);
    run.budget.allocateItems(entries.size);
    return { kind: 'sequence', type, items: [...entries.values()].map(choose) };
  });
}

/** Returns the pairs of a dict, or of a sequence of pairs, as `dict()` and `update()` take them. */
export function toPairs(value: Value, run: Run): (readonly [Value, Value])[] {
  if (isDict(value)) return [...value.entries.values()].map((entry) => [entry.key, entry.value]);
  return toItems(value, run).map((item) => {
    const pair = isSequence(item) ? item.items : [];
    const [key, entry] = pair;
    if (pair.length !== 2 || key === undefined || entry === undefined) {
      return fail(`expected a dict or a list of pairs, found a list of ${typeName(item)}`);
    }
    return [key, entry];
  });
}

/** Python's methods of `dict`. */
export const dictMethods: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [
    'clear',
    builtin('self', (args) => {
      dict(args).entries.clear();
      return none;
    }),
  ],
  [
    'copy',
    builtin('self', (args, run) => {
      run.budget.allocateItems(2 * dict(args).entries.size);
      return { kind: 'dict', entries: new Map(dict(args).entries) };
    }),
  ],
  [
    'get',
    builtin('self key default?', (args, run) => {
      const found = getEntry(dict(args), args.value('key'), run);
      return found ?? args.value('default');
    }),
  ],
  [
    'fromkeys',
    builtin('self keys value?', (args, run) =>
      dictOf(
        toItems(args.value('keys'), run).map((key) => [key, args.value('value')]),
        run,
      ),
    ),
  ],
  ['items', view('dict_items', ({ key, value }) => tupleOf([key, value]))],
  ['keys', view('dict_keys', ({ key }) => key)],
  [
    'pop',
    builtin('self key default?', (args, run) => {
      const { entries } = dict(args);
      const hash = hashKey(args.value('key'), run);
      const found = entries.get(hash);
      entries.delete(hash);
      if (found === undefined && !args.has('default')) fail('pop() found no such key');
      return found === undefined ? args.value('default') : found.value;
    }),
  ],
  [
    'popitem',
    builtin('self', (args) => {
      const { entries } = dict(args);
      const last = [...entries].at(-1);
      if (last === undefined) return fail('popitem() found the dict empty');
      entries.delete(last[0]);
      return tupleOf([last[1].key, last[1].value]);
    }),
  ],
  [
    'setdefault',
    builtin('self key default?', (args, run) => {
      const found = getEntry(dict(args), args.value('key'), run);
      if (found !== undefined) return found;
      setEntry(dict(args), args.value('key'), args.value('default'), run);
      return args.value('default');
    }),
  ],
  [
    'update',
    builtin('self other? **', (args, run) => {
      const pairs = args.has('other') ? toPairs(args.value('other'), run) : [];
      for (const [key, value] of [...pairs, ...args.named]) setEntry(dict(args), key, value, run);
      return none;
    }),
  ],
  ['values', view('dict_values', ({ value }) => value)],
]);
