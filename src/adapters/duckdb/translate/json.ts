import type { Expression } from '../../../core/sql-syntax.js';
import { failedValue, type Context, type Value } from './context.js';
import type { Scope } from './scope.js';

/** Translates JSON_EXISTS, JSON_VALUE, JSON_QUERY, JSON_OBJECT and JSON_ARRAY. */
export function translateJson(
  context: Context,
  syntax: Expression & { kind: 'json-path' | 'json-object' | 'json-array' },
  _scope: Scope,
): Value {
  const name = syntax.kind === 'json-path' ? syntax.function : syntax.kind.replace('-', '_');
  context.report(
    'function-unsupported',
    `${name} cannot be translated: it is not done yet`,
    syntax,
  );
  return failedValue(syntax);
}
