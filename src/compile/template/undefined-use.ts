import { TemplateProblem } from './template-problem.js';
import { isUndefined, type UndefinedValue, type Value } from './values.js';

/** A value that is there. */
export type DefinedValue = Exclude<Value, UndefinedValue>;

/** Throws `template-undefined` with the reason why the value is not there. */
export function failUndefined(value: UndefinedValue): never {
  throw new TemplateProblem('template-undefined', value.message, { hint: value.hint });
}

/** Returns the value if it is defined; throws `template-undefined` otherwise. */
export function requireDefined(value: Value): DefinedValue {
  return isUndefined(value) ? failUndefined(value) : value;
}
