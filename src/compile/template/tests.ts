import { didYouMean } from '../../core/suggest.js';
import { builtin, type BoundArguments, type Builtin } from './arguments.js';
import { asNumber, compareWith, isIn } from './comparing.js';
import { filters, withUndefinedInput } from './filters.js';
import type { ComparisonName } from './nodes.js';
import { applyOperator } from './operators.js';
import { toText } from './printing.js';
import type { Run } from './run.js';
import { TemplateProblem } from './template-problem.js';
import { isCased } from './text.js';
import {
  isCallable,
  isDict,
  isNone,
  isRelation,
  isSequence,
  isUndefined,
  type Value,
} from './values.js';

function testOf(holds: (value: Value, run: Run) => boolean): Builtin {
  return builtin('value', (args, run) => holds(args.value('value'), run));
}

function comparing(operator: ComparisonName): Builtin {
  return builtin('value other', (args, run) =>
    compareWith(operator, args.value('value'), args.value('other'), run),
  );
}

/** Whether the remainder of the division by `divisor` is `rest`. */
function leaves(args: BoundArguments, divisor: Value, rest: bigint, run: Run): boolean {
  return compareWith('==', applyOperator('Mod', args.value('value'), divisor, run), rest, run);
}

/** Whether two numbers or strings are of one type and equal; Python has no promise that such are one object. */
function sameAtom(value: Value, other: Value): boolean {
  return typeof value === typeof other && value === other;
}

const equal = comparing('==');
const unequal = comparing('!=');
const less = comparing('<');
const lessOrEqual = comparing('<=');
const greater = comparing('>');
const greaterOrEqual = comparing('>=');

/** The tests behind `is`, by the names templates use. */
export const tests: ReadonlyMap<string, Builtin> = withUndefinedInput([
  ['boolean', testOf((value) => typeof value === 'boolean')],
  ['callable', testOf(isCallable)],
  ['defined', builtin('value~', (args) => !isUndefined(args.value('value')))],
  ['divisibleby', builtin('value num', (args, run) => leaves(args, args.value('num'), 0n, run))],
  ['eq', equal],
  ['equalto', equal],
  ['escaped', testOf(() => false)],
  ['even', builtin('value', (args, run) => leaves(args, 2n, 0n, run))],
  ['false', testOf((value) => value === false)],
  ['filter', testOf((value) => typeof value === 'string' && filters.has(value))],
  ['float', testOf((value) => typeof value === 'number')],
  ['ge', greaterOrEqual],
  ['greaterthan', greater],
  ['gt', greater],
  ['in', builtin('value seq', (args, run) => isIn(args.value('value'), args.value('seq'), run))],
  ['integer', testOf((value) => typeof value === 'bigint')],
  ['iterable', testOf((value) => typeof value === 'string' || isDict(value) || isSequence(value))],
  ['le', lessOrEqual],
  ['lessthan', less],
  ['lower', testOf((value, run) => isCased(toText(value, run), 'lower'))],
  ['lt', less],
  // A relation of dbt's is one as well.
  ['mapping', testOf((value) => isDict(value) || isRelation(value))],
  ['ne', unequal],
  ['none', testOf(isNone)],
  ['number', testOf((value) => asNumber(value) !== undefined)],
  ['odd', builtin('value', (args, run) => leaves(args, 2n, 1n, run))],
  [
    'sequence',
    testOf(
      (value) =>
        typeof value === 'string' ||
        isDict(value) ||
        (isSequence(value) && ['list', 'tuple', 'range'].includes(value.type)),
    ),
  ],
  [
    'sameas',
    builtin('value other', (args) => {
      const [value, other] = [args.value('value'), args.value('other')];
      if (typeof value === 'object' || typeof value === 'boolean') return value === other;
      return sameAtom(value, other);
    }),
  ],
  ['string', testOf((value) => typeof value === 'string')],
  ['test', testOf((value) => typeof value === 'string' && tests.has(value))],
  ['true', testOf((value) => value === true)],
  ['undefined', builtin('value~', (args) => isUndefined(args.value('value')))],
  ['upper', testOf((value, run) => isCased(toText(value, run), 'upper'))],
  // `selectattr('n', '>', 3)`
  ['==', equal],
  ['!=', unequal],
  ['<', less],
  ['<=', lessOrEqual],
  ['>', greater],
  ['>=', greaterOrEqual],
]);

/** Returns the problem with a test's name: `template-undefined`. */
export function checkTest(name: string): TemplateProblem | undefined {
  if (tests.has(name)) return undefined;
  return new TemplateProblem('template-undefined', `there is no test '${name}'`, {
    hint: didYouMean(name, [...tests.keys()]),
  });
}
