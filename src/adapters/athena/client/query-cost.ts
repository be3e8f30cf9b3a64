import type { QueryExecution } from '@aws-sdk/client-athena';

/** Times in milliseconds, bytes of data that queries read. */
export interface QueryStatistics {
  readonly queueMs: number;
  readonly planningMs: number;
  readonly engineMs: number;
  readonly totalMs: number;
  readonly bytesScanned: number;
}

/** What the statements of a session took and cost, failed and repeated ones included. */
export interface QueryAccount {
  /** Counts a query that has come to its end. */
  add(execution: QueryExecution): void;
  /** Everything so far, as steps report it. */
  response(): Readonly<Record<string, string | number>>;
}

/** No statistics. */
export const noStatistics: QueryStatistics = {
  queueMs: 0,
  planningMs: 0,
  engineMs: 0,
  totalMs: 0,
  bytesScanned: 0,
};

/** Returns the statistics of a query. */
export function readStatistics({ Statistics = {} }: QueryExecution): QueryStatistics {
  return {
    queueMs: Statistics.QueryQueueTimeInMillis ?? 0,
    planningMs: Statistics.QueryPlanningTimeInMillis ?? 0,
    engineMs: Statistics.EngineExecutionTimeInMillis ?? 0,
    totalMs: Statistics.TotalExecutionTimeInMillis ?? 0,
    bytesScanned: Statistics.DataScannedInBytes ?? 0,
  };
}

/** Returns the statistics of two queries together. */
export function addStatistics(left: QueryStatistics, right: QueryStatistics): QueryStatistics {
  return {
    queueMs: left.queueMs + right.queueMs,
    planningMs: left.planningMs + right.planningMs,
    engineMs: left.engineMs + right.engineMs,
    totalMs: left.totalMs + right.totalMs,
    bytesScanned: left.bytesScanned + right.bytesScanned,
  };
}

const megabyte = 2 ** 20;
const terabyte = 2 ** 40;
/** Megabytes that a query is charged at least. */
const leastMegabytes = 10;

/**
 * Returns what a query costs in US dollars: bytes scanned, rounded up to megabytes, ten at least; nothing for DDL, for
 * queries that failed and for results that were reused; a cancelled query pays for what it read (Amazon Athena pricing).
 * That megabytes and terabytes are binary is an assumption; the price page does not say.
 */
export function costOf(execution: QueryExecution, pricePerTb: number): number {
  const state = execution.Status?.State;
  const reused = execution.Statistics?.ResultReuseInformation?.ReusedPreviousResult === true;
  // Athena shows CTAS as DDL, and charges it.
  const charged =
    execution.StatementType === 'DML' || execution.SubstatementType === 'CREATE_TABLE_AS_SELECT';
  if (!charged || reused) return 0;
  if (state !== 'SUCCEEDED' && state !== 'CANCELLED') return 0;
  const { bytesScanned } = readStatistics(execution);
  if (state === 'CANCELLED' && bytesScanned === 0) return 0;
  const megabytes = Math.max(leastMegabytes, Math.ceil(bytesScanned / megabyte));
  return ((megabytes * megabyte) / terabyte) * pricePerTb;
}

/** Returns an empty account. `pricePerTb` is in US dollars per terabyte scanned. */
export function createQueryAccount({ pricePerTb }: { readonly pricePerTb: number }): QueryAccount {
  const queryIds: string[] = [];
  let sum = noStatistics;
  let costUsd = 0;
  return {
    add: (execution) => {
      if (execution.QueryExecutionId !== undefined) queryIds.push(execution.QueryExecutionId);
      sum = addStatistics(sum, readStatistics(execution));
      costUsd += costOf(execution, pricePerTb);
    },
    response: () => ({
      query_ids: queryIds.join(', '),
      statements: queryIds.length,
      bytes_scanned: sum.bytesScanned,
      queue_ms: sum.queueMs,
      planning_ms: sum.planningMs,
      engine_ms: sum.engineMs,
      // Ten digits: a millionth of a cent, without the noise of binary fractions.
      cost_usd: Number(costUsd.toFixed(10)),
    }),
  };
}
