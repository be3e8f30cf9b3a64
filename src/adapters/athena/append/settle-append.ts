import type { Table } from '@aws-sdk/client-glue';
import type { CallOptions } from '../client/api-call.js';
import type { ApiResult } from '../client/api-error.js';
import { findStarted } from '../client/find-started.js';
import type { TableName } from '../client/glue-partitions.js';
import type { AthenaClient } from '../client/open-client.js';
import { appendingMark } from '../markers.js';
import { formatLease, putLease, readLease, type AppendLease } from './append-lease.js';
import { takeBackFiles } from './take-back-files.js';

/** How an append ended that another run, or this one, did not bring to its end. */
export interface Settled {
  /** The table without a lease; `undefined` if it is gone meanwhile. */
  readonly table: Table | undefined;
  /**
   * `none`: there was nothing to settle. `added`: all its rows are in the table. `taken-back`: none are. `unknown`: Athena does
   * not tell what a stopped query wrote. `busy`: others go on adding rows. `unreadable`: the lease is of another version.
   * `stuck`: files could not be removed, and the lease stays.
   */
  readonly how: 'none' | 'added' | 'taken-back' | 'unknown' | 'busy' | 'unreadable' | 'stuck';
  /** Queries and files that the message names. */
  readonly details: readonly string[];
}

/** A run that is alive goes on by itself within this time; correctness does not depend on it. */
const looks = 4;
const betweenLooksMs = 100;
/** Leases of others that are waited for, one after the other. */
const mostRounds = 10;

/** Returns how an append's last statement ended: its query if it was ever started, and whether it succeeded. */
export async function findOutcome(
  client: AthenaClient,
  { statement }: AppendLease,
  options: CallOptions,
): Promise<ApiResult<{ readonly queryId: string | undefined; readonly succeeded: boolean }>> {
  if (statement === null) return { ok: true, value: { queryId: undefined, succeeded: false } };
  const started = await findStarted(client.api, statement, options);
  if (!started.ok) return started;
  const queryId = started.value;
  if (queryId === undefined) return { ok: true, value: { queryId, succeeded: false } };
  const ended = await client.queries.wait(queryId, options);
  if (!ended.ok) return ended;
  return { ok: true, value: { queryId, succeeded: ended.value.Status?.State === 'SUCCEEDED' } };
}

/**
 * Brings an append to its end, whose lease is at the table: waits for its statement; if all its rows are there, only the lease
 * goes; otherwise the files that it wrote go first. A run that is alive and had not yet started the statement can no longer do
 * so, because its token is used up; nor start a further one, because the lease has changed hands. `own` is the id of a lease of
 * the run itself: then only that one is settled.
 */
export async function settleAppend(
  client: AthenaClient,
  place: TableName,
  first: Table,
  { signal, own }: CallOptions & { readonly own?: string },
): Promise<ApiResult<Settled>> {
  const { timing } = client.api;
  const look = (): ReturnType<typeof client.tables.getTable> =>
    client.tables.getTable(place.database, place.name, { signal });
  /** The mark that this function itself put there. */
  let taken: string | undefined;
  let how: Settled['how'] = 'none';
  let details: readonly string[] = [];
  const settled = (table: Table | undefined): ApiResult<Settled> => ({
    ok: true,
    value: { table, how, details },
  });

  /** Returns the table once its lease is another, or `undefined` if it stays what it is. */
  async function waitForChange(
    table: Table,
  ): Promise<ApiResult<{ readonly table: Table | undefined } | undefined>> {
    if (own !== undefined || appendingMark(table) === taken) return { ok: true, value: undefined };
    for (let at = 0; at < looks; at += 1) {
      await timing.sleep(betweenLooksMs, signal);
      const now = await look();
      if (!now.ok) return now;
      const same = now.value && appendingMark(now.value) === appendingMark(table);
      if (same !== true) return { ok: true, value: { table: now.value } };
    }
    return { ok: true, value: undefined };
  }

  let table: Table | undefined = first;
  for (let round = 0; round < mostRounds; round += 1) {
    if (table === undefined) return settled(table);
    const lease = readLease(table);
    if (lease === undefined) return settled(table);
    if (lease === 'unreadable') return { ok: true, value: { table, how: lease, details } };
    if (own !== undefined && lease.id !== own) return settled(table);

    const before = await waitForChange(table);
    if (!before.ok) return before;
    if (before.value !== undefined) {
      table = before.value.table;
      continue;
    }
    const outcome = await findOutcome(client, lease, { signal });
    if (!outcome.ok) return outcome;
    const after = lease.statement === null ? before : await waitForChange(table);
    if (!after.ok) return after;
    if (after.value !== undefined) {
      table = after.value.table;
      continue;
    }

    const { queryId, succeeded } = outcome.value;
    const written = [...lease.written, ...(queryId === undefined ? [] : [queryId])];
    if (succeeded && lease.isLast) {
      how = 'added';
    } else if (lease.statement !== null && written.length > 0) {
      // First the lease changes hands, so that its run adds nothing while files go.
      const handedOver: AppendLease = { ...lease, statement: null, isLast: false, written };
      taken = formatLease(handedOver);
      const put = await putLease(client.tables, place, table, { lease: handedOver, signal });
      if (!put.ok) return put;
      const now = await look();
      if (!now.ok) return now;
      table = now.value;
      continue;
    } else {
      const removed = await takeBackFiles(client, place, { queryIds: written, signal });
      if (!removed.ok) return removed;
      const { unknown, stuck } = removed.value;
      if (stuck.length > 0) return { ok: true, value: { table, how: 'stuck', details: stuck } };
      how = unknown.length > 0 ? 'unknown' : 'taken-back';
      details = unknown;
    }
    // Whether this or another call took it away: the next look tells.
    const released = await putLease(client.tables, place, table, { lease: undefined, signal });
    if (!released.ok) return released;
    const now = await look();
    if (!now.ok) return now;
    table = now.value;
  }
  return { ok: true, value: { table, how: 'busy', details } };
}
