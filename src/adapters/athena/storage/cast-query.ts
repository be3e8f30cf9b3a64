import type { TypedColumn } from '../../../core/adapter.js';
import { formatType } from '../../../core/sql-type.js';
import { quoteName } from '../quote.js';
import { storedType, type TableType } from './stored-type.js';

/** A query with what is known of its result. */
export interface TypedQuery {
  readonly sql: string;
  /** The columns in order; left out where they are not known. */
  readonly columns?: readonly TypedColumn[];
}

/** How a query's result is stored. */
export interface ResultStorage {
  readonly tableType: TableType;
  /** Columns that must come last, in this order: a Hive table's partitions. Lower case. */
  readonly lastColumns: readonly string[];
}

/** A query and its condition: `query`'s rows, of which only some are wanted. */
export interface CastOptions extends ResultStorage {
  /** A condition on the columns of `_source`. */
  readonly where?: string;
}

/**
 * Returns a query whose columns have the types that the table stores, in the order that it wants. The given query stays as
 * it is, on lines of its own, so that places in it can be found again; where nothing is to be done, it is returned.
 * Types that are not known are left to the engine.
 */
export function castQuery({ sql, columns }: TypedQuery, options: CastOptions): string {
  const { tableType, lastColumns, where } = options;
  const condition = where === undefined ? '' : `\nWHERE ${where}`;
  const named = columns?.flatMap(({ name, type }) =>
    name === undefined ? [] : [{ name: name.toLowerCase(), type }],
  );
  const isKnown = named !== undefined && named.length === columns?.length && named.length > 0;
  if (!isKnown) return where === undefined ? sql : `SELECT _source.*\n${from(sql)}${condition}`;

  const isLast = ({ name }: { readonly name: string }): boolean => lastColumns.includes(name);
  const ordered = [
    ...named.filter((column) => !isLast(column)),
    ...lastColumns.flatMap((name) => named.filter((column) => column.name === name)),
  ];
  const outputs = ordered.map(({ name, type }) => {
    const stored = storedType(type, tableType);
    const quoted = `_source.${quoteName(name)}`;
    if ('problem' in stored || formatType(stored.type) === formatType(type)) return quoted;
    return `CAST(${quoted} AS ${formatType(stored.type)}) AS ${quoteName(name)}`;
  });
  const isMoved = ordered.some((column, index) => column !== named[index]);
  const isCast = outputs.some((output) => output.startsWith('CAST'));
  if (!isMoved && !isCast && where === undefined) return sql;
  return `SELECT ${outputs.join(', ')}\n${from(sql)}${condition}`;
}

function from(sql: string): string {
  return `FROM (\n${sql}\n) AS _source`;
}
