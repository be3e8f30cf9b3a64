import type { Expression } from '../../../core/sql-syntax.js';
import type { Context, Value } from './context.js';
import { translateJsonArray, translateJsonObject } from './json-build.js';
import { translateJsonPath } from './json-query.js';
import type { Scope } from './scope.js';

/** Translates JSON_EXISTS, JSON_VALUE, JSON_QUERY, JSON_OBJECT and JSON_ARRAY. */
export function translateJson(
  context: Context,
  syntax: Expression & { kind: 'json-path' | 'json-object' | 'json-array' },
  scope: Scope,
): Value {
  switch (syntax.kind) {
    case 'json-path':
      return translateJsonPath(context, syntax, scope);
    case 'json-object':
      return translateJsonObject(context, syntax, scope);
    case 'json-array':
      return translateJsonArray(context, syntax, scope);
  }
}
