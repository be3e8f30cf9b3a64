import { didYouMean } from '../../core/suggest.js';
import { callableOf, toIndex, type Builtin } from './arguments.js';
import { dictMethods, listMethods, tupleMethods } from './collection-methods.js';
import { getEntry } from './dicts.js';
import type { Run } from './run.js';
import { setMethods } from './set-methods.js';
import { stringMethods, unsupportedStringMethods } from './string-methods.js';
import { TemplateProblem } from './template-problem.js';
import { charactersOf } from './text.js';
import { failUndefined } from './undefined-use.js';
import { missingMember, typeName, type CallableValue, type Value } from './values.js';

/**
 * Names that only serve to break out of a template engine. Nothing would be found under them, because members are
 * looked up in our own tables only; they are refused by name so that a reviewer sees the attempt.
 */
const internals: ReadonlySet<string> = new Set([
  'constructor',
  'prototype',
  'caller',
  'callee',
  'arguments',
  'func_globals',
  'func_code',
  'func_closure',
  'im_func',
  'im_self',
  'gi_frame',
  'gi_code',
  'mro',
]);

function refuseInternals(name: string): void {
  if (internals.has(name) || name.startsWith('__')) {
    throw new TemplateProblem('template-forbidden', `templates must not reach '${name}'`, {
      hint: 'templates see only their own values, macros and the functions of the documentation',
    });
  }
}

/** Returns the methods of a value's type, and those that Python has and this engine refuses. */
function methodsOf(value: Value): {
  readonly methods: ReadonlyMap<string, Builtin>;
  readonly unsupported?: ReadonlySet<string>;
} {
  if (typeof value === 'string') {
    return { methods: stringMethods, unsupported: unsupportedStringMethods };
  }
  if (typeof value === 'object') {
    if (value.kind === 'dict') return { methods: dictMethods };
    if (value.kind === 'sequence' && value.type === 'list') return { methods: listMethods };
    if (value.kind === 'sequence' && value.type === 'tuple') return { methods: tupleMethods };
    if (value.kind === 'sequence' && value.type === 'set') return { methods: setMethods };
  }
  return { methods: new Map() };
}

function bindMethod(self: Value, name: string, method: Builtin): CallableValue {
  const unbound = callableOf(name, method);
  return {
    ...unbound,
    call: (args, run) => unbound.call({ ...args, positional: [self, ...args.positional] }, run),
  };
}

/** A method or a member of the value itself, not an item of it. */
function findOwnMember(target: Value, name: string): Value | undefined {
  const { methods, unsupported } = methodsOf(target);
  const method = methods.get(name);
  if (method) return bindMethod(target, name, method);
  if (unsupported?.has(name)) {
    throw new TemplateProblem(
      'template-unsupported',
      `the method '${name}' of ${typeName(target)} is not supported`,
    );
  }
  if (typeof target !== 'object') return undefined;
  if (target.kind === 'object') return target.member(name);
  if (target.kind === 'callable') return target.members?.get(name);
  if (target.kind === 'sequence' && target.fieldNames) {
    return target.items[target.fieldNames.indexOf(name)];
  }
  return undefined;
}

/** An item of a dict, list, tuple or string. */
function findItem(target: Value, key: Value, run: Run): Value | undefined {
  if (typeof target === 'string' || isIndexable(target)) {
    const index = toIndex(key);
    if (index === undefined) return undefined;
    const items = typeof target === 'string' ? charactersOf(target) : target.items;
    if (typeof target === 'string') run.budget.touch(target.length);
    return items[index < 0 ? index + items.length : index];
  }
  if (typeof target === 'object' && target.kind === 'dict') return getEntry(target, key, run);
  return undefined;
}

function isIndexable(target: Value): target is Extract<Value, { kind: 'sequence' }> {
  return (
    typeof target === 'object' &&
    target.kind === 'sequence' &&
    (target.type === 'list' || target.type === 'tuple' || target.type === 'range')
  );
}

function memberNames(target: Value): readonly string[] {
  const methods = [...methodsOf(target).methods.keys()];
  if (typeof target !== 'object') return methods;
  switch (target.kind) {
    case 'dict':
      return [
        ...[...target.entries.values()].flatMap(({ key }) =>
          typeof key === 'string' ? [key] : [],
        ),
        ...methods,
      ];
    case 'object':
      return target.memberNames();
    case 'callable':
      return [...(target.members?.keys() ?? [])];
    case 'sequence':
      return [...(target.fieldNames ?? []), ...methods];
    case 'none':
    case 'undefined':
      return [];
  }
}

/** Returns the member of a value, never an item: what Jinja2's filter `attr` finds. Diagnostics: `template-forbidden`. */
export function getMember(target: Value, name: string): Value {
  const found = findOwnMember(target, name);
  if (found !== undefined) return found;
  refuseInternals(name);
  return missing(target, name);
}

function missing(target: Value, name: string): Value {
  return missingMember(
    `${typeName(target)} has no '${name}'`,
    didYouMean(name, memberNames(target)),
  );
}

/** Returns `target.name`: a method or member first, then an item, as Jinja2 does. Diagnostics: `template-forbidden`. */
export function getAttribute(target: Value, name: string, run: Run): Value {
  if (typeof target === 'object' && target.kind === 'undefined') return failUndefined(target);
  const found = findOwnMember(target, name) ?? findItem(target, name, run);
  if (found !== undefined) return found;
  refuseInternals(name);
  return missing(target, name);
}

/** Returns `target[key]`: an item first, then a method or member, as Jinja2 does. Diagnostics: `template-forbidden`. */
export function getSubscript(target: Value, key: Value, run: Run): Value {
  for (const each of [target, key]) {
    if (typeof each === 'object' && each.kind === 'undefined') return failUndefined(each);
  }
  const found = findItem(target, key, run);
  if (found !== undefined) return found;
  if (typeof key === 'string') {
    const own = findOwnMember(target, key);
    if (own !== undefined) return own;
    refuseInternals(key);
    return missing(target, key);
  }
  const index = toIndex(key);
  if (index === undefined) {
    throw new TemplateProblem(
      'template-error',
      `${typeName(target)} cannot be indexed with ${typeName(key)}`,
    );
  }
  return missingMember(`${typeName(target)} has no item ${index}`);
}
