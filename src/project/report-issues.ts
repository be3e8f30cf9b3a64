import { configIssueDiagnostic, type ConfigIssue } from '../core/config-issue.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { holdsTemplate } from './find-templates.js';
import { valueAt } from './validate-value.js';
import type { ValuePath, YamlDocument } from './yaml-document.js';

/** Returns issues of a value at `base` with paths from the root of the file. */
export function issuesBelow(
  base: ValuePath,
  issues: readonly ConfigIssue[],
): readonly ConfigIssue[] {
  return issues.map((issue) => ({ ...issue, path: [...base, ...issue.path] }));
}

/** What is wrong with a key is shown at the key; a value or an item of a list that is wrong, at itself. */
const keyKinds: readonly ConfigIssue['kind'][] = [
  'unknown-key',
  'unsupported',
  'deprecated',
  'conflict',
  'unused',
];

/**
 * Returns the diagnostics for issues whose paths start at the file's root. A wrong value is underlined itself, for
 * anything else its key. Codes: `config-*`.
 */
export function reportIssues(
  document: YamlDocument,
  issues: readonly ConfigIssue[],
): readonly Diagnostic[] {
  return issues.map((issue) => {
    const key = keyKinds.includes(issue.kind);
    return configIssueDiagnostic(issue, document.locate(issue.path, { key }));
  });
}

/** Returns issues without wrong values that hold Jinja; `checkTemplates` says what is to be said of those. */
export function withoutTemplates(
  document: YamlDocument,
  issues: readonly ConfigIssue[],
): readonly ConfigIssue[] {
  return issues.filter(
    ({ kind, path }) => kind !== 'invalid-value' || !holdsTemplate(valueAt(document.value, path)),
  );
}

/** Returns diagnostics of one file in the order of their places. */
export function sortByPlace(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const line = ({ location }: Diagnostic) => location?.line ?? 0;
  const column = ({ location }: Diagnostic) => location?.column ?? 0;
  return diagnostics.toSorted((a, b) => line(a) - line(b) || column(a) - column(b));
}
