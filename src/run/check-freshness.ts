import type { Adapter, QueryRows } from '../core/adapter.js';
import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { FreshnessResult, FreshnessStatus } from '../core/freshness-result.js';
import type { Freshness, FreshnessLimit } from '../core/governance.js';
import type { SourceNode } from '../core/node.js';
import type { Result } from '../core/result.js';

/** A source whose age is asked for. */
export interface FreshnessCheck {
  readonly source: SourceNode;
  readonly freshness: Freshness;
  /**
   * In the engine's dialect: a query of one row with the number of sources' rows that have a time, the newest of these and
   * the engine's clock, both in seconds since 1970 UTC. A failure says why there is none.
   */
  readonly engineSql: Result<string>;
}

/** What checking needs besides the checks. */
export interface FreshnessOptions {
  readonly threads: number;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
  /** Hears of each result when it is there. */
  readonly onResult: (result: FreshnessResult) => void;
}

const periodSeconds = { minute: 60, hour: 3600, day: 86_400 } as const;

/** The functions that make seconds of a time (`compileFreshness`): engines name them where they are given something else. */
const conversion = /unix_?(?:time|seconds)/i;

/** What is not a time, before the query runs or while it does, is told in the same words. */
function withAdvice(diagnostic: Diagnostic): Diagnostic {
  if (!conversion.test(diagnostic.message)) return diagnostic;
  const hint =
    'what tells when it was loaded must be a date or a timestamp: of a text or a number, write a cast';
  return { ...diagnostic, hint };
}

/** As in dbt, a table without rows was loaded at the beginning of time. */
const beginning = Date.parse('0001-01-01T00:00:00Z');

function exceeds(age: number, limit: FreshnessLimit | null | undefined): boolean {
  return limit != null && age > limit.count * periodSeconds[limit.period];
}

/** Returns what an age in seconds means. Source: https://docs.getdbt.com/reference/resource-properties/freshness */
export function judgeAge(age: number, freshness: Freshness): FreshnessStatus {
  if (exceeds(age, freshness.errorAfter)) return 'error';
  return exceeds(age, freshness.warnAfter) ? 'warn' : 'pass';
}

function toNumber(value: unknown): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value !== '' ? Number(value) : null;
}

interface Times {
  readonly loaded: number | null;
  readonly now: number;
}

/** Reads the one row of a check, in milliseconds since 1970 UTC. */
function readTimes({ rows }: QueryRows): Times | string {
  const [row, ...others] = rows;
  if (row === undefined || others.length > 0) {
    return `expected one row, found ${row === undefined ? 'none' : 'several'}`;
  }
  const [loaded, now] = [toNumber(row[0]), toNumber(row[1])];
  if (now === null || !Number.isFinite(now)) return 'the engine did not tell its time';
  return { loaded: loaded === null ? null : loaded * 1000, now: now * 1000 };
}

/**
 * Asks how old each source is, as many at once as there are threads. What cannot be found out is a result of the status
 * `runtime error` with its diagnostics; the others are checked all the same. Diagnostics: `freshness-unknown`, and those of
 * the engine. Results come in the order of the checks; after a cancellation only those that were finished.
 */
export async function checkFreshness(
  checks: readonly FreshnessCheck[],
  adapter: Adapter,
  options: FreshnessOptions,
): Promise<readonly FreshnessResult[]> {
  const { signal, now } = options;
  const results: (FreshnessResult | undefined)[] = checks.map(() => undefined);
  let next = 0;

  const checkOne = async (
    check: FreshnessCheck,
    threadId: string,
  ): Promise<FreshnessResult | null> => {
    const { source, freshness, engineSql } = check;
    const started = now();
    const finish = (
      outcome: Partial<FreshnessResult> & Pick<FreshnessResult, 'status'>,
    ): FreshnessResult => ({
      source,
      maxLoadedAt: null,
      snapshottedAt: null,
      ageSeconds: null,
      diagnostics: [],
      startedAt: new Date(started).toISOString(),
      completedAt: new Date(now()).toISOString(),
      executionMs: now() - started,
      threadId,
      adapterResponse: {},
      ...outcome,
    });
    const fail = (diagnostics: readonly Diagnostic[]): FreshnessResult =>
      finish({ status: 'runtime error', diagnostics });
    if (!engineSql.ok) return fail(engineSql.diagnostics.map(withAdvice));
    const session = await adapter.openSession({ uniqueId: source.uniqueId });
    const answer = await session
      .query(engineSql.value, { limit: 2, signal })
      .finally(() => session.close());
    if (!answer.ok) {
      if (answer.failure.cancelled) return null;
      const { diagnostic } = answer.failure;
      const location = source.details?.location;
      const message = `freshness of source '${source.sourceName}.${source.name}': ${diagnostic.message}`;
      return fail([withAdvice({ ...diagnostic, message, ...(location && { location }) })]);
    }
    const times = readTimes(answer.value);
    if (typeof times === 'string') {
      const message = `when source '${source.sourceName}.${source.name}' was loaded is not known: ${times}`;
      return fail([
        errorDiagnostic('freshness-unknown', message, {
          location: source.details?.location,
          hint: 'loaded_at_query must return one row with one time',
        }),
      ]);
    }
    const loaded = times.loaded ?? beginning;
    const ageSeconds = (times.now - loaded) / 1000;
    return finish({
      status: judgeAge(ageSeconds, freshness),
      maxLoadedAt: times.loaded === null ? null : new Date(times.loaded).toISOString(),
      snapshottedAt: new Date(times.now).toISOString(),
      ageSeconds,
      adapterResponse: answer.value.response ?? {},
    });
  };

  const work = async (threadId: string): Promise<void> => {
    for (let index = next; index < checks.length && !signal.aborted; index = next) {
      next += 1;
      const check = checks[index];
      const result = check === undefined ? null : await checkOne(check, threadId);
      if (result === null) continue;
      results[index] = result;
      options.onResult(result);
    }
  };
  const threads = Math.max(1, Math.min(options.threads, checks.length));
  await Promise.all(Array.from({ length: threads }, (_, index) => work(`Thread-${index + 1}`)));
  return results.filter((result) => result !== undefined);
}
