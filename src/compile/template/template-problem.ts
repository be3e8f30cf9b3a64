import type { DiagnosticCode } from '../../core/diagnostic-codes.js';
import {
  errorDiagnostic,
  type Diagnostic,
  type RelatedLocation,
  type SourceLocation,
} from '../../core/diagnostic.js';

const longestMessage = 2_000;

/** Templates are untrusted: what they put into a message must not steer a terminal. */
function printable(text: string): string {
  const cut = text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text;
  return cut.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    '\ufffd',
  );
}

/**
 * What stops a template inside this folder. It never leaves it: the engine turns it into a diagnostic. Whoever throws
 * it need not know the place; the engine adds it.
 */
export class TemplateProblem extends Error {
  readonly code: DiagnosticCode;
  readonly hint: string | undefined;
  readonly location: SourceLocation | undefined;

  constructor(
    code: DiagnosticCode,
    message: string,
    details: { readonly hint?: string | undefined; readonly location?: SourceLocation } = {},
  ) {
    super(printable(message));
    this.code = code;
    this.hint = details.hint === undefined ? undefined : printable(details.hint);
    this.location = details.location;
  }

  /** Returns the diagnostic; `fallback` is its place if the problem has none. */
  toDiagnostic(
    fallback: SourceLocation | undefined,
    related: readonly RelatedLocation[] = [],
  ): Diagnostic {
    return errorDiagnostic(this.code, this.message, {
      location: this.location ?? fallback,
      hint: this.hint,
      related: related.length > 0 ? related : undefined,
    });
  }
}

/** Returns whether an exception says that the stack is full: a template nested deeper than any real one. */
export function isStackOverflow(thrown: unknown): boolean {
  return thrown instanceof RangeError && thrown.message.includes('call stack');
}

/** The problem of a template that is nested too deeply. */
export function nestingProblem(location?: SourceLocation): TemplateProblem {
  return new TemplateProblem('template-error', 'the template is nested too deeply', {
    hint: 'split it into smaller expressions or macros',
    ...(location && { location }),
  });
}
