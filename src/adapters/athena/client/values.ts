import type { ColumnInfo, Row } from '@aws-sdk/client-athena';
import type { QueryRows } from '../../../core/adapter.js';

const integerTypes: ReadonlySet<string> = new Set([
  'tinyint',
  'smallint',
  'integer',
  'int',
  'bigint',
]);
const floatTypes: ReadonlySet<string> = new Set(['double', 'float', 'real']);

function decodeNumber(text: string): number | string {
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

function decodeInteger(text: string): number | string {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}

/**
 * Returns a value as JSON holds it: booleans, integers where a double holds them, floating-point numbers; all others
 * as the text that Athena prints. Arrays, maps and rows stay text as well: Athena prints their strings without quotes,
 * so that `[a, b]` may be an array of one or of two.
 */
export function decodeValue(text: string | undefined, type: string): unknown {
  if (text === undefined) return null;
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  if (integerTypes.has(type)) return decodeInteger(text);
  if (floatTypes.has(type)) return decodeNumber(text);
  return text;
}

/** Returns the columns of a result, types as Athena names them, decimals with their digits. */
export function readColumns(columns: readonly ColumnInfo[]): QueryRows['columns'] {
  return columns.map(({ Name = '', Label, Type = 'varchar', Precision, Scale }) => ({
    name: Label === undefined || Label === '' ? Name : Label,
    type:
      Type === 'decimal' && Precision !== undefined && Precision > 0
        ? `decimal(${Precision},${Scale ?? 0})`
        : Type,
  }));
}

/** Whether a row holds the columns' names. */
function isHeader(row: Row, columns: readonly ColumnInfo[]): boolean {
  return columns.every(({ Name = '' }, index) => {
    const text = row.Data?.[index]?.VarCharValue ?? '';
    return text.toLowerCase() === Name.toLowerCase();
  });
}

/** What a statement is, as far as its rows depend on it. */
export interface StatementKind {
  readonly statementType: string;
  readonly substatementType: string | undefined;
}

/** Statements that are no DML, or not always called so, and have a header all the same. */
const otherWithHeader: ReadonlySet<string> = new Set(['EXPLAIN', 'SHOW_FUNCTIONS']);

/**
 * Returns the rows of a page without the header. The first page of a DML statement's result begins with the columns'
 * names; DDL, SHOW and DESCRIBE have no such row (Athena API, GetQueryResults). Sources differ on EXPLAIN; no plan begins
 * with the name of its column.
 */
export function withoutHeader(
  rows: readonly Row[],
  {
    columns,
    statement,
    firstPage,
  }: {
    readonly columns: readonly ColumnInfo[];
    readonly statement: StatementKind;
    readonly firstPage: boolean;
  },
): readonly Row[] {
  const [first] = rows;
  const mayHaveHeader =
    statement.statementType === 'DML' || otherWithHeader.has(statement.substatementType ?? '');
  const hasHeader = firstPage && mayHaveHeader && first !== undefined && isHeader(first, columns);
  return hasHeader ? rows.slice(1) : rows;
}

/** Returns the values of a row. */
export function decodeRow(row: Row, columns: readonly ColumnInfo[]): readonly unknown[] {
  return columns.map(({ Type = 'varchar' }, index) =>
    decodeValue(row.Data?.[index]?.VarCharValue, Type),
  );
}
