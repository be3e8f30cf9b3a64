import { z } from 'zod';
import type { ConfigIssue } from '../../core/config-issue.js';
import type { ConfigEntries } from '../../core/node-config.js';
import { didYouMean } from '../../core/suggest.js';
import { dbtProjectFileName } from '../project-file-name.js';
import { createProjectSchema } from '../project-schema.js';
import { anyMapping, strictMapping, text } from '../schema-notes.js';
import { dbtVersion } from '../../core/dbt-version.js';
import { isMapping } from '../../core/is-mapping.js';
import { describeValue } from '../describe-value.js';
import { meetsRange, parseVersion, parseVersionRange } from './version-range.js';

const structure = createProjectSchema({
  models: anyMapping,
  tests: anyMapping,
  seeds: anyMapping,
  snapshots: anyMapping,
  sources: anyMapping,
  exposures: anyMapping,
  unitTests: anyMapping,
  targets: anyMapping,
}).shape;

/** Connections stand in `profiles.yml`. */
const shared = Object.fromEntries(
  Object.entries(structure).filter(([key]) => key !== 'target' && key !== 'targets'),
);

/** What `dbt_project.yml` may hold. Configuration by folder has its own reader. */
export const dbtProjectSchema = strictMapping(dbtProjectFileName, {
  ...shared,
  name: z
    .string()
    .regex(
      /^[^\d\W]\w*$/,
      'a name of letters, digits and underscores that does not start with a digit',
    ),
  profile: text('The profile of `profiles.yml`.').nullish(),
  quoting: z.record(z.string(), z.boolean().nullable()).nullish(),
});

/**
 * Keys that change nothing that a user could see: names are quoted where they must be, `clean` removes what we wrote,
 * and what the rest speaks of has no counterpart.
 */
const passedOver: readonly string[] = [
  'asset-paths',
  'clean-targets',
  'dbt-cloud',
  'function-paths',
];

/** Keys without effect, each with why. */
const unused: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['functions', 'metrics', 'saved-queries', 'semantic-models'].map((key) => [
      key,
      'a project has no resources of this kind here',
    ]),
  ),
  'query-comment': 'statements carry no comment',
  'restrict-access': 'models of packages can be read by every model',
};

/** Flags that say how dbt works, not what it does. */
const harmlessFlags =
  /^(?:send_anonymous_usage_stats|use_colors.*|log_.*|printer_width|partial_parse|static_parser|use_experimental_parser|cache_selected_only|version_check|print|debug|quiet|populate_cache|target_path|write_json|warn_error|warn_error_options|introspect|require_.*|skip_nodes_.*|source_freshness_.*|state_modified_.*|validate_.*|use_fast_test_edges|show_.*|restrict_.*|empty_.*|allow_.*)$/;

/** dbt's flag that makes two NULLs equal in `dbt.equals`. */
const truthyNulls = 'enable_truthy_nulls_equals_macro';

function checkFlags(flags: unknown): readonly ConfigIssue[] {
  if (flags === null || flags === undefined) return [];
  if (!isMapping(flags)) {
    const message = `'flags' must be a mapping, found ${describeValue(flags)}`;
    return [{ path: ['flags'], kind: 'invalid-value', message }];
  }
  return Object.entries(flags)
    .filter(([flag, value]) => !harmlessFlags.test(flag) && !(flag === truthyNulls && !value))
    .map(([flag]) => ({
      path: ['flags', flag],
      kind: 'unused',
      ...(flag === truthyNulls
        ? {
            message: `the flag '${flag}' has no effect: in dbt.equals two NULLs are never equal`,
            hint: "write `is not distinct from` in place of dbt.equals, or define a macro 'default__equals' of the project",
          }
        : {
            message: `the flag '${flag}' has no effect in a file`,
            hint: `give it on the command line: --${flag.replaceAll('_', '-')}`,
          }),
    }));
}

function checkDbtVersion(range: unknown): readonly ConfigIssue[] {
  if (range === null || range === undefined) return [];
  const path = ['require-dbt-version'];
  const isRange =
    typeof range === 'string' ||
    typeof range === 'number' ||
    (Array.isArray(range) && range.every((each) => typeof each === 'string'));
  const bounds = isRange ? parseVersionRange(range) : undefined;
  const hint = "write bounds, such as '>=1.8.0,<2.0.0'";
  if (bounds === undefined) {
    const message = `'require-dbt-version' must be a range of versions, found ${describeValue(range)}`;
    return [{ path, kind: 'invalid-value', message, hint }];
  }
  const own = parseVersion(dbtVersion);
  if (own === undefined || meetsRange(own, bounds)) return [];
  const message = `the project asks for another dbt than ${dbtVersion}, whose language this is`;
  return [
    {
      path,
      kind: 'unused',
      message,
      hint: 'what changed between the two may mean something else here',
    },
  ];
}

/** A key that dbt had under another name before version 1. */
const renamed: Readonly<Record<string, string>> = {
  'data-paths': 'seed-paths',
  'modules-path': 'packages-install-path',
  'source-paths': 'model-paths',
};

/**
 * Returns the file without the keys that have no effect here. Issues: `unused` for those that had one in dbt, and for
 * unknown keys, which dbt passes over as well; wrong `flags` and `require-dbt-version`.
 */
export function pruneDbtProject(root: ConfigEntries): {
  readonly root: ConfigEntries;
  readonly issues: readonly ConfigIssue[];
  /** Keys that nothing is done with, whatever stands there. */
  readonly idle: readonly string[];
} {
  const kept: Record<string, ConfigEntries[string]> = {};
  const issues: ConfigIssue[] = [
    ...checkFlags(root['flags']),
    ...checkDbtVersion(root['require-dbt-version']),
  ];
  const known = Object.keys(dbtProjectSchema.shape);
  for (const [key, value] of Object.entries(root)) {
    if (known.includes(key)) kept[key] = value;
    else if (Object.hasOwn(unused, key)) {
      // Nothing is what happens here.
      const isEmpty = isMapping(value) && Object.keys(value).length === 0;
      if (isEmpty || value === null || value === '' || value === false) continue;
      const message = `'${key}' has no effect: ${unused[key] ?? ''}`;
      issues.push({ path: [key], kind: 'unused', message, hint: 'remove it' });
    } else if (Object.hasOwn(renamed, key)) {
      const name = renamed[key] ?? '';
      const hasBoth = Object.hasOwn(root, name);
      // dbt adds the old key's folders to the new one's, or takes them where there is none.
      if (!hasBoth) kept[name] = value;
      issues.push({
        path: [key],
        kind: 'unused',
        message: `'${key}' is the old name of '${name}'${hasBoth ? ', which stands there as well' : ''}`,
        hint: hasBoth ? 'remove it' : `write '${name}'`,
      });
    } else if (![...passedOver, 'flags', 'require-dbt-version'].includes(key)) {
      const message = `'${key}' is no key of ${dbtProjectFileName}, and has no effect`;
      const hint = didYouMean(key, [...known, ...passedOver], 'remove it');
      issues.push({ path: [key], kind: 'unused', message, ...(hint && { hint }) });
    }
  }
  return { root: kept, issues, idle: [...passedOver, ...Object.keys(unused)] };
}
