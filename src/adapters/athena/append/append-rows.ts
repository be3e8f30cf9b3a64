import type { Table } from '@aws-sdk/client-glue';
import type { EngineFailure, EngineResult } from '../../../core/adapter.js';
import { displayRelation, type Relation } from '../../../core/relation.js';
import { toEngineResult } from '../client/api-failure.js';
import type { StatementRun } from '../client/query-runner.js';
import { statementToken, type StatementIdentity } from '../client/statement-token.js';
import { appendingMark, isUnfinished, withAppendingMark } from '../markers.js';
import type { NodeWork } from '../node-work.js';
import { explainConflict, lookUpTable } from '../publish/explain-conflict.js';
import { isSameTable } from '../publish/same-table.js';
import { forgetRelation, tableName } from '../run-context.js';
import { unknownRows, withNote } from './append-failure.js';
import { formatLease, putLease, readLease, type AppendLease } from './append-lease.js';
import { findOutcome, settleAppend } from './settle-append.js';

/** Rows that are added to a published Hive table. */
export interface Append {
  readonly relation: Relation;
  /** INSERTs, which together are the append. */
  readonly statements: readonly string[];
  /** The table that the rows were computed for; with its lease, if the run has one already. */
  readonly expected: Table;
  readonly signal: AbortSignal;
}

/** What the statements did; `null` for one of which only the outcome is known. */
export type AppendedRows = readonly (StatementRun | null)[];

/** After a statement failed, there is still the table to be put in order; a user who cancels does not wait long. */
const tidyUpMs = 60_000;
const tidyUpOfCancelledMs = 15_000;
const releaseTries = 3;

/** Returns the next version of a table; Glue counts them. A wrong guess is refused, and looked up. */
function nextVersion({ VersionId: version }: Table): string | undefined {
  return version !== undefined && /^\d{1,15}$/.test(version)
    ? String(Number(version) + 1)
    : undefined;
}

function newId(work: NodeWork): string {
  return statementToken(work.nextIdentity(), 1).slice(0, 16);
}

function leaseOf(
  work: NodeWork,
  { relation, statements }: Append,
  {
    id,
    at,
    identity,
    written,
  }: {
    readonly id: string;
    readonly at: number;
    readonly identity: StatementIdentity;
    readonly written: readonly string[];
  },
): AppendLease {
  // An INSERT is attempted once.
  const token = statementToken(identity, 1);
  return {
    id,
    run: work.owner.run,
    statement: { sql: statements[at] ?? '', token, ...work.settings(relation.schema) },
    isLast: at === statements.length - 1,
    written,
  };
}

/**
 * Reserves the table with whatever else changes of it: returns the parameters of an `UpdateTable` after which the run has the
 * lease, and no statement yet.
 */
export function reserveAppend(work: NodeWork, table: Table): Record<string, string> {
  const lease = {
    id: newId(work),
    run: work.owner.run,
    statement: null,
    isLast: false,
    written: [],
  };
  return withAppendingMark(table, formatLease(lease));
}

function mayAppendTo(expected: Table, now: Table): boolean {
  const lease = appendingMark(expected);
  if (lease !== undefined) return appendingMark(now) === lease;
  return appendingMark(now) === undefined && isSameTable(expected, now);
}

/** Takes the lease, or hands it on from one statement to the next. Returns the table as it then is. */
async function takeLease(
  work: NodeWork,
  append: Append,
  { expected, lease }: { readonly expected: Table; readonly lease: AppendLease },
): Promise<EngineResult<Table>> {
  const { relation, signal } = append;
  const { tables } = work.context.client;
  const conflict = (): ReturnType<typeof explainConflict> =>
    explainConflict(work, relation, { seen: expected, mayRepeat: true });
  const found = await lookUpTable(work, relation);
  if (!found.ok) return found;
  const now = found.value;
  if (now === undefined || isUnfinished(now) || !mayAppendTo(expected, now)) return conflict();
  const put = toEngineResult(await putLease(tables, tableName(relation), now, { lease, signal }));
  if (!put.ok) return put;
  const version = nextVersion(now);
  if (put.value === 'updated' && version !== undefined) {
    const Parameters = withAppendingMark(now, formatLease(lease));
    return { ok: true, value: { ...now, VersionId: version, Parameters } };
  }
  const after = await lookUpTable(work, relation);
  if (!after.ok) return after;
  const isOurs = after.value && appendingMark(after.value) === formatLease(lease);
  return isOurs === true && after.value !== undefined
    ? { ok: true, value: after.value }
    : conflict();
}

