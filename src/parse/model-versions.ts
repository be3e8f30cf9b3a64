import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { ModelVersion, VersionId } from '../core/node.js';
import { mergeNodeConfig } from '../core/node-config.js';
import type { ColumnEntry, ModelEntry, VersionEntry } from '../core/project.js';
import { compareVersions } from '../core/versioned-name.js';
import type { DescribedModel } from './model-entries.js';
import type { ParseOptions } from './parse-options.js';
import { readYamlConfig } from './read-yaml-config.js';

/** A version of a model, described as a model of its own. */
export interface DescribedVersion {
  readonly version: ModelVersion;
  /** The names of the SQL files that may hold it, the first that is there counts. */
  readonly files: readonly string[];
  readonly described: DescribedModel;
}

/** Returns what a version's name looks like inside of other names: `1.5` is `1_5` there, as in dbt. */
export function versionSuffix(v: VersionId): string {
  return `_v${String(v).replaceAll('.', '_')}`;
}

function columnsOf(model: ModelEntry, version: VersionEntry): readonly ColumnEntry[] {
  const names = (list: readonly string[]) => new Set(list.map((name) => name.toLowerCase()));
  const own = names(version.columns.map(({ name }) => name));
  const excluded = names(version.exclude);
  const included = version.include === 'all' ? null : names(version.include);
  const inherited = model.columns.filter(({ name }) => {
    const key = name.toLowerCase();
    return !own.has(key) && !excluded.has(key) && (included?.has(key) ?? true);
  });
  return [...inherited, ...version.columns];
}

/**
 * Returns the versions of a model; none for one without. What a version says goes before what the model says; its
 * configuration merges with the model's. Diagnostics: `version-invalid`, and those of `readYamlConfig`. Source:
 * https://docs.getdbt.com/reference/resource-properties/versions
 */
export function describeVersions(
  model: DescribedModel,
  options: ParseOptions,
): {
  readonly versions: readonly DescribedVersion[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const { entry, properties } = model;
  const { versions = [], latestVersion } = entry;
  const diagnostics: Diagnostic[] = [];
  const refuse = (message: string, path: readonly (string | number)[], hint: string): void => {
    const location = properties.locate(path);
    diagnostics.push(errorDiagnostic('version-invalid', message, { location, hint }));
  };
  const known = versions.map(({ v }) => String(v));
  const list = [...new Set(known)].join(', ');
  if (latestVersion !== undefined && !known.includes(String(latestVersion))) {
    refuse(
      `the latest version of model '${entry.name}' is ${latestVersion}, which it does not have`,
      [...entry.yamlPath, 'latest_version'],
      known.length === 0 ? 'list it under `versions:`' : `its versions are ${list}`,
    );
  }
  versions.forEach(({ v, yamlPath }, index) => {
    if (known.indexOf(String(v)) === index) return;
    const message = `model '${entry.name}' has the version ${v} twice`;
    refuse(message, [...yamlPath, 'v'], 'give one of them another `v`');
  });
  const latest =
    latestVersion ?? versions.map(({ v }) => v).sort((a, b) => compareVersions(b, a))[0];
  if (latest === undefined) return { versions: [], diagnostics };
  return {
    versions: versions
      .filter(({ v }, index) => known.indexOf(String(v)) === index)
      .map((version) => {
        const { config, diagnostics: found } = readYamlConfig(
          version.config,
          {
            resource: 'model',
            locate: (path, how) => properties.locate([...version.yamlPath, 'config', ...path], how),
          },
          options,
        );
        diagnostics.push(...found);
        const { v, definedIn } = version;
        const isLatest = String(v) === String(latest);
        return {
          version: { v, latest },
          files:
            definedIn === null
              ? [`${entry.name}_v${v}`, ...(isLatest ? [entry.name] : [])]
              : [definedIn],
          described: {
            properties,
            config: mergeNodeConfig([model.config, config]),
            entry: toEntry(entry, version),
          },
        };
      }),
    diagnostics,
  };
}

function toEntry(entry: ModelEntry, version: VersionEntry): ModelEntry {
  const { docBlocks: inherited, name, yamlPath } = entry;
  const docBlocks = version.description === null ? inherited : version.docBlocks;
  // As in dbt, a version has no date but its own.
  const { deprecationDate } = version;
  const constraints = version.constraints ?? entry.constraints;
  return {
    name,
    yamlPath,
    description: version.description ?? entry.description,
    ...(docBlocks && { docBlocks }),
    ...(deprecationDate !== undefined && { deprecationDate }),
    ...(constraints && { constraints }),
    config: mergeNodeConfig([entry.config, version.config]),
    columns: columnsOf(entry, version),
    tests: version.tests ?? entry.tests,
  };
}
