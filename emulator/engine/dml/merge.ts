import type { Table } from '@aws-sdk/client-glue';
import { quoteName } from '../../../src/adapters/duckdb/quote.js';
import type { TypedColumn } from '../../../src/core/adapter.js';
import type { Span } from '../../../src/core/sql-syntax.js';
import type { FormatColumn } from '../../core/table-format.js';
import { userError } from '../errors.js';
import type { Outcome } from '../outcome.js';
import { placeOf } from '../sql/mapped-text.js';
import type { MergeClause, Statement } from '../sql/statement.js';
import type { StatementContext } from '../statement-context.js';
import { assignSql } from './assignment.js';
import { ownAlias, translatePieces } from './change-rows.js';
import { findIcebergTarget } from './find-target.js';
import {
  assignedColumn,
  changedRows,
  countRows,
  replaceRows,
  requireAssignable,
  rowColumn,
  stagedTarget,
  stageTarget,
  type NewRows,
  type StagedTarget,
} from './staged-target.js';

type Merge = Extract<Statement, { kind: 'merge' }>;

const row = quoteName(rowColumn);
const sourceRow = '"$source_row"';
const source = '"$stedi"."source"';
const matched = '"$stedi"."matched"';
const bigint = { kind: 'bigint' } as const;

/** A MERGE at work. */
interface Task {
  readonly context: StatementContext;
  readonly statement: Merge;
  readonly table: Table;
  readonly target: StagedTarget;
  readonly known: Map<string, readonly TypedColumn[]>;
  /** How the statement's expressions call the two sides. */
  readonly targetAlias: string;
  readonly sourceAlias: string;
}

function translate(task: Task, pieces: readonly (string | Span)[]) {
  return translatePieces(task.context, pieces, task.known);
}

/** Makes a table of DuckDB of the rows of the source, with their numbers. */
async function stageSource(task: Task): Promise<void> {
  const { context, statement, known } = task;
  const query = await translate(task, ['SELECT * FROM ', statement.source]);
  const names = query.columns.map((_, index) => `c${index}`);
  const items = query.columns.map(({ name = '' }, index) => `c${index} as ${quoteName(name)}`);
  await context.duck.run(
    `create table ${source} as select row_number() over () as ${sourceRow}, ${items.join(', ')} from (${query.sql}) as stedi_source(${names.join(', ')})`,
  );
  known.set('source', [...query.columns, { name: '$source_row', type: bigint }]);
}

/** SQL of the number of the first clause whose condition holds, -1 for none. */
function clauseNumber(clauses: readonly (readonly [MergeClause, number])[]): (string | Span)[] {
  const branches = clauses.flatMap(([{ condition }, number]) =>
    condition === undefined
      ? [` WHEN TRUE THEN ${number}`]
      : [' WHEN ', condition, ` THEN ${number}`],
  );
  return clauses.length === 0 ? ['-1'] : ['CASE', ...branches, ' ELSE -1 END'];
}

/** Finds the pairs of rows that match, and the clause for each. */
async function stageMatches(task: Task): Promise<void> {
  const { context, statement, known, targetAlias, sourceAlias } = task;
  const clauses = statement.clauses.map((clause, number) => [clause, number] as const);
  const query = await translate(task, [
    `SELECT ${targetAlias}.${row} AS ${row}, ${sourceAlias}.${sourceRow} AS ${sourceRow}, `,
    ...clauseNumber(clauses.filter(([clause]) => clause.matched)),
    ` AS clause FROM ${stagedTarget} AS ${targetAlias} JOIN ${source} AS ${sourceAlias} ON `,
    statement.condition,
  ]);
  await context.duck.run(`create table ${matched} as ${query.sql}`);
  known.set('matched', [
    { name: rowColumn, type: bigint },
    { name: '$source_row', type: bigint },
    { name: 'clause', type: { kind: 'integer' } },
  ]);
  // Trino compares the clauses too; one that matches twice and is changed by neither passes there.
  const twice = await countRows(
    context,
    `(select 1 from ${matched} group by ${row} having count(*) > 1)`,
  );
  if (twice > 0) {
    throw userError(
      'other',
      'MERGE_TARGET_ROW_MULTIPLE_MATCHES: One MERGE target table row matched more than one source row',
    );
  }
}

/** Returns the rows that an UPDATE clause changes. */
async function updatedRows(
  task: Task,
  clause: MergeClause,
  number: number,
): Promise<NewRows | undefined> {
  const { context, target, targetAlias, sourceAlias } = task;
  if (clause.action.kind !== 'update') return undefined;
  const { assignments } = clause.action;
  const columns = assignments.map(({ column, start }) =>
    assignedColumn(target.columns, column, placeOf(context.request.sql, start)),
  );
  const values = assignments.flatMap(({ value }, index) => [', (', value, `) AS v${index}`]);
  const query = await translate(task, [
    `SELECT ${targetAlias}.${row} AS ${row}`,
    ...values,
    ` FROM "$stedi"."matched" AS "$matched" JOIN ${stagedTarget} AS ${targetAlias} ON ${targetAlias}.${row} = "$matched".${row}` +
      ` JOIN ${source} AS ${sourceAlias} ON ${sourceAlias}.${sourceRow} = "$matched".${sourceRow} WHERE "$matched".clause = ${number}`,
  ]);
  requireAssignable(
    columns,
    query.columns.slice(1),
    `MERGE table column types don't match for MERGE case ${number}, SET expressions`,
  );
  const relation = `"$stedi"."updated_${number}"`;
  await context.duck.run(`create table ${relation} as ${query.sql}`);
  return changedRows(relation, target, columns);
}