/** Gives the lease back. The rows are there; only a table that was replaced meanwhile does not have them. */
async function releaseLease(
  work: NodeWork,
  { relation }: Append,
  held: Table,
): Promise<EngineResult<undefined>> {
  const { tables } = work.context.client;
  // What follows the INSERT must not be stopped half way: no signal.
  const put = await putLease(tables, tableName(relation), held, { lease: undefined });
  if (put.ok && put.value === 'updated') return { ok: true, value: undefined };
  for (let attempt = 0; attempt < releaseTries; attempt += 1) {
    const found = await lookUpTable(work, relation);
    // Whoever needs the table next finds the lease, and that its statement succeeded.
    if (!found.ok) return { ok: true, value: undefined };
    const now = found.value;
    if (now === undefined || !isSameTable({ ...held, VersionId: now.VersionId }, now)) {
      return explainConflict(work, relation, { seen: held, mayRepeat: true });
    }
    if (appendingMark(now) !== appendingMark(held)) break;
    const again = await putLease(tables, tableName(relation), now, { lease: undefined });
    if (again.ok && again.value === 'updated') break;
  }
  return { ok: true, value: undefined };
}

/**
 * After a statement that did not end well, as far as is known: finds out how it ended. Returns `undefined` if its rows are
 * there after all; otherwise all rows of the append are taken back.
 */
async function putInOrder(
  work: NodeWork,
  { relation }: Append,
  {
    failure,
    lease,
    held,
  }: { readonly failure: EngineFailure; readonly lease: AppendLease; readonly held: Table },
): Promise<EngineResult<undefined>> {
  const { client } = work.context;
  const shown = displayRelation(relation);
  const signal = AbortSignal.timeout(failure.cancelled ? tidyUpOfCancelledMs : tidyUpMs);
  const later = {
    note: `whether its rows are in ${shown} is not known yet`,
    hint: `run the command again: the next run finds out, and takes back what was left of it`,
  };
  const outcome = await findOutcome(client, lease, { signal });
  if (!outcome.ok) return withNote(failure, later);
  if (outcome.value.succeeded && lease.isLast) return { ok: true, value: undefined };
  const place = tableName(relation);
  const found = await client.tables.getTable(place.database, place.name, { signal });
  if (!found.ok || found.value === undefined) return withNote(failure, later);
  const there = readLease(found.value);
  const isHeld = there !== undefined && there !== 'unreadable' && there.id === lease.id;
  if (!isHeld && outcome.value.queryId === undefined && !failure.cancelled) {
    // Another run took this one for dead before it had started its statement.
    return explainConflict(work, relation, { seen: held, mayRepeat: true });
  }
  const settled = await settleAppend(client, place, found.value, { signal, own: lease.id });
  // The table has another version now.
  forgetRelation(work.context, relation);
  if (!settled.ok) return withNote(failure, later);
  const { how } = settled.value;
  if (how === 'none' || how === 'added' || how === 'taken-back') {
    return withNote(failure, { note: `its rows were taken back: ${shown} is as it was` });
  }
  if (how === 'stuck') return withNote(failure, later);
  return withNote({ ...failure, cancelled: false }, unknownRows(shown));
}

/**
 * Adds rows to a Hive table under a lease, so that no other run of ours adds, rebuilds or alters at the same moment. Nothing
 * on a Hive table refuses a second INSERT, so the lease does: it is taken by a call that expects the table for which the rows
 * were computed. Either all the statements' rows are there in the end, or none. Codes: `publish-conflict`, those of a query.
 */
export async function appendRows(
  work: NodeWork,
  append: Append,
): Promise<EngineResult<AppendedRows>> {
  const { relation, statements, signal } = append;
  const runs: (StatementRun | null)[] = [];
  const id = newId(work);
  let held = append.expected;
  for (const [at, sql] of statements.entries()) {
    const identity = work.nextIdentity();
    const written = runs.flatMap((run) => run?.queryId ?? []);
    const lease = leaseOf(work, append, { id, at, identity, written });
    const taken = await takeLease(work, append, { expected: held, lease });
    if (!taken.ok) {
      if (at === 0) return taken;
      // The lease of the statement before may still be there.
      const previous = { ...lease, statement: null, isLast: false };
      const ended = await putInOrder(work, append, {
        failure: taken.failure,
        lease: previous,
        held,
      });
      return ended.ok ? taken : ended;
    }
    held = taken.value;
    const done = await work.run(sql, { signal, schema: relation.schema, identity });
    if (done.ok) {
      runs.push(done.value);
      continue;
    }
    const ended = await putInOrder(work, append, { failure: done.failure, lease, held });
    if (!ended.ok) return ended;
    runs.push(null);
  }
  const released = await releaseLease(work, append, held);
  if (!released.ok) return released;
  // It has a new version now; who needs it asks.
  forgetRelation(work.context, relation);
  return { ok: true, value: runs };
}
