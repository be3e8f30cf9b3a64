import { addWarning, type Run } from './run.js';
import { failUndefined } from './undefined-use.js';
import type { UndefinedValue } from './values.js';

/**
 * Notes that a template uses what is not there where Jinja2 takes it for nothing: printed, looped over, asked whether it
 * is true. A name that is not defined may be a typing error, so it is a `template-warning`, and where the run is strict
 * an error, `template-undefined`; the missing `else` of an inline `if` is meant.
 */
export function noteUndefined(value: UndefinedValue, run: Run): void {
  if (value.level === 'omitted' || run.notedUndefined.has(value)) return;
  if (run.strictUndefined) failUndefined(value);
  run.notedUndefined.add(value);
  const advice = value.hint === undefined ? '' : `; ${value.hint}`;
  addWarning(run, `${value.message}, so it counts as nothing${advice}`);
}
