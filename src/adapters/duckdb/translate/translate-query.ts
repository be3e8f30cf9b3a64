import type { Query } from '../../../core/sql-syntax.js';
import type { TableColumns, TypedColumn } from '../../../core/adapter.js';
import type { PositionMap } from '../../../core/compiled-node.js';
import { resultOf, type Result } from '../../../core/result.js';
import type { FunctionRegistry } from '../functions/registry.js';
import { partsOf } from '../types/common.js';
import { findUnstored } from '../types/unstored-types.js';
import { formatType } from '../../../core/sql-type.js';
import { translateCall } from './call.js';
import { checkColumnNames } from './check-column-names.js';
import { createReporter, type Context } from './context.js';
import { translateExpression } from './expression.js';
import { markedSql, renderSql } from './fragment.js';
import { translateQuery as translate } from './query.js';
import { emptyScope, type RelationColumns } from './scope.js';

/** What a translation needs besides the query. */
export interface TranslationOptions {
  /** The text that the query was read from. */
  readonly sql: string;
  /** The file, for diagnostics. */
  readonly path: string;
  readonly registry: FunctionRegistry;
  readonly tableColumns?: TableColumns;
  readonly storesResult?: boolean;
  /** Warn where DuckDB's own SQL gives another result. */
  readonly warnsOfDifferences?: boolean;
}

/** A query in DuckDB's dialect. */
export interface TranslatedText {
  readonly sql: string;
  readonly toOriginal: PositionMap;
  /** The result's columns, in order; `undefined` if a `*` hides some. */
  readonly columns: readonly TypedColumn[] | undefined;
}

/**
 * Reports a column whose rows show their time in different zones: DuckDB keeps the instant alone, so they would all be
 * shown in one.
 */
function requireKnownZones(
  { columns }: RelationColumns,
  query: Query,
  report: Context['report'],
): void {
  columns.forEach((column, index) => {
    const isMixed = partsOf(column.type).some(
      (part) => part.kind === 'timestamp' && part.withZone && part.zone === undefined,
    );
    if (!isMixed) return;
    report(
      'sql-unsupported',
      `the time zone of column ${column.name ?? index + 1} could not be found out, or differs from row to row`,
      query,
      "give it one: … AT TIME ZONE 'UTC'",
    );
  });
}

/** Reports a column of addresses or geometries: DuckDB has no type for them, and would show what it has instead. */
function requireShownTypes(
  { columns }: RelationColumns,
  query: Query,
  report: Context['report'],
): void {
  columns.forEach((column, index) => {
    const instead = findUnstored(column.type);
    if (instead === undefined) return;
    report(
      'sql-unsupported',
      `column ${column.name ?? index + 1} is of type ${formatType(column.type)}, which no table holds`,
      query,
      `write ${instead}`,
    );
  });
}

/** Returns the record through which the parts of a translation reach each other. */
export function createContext(
  { sql, tableColumns, registry }: TranslationOptions,
  report: Context['report'],
  warnOfDifference?: Context['warnOfDifference'],
): Context {
  let lowered: string | undefined;
  const context: Context = {
    tableColumns: tableColumns ?? (() => undefined),
    report,
    ...(warnOfDifference && { warnOfDifference }),
    isFree: (name) => !(lowered ??= sql.toLowerCase()).includes(name.toLowerCase()),
    expression(syntax, scope) {
      const value = translateExpression(context, syntax, scope);
      return { ...value, sql: markedSql(value.sql, syntax.start) };
    },
    query: (syntax, scope, printing) => translate(context, syntax, scope, printing),
    negated: new Set(),
    call: (syntax, scope) => translateCall(context, registry, syntax, scope),
  };
  return context;
}

/**
 * Translates a query from Athena's dialect to DuckDB's. Diagnostics: `sql-syntax`, `sql-unsupported`, `sql-type-mismatch`,
 * `column-not-found`, `column-ambiguous`, `column-name-invalid`, `function-unknown`, `function-unsupported`,
 * `dialect-differs`.
 */
export function translateToDuckDb(
  query: Query,
  options: TranslationOptions,
): Result<TranslatedText> {
  const { diagnostics, report, warnOfDifference } = createReporter(options.sql, options.path);
  const warns = options.warnsOfDifferences === true;
  const context = createContext(options, report, warns ? warnOfDifference : undefined);
  const translated = context.query(query, emptyScope());
  requireKnownZones(translated, query, report);
  requireShownTypes(translated, query, report);
  if (options.storesResult === true) checkColumnNames(translated, query, report);
  const { text, toOriginal } = renderSql(translated.sql, options.sql);
  return resultOf(
    { sql: text, toOriginal, columns: translated.open ? undefined : translated.columns },
    diagnostics,
  );
}
