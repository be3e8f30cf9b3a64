import type { Span } from '../../../core/sql-syntax.js';
import type { SqlType } from '../../../core/sql-type.js';
import { partsOf } from '../types/common.js';
import type { Context } from './context.js';

/** Reports values that are brought together by equality, but whose equality DuckDB sees otherwise: maps. */
export function requireGroupable(context: Context, types: readonly SqlType[], span: Span): void {
  const hasMap = types.some((type) => partsOf(type).some(({ kind }) => kind === 'map'));
  if (!hasMap) return;
  context.report(
    'sql-unsupported',
    'grouping by maps is not supported: DuckDB holds maps with another order of keys to be different',
    span,
    'group by CAST(… AS JSON)',
  );
}
