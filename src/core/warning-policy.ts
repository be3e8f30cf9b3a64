import { diagnosticCodes, type DiagnosticCode } from './diagnostic-codes.js';
import { warningDiagnostic, type Diagnostic } from './diagnostic.js';
import { didYouMean } from './suggest.js';

/** Names that warnings go by: codes, dbt's events that mean the same, or all of them. */
export type WarningNames = readonly string[] | 'all';

/** What is said of warnings, as in dbt's `warn_error_options`. */
export interface WarningOptions {
  readonly error: WarningNames;
  /** Exceptions from `error: all`. */
  readonly warn: readonly string[];
  readonly silence: WarningNames;
}

/** What becomes of warnings. */
export interface WarningPolicy {
  /** Returns the diagnostic, an error if it is a warning that counts as one; `undefined` for one that is not shown. */
  readonly judge: (diagnostic: Diagnostic) => Diagnostic | undefined;
  /** A data test that would warn fails, as in dbt. */
  readonly failsTests: boolean;
}

/** dbt's event of a data test that warns, which has no code: tests are no diagnostics. */
const testEvent = 'LogTestResult';

/** dbt's events that have one counterpart here. */
const codesOfEvents: Readonly<Record<string, DiagnosticCode>> = {
  DeprecatedModel: 'model-deprecated',
  DeprecatedReference: 'model-deprecated',
  Deprecations: 'config-deprecated',
  JinjaLogWarning: 'template-warning',
  NoNodeForYamlKey: 'properties-without-model',
  NoNodesForSelectionCriteria: 'selection-empty',
  UnusedResourceConfigPath: 'config-unused',
  UpcomingReferenceDeprecation: 'model-deprecated',
};

function codeOf(name: string): string | undefined {
  if (Object.hasOwn(diagnosticCodes, name)) return name;
  return Object.hasOwn(codesOfEvents, name) ? codesOfEvents[name] : undefined;
}

/** Returns a policy that leaves warnings as they are. */
export const plainWarnings: WarningPolicy = {
  judge: (diagnostic) => diagnostic,
  failsTests: false,
};

/** Returns what becomes of warnings: a name goes before `all`. */
export function createWarningPolicy({ error, warn, silence }: WarningOptions): WarningPolicy {
  const codesOf = (names: WarningNames) =>
    new Set(names === 'all' ? [] : names.map((name) => codeOf(name)));
  const [errors, warnings, silenced] = [codesOf(error), codesOf(warn), codesOf(silence)];
  return {
    judge: (diagnostic) => {
      const { code, severity } = diagnostic;
      if (severity !== 'warning' || warnings.has(code)) return diagnostic;
      if (silenced.has(code)) return undefined;
      if (errors.has(code) || error === 'all') return { ...diagnostic, severity: 'error' };
      return silence === 'all' ? undefined : diagnostic;
    },
    failsTests: error === 'all' ? !warn.includes(testEvent) : error.includes(testEvent),
  };
}

/** Returns a warning for each name that no warning has. Code: `usage`. */
export function checkWarningNames({ error, warn, silence }: WarningOptions): readonly Diagnostic[] {
  const known = [...Object.keys(diagnosticCodes), ...Object.keys(codesOfEvents), testEvent];
  const events = Object.keys(codesOfEvents).join(', ');
  const check = (key: string, names: WarningNames): readonly Diagnostic[] =>
    (names === 'all' ? [] : names)
      .filter((name) => codeOf(name) === undefined && (name !== testEvent || key === 'silence'))
      .map((name) => {
        const message =
          name === testEvent
            ? `'${name}' under '${key}' of --warn-error-options has no effect: tests that warn are always shown`
            : `'${name}' under '${key}' of --warn-error-options has no effect: no warning has that name`;
        const all = `names are the codes of docs/diagnostics.md and, of dbt's, ${events} and ${testEvent}`;
        return warningDiagnostic('usage', message, {
          hint: name === testEvent ? all : didYouMean(name, known, all),
        });
      });
  return [...check('error', error), ...check('warn', warn), ...check('silence', silence)];
}
