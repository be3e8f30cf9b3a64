import type { Span } from '../../../core/sql-syntax.js';
import type { SqlType } from '../../../core/sql-type.js';
import { partsOf } from '../types/common.js';
import { holdsGeometry } from '../types/unstored-types.js';
import type { Context } from './context.js';

/** Reports values that are brought together by equality, but whose equality DuckDB sees otherwise: maps. */
export function requireGroupable(context: Context, types: readonly SqlType[], span: Span): void {
  if (types.some(holdsGeometry)) {
    context.report(
      'sql-unsupported',
      'grouping by geometries is not supported: Athena tells the same points apart that were made in other ways',
      span,
      'group by ST_AsText(…)',
    );
  }
  const hasMap = types.some((type) => partsOf(type).some(({ kind }) => kind === 'map'));
  if (!hasMap) return;
  context.report(
    'sql-unsupported',
    'grouping by maps is not supported: DuckDB holds maps with another order of keys to be different',
    span,
    'group by CAST(… AS JSON)',
  );
}
