import type { BinaryName } from './nodes.js';
import { asNumber } from './comparing.js';
import { toIndex } from './arguments.js';
import { formatPercent } from './percent-format.js';
import { toText } from './printing.js';
import type { Run } from './run.js';
import { temporalOperator } from './temporal.js';
import { TemplateProblem } from './template-problem.js';
import { requireDefined } from './undefined-use.js';
import { isSequence, typeName, type SequenceValue, type Value } from './values.js';

type ArithmeticName = Exclude<BinaryName, 'And' | 'Or'>;

const symbols: Readonly<Record<ArithmeticName, string>> = {
  Add: '+',
  Sub: '-',
  Mul: '*',
  Div: '/',
  FloorDiv: '//',
  Mod: '%',
  Pow: '**',
  Concat: '~',
};

/** Integers grow no larger than this many bits: far beyond any number in SQL, and cheap. */
const largestBits = 4096;
const largestInteger = 2n ** BigInt(largestBits);
/** Up to here a float holds every integer exactly. */
const exactInteger = 2n ** 53n;

function fail(message: string, hint?: string): never {
  throw new TemplateProblem('template-error', message, { hint });
}

/** Returns the integer unless it is too large. */
export function checkInteger(value: bigint): bigint {
  if (value > largestInteger || value < -largestInteger) fail('an integer became too large');
  return value;
}

/** Returns the result of an operator with Python's meaning. */
export function applyOperator(name: ArithmeticName, left: Value, right: Value, run: Run): Value {
  if (name === 'Concat') {
    const [head, tail] = [toText(left, run), toText(right, run)];
    run.budget.allocateText(head.length + tail.length);
    return head + tail;
  }
  const [a, b] = [requireDefined(left), requireDefined(right)];
  if (name === 'Mod' && typeof a === 'string') return formatPercent(a, b, run);
  const [x, y] = [asNumber(a), asNumber(b)];
  if (x !== undefined && y !== undefined) return calculate(name, x, y);
  const combined = temporalOperator(name, a, b) ?? combine(name, a, b, run);
  if (combined !== undefined) return combined;
  const types = `${typeName(a)} and ${typeName(b)}`;
  return fail(
    `'${symbols[name]}' cannot take ${types}`,
    name === 'Add' && (typeof a === 'string' || typeof b === 'string')
      ? "join texts with '~', which takes any value"
      : undefined,
  );
}

/** `+` and `*` of strings, lists and tuples. */
function combine(name: ArithmeticName, left: Value, right: Value, run: Run): Value | undefined {
  if (name === 'Add') {
    if (typeof left === 'string' && typeof right === 'string') {
      run.budget.allocateText(left.length + right.length);
      return left + right;
    }
    if (isList(left) && isList(right) && left.type === right.type) {
      run.budget.allocateItems(left.items.length + right.items.length);
      return { kind: 'sequence', type: left.type, items: [...left.items, ...right.items] };
    }
  }
  if (name === 'Mul') {
    const count = toIndex(left) ?? toIndex(right);
    const repeated = toIndex(left) === undefined ? left : right;
    if (count === undefined) return undefined;
    const times = Math.max(0, count);
    if (typeof repeated === 'string') {
      run.budget.allocateText(repeated.length * times);
      return repeated.repeat(times);
    }
    if (isList(repeated)) {
      run.budget.allocateItems(repeated.items.length * times);
      // Nothing is nothing however often, and more often than an array can be long.
      const copies = repeated.items.length === 0 ? 0 : times;
      const items = Array.from({ length: copies }, () => repeated.items).flat();
      return { kind: 'sequence', type: repeated.type, items };
    }
  }
  return undefined;
}

function isList(value: Value): value is SequenceValue {
  return isSequence(value) && (value.type === 'list' || value.type === 'tuple');
}

function calculate(
  name: Exclude<ArithmeticName, 'Concat'>,
  x: bigint | number,
  y: bigint | number,
): bigint | number {
  if ((name === 'Div' || name === 'FloorDiv' || name === 'Mod') && Number(y) === 0) {
    fail('division by zero');
  }
  if (typeof x === 'bigint' && typeof y === 'bigint') return calculateIntegers(name, x, y);
  return calculateFloats(name, Number(x), Number(y));
}

