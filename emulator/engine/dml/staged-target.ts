import type { Table } from '@aws-sdk/client-glue';
import { quoteName } from '../../../src/adapters/duckdb/quote.js';
import type { TypedColumn } from '../../../src/core/adapter.js';
import { formatType } from '../../../src/core/sql-type.js';
import type { FormatColumn } from '../../core/table-format.js';
import { userError } from '../errors.js';
import { writtenRows, type Outcome } from '../outcome.js';
import { requireScanLimit, type StatementContext } from '../statement-context.js';
import { assignSql, canAssign } from './assignment.js';

/*
 * DELETE, UPDATE and MERGE: the table's rows are numbered in a table of DuckDB; queries in Trino's dialect, made of the
 * statement's own expressions, say which of them change and how; the files of these are replaced as a whole.
 */

/** The column with the number of a row; no column of a table can have the name. */
export const rowColumn = '$row';

/** The target as DuckDB's table; `"$stedi"."target"` in queries of Trino's dialect, too. */
export const stagedTarget = '"$stedi"."target"';

export interface StagedTarget {
  readonly columns: readonly FormatColumn[];
  /** What a translation is told of the staged table. */
  readonly known: readonly TypedColumn[];
}

/** Reads the rows of an Iceberg table, with their numbers and files. */
export async function stageTarget(context: StatementContext, table: Table): Promise<StagedTarget> {
  const reader = await context.iceberg.read(context, table);
  context.scanned.bytes += reader.bytes;
  await context.duck.run('create schema if not exists "$stedi"');
  await context.duck.run(
    `create table ${stagedTarget} as select row_number() over () as ${quoteName(rowColumn)}, * from (${reader.sql})`,
  );
  return {
    columns: reader.columns,
    known: [...reader.columns, { name: rowColumn, type: { kind: 'bigint' } }],
  };
}

/** Returns the columns that an assignment names. Throws COLUMN_NOT_FOUND. */
export function assignedColumn(
  columns: readonly FormatColumn[],
  name: string,
  place: string,
): FormatColumn {
  const found = columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  throw userError(
    'semantic',
    `COLUMN_NOT_FOUND: ${place}: The UPDATE SET target column ${name} doesn't exist`,
  );
}

/** Refuses values that Trino does not turn into the columns' types by itself. */
export function requireAssignable(
  columns: readonly FormatColumn[],
  values: readonly TypedColumn[],
  what: string,
): void {
  if (columns.every(({ type }, index) => canAssign(values[index]?.type ?? { kind: 'any' }, type))) {
    return;
  }
  const list = (all: readonly TypedColumn[]): string =>
    all.map(({ type }) => formatType(type)).join(', ');
  throw userError(
    'typeMismatch',
    `TYPE_MISMATCH: line 1:1: ${what}: Table: [${list(columns)}], Expressions: [${list(values)}]`,
  );
}

/** A staged set of new rows: SQL of the target's columns, in order and of its types. */
export type NewRows = string;

/**
 * Returns SQL of rows that were changed. `relation` has the number of each row and values `v0`… for the columns `changed`;
 * what is not changed comes from the target.
 */
export function changedRows(
  relation: string,
  target: StagedTarget,
  changed: readonly FormatColumn[],
): NewRows {
  const items = target.columns.map(({ name, type }) => {
    const index = changed.findIndex((column) => column.name === name);
    const value = index < 0 ? `t.${quoteName(name)}` : assignSql(`u.v${index}`, type);
    return `${value} as ${quoteName(name)}`;
  });
  const row = quoteName(rowColumn);
  return `select ${items.join(', ')} from ${stagedTarget} as t join ${relation} as u on t.${row} = u.${row}`;
}

/**
 * Replaces the files of the rows whose numbers `gone` selects: what else is in them stays, `added` comes to it. Returns
 * the outcome with `count` rows.
 */
export async function replaceRows(
  context: StatementContext,
  table: Table,
  target: StagedTarget,
  change: {
    readonly gone: string;
    readonly added: readonly NewRows[];
    readonly operation: 'delete' | 'update' | 'merge';
    readonly count: number;
  },
): Promise<Outcome> {
  requireScanLimit(context);
  if (change.count === 0) return writtenRows(0);
  const row = quoteName(rowColumn);
  const { duck } = context;
  await duck.run(`create table "$stedi"."gone" as ${change.gone}`);
  const files = await duck.query(
    `select distinct "$path" as path from ${stagedTarget} where ${row} in (select ${row} from "$stedi"."gone") order by 1`,
  );
  const names = target.columns.map(({ name }) => quoteName(name)).join(', ');
  const kept = `select ${names} from ${stagedTarget}
where ${row} not in (select ${row} from "$stedi"."gone")
and "$path" in (select "$path" from ${stagedTarget} where ${row} in (select ${row} from "$stedi"."gone"))`;
  const outcome = await context.iceberg.replaceFiles(context, table, {
    removed: files.map(({ path }) => String(path)),
    sql: [kept, ...change.added].join('\nunion all\n'),
    operation: change.operation,
  });
  return writtenRows(change.count, outcome.writtenFiles);
}

/** Returns the number of rows of a staged table. */
export async function countRows({ duck }: StatementContext, relation: string): Promise<number> {
  const [row] = await duck.query(`select count(*) as n from ${relation}`);
  return Number(row?.['n']);
}
