import { builtin, type BoundArguments, type Builtin } from './arguments.js';
import { toPairs } from './collection-methods.js';
import { compareOrder, hashKey, isEqual } from './comparing.js';
import { toItems } from './iterating.js';
import { ignoreCase, memberGetter, sortKeyGetter } from './member-path.js';
import { applyOperator } from './operators.js';
import type { Run } from './run.js';
import { sortItems } from './sorting.js';
import { TemplateProblem } from './template-problem.js';
import { charactersOf, lengthOf } from './text.js';
import { truthy } from './truth.js';
import {
  isDict,
  isNone,
  isSequence,
  isUndefined,
  iteratorOf,
  listOf,
  missingMember,
  none,
  tupleOf,
  typeName,
  type SequenceValue,
  type Value,
} from './values.js';

function fail(message: string, hint?: string): never {
  throw new TemplateProblem('template-error', message, { hint });
}

function lengthOfValue(value: Value): bigint {
  if (isUndefined(value)) return 0n;
  if (typeof value === 'string') return BigInt(lengthOf(value));
  if (isDict(value)) return BigInt(value.entries.size);
  if (isSequence(value) && value.type !== 'iterator') return BigInt(value.items.length);
  return isSequence(value)
    ? fail('an iterator has no length', "make it a list first with '| list'")
    : fail(`${typeName(value)} has no length`);
}

function empty(): Value {
  return missingMember('the sequence is empty, so it has no such item');
}

/** `min` and `max`. */
function extreme(sign: 1 | -1): Builtin {
  return builtin('value case_sensitive? attribute?', (args, run) => {
    const get = memberGetter(args.value('attribute'), run);
    const sensitive = args.flag('case_sensitive', false);
    const keyOf = (item: Value): Value => (sensitive ? get(item) : ignoreCase(get(item)));
    const [first, ...rest] = toItems(args.value('value'), run);
    if (first === undefined) return empty();
    return rest.reduce(
      (best, item) => (sign * compareOrder(keyOf(item), keyOf(best), run) < 0 ? item : best),
      first,
    );
  });
}

/** What `map` and `select` run over: nothing where the value is false or none, as in Jinja2, whatever else it is. */
function lazyItems(args: BoundArguments, run: Run): readonly Value[] {
  const value = args.value('value');
  return truthy(value, run) ? toItems(value, run) : [];
}

/** `select`, `reject` and their `attr` forms. */
function selecting(keep: boolean, byAttribute: boolean): Builtin {
  return builtin('value * **', (args, run) => {
    const [attribute, ...others] = byAttribute ? args.rest : [none, ...args.rest];
    const [test, ...testArgs] = others;
    if (attribute === undefined) return fail('the filter needs the name of an attribute');
    const get = memberGetter(attribute, run);
    const holds = (item: Value): boolean => {
      if (test === undefined) return truthy(get(item), run);
      if (typeof test !== 'string')
        return fail(`expected the name of a test, found ${typeName(test)}`);
      return run.applyTest(test, get(item), { positional: testArgs, named: args.named }, run);
    };
    return iteratorOf(lazyItems(args, run).filter((item) => holds(item) === keep));
  });
}

function groupItems(items: readonly Value[], keyOf: (item: Value) => Value, run: Run): Value[][] {
  const groups: Value[][] = [];
  for (const item of items) {
    const group = groups.at(-1);
    const [first] = group ?? [];
    if (group && first !== undefined && isEqual(keyOf(first), keyOf(item), run)) group.push(item);
    else groups.push([item]);
  }
  return groups;
}

