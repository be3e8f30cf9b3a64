import { hasErrors, type Diagnostic } from './diagnostic.js';

/** What a stage returns: a value, or the errors that prevented one; in both cases all diagnostics, not the first. */
export type Result<T> =
  | { readonly ok: true; readonly value: T; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Returns a successful result; `diagnostics` may hold warnings. */
export function success<T>(value: T, diagnostics: readonly Diagnostic[] = []): Result<T> {
  return { ok: true, value, diagnostics };
}

/** Returns a failed result. */
export function failure(diagnostics: readonly Diagnostic[]): Result<never> {
  return { ok: false, diagnostics };
}

/** Returns a failure if any diagnostic is an error, otherwise a success with the warnings. */
export function resultOf<T>(value: T, diagnostics: readonly Diagnostic[]): Result<T> {
  return hasErrors(diagnostics) ? failure(diagnostics) : success(value, diagnostics);
}
