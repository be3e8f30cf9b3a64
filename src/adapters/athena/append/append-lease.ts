import type { Table } from '@aws-sdk/client-glue';
import type { StatementStart } from '../client/statement.js';
import { appendingMark, withAppendingMark } from '../markers.js';
import { toTableInput, type GlueTables } from '../client/glue-tables.js';
import type { TableName } from '../client/glue-partitions.js';
import type { CallOptions } from '../client/api-call.js';

/**
 * Who adds rows to a Hive table, and by which statement: kept at the table as a Glue parameter while it happens. What the run
 * did, if it is killed, is found out by whoever needs the table next.
 */
export interface AppendLease {
  /** Tells this taking of the lease from every other. */
  readonly id: string;
  readonly run: string;
  /** The statement that is about to run, is running, or ran last; `null` before the first, and while rows are taken back. */
  readonly statement: StatementStart | null;
  /** Whether the append is complete when the statement succeeds. */
  readonly isLast: boolean;
  /** Queries whose files are to be removed if the append does not come to its end. */
  readonly written: readonly string[];
}

/** Returns a lease as the table's parameter has it. */
export function formatLease(lease: AppendLease): string {
  return JSON.stringify({ version: 1, ...lease });
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Returns the lease that a table is under; `undefined` if it is under none, `unreadable` for one of another version. */
export function readLease(table: Table): AppendLease | undefined | 'unreadable' {
  const text = appendingMark(table);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'unreadable';
  }
  const lease = value as (Partial<AppendLease> & { readonly version?: unknown }) | null;
  const isOurs =
    typeof lease === 'object' &&
    lease?.version === 1 &&
    isText(lease.id) &&
    isText(lease.run) &&
    typeof lease.isLast === 'boolean' &&
    Array.isArray(lease.written) &&
    lease.written.every(isText) &&
    (lease.statement === null || (isText(lease.statement?.sql) && isText(lease.statement.token)));
  if (!isOurs) return 'unreadable';
  const { id, run, statement, isLast, written } = lease as AppendLease;
  return { id, run, statement, isLast, written };
}

/** Gives a table another lease, or none, by one call that expects the version that `table` has. */
export function putLease(
  tables: GlueTables,
  { database, name }: TableName,
  table: Table,
  {
    lease,
    versionId = table.VersionId,
    signal,
  }: CallOptions & {
    readonly lease: AppendLease | undefined;
    readonly versionId?: string | undefined;
  },
): ReturnType<GlueTables['updateTable']> {
  const input = {
    ...toTableInput(table),
    Name: name,
    Parameters: withAppendingMark(table, lease && formatLease(lease)),
  };
  return tables.updateTable(database, input, {
    ...(versionId !== undefined && { versionId }),
    skipArchive: true,
    signal,
  });
}
