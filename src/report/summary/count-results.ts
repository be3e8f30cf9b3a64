import type { NodeResult } from '../../core/run-results.js';

/** How many nodes ended in which way, under dbt's names; `error` counts failed tests too. */
export interface StatusCounts {
  readonly pass: number;
  readonly warn: number;
  readonly error: number;
  readonly skip: number;
  readonly cancelled: number;
  readonly total: number;
}

/** Returns how many results there are of each kind. */
export function countStatuses(results: readonly NodeResult[]): StatusCounts {
  const count = (...statuses: readonly NodeResult['status'][]): number =>
    results.filter((result) => statuses.includes(result.status)).length;
  return {
    pass: count('success', 'pass'),
    warn: count('warn'),
    error: count('error', 'fail'),
    skip: count('skipped'),
    cancelled: count('cancelled'),
    total: results.length,
  };
}
