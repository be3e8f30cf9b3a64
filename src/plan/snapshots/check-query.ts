import type { TypedColumn } from '../../core/adapter.js';
import { errorDiagnostic, type Diagnostic } from '../../core/diagnostic.js';
import type { SnapshotNode } from '../../core/node.js';
import { resultOf, type Result } from '../../core/result.js';
import { formatType, type SqlType } from '../../core/sql-type.js';
import { didYouMean } from '../../core/suggest.js';
import { isKnownType } from '../../core/widening.js';
import { keyExpressions } from '../key-expressions.js';
import { locateKey } from './locate-key.js';
import type { QueryColumn } from './snapshot-sql.js';

/** Returns whether a time can be made of every value of the type. */
function isTime(type: SqlType): boolean {
  return !isKnownType(type) || type.kind === 'timestamp' || type.kind === 'date';
}

/**
 * Returns the columns of a snapshot's query. Code: `snapshot-invalid` where they are not known, where the configuration
 * names one that is not there, or where one has a name that the snapshot gives to a column of its own.
 */
export function checkQuery(
  node: SnapshotNode,
  typed: readonly TypedColumn[] | undefined,
  { keysMayBeExpressions = false }: { readonly keysMayBeExpressions?: boolean } = {},
): Result<readonly QueryColumn[]> {
  const { name: snapshot, rules } = node;
  const problems: Diagnostic[] = [];
  const report = (key: string, message: string, hint: string): void => {
    const location = locateKey(node, key);
    problems.push(
      errorDiagnostic('snapshot-invalid', `snapshot '${snapshot}' ${message}`, { location, hint }),
    );
  };
  const columns = (typed ?? []).flatMap(({ name, type }) =>
    name === undefined ? [] : [{ name, type }],
  );
  if (typed === undefined) {
    const message = "returns columns that are not known, because a '*' hides some";
    report(
      'relation',
      message,
      'name the columns in place of the star, or describe the columns of the source in YAML',
    );
    return resultOf([], problems);
  }
  const names = columns.map(({ name }) => name);
  const find = (wanted: string): QueryColumn | undefined =>
    columns.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  const mustHave = (key: string, wanted: string): void => {
    if (find(wanted) !== undefined) return;
    const list = `the columns are ${names.join(', ')}`;
    const hint = didYouMean(wanted, names, list) ?? list;
    report(key, `names '${wanted}' in its ${key}, which is no column of its query`, hint);
  };
  const computed = keysMayBeExpressions ? keyExpressions(node.config.unique_key, names) : [];
  for (const key of node.config.unique_key) {
    if (!computed.includes(key)) mustHave('unique_key', key);
  }
  if (rules.updatedAt !== null) {
    mustHave('updated_at', rules.updatedAt);
    const type = find(rules.updatedAt)?.type;
    if (type !== undefined && !isTime(type)) {
      report(
        'updated_at',
        `has the updated_at '${rules.updatedAt}', which is ${formatType(type)} and no time`,
        `cast it in the query, or in a model that the snapshot reads: CAST(${rules.updatedAt} AS timestamp(6))`,
      );
    }
  }
  if (rules.strategy === 'check' && rules.checkColumns !== 'all') {
    for (const column of rules.checkColumns) mustHave('check_cols', column);
  }
  const { isDeleted, ...meta } = rules.columns;
  const own = [...Object.values(meta), ...(rules.hardDeletes === 'new_record' ? [isDeleted] : [])];
  for (const column of own as readonly string[]) {
    if (find(column) === undefined) continue;
    report(
      'snapshot_meta_column_names',
      `returns a column '${column}', as the snapshot names one of its own`,
      'leave it out of the query, or give the own column another name: `snapshot_meta_column_names`',
    );
  }
  return resultOf(columns, problems);
}
