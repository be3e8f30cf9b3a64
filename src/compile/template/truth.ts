import { addWarning, type Run } from './run.js';
import { noteUndefined } from './note-undefined.js';
import type { Value } from './values.js';

/**
 * Returns whether a value counts as true in Python: not None, false, zero, or empty. What is not there
 * is false.
 */
export function truthy(value: Value, run: Run): boolean {
  // NaN is true in Python.
  if (typeof value === 'number') return value !== 0;
  if (typeof value !== 'object') return Boolean(value);
  switch (value.kind) {
    case 'none':
      return false;
    case 'undefined':
      if (value.level === 'name') noteUndefined(value, run);
      return false;
    case 'sequence':
      return value.type === 'iterator' || value.items.length > 0;
    case 'dict':
      return value.entries.size > 0;
    case 'object':
      return true;
    case 'callable':
      // `{% if is_incremental %}` is true always, in Jinja2 too, and never what was meant.
      addWarning(
        run,
        `'${value.name}' is a function, which always counts as true; call it: ${value.name}()`,
      );
      return true;
  }
}
