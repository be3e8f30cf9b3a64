import type { Arguments } from './arguments.js';
import type { Run } from './run.js';
import type { Temporal } from './temporal.js';

/**
 * Every value that a template can hold. Templates never see a JavaScript object of the program: numbers are `bigint`
 * (Python's int) or `number` (float), everything with parts is one of the tagged records below, and their parts are
 * reached only through `members.ts`. So there is nothing to break out of.
 */
export type Value =
  | NoneValue
  | boolean
  | bigint
  | number
  | string
  | UndefinedValue
  | SequenceValue
  | DictValue
  | ObjectValue
  | CallableValue;

/** Python's None. A record rather than `null`, so that `??` never takes a None that is there for nothing. */
export interface NoneValue {
  readonly kind: 'none';
}

/** The one None. */
export const none: NoneValue = { kind: 'none' };

/**
 * Nothing, with the reason. It prints nothing, is false and empty, as in Jinja2; anything else done with it is an error.
 * `level` says whether that is worth a warning: a `name` that is not defined always, a `member` that is not there where
 * it is printed, the `omitted` else of an inline `if` never.
 */
export interface UndefinedValue {
  readonly kind: 'undefined';
  readonly level: 'name' | 'member' | 'omitted';
  readonly message: string;
  readonly hint: string | undefined;
}

/** Python's name of a sequence's type; `iterator` stands for all that give their items once. */
export type SequenceType =
  'list' | 'tuple' | 'set' | 'range' | 'dict_keys' | 'dict_values' | 'dict_items' | 'iterator';

/** Items in order. */
export interface SequenceValue {
  readonly kind: 'sequence';
  readonly type: SequenceType;
  /** Lists change in place; an iterator loses what was taken from it. */
  items: Value[];
  /** Names of a tuple's items (`group.grouper`). */
  readonly fieldNames?: readonly string[];
}

/** Values by key. */
export interface DictValue {
  readonly kind: 'dict';
  /** In order of insertion, by `hashKey`. */
  readonly entries: Map<string, { readonly key: Value; readonly value: Value }>;
}

/** Something with members that templates can read: a relation, `loop`, `exceptions`, a namespace. */
export interface ObjectValue {
  readonly kind: 'object';
  readonly typeName: string;
  /** What it prints; `null` if it cannot be printed. */
  readonly text: string | null;
  /** What it prints inside of a list or dict; without it, it cannot be printed there. */
  readonly representation?: string;
  readonly memberNames: () => readonly string[];
  readonly member: (name: string) => Value | undefined;
  /** Only namespaces can be assigned to. */
  readonly assign?: (name: string, value: Value) => void;
  /** What calling it does: the `loop` of a recursive loop, a joiner. */
  readonly call?: (args: Arguments, run: Run) => Value;
  /** A date, a moment or a span: what arithmetic and comparisons look at. */
  readonly temporal?: Temporal;
}

/** A function, method or macro. */
export interface CallableValue {
  readonly kind: 'callable';
  readonly name: string;
  readonly call: (args: Arguments, run: Run) => Value;
  /** Functions that hang on a function: `config.get`. */
  readonly members?: ReadonlyMap<string, Value>;
}

/** Returns a Python list. */
export function listOf(items: Value[]): SequenceValue {
  return { kind: 'sequence', type: 'list', items };
}

/** Returns a Python tuple. */
export function tupleOf(items: Value[]): SequenceValue {
  return { kind: 'sequence', type: 'tuple', items };
}

/** Returns what a lazy filter gives: it can be run through once and has neither length nor print. */
export function iteratorOf(items: Value[]): SequenceValue {
  return { kind: 'sequence', type: 'iterator', items };
}

/** Returns an object whose members are fixed. */
export function objectOf(
  typeName: string,
  text: string | null,
  members: ReadonlyMap<string, Value>,
): ObjectValue {
  return {
    kind: 'object',
    typeName,
    text,
    memberNames: () => [...members.keys()],
    member: (name) => members.get(name),
  };
}

/** Returns an undefined value of a member that is not there. */
export function missingMember(message: string, hint?: string): UndefinedValue {
  return { kind: 'undefined', level: 'member', message, hint };
}

/** Returns whether the value is None. */
export function isNone(value: Value): value is NoneValue {
  return value === none;
}

/** Returns whether the value is not there, for whatever reason. */
export function isUndefined(value: Value): value is UndefinedValue {
  return typeof value === 'object' && value.kind === 'undefined';
}

/** Returns whether the value is a list, tuple, range, view or iterator. */
export function isSequence(value: Value): value is SequenceValue {
  return typeof value === 'object' && value.kind === 'sequence';
}

/** Returns whether the value is a dict. */
export function isDict(value: Value): value is DictValue {
  return typeof value === 'object' && value.kind === 'dict';
}

/** Returns whether the value is an object with members: a relation, `loop`, a namespace. */
export function isObject(value: Value): value is ObjectValue {
  return typeof value === 'object' && value.kind === 'object';
}

/** Returns whether the value is a relation. */
export function isRelation(value: Value): value is ObjectValue {
  return isObject(value) && value.typeName === 'relation';
}

/** Returns whether the value can be called. */
export function isCallable(value: Value): value is CallableValue {
  return typeof value === 'object' && value.kind === 'callable';
}

/** Returns the name of a value's type as Python's messages have it. */
export function typeName(value: Value): string {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'float';
  if (typeof value === 'string') return 'str';
  switch (value.kind) {
    case 'none':
      return 'None';
    case 'undefined':
      return 'undefined';
    case 'sequence':
      return value.type;
    case 'dict':
      return 'dict';
    case 'object':
      return value.typeName;
    case 'callable':
      return 'function';
  }
}
