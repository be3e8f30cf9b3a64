import type { DiagnosticCode } from '../core/diagnostic-codes.js';
import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { Span } from '../core/sql-syntax.js';
import { indexLines, locateSpan } from '../core/text-position.js';

/**
 * How the parser leaves its recursion at the first thing it cannot read. It never leaves `sql/`: the toolkit's
 * functions turn it into a diagnostic.
 */
export class ParseFailure extends Error {
  constructor(
    readonly code: DiagnosticCode,
    message: string,
    readonly span: Span,
    readonly hint?: string,
  ) {
    super(message);
  }
}

/** Returns the diagnostic for a failure in `sql`. */
export function describeFailure(failure: ParseFailure, sql: string, path: string): Diagnostic {
  return errorDiagnostic(failure.code, failure.message, {
    location: locateSpan(indexLines(sql), path, failure.span),
    hint: failure.hint,
  });
}
