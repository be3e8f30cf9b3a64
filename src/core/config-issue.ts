import type { DiagnosticCode } from './diagnostic-codes.js';
import {
  errorDiagnostic,
  warningDiagnostic,
  type Diagnostic,
  type RelatedLocation,
  type SourceLocation,
} from './diagnostic.js';

/** Something wrong in a configuration value, before it is known where the value stands in a file. */
export interface ConfigIssue {
  /** Keys and indexes from the value that was validated to what is wrong. */
  readonly path: readonly (string | number)[];
  /**
   * `unsupported`: a key that dbt knows and stedi-sql does not support yet. `deprecated`: an old way of writing that
   * still works, `unused`: what has no effect here; both are warnings.
   */
  readonly kind:
    'unknown-key' | 'unsupported' | 'invalid-value' | 'conflict' | 'deprecated' | 'unused';
  /** One sentence, no trailing full stop. */
  readonly message: string;
  readonly hint?: string;
}

const codes = {
  'unknown-key': 'config-unknown-key',
  unsupported: 'config-unsupported',
  'invalid-value': 'config-invalid-value',
  conflict: 'config-conflict',
  deprecated: 'config-deprecated',
  unused: 'config-unused',
} as const satisfies Record<ConfigIssue['kind'], DiagnosticCode>;

/**
 * Returns the diagnostic for an issue at a place. Codes: `config-unknown-key`, `config-unsupported`,
 * `config-invalid-value`, `config-conflict`; `config-deprecated` and `config-unused` are warnings.
 */
export function configIssueDiagnostic(
  issue: ConfigIssue,
  location: SourceLocation,
  related?: readonly RelatedLocation[],
): Diagnostic {
  const isWarning = issue.kind === 'deprecated' || issue.kind === 'unused';
  const write = isWarning ? warningDiagnostic : errorDiagnostic;
  return write(codes[issue.kind], issue.message, { location, hint: issue.hint, related });
}
