import type { ConfigIssue } from '../core/config-issue.js';

/**
 * Keys that dbt knows and we do not, whose absence changes no row: they speak of its semantic layer, of its platform, or
 * describe what is described elsewhere; or, as with `grants` on the engines that there are, no rights come of them in dbt.
 */
const withoutRows: ReadonlySet<string> = new Set([
  'data_tests',
  'dimension',
  'entity',
  'freshness',
  'functions',
  'granularity',
  'grants',
  'metrics',
  'on_configuration_change',
  'packages',
  'primary_key',
  'saved_queries',
  'semantic_model',
  'semantic_models',
  // Of tests: dbt 1.10 does not run it.
  'sql_header',
  'static_analysis',
  'tests',
  'time_spine',
]);

/**
 * Returns the issue as a project in dbt's form is told of it: keys that nobody knows, and those without effect on rows, are
 * warnings, because dbt passes over them. Hints that list all known keys are left out, those that know what was meant stay.
 */
export function passUnknownKey(issue: ConfigIssue): ConfigIssue {
  const key = String(issue.path.at(-1));
  // dbt reads files of any version in the way of the second.
  if (key === 'version' && issue.path.length === 1) {
    return { ...issue, kind: 'unused', hint: 'remove it' };
  }
  const isPassed =
    issue.kind === 'unknown-key' || (issue.kind === 'unsupported' && withoutRows.has(key));
  if (!isPassed) return issue;
  const { hint, ...rest } = issue;
  const isMeant = hint?.startsWith('known keys:') === false;
  return {
    ...rest,
    kind: 'unused',
    message:
      issue.kind === 'unsupported' ? `'${key}' has no effect` : `${issue.message} has no effect`,
    ...(isMeant && issue.kind === 'unknown-key' && { hint }),
  };
}
