import type { ErrorDetail } from '@aws-sdk/client-glue';
import type { AwsApi, CallOptions } from './api-call.js';
import { isPassing, type ApiResult } from './api-error.js';
import { nextDelayMs } from './backoff.js';

/** An entry of a batch that the service did not carry out, with its reason. */
export interface EntryFailure<E> {
  readonly entry: E;
  readonly code: string;
  readonly message: string;
}

/** The same, as a service names the entry. */
export interface KeyedFailure {
  readonly key: string;
  readonly code: string;
  readonly message: string;
}

/** How often an entry is sent. */
const triesPerEntry = 6;

/** Returns what Glue says of an entry. */
export function readErrorDetail(detail: ErrorDetail | undefined): {
  readonly code: string;
  readonly message: string;
} {
  const code = detail?.ErrorCode ?? 'UnknownError';
  return { code, message: detail?.ErrorMessage ?? code };
}

function slices<E>(entries: readonly E[], size: number): readonly (readonly E[])[] {
  return Array.from({ length: Math.ceil(entries.length / size) }, (_, index) =>
    entries.slice(index * size, (index + 1) * size),
  );
}

/** How one kind of batch is sent. */
export interface BatchOptions<E> {
  readonly api: AwsApi;
  /** How many entries a call takes. */
  readonly size: number;
  /** An entry as the service names it in its errors. */
  readonly keyOf: (entry: E) => string;
  readonly send: (batch: readonly E[]) => Promise<ApiResult<readonly KeyedFailure[]>>;
  /** Codes, besides throttling and failures of the service, after which an entry may be sent again. */
  readonly alsoPassing?: readonly string[];
  readonly options?: CallOptions | undefined;
}

/**
 * Sends entries in batches, one batch after another, and again those that failed for reasons that pass. Returns the
 * entries that were not carried out in the end: batch calls answer "success" whatever becomes of their entries.
 */
export async function sendInBatches<E>(
  entries: readonly E[],
  { api, size, keyOf, send, alsoPassing = [], options }: BatchOptions<E>,
): Promise<ApiResult<readonly EntryFailure<E>[]>> {
  const failures: EntryFailure<E>[] = [];
  let left = entries;
  for (let attempt = 1; left.length > 0; attempt++) {
    const again: E[] = [];
    for (const batch of slices(left, size)) {
      const sent = await send(batch);
      if (!sent.ok) return sent;
      const failed = new Map(sent.value.map((failure) => [failure.key, failure]));
      for (const entry of batch) {
        const failure = failed.get(keyOf(entry));
        if (failure === undefined) continue;
        const { code, message } = failure;
        const passes = isPassing(code) || alsoPassing.includes(code);
        if (passes && attempt < triesPerEntry) again.push(entry);
        else failures.push({ entry, code, message });
      }
    }
    left = again;
    if (left.length === 0) break;
    const delayMs = nextDelayMs(
      { kind: 'throttled', failures: attempt, elapsedMs: 0, answeredBefore: true },
      () => api.timing.random(),
    );
    await api.timing.sleep(delayMs ?? 0, options?.signal);
  }
  return { ok: true, value: failures };
}
