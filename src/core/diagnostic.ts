import type { DiagnosticCode } from './diagnostic-codes.js';

/** How grave a diagnostic is. `error` stops the command before it touches the warehouse. */
export type Severity = 'error' | 'warning' | 'info';

/**
 * A place in a source file. `line` and `column` count from 1, in UTF-16 code units, as editors do.
 * `length` is the number of code units to underline; `source` the full text of `line`, if known.
 */
export interface SourceLocation {
  /** Path relative to the project folder, with forward slashes. */
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
  readonly length?: number;
  /** The text of the line, so that a printer needs no file access. */
  readonly sourceLine?: string;
}

/** A second place that helps to understand a diagnostic, such as the other of two duplicates. */
export interface RelatedLocation {
  readonly message: string;
  readonly location: SourceLocation;
}

/** Everything stedi-sql has to say about a user's project is one of these plain values. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** What was expected and what was found, one sentence, no trailing full stop. */
  readonly message: string;
  readonly location?: SourceLocation;
  /** The next step for the user. */
  readonly hint?: string;
  readonly related?: readonly RelatedLocation[];
}

/** The optional parts of a diagnostic. */
export interface DiagnosticDetails {
  readonly location?: SourceLocation | undefined;
  readonly hint?: string | undefined;
  readonly related?: readonly RelatedLocation[] | undefined;
}

function diagnostic(
  severity: Severity,
  code: DiagnosticCode,
  message: string,
  details: DiagnosticDetails,
): Diagnostic {
  return {
    code,
    severity,
    message,
    ...(details.location && { location: details.location }),
    ...(details.hint !== undefined && { hint: details.hint }),
    ...(details.related && { related: details.related }),
  };
}

/** Returns a diagnostic of severity `error`. */
export function errorDiagnostic(
  code: DiagnosticCode,
  message: string,
  details: DiagnosticDetails = {},
): Diagnostic {
  return diagnostic('error', code, message, details);
}

/** Returns a diagnostic of severity `warning`. */
export function warningDiagnostic(
  code: DiagnosticCode,
  message: string,
  details: DiagnosticDetails = {},
): Diagnostic {
  return diagnostic('warning', code, message, details);
}

/** Returns whether any of the diagnostics is an error. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((each) => each.severity === 'error');
}