/** Returns the columns of an INSERT clause. */
function insertColumns(
  { columns }: { readonly columns?: readonly string[] },
  target: StagedTarget,
): readonly FormatColumn[] {
  if (columns === undefined) return target.columns;
  return columns.map((name) => {
    const found = target.columns.find((column) => column.name === name);
    if (found !== undefined) return found;
    throw userError(
      'semantic',
      `COLUMN_NOT_FOUND: line 1:1: Insert column name does not exist in target table: ${name}`,
    );
  });
}

/** Returns the rows that an INSERT clause adds. */
async function insertedRows(
  task: Task,
  clause: MergeClause,
  number: number,
): Promise<NewRows | undefined> {
  const { context, target, sourceAlias } = task;
  if (clause.action.kind !== 'insert') return undefined;
  const { values } = clause.action;
  const columns = insertColumns(clause.action, target);
  if (columns.length !== values.length) {
    throw userError(
      'typeMismatch',
      `TYPE_MISMATCH: line 1:1: MERGE case ${number}: the number of INSERT columns (${columns.length}) and of VALUES (${values.length}) differ`,
    );
  }
  const pieces = values.flatMap((value, index) => [
    index === 0 ? '(' : ', (',
    value,
    `) AS v${index}`,
  ]);
  const query = await translate(task, [
    'SELECT ',
    ...pieces,
    ` FROM ${source} AS ${sourceAlias} JOIN "$stedi"."unmatched" AS "$unmatched" ON ${sourceAlias}.${sourceRow} = "$unmatched".${sourceRow} WHERE "$unmatched".clause = ${number}`,
  ]);
  requireAssignable(
    columns,
    query.columns,
    `MERGE table column types don't match for MERGE case ${number}, INSERT expressions`,
  );
  const relation = `"$stedi"."inserted_${number}"`;
  await context.duck.run(`create table ${relation} as ${query.sql}`);
  const items = target.columns.map(({ name, type }) => {
    const index = columns.findIndex((column) => column.name === name);
    return `${assignSql(index < 0 ? 'null' : `v${index}`, type)} as ${quoteName(name)}`;
  });
  return `select ${items.join(', ')} from ${relation}`;
}

/** Finds the rows of the source that match nothing, and the clause for each. */
async function stageUnmatched(task: Task): Promise<void> {
  const { context, statement, known, sourceAlias } = task;
  const clauses = statement.clauses.map((clause, number) => [clause, number] as const);
  const query = await translate(task, [
    `SELECT ${sourceAlias}.${sourceRow} AS ${sourceRow}, `,
    ...clauseNumber(clauses.filter(([clause]) => !clause.matched)),
    ` AS clause FROM ${source} AS ${sourceAlias} WHERE NOT EXISTS (SELECT 1 FROM "$stedi"."matched" AS "$matched" WHERE "$matched".${sourceRow} = ${sourceAlias}.${sourceRow})`,
  ]);
  await context.duck.run(`create table "$stedi"."unmatched" as ${query.sql}`);
  known.set('unmatched', [
    { name: '$source_row', type: bigint },
    { name: 'clause', type: { kind: 'integer' } },
  ]);
}

/** MERGE INTO an Iceberg table: for each row the first clause that fits. */
export async function merge(context: StatementContext, statement: Merge): Promise<Outcome> {
  const table = findIcebergTarget(context, statement.table, 'Merging');
  const target = await stageTarget(context, table);
  const task: Task = {
    context,
    statement,
    table,
    target,
    known: new Map([['target', target.known]]),
    targetAlias:
      statement.alias === undefined ? ownAlias(statement.table) : quoteName(statement.alias),
    sourceAlias: quoteName(statement.sourceAlias),
  };
  await stageSource(task);
  await stageMatches(task);
  await stageUnmatched(task);
  const added: NewRows[] = [];
  for (const [number, clause] of statement.clauses.entries()) {
    const rows =
      (await updatedRows(task, clause, number)) ?? (await insertedRows(task, clause, number));
    if (rows !== undefined) added.push(rows);
  }
  const changed = await countRows(context, `(select 1 from ${matched} where clause >= 0)`);
  const inserted = await countRows(
    context,
    '(select 1 from "$stedi"."unmatched" where clause >= 0)',
  );
  return replaceRows(context, table, target, {
    gone: `select ${row} from ${matched} where clause >= 0`,
    added,
    operation: 'merge',
    count: changed + inserted,
  });
}
