import { EngineError, type StatementOutcome } from '../core/engine.js';
import type { QueryEnd, QueryFault, SetQueryFault } from '../core/query-fault.js';

/** Thrown in place of an outcome: the query ends as CANCELLED. */
export class QueryCancelled extends Error {}
/** Thrown in place of an outcome: the query is forgotten. */
export class QueryVanished extends Error {}

/** The faults that were set, and where every statement passes. */
export interface QueryFaults {
  add(fault: QueryFault): SetQueryFault;
  /** Runs a statement as the faults allow. Throws `EngineError`, `QueryCancelled`, `QueryVanished`. */
  run(sql: string, statement: () => Promise<StatementOutcome>): Promise<StatementOutcome>;
}

function endOf(end: QueryEnd, writtenFiles: readonly string[]): Error {
  switch (end.state) {
    case 'FAILED': {
      const { category, type, reason, retryable = false } = end;
      return new EngineError(category, type, reason, retryable, writtenFiles);
    }
    case 'CANCELLED':
      return new QueryCancelled(end.reason);
    case 'VANISHED':
      return new QueryVanished();
  }
}

/** Returns a set of faults that is empty at first. */
export function createQueryFaults(): QueryFaults {
  const rules = new Set<{ readonly fault: QueryFault; seen: number; readonly failed: string[] }>();

  function take(sql: string): QueryFault | undefined {
    for (const rule of rules) {
      const { match, nth = 1 } = rule.fault;
      if (match !== undefined && sql.search(match) === -1) continue;
      rule.seen += 1;
      if (nth !== 'every' && nth !== rule.seen) continue;
      rule.failed.push(sql);
      return rule.fault;
    }
    return undefined;
  }

  return {
    add(fault) {
      const rule = { fault, seen: 0, failed: [] as string[] };
      rules.add(rule);
      return { failed: rule.failed, remove: () => void rules.delete(rule) };
    },
    async run(sql, statement) {
      const fault = take(sql);
      if (fault === undefined) return statement();
      const outcome = fault.when === 'after' ? await statement() : undefined;
      throw endOf(fault.end, outcome?.writtenFiles ?? []);
    },
  };
}