function calculateIntegers(
  name: Exclude<ArithmeticName, 'Concat'>,
  x: bigint,
  y: bigint,
): bigint | number {
  switch (name) {
    case 'Add':
      return checkInteger(x + y);
    case 'Sub':
      return checkInteger(x - y);
    case 'Mul':
      return checkInteger(x * y);
    case 'Div':
      if ([x, y].some((each) => each > exactInteger || each < -exactInteger)) {
        fail("'/' cannot divide integers beyond 2**53 exactly", "use '//' for whole numbers");
      }
      return Number(x) / Number(y);
    case 'FloorDiv': {
      const quotient = x / y;
      return x % y !== 0n && x < 0n !== y < 0n ? quotient - 1n : quotient;
    }
    case 'Mod': {
      const rest = x % y;
      return rest !== 0n && rest < 0n !== y < 0n ? rest + y : rest;
    }
    case 'Pow':
      return power(x, y);
  }
}

function power(base: bigint, exponent: bigint): bigint | number {
  if (exponent < 0n) {
    if (base === 0n) fail('division by zero');
    return calculateFloats('Pow', Number(base), Number(exponent));
  }
  if (base >= -1n && base <= 1n)
    return base === -1n && exponent % 2n === 0n ? 1n : base ** (exponent > 0n ? 1n : 0n);
  const bits = base.toString(2).length - 1;
  if (exponent * BigInt(bits) > BigInt(largestBits)) fail('an integer became too large');
  return checkInteger(base ** exponent);
}

function calculateFloats(name: Exclude<ArithmeticName, 'Concat'>, x: number, y: number): number {
  switch (name) {
    case 'Add':
      return x + y;
    case 'Sub':
      return x - y;
    case 'Mul':
      return x * y;
    case 'Div':
      return x / y;
    case 'FloorDiv':
      return floorDivide(x, y).quotient;
    case 'Mod':
      return floorDivide(x, y).rest;
    case 'Pow':
      return floatPower(x, y);
  }
}

/**
 * The power of a float, rounded once from its exact value: JavaScript's own differs from Python's in the last digit.
 * What cannot be had that way is refused.
 */
function floatPower(base: number, exponent: number): number {
  if (base === 0 && exponent < 0) fail('division by zero');
  if (!Number.isFinite(base) || !Number.isInteger(exponent)) {
    throw new TemplateProblem('template-unsupported', "'**' supports only whole exponents");
  }
  const times = Math.abs(exponent);
  let scale = 0;
  while (!Number.isInteger(base * 2 ** scale)) scale += 1;
  const whole = BigInt(base * 2 ** scale);
  if (times * Math.max(scale, whole.toString(2).length) > 1_000) fail('a number became too large');
  const power = whole ** BigInt(times);
  const result = Number(power) / 2 ** (scale * times);
  if (exponent >= 0) return result;
  if (BigInt(Number(power)) !== power) {
    throw new TemplateProblem('template-unsupported', "'**' cannot give this fraction exactly", {
      hint: 'divide instead',
    });
  }
  return 1 / result;
}

/** Python's `divmod` of floats: the rest has the sign of the divisor (CPython, `float_divmod`). */
function floorDivide(x: number, y: number): { readonly quotient: number; readonly rest: number } {
  let rest = x % y;
  let quotient = (x - rest) / y;
  if (rest !== 0) {
    if (y < 0 !== rest < 0) {
      rest += y;
      quotient -= 1;
    }
  } else {
    rest = y < 0 ? -0 : 0;
  }
  if (quotient === 0) return { quotient: 0 * (x / y), rest };
  const floor = Math.floor(quotient);
  return { quotient: quotient - floor > 0.5 ? floor + 1 : floor, rest };
}

/** Returns `-value` or `+value`. */
export function applySign(sign: 'Neg' | 'Pos', value: Value): Value {
  const number = asNumber(requireDefined(value));
  if (number === undefined) {
    return fail(`'${sign === 'Neg' ? '-' : '+'}' cannot take ${typeName(value)}`);
  }
  return sign === 'Neg' ? -number : number;
}
