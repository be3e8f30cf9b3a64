import type { TableColumns } from '../../../core/adapter.js';
import type { DiagnosticCode } from '../../../core/diagnostic-codes.js';
import {
  errorDiagnostic,
  warningDiagnostic,
  type Diagnostic,
  type SourceLocation,
} from '../../../core/diagnostic.js';
import type { CallExpression, Expression, Query, Span } from '../../../core/sql-syntax.js';
import type { SqlType } from '../../../core/sql-type.js';
import { indexLines, locateSpan, type TextLines } from '../../../core/text-position.js';
import { anyType } from '../types/common.js';
import { raw, type Sql } from './fragment.js';
import type { RelationColumns, Scope } from './scope.js';

/** A translated expression. */
export interface Value {
  readonly sql: Sql;
  readonly type: SqlType;
  /** What it was translated from. */
  readonly syntax: Expression;
  /** Evaluating it twice may give two results (random()). */
  readonly volatile: boolean;
  /** Evaluating it may end the query, for the value of a row: a division, a cast of a text, an element of an array. */
  readonly mayFail: boolean;
  /** It holds arithmetic that may be out of the range of its type, for the values of a row. */
  readonly mayOverflow: boolean;
  /** Of arithmetic: what it is NULL with, and not otherwise. */
  readonly nullParts?: readonly Sql[];
  /** It, or a part of it, was reported: what follows from that is not reported again. */
  readonly failed: boolean;
}

/** A translated query. */
export interface TranslatedQuery extends RelationColumns {
  readonly sql: Sql;
}

/** One translation at work. Its parts reach each other, and tell what they cannot do, through this record. */
export interface Context {
  readonly tableColumns: TableColumns;
  expression(syntax: Expression, scope: Scope): Value;
  query(syntax: Query, scope: Scope, options?: { readonly bareValues?: boolean }): TranslatedQuery;
  call(syntax: CallExpression, scope: Scope): Value;
  /** The comparisons that stand below a NOT, and the conditions in between: what Trino turns round. */
  readonly negated: Set<Expression>;
  /** Adds an error at a place of the original. */
  report(code: DiagnosticCode, message: string, span: Span, hint?: string): void;
  /** Adds a warning where DuckDB's own SQL gives another result; left out where nobody can have meant that. */
  readonly warnOfDifference?: (message: string, span: Span, hint: string) => void;
  /** Whether a name occurs nowhere in the original, so that a lambda's parameter may have it. */
  isFree(name: string): boolean;
}

/** Collects the diagnostics of one translation. */
export interface Reporter {
  readonly diagnostics: Diagnostic[];
  readonly report: Context['report'];
  readonly warnOfDifference: NonNullable<Context['warnOfDifference']>;
}

/** Returns a reporter for the text `sql` of the file `path`. */
export function createReporter(sql: string, path: string): Reporter {
  let lines: TextLines | undefined;
  const locate = (span: Span): SourceLocation =>
    locateSpan((lines ??= indexLines(sql)), path, span);
  const diagnostics: Diagnostic[] = [];
  // An expression that is translated twice (to learn its type beforehand) is reported once.
  const reported = new Set<string>();
  return {
    diagnostics,
    warnOfDifference(message, span, hint) {
      const key = `${span.start} ${span.end} ${message}`;
      if (reported.has(key)) return;
      reported.add(key);
      const location = locate(span);
      diagnostics.push(warningDiagnostic('dialect-differs', message, { location, hint }));
    },
    report(code, message, span, hint) {
      const key = `${code} ${span.start} ${span.end} ${message}`;
      if (reported.has(key)) return;
      reported.add(key);
      const location = locate(span);
      diagnostics.push(errorDiagnostic(code, message, { location, hint }));
    },
  };
}

/** Returns `_name`, with more underscores if the original has that too. */
export function freeName(context: Context, name: string): Sql {
  let free = `_${name}`;
  while (!context.isFree(free)) free = `_${free}`;
  return raw(free);
}

/** Returns the stand-in for an expression that was reported: it fits everywhere, so that one error gives one diagnostic. */
export function failedValue(syntax: Expression): Value {
  return {
    sql: raw('NULL'),
    type: anyType,
    syntax,
    volatile: false,
    mayFail: false,
    mayOverflow: false,
    failed: true,
  };
}

/** Returns a value. `volatile` if any of the values it is made of is. */
export function makeValue(
  sql: Sql,
  type: SqlType,
  syntax: Expression,
  from: readonly Pick<Value, 'volatile' | 'mayFail' | 'mayOverflow' | 'failed'>[] = [],
): Value {
  return {
    sql,
    type,
    syntax,
    volatile: from.some((value) => value.volatile),
    mayFail: from.some((value) => value.mayFail),
    mayOverflow: from.some((value) => value.mayOverflow),
    failed: from.some((value) => value.failed),
  };
}