/** Jinja2's filters over sequences and dicts. Lazy ones give an iterator, as in Jinja2. */
export const itemFilters: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [
    'batch',
    builtin('value linecount fill_with?', (args, run) => {
      const size = args.integer('linecount');
      if (size < 1) return fail('batch() expects at least 1 item a batch');
      const items = toItems(args.value('value'), run);
      run.budget.allocateItems(items.length);
      const batches = Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
        items.slice(index * size, (index + 1) * size),
      );
      const fill = args.value('fill_with');
      const last = batches.at(-1);
      if (last && !isNone(fill)) {
        run.budget.allocateItems(size);
        while (last.length < size) last.push(fill);
      }
      return iteratorOf(batches.map(listOf));
    }),
  ],
  [
    'dictsort',
    builtin('value case_sensitive? by? reverse?', (args, run) => {
      const by = args.text('by', 'key');
      if (by !== 'key' && by !== 'value') return fail("dictsort() sorts by 'key' or 'value'");
      const value = args.value('value');
      if (!isDict(value)) return fail(`dictsort() expects a dict, found ${typeName(value)}`);
      const sensitive = args.flag('case_sensitive', false);
      const pairs = toPairs(value, run).map((pair) => tupleOf([...pair]));
      const keyOf = (pair: Value): Value => {
        const key = isSequence(pair) ? (pair.items[by === 'key' ? 0 : 1] ?? none) : none;
        return sensitive ? key : ignoreCase(key);
      };
      return listOf(sortItems(pairs, keyOf, { reverse: args.flag('reverse', false) }, run));
    }),
  ],
  [
    'first',
    builtin('value', (args, run) => {
      const [first, ...rest] = toItems(args.value('value'), run);
      const value = args.value('value');
      if (isSequence(value) && value.type === 'iterator') value.items = rest;
      return first ?? empty();
    }),
  ],
  [
    'groupby',
    builtin('value attribute default? case_sensitive?', (args, run) => {
      const get = memberGetter(args.value('attribute'), run, args.optional('default'));
      const sensitive = args.flag('case_sensitive', false);
      const keyOf = (item: Value): Value => (sensitive ? get(item) : ignoreCase(get(item)));
      const sorted = sortItems(toItems(args.value('value'), run), keyOf, { reverse: false }, run);
      const groups = groupItems(sorted, keyOf, run).map((items): SequenceValue => ({
        ...tupleOf([get(items[0] ?? none), listOf(items)]),
        fieldNames: ['grouper', 'list'],
      }));
      return listOf(groups);
    }),
  ],
  [
    'items',
    builtin('value~', (args, run) => {
      const value = args.value('value');
      if (isUndefined(value)) return iteratorOf([]);
      if (!isDict(value)) return fail(`items() expects a dict, found ${typeName(value)}`);
      return iteratorOf(toPairs(value, run).map((pair) => tupleOf([...pair])));
    }),
  ],
  [
    'last',
    builtin('value', (args, run) => {
      const value = args.value('value');
      if (isSequence(value) && value.type === 'iterator') {
        return fail('an iterator has no last item', "make it a list first with '| list'");
      }
      return toItems(value, run).at(-1) ?? empty();
    }),
  ],
  ['length', builtin('value', (args) => lengthOfValue(args.value('value')))],
  [
    'list',
    builtin('value', (args, run) => {
      const items = toItems(args.value('value'), run);
      run.budget.allocateItems(items.length);
      return listOf([...items]);
    }),
  ],
  [
    'map',
    builtin('value * **', (args, run) => {
      const items = lazyItems(args, run);
      const [filter, ...others] = args.rest;
      run.budget.allocateItems(items.length);
      if (filter === undefined) {
        const attribute = args.named.get('attribute');
        if (attribute === undefined) return fail('map() needs a filter or an attribute');
        const get = memberGetter(attribute, run, args.named.get('default'));
        return iteratorOf(items.map(get));
      }
      if (typeof filter !== 'string') {
        return fail(`map() expects the name of a filter, found ${typeName(filter)}`);
      }
      const filterArgs = { positional: others, named: args.named };
      return iteratorOf(items.map((item) => run.applyFilter(filter, item, filterArgs, run)));
    }),
  ],
  ['max', extreme(-1)],
  ['min', extreme(1)],
  ['reject', selecting(false, false)],
  ['rejectattr', selecting(false, true)],
  [
    'reverse',
    builtin('value', (args, run) => {
      const value = args.value('value');
      if (typeof value === 'string') return [...charactersOf(value)].reverse().join('');
      return iteratorOf([...toItems(value, run)].reverse());
    }),
  ],
  ['select', selecting(true, false)],
  ['selectattr', selecting(true, true)],
  [
    'slice',
    builtin('value slices fill_with?', (args, run) => {
      const items = toItems(args.value('value'), run);
      const count = args.integer('slices');
      if (count < 1) return fail('slice() expects at least 1 slice');
      run.budget.allocateItems(items.length + count);
      const fill = args.value('fill_with');
      const size = Math.floor(items.length / count);
      const longer = items.length % count;
      const slices = Array.from({ length: count }, (_, index) => {
        const start = index * size + Math.min(index, longer);
        const slice = items.slice(start, start + size + (index < longer ? 1 : 0));
        return listOf(!isNone(fill) && index >= longer ? [...slice, fill] : slice);
      });
      return iteratorOf(slices);
    }),
  ],
  [
    'sort',
    builtin('value reverse? case_sensitive? attribute?', (args, run) => {
      const keyOf = sortKeyGetter(args.value('attribute'), args.flag('case_sensitive', false), run);
      const items = toItems(args.value('value'), run);
      return listOf(sortItems(items, keyOf, { reverse: args.flag('reverse', false) }, run));
    }),
  ],
  [
    'sum',
    builtin('value attribute? start?', (args, run) => {
      const get = memberGetter(args.value('attribute'), run);
      return toItems(args.value('value'), run)
        .map(get)
        .reduce<Value>(
          (sum, item) => applyOperator('Add', sum, item, run),
          args.optional('start') ?? 0n,
        );
    }),
  ],
  [
    'unique',
    builtin('value case_sensitive? attribute?', (args, run) => {
      const get = memberGetter(args.value('attribute'), run);
      const sensitive = args.flag('case_sensitive', false);
      const seen = new Set<string>();
      const items = toItems(args.value('value'), run).filter((item) => {
        const hash = hashKey(sensitive ? get(item) : ignoreCase(get(item)), run);
        const isNew = !seen.has(hash);
        seen.add(hash);
        return isNew;
      });
      return iteratorOf(items);
    }),
  ],
]);
