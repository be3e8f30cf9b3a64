import type { Constraint } from '../core/contract.js';
import { errorDiagnostic, type Diagnostic, type SourceLocation } from '../core/diagnostic.js';
import type { ColumnProperties } from '../core/node.js';
import type { ConfigEntries } from '../core/node-config.js';
import type {
  ColumnEntry,
  ConstraintEntry,
  ModelEntry,
  Project,
  PropertiesFile,
} from '../core/project.js';
import type { ParseOptions } from './parse-options.js';
import { readYamlConfig, type LocateEntry } from './read-yaml-config.js';

/** What a YAML file says of a model, seed or snapshot. */
export interface DescribedModel {
  readonly entry: ModelEntry;
  readonly properties: PropertiesFile;
  /** The entry's configuration, rendered and validated. */
  readonly config: ConfigEntries;
}

/**
 * Returns the YAML entries of models, seeds or snapshots by name; of two entries for one the first. Diagnostics: `duplicate-name`
 * for a second entry or column, `config-*` and `template-*` at the configuration.
 */
export function readModelEntries(
  project: Project,
  options: ParseOptions,
  resource: 'model' | 'seed' | 'snapshot' = 'model',
): {
  readonly entries: ReadonlyMap<string, DescribedModel>;
  readonly diagnostics: readonly Diagnostic[];
} {
  const entries = new Map<string, DescribedModel>();
  const diagnostics: Diagnostic[] = [];
  for (const properties of project.properties) {
    for (const entry of properties.value[`${resource}s`] ?? []) {
      const first = entries.get(entry.name);
      if (first === undefined) {
        const locate: LocateEntry = (path, how) =>
          properties.locate([...entry.yamlPath, 'config', ...path], how);
        const read = readYamlConfig(entry.config, { resource, locate }, options);
        const duplicates = findDuplicateColumns(entry, properties, resource);
        const isPassed = options.isDbtForm === true && duplicates.length > 0;
        entries.set(entry.name, {
          entry: isPassed ? keepLastColumns(entry) : entry,
          properties,
          config: read.config,
        });
        diagnostics.push(
          ...read.diagnostics,
          ...duplicates.map((each) =>
            isPassed ? { ...each, severity: 'warning' as const } : each,
          ),
        );
      } else {
        const message = `${resource} '${entry.name}' is described twice`;
        const location = locateEntry(properties, entry);
        const related = [
          { message: 'first here', location: locateEntry(first.properties, first.entry) },
        ];
        const hint = 'merge the two entries';
        diagnostics.push(errorDiagnostic('duplicate-name', message, { location, related, hint }));
      }
    }
  }
  return { entries, diagnostics };
}

/** Returns the place of an entry's name. */
export function locateEntry(
  properties: PropertiesFile,
  entry: { readonly yamlPath: readonly (string | number)[] },
): SourceLocation {
  return properties.locate([...entry.yamlPath, 'name']);
}

/** Returns the columns without their data tests. */
export function toColumns(
  columns: readonly ColumnEntry[],
  properties: PropertiesFile | undefined,
): readonly ColumnProperties[] {
  return columns.map(
    ({ name, description, data_type, tags, meta, constraints, quote, docBlocks }) => ({
      name,
      description,
      ...(quote !== undefined && { quote }),
      ...(docBlocks && { docBlocks }),
      ...(data_type !== undefined && { data_type }),
      tags,
      meta,
      ...(constraints && properties && { constraints: toConstraints(constraints, properties) }),
    }),
  );
}

/** Returns constraints with their places. */
export function toConstraints(
  constraints: readonly ConstraintEntry[],
  properties: PropertiesFile,
): readonly Constraint[] {
  return constraints.map(({ yamlPath, ...constraint }) => ({
    ...constraint,
    // dbt writes them into the SQL as they are, so that names may stand in quotes there.
    columns: constraint.columns.map((name) => /^"([^"]+)"$/u.exec(name)?.[1] ?? name),
    location: properties.locate([...yamlPath, 'type']),
  }));
}

/** Of columns that are described twice, the last entry describes them, and the tests of all stay, as in dbt. */
function keepLastColumns(entry: ModelEntry): ModelEntry {
  const columns = new Map<string, ColumnEntry>();
  entry.columns.forEach((column, index) => {
    const key = column.name.toLowerCase();
    const tests = [...(columns.get(key)?.tests ?? []), ...column.tests];
    const yamlPath = column.yamlPath ?? [...entry.yamlPath, 'columns', index];
    columns.set(key, { ...column, tests, yamlPath });
  });
  return { ...entry, columns: [...columns.values()] };
}

/** Column names compare without regard to case, as relations do. */
function findDuplicateColumns(
  entry: ModelEntry,
  properties: PropertiesFile,
  resource: string,
): readonly Diagnostic[] {
  const first = new Map<string, number>();
  return entry.columns.flatMap(({ name }, index) => {
    const locate = (at: number) => properties.locate([...entry.yamlPath, 'columns', at, 'name']);
    const earlier = first.get(name.toLowerCase());
    if (earlier === undefined) {
      first.set(name.toLowerCase(), index);
      return [];
    }
    const message = `column '${name}' of ${resource} '${entry.name}' is described twice`;
    const related = [{ message: 'first here', location: locate(earlier) }];
    const hint = 'merge the two entries; names of columns compare without regard to case';
    return [errorDiagnostic('duplicate-name', message, { location: locate(index), hint, related })];
  });
}
