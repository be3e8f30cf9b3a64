import type { Expression } from '../../../core/sql-syntax.js';
import { formatType, type SqlType } from '../../../core/sql-type.js';
import { holdsGeometry } from '../types/unstored-types.js';
import { failedValue, type Context, type Value } from './context.js';

/** Reports that Athena does not combine two types. */
export function reportMismatch(
  context: Context,
  what: string,
  types: readonly SqlType[],
  syntax: Expression,
): Value {
  const names = types.map(formatType).join(' and ');
  if (types.some(holdsGeometry)) {
    context.report(
      'sql-unsupported',
      `${what} is not supported for ${names}`,
      syntax,
      'compare what ST_AsText(…) or ST_X(…) and the like give',
    );
    return failedValue(syntax);
  }
  context.report(
    'sql-type-mismatch',
    `Athena cannot apply ${what} to ${names}`,
    syntax,
    'add a CAST',
  );
  return failedValue(syntax);
}
