import { performance } from 'node:perf_hooks';
import type { Call, CallHook, Fault, InjectedError } from '../core/calls.js';
import type { EmulatorOptions } from '../core/emulator.js';
import { ServiceError } from '../core/service.js';
import { createTokenBucket } from './token-bucket.js';

/** Thrown in place of an answer: the connection is closed without one. */
export class DroppedConnection extends Error {}

/** Where every call passes: it is numbered, held up, refused, or loses its answer. */
export interface CallGate {
  readonly calls: readonly Call[];
  readonly setHook: (hook: CallHook | undefined) => void;
  /**
   * Does a call's effect as the hook and the rate limits allow, and returns its answer. Throws `ServiceError` for an
   * injected error and for a throttled call, `DroppedConnection` for a dropped one, and what the effect throws.
   */
  pass<Answer>(
    call: Omit<Call, 'number'>,
    effect: (call: Call, failEntries: Fault['failEntries']) => Promise<Answer>,
  ): Promise<Answer>;
}

/** Returns a gate; `rateLimits` are by operation (`GetTable`), or by service and operation (`glue.GetTable`). */
export function createCallGate(options: Pick<EmulatorOptions, 'hook' | 'rateLimits'>): CallGate {
  const calls: Call[] = [];
  let hook = options.hook;
  const buckets = new Map(
    Object.entries(options.rateLimits ?? {}).map(([name, rate]) => [name, createTokenBucket(rate)]),
  );

  function throttle({ service, operation }: Call): void {
    const takes = buckets.get(`${service}.${operation}`) ?? buckets.get(operation);
    if (takes?.(performance.now()) === false) {
      throw throttlingError(service);
    }
  }

  return {
    calls,
    setHook(next) {
      hook = next;
    },
    async pass(described, effect) {
      const call: Call = Object.freeze({ ...described, number: calls.length + 1 });
      calls.push(call);
      const fault = await hook?.(call);
      fail(fault?.before);
      throttle(call);
      const outcome = await settle(() => effect(call, fault?.failEntries));
      await fault?.onEffect?.();
      fail(fault?.after);
      if ('error' in outcome) {
        throw outcome.error;
      }
      return outcome.answer;
    },
  };
}

function fail(injected: InjectedError | 'drop' | undefined): void {
  if (injected === 'drop') {
    throw new DroppedConnection('dropped by a fault');
  }
  if (injected !== undefined) {
    throw new ServiceError(injected.code, injected.message, injected.status);
  }
}

async function settle<Answer>(
  effect: () => Promise<Answer>,
): Promise<{ readonly answer: Answer } | { readonly error: unknown }> {
  try {
    return { answer: await effect() };
  } catch (error) {
    return { error };
  }
}

/** The error for calls beyond a service's rate, as the services word it. */
function throttlingError(service: Call['service']): ServiceError {
  switch (service) {
    case 's3':
      return new ServiceError('SlowDown', 'Please reduce your request rate.', 503);
    case 'sts':
      return new ServiceError('Throttling', 'Rate exceeded', 400);
    default:
      return new ServiceError('ThrottlingException', 'Rate exceeded', 400);
  }
}
