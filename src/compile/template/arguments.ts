import type { CallNode, Place } from './nodes.js';
import type { Run } from './run.js';
import { requireDefined } from './undefined-use.js';
import { TemplateProblem } from './template-problem.js';
import { truthy } from './truth.js';
import { isNone, none, typeName, type CallableValue, type Value } from './values.js';

/** The arguments of a call. */
export interface Arguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
  /** The call as written, for the places of its arguments; absent where a filter is applied by name. */
  readonly node?: CallNode | undefined;
}

/** The arguments of a built-in function, by the names of its signature. */
export interface BoundArguments {
  has(name: string): boolean;
  /** The argument, or `undefined` if it was left out. */
  optional(name: string): Value | undefined;
  /** The argument, or None if it was left out. */
  value(name: string): Value;
  /** The argument as a string; `fallback` if it was left out or is none. */
  text(name: string, fallback?: string): string;
  /** The argument as an index or count. */
  integer(name: string, fallback?: number): number;
  flag(name: string, fallback: boolean): boolean;
  /** What the signature's `*` took. */
  readonly rest: readonly Value[];
  /** What the signature's `**` took. */
  readonly named: ReadonlyMap<string, Value>;
  readonly node: CallNode | undefined;
}

/** A built-in function of templates: filter, test, method or context function. */
export interface Builtin {
  readonly signature: Signature;
  readonly call: (args: BoundArguments, run: Run) => Value;
}

interface Signature {
  readonly parameters: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly mayBeUndefined: boolean;
  }[];
  readonly rest: boolean;
  readonly keywords: boolean;
}

/**
 * Returns a built-in. The signature names its parameters, divided by spaces: `x` is required, `x?` may be left out, `x~`
 * may be undefined, `*` takes more positional and `**` more named arguments.
 */
export function builtin(
  signature: string,
  call: (args: BoundArguments, run: Run) => Value,
): Builtin {
  return { signature: readSignature(signature), call };
}

const signatures = new Map<string, Signature>();

function readSignature(text: string): Signature {
  const known = signatures.get(text);
  if (known) return known;
  const words = text.split(' ').filter((word) => word !== '');
  const signature = {
    parameters: words
      .filter((word) => !word.startsWith('*'))
      .map((word) => ({
        name: word.replace(/[?~]+$/, ''),
        required: !word.includes('?'),
        mayBeUndefined: word.includes('~'),
      })),
    rest: words.includes('*'),
    keywords: words.includes('**'),
  };
  signatures.set(text, signature);
  return signature;
}

/** Returns a built-in as a value that templates can call. */
export function callableOf(
  name: string,
  definition: Builtin,
  members?: ReadonlyMap<string, Value>,
): CallableValue {
  return {
    kind: 'callable',
    name,
    call: (args, run) => callBuiltin(name, definition, args, run),
    ...(members && { members }),
  };
}

/** Calls a built-in. Throws `template-error` for arguments that it does not take. */
export function callBuiltin(name: string, definition: Builtin, args: Arguments, run: Run): Value {
  return definition.call(bindArguments(name, definition.signature, args, run), run);
}

function sizeOf(value: Value): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object') return 0;
  if (value.kind === 'sequence') return value.items.length;
  return value.kind === 'dict' ? value.entries.size : 0;
}

function bindArguments(
  name: string,
  signature: Signature,
  args: Arguments,
  run: Run,
): BoundArguments {
  const fail = (message: string): never => {
    throw new TemplateProblem('template-error', `${name}() ${message}`);
  };
  const { parameters } = signature;
  const bound = new Map<string, Value>();
  const rest = args.positional.slice(parameters.length);
  if (rest.length > 0 && !signature.rest) {
    fail(`takes at most ${parameters.length} arguments, found ${args.positional.length}`);
  }
  parameters.forEach((parameter, index) => {
    const value = args.positional[index];
    if (value !== undefined) bound.set(parameter.name, value);
  });
  const named = new Map<string, Value>();
  for (const [key, value] of args.named) {
    if (bound.has(key)) fail(`got the argument '${key}' twice`);
    if (parameters.some((parameter) => parameter.name === key)) bound.set(key, value);
    else if (signature.keywords) named.set(key, value);
    else fail(`takes no argument named '${key}'`);
  }
  for (const parameter of parameters) {
    const value = bound.get(parameter.name);
    if (value === undefined) {
      if (parameter.required) fail(`needs the argument '${parameter.name}'`);
      continue;
    }
    if (!parameter.mayBeUndefined) requireDefined(value);
    run.budget.touch(sizeOf(value));
  }
  for (const value of [...rest, ...named.values()]) requireDefined(value);

  return accessors(name, { bound, rest, named, node: args.node }, run);
}

function accessors(
  name: string,
  given: Pick<BoundArguments, 'rest' | 'named' | 'node'> & {
    readonly bound: ReadonlyMap<string, Value>;
  },
  run: Run,
): BoundArguments {
  const { bound, rest, named, node } = given;
  const failType = (parameter: string, expected: string, found: Value): never => {
    throw new TemplateProblem(
      'template-error',
      `${name}() expects ${expected} as '${parameter}', found ${typeName(found)}`,
    );
  };
  return {
    rest,
    named,
    node,
    has: (parameter) => bound.has(parameter),
    optional: (parameter) => bound.get(parameter),
    value: (parameter) => bound.get(parameter) ?? none,
    text(parameter, fallback) {
      const value = bound.get(parameter);
      if (fallback !== undefined && (value === undefined || isNone(value))) return fallback;
      return typeof value === 'string' ? value : failType(parameter, 'a string', value ?? none);
    },
    integer(parameter, fallback) {
      const value = bound.get(parameter);
      if (value === undefined && fallback !== undefined) return fallback;
      return toIndex(value ?? none) ?? failType(parameter, 'an integer', value ?? none);
    },
    flag(parameter, fallback) {
      const value = bound.get(parameter);
      return value === undefined ? fallback : truthy(value, run);
    },
  };
}

/** Returns an integer or boolean as an index, cut to what an index can be; `undefined` for other values. */
export function toIndex(value: Value): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'bigint') return undefined;
  const bound = 2n ** 40n;
  return Number(value > bound ? bound : value < -bound ? -bound : value);
}

/** Returns the place of a positional argument, or of the call if it was not written out. */
export function argumentPlace(args: Pick<Arguments, 'node'>, index: number, run: Run): Place {
  const argument = args.node?.args.children[index];
  const isWritten =
    argument !== undefined && argument.typename !== 'Spread' && argument.typename !== 'KeywordArgs';
  return isWritten ? argument : (args.node ?? run.place);
}
