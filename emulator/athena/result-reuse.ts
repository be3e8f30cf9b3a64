import type { Query } from './query-store.js';
import { wordsOf } from './sql-words.js';

/** Functions of Trino whose value is another one each time. */
const changing = new Set(
  ['now', 'current_timestamp', 'current_date', 'current_time', 'localtime', 'localtimestamp']
    .concat(['rand', 'random', 'uuid', 'shuffle'])
    .map((name) => name.toUpperCase()),
);

/**
 * Returns the finished query whose result answers `query`: the same text, parameters, catalog, database, result
 * configuration and workgroup, not older than the request allows, SELECT only, deterministic, and no LIMIT without ORDER
 * BY (User Guide, reusing query results). A reused result is never older than it was when first computed.
 */
export function findReusable(
  query: Query,
  earlier: () => readonly Query[],
  now: number,
): Query | undefined {
  const reuse = query.request.ResultReuseConfiguration?.ResultReuseByAgeConfiguration;
  if (reuse?.Enabled !== true) return undefined;
  if (query.kind.substatementType !== 'SELECT' || !isRepeatable(query.sql)) return undefined;
  const maxAgeMs = (reuse.MaxAgeInMinutes ?? 60) * 60_000;
  const key = reuseKey(query);
  return earlier().findLast(
    (other) =>
      other.status.state === 'SUCCEEDED' &&
      other.status.reused === undefined &&
      now - other.status.completedAt.getTime() <= maxAgeMs &&
      reuseKey(other) === key,
  );
}

function reuseKey({ request, workGroup, sql, parameters }: Query): string {
  const { QueryExecutionContext: context, ResultConfiguration: results } = request;
  return JSON.stringify([sql, parameters, context?.Catalog, context?.Database, results, workGroup]);
}

function isRepeatable(sql: string): boolean {
  const words = (wordsOf(sql) ?? []).filter(({ kind }) => kind === 'name');
  const names = new Set(words.map(({ text }) => text.toUpperCase()));
  if ([...names].some((name) => changing.has(name))) return false;
  return !names.has('LIMIT') || names.has('ORDER');
}
