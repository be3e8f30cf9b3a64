import { setMaxListeners } from 'node:events';
import { readFailedTry, type ApiError, type ApiOperation, type ApiResult } from './api-error.js';
import type { AwsClients, ServiceClients, ServiceName } from './aws-clients.js';
import { nextDelayMs } from './backoff.js';
import type { RateLimiter } from './rate-limit.js';
import type { Timing } from './timing.js';

/** What every call takes. */
export interface CallOptions {
  /** Stops waiting and the request on its way. What the request does may have happened all the same. */
  readonly signal?: AbortSignal | undefined;
}

/** What a request is sent with. */
export interface HttpOptions {
  readonly abortSignal?: AbortSignal;
}

/** The one door to AWS: limits the rate, counts, and repeats what may be repeated. */
export interface AwsApi {
  /**
   * Sends a call with `send` until it has an answer. The same call is sent again after throttling, failures of the
   * service and lost answers, so `send` must be one that may be; `mayHaveHappened` of an error tells that an earlier
   * try of it may have had its effect.
   */
  call<S extends ServiceName, T>(
    operation: ApiOperation & { readonly service: S },
    send: (client: ServiceClients[S], http: HttpOptions) => Promise<T>,
    options?: CallOptions,
  ): Promise<ApiResult<T>>;
  /** Requests sent so far, by `service.Operation`, repeats included. */
  readonly counts: ReadonlyMap<string, number>;
  /** What repeats of a batch's entries wait with. */
  readonly timing: Timing;
  /** Closes the connections. */
  close(): void;
}

/** What the door needs. */
export interface AwsApiParts {
  readonly clients: AwsClients;
  readonly limiterOf: (service: ServiceName, operation: string) => RateLimiter | undefined;
  readonly timing: Timing;
}

function cancelled(operation: ApiOperation, attempts: number, mayHaveHappened: boolean): ApiError {
  return {
    ...operation,
    kind: 'cancelled',
    code: 'Cancelled',
    message: 'the call was cancelled',
    mayHaveHappened,
    attempts,
  };
}

function isStopped(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/** Returns the door to AWS. */
export function createAwsApi({ clients, limiterOf, timing }: AwsApiParts): AwsApi {
  const counts = new Map<string, number>();
  const answered = new Set<ServiceName>();

  async function call<S extends ServiceName, T>(
    operation: ApiOperation & { readonly service: S },
    send: (client: ServiceClients[S], http: HttpOptions) => Promise<T>,
    { signal }: CallOptions = {},
  ): Promise<ApiResult<T>> {
    const { service } = operation;
    const name = `${service}.${operation.operation}`;
    const limiter = limiterOf(service, operation.operation);
    // One signal stops all calls of a run; Node takes more than ten of them for a leak.
    if (signal !== undefined) setMaxListeners(0, signal);
    let attempts = 0;
    let failures = 0;
    let firstFailureAt: number | undefined;
    let renewed = false;
    let mayHaveHappened = false;

    for (;;) {
      await limiter?.acquire(signal);
      if (isStopped(signal)) {
        return { ok: false, error: cancelled(operation, attempts, mayHaveHappened) };
      }
      attempts += 1;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      try {
        const value = await send(
          clients.get(service),
          signal === undefined ? {} : { abortSignal: signal },
        );
        answered.add(service);
        limiter?.recover();
        return { ok: true, value };
      } catch (error) {
        if (isStopped(signal)) {
          return { ok: false, error: cancelled(operation, attempts, true) };
        }
        const { effectUnknown, ...failed } = readFailedTry(error, operation.operation);
        if (failed.status !== undefined) answered.add(service);
        mayHaveHappened ||= effectUnknown;
        const final: ApiError = { ...operation, ...failed, mayHaveHappened, attempts };
        if (failed.kind === 'expired' && !renewed) {
          renewed = true;
          clients.renew(service);
          continue;
        }
        if (failed.kind === 'throttled') limiter?.slowDown();
        failures += 1;
        firstFailureAt ??= timing.now();
        const delayMs = nextDelayMs(
          {
            kind: failed.kind,
            failures,
            elapsedMs: timing.now() - firstFailureAt,
            answeredBefore: answered.has(service),
          },
          () => timing.random(),
        );
        if (delayMs === undefined) return { ok: false, error: final };
        await timing.sleep(delayMs, signal);
      }
    }
  }

  return { call, counts, timing, close: () => clients.close() };
}
