/**
 * Expressions that Trino answers and DuckDB does not, in a way that nobody can overlook: the query fails. Nothing that
 * gives another value belongs here.
 */
export const knownFailures: ReadonlyMap<string, string> = new Map([
  [
    '(SELECT variance(x) FROM (VALUES 1e0, nan()) AS t(x))',
    "DuckDB's variance fails on values that are not finite",
  ],
]);
