import { warningDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { ConfigEntries } from '../core/node-config.js';
import type { FolderConfig, Project } from '../core/project.js';
import { didYouMean } from '../core/suggest.js';
import type { ConfiguredResource, ParseOptions } from './parse-options.js';
import { readYamlConfig } from './read-yaml-config.js';

/** The folder configuration of `stedi_project.yml` for one kind of resource. */
export interface FolderLevels {
  /** What is wrong in the settings. */
  readonly diagnostics: readonly Diagnostic[];
  /** Returns the settings for a node, the least specific first: the deeper folder wins. Equal levels are the same array. */
  levelsOf(fqn: readonly string[]): readonly ConfigEntries[];
  /** Returns what the project says of a node of a package: it goes before everything that the package says. */
  overridesOf(fqn: readonly string[]): readonly ConfigEntries[];
  /** Returns the same as it is written, templates not rendered. */
  unrenderedLevelsOf(fqn: readonly string[]): readonly ConfigEntries[];
  /** Returns what the project says of a node of a package, as it is written. */
  unrenderedOverridesOf(fqn: readonly string[]): readonly ConfigEntries[];
  /** Returns a warning for each folder that no node asked for yet. */
  findUnused(): readonly Diagnostic[];
}

/** Writing a variable into `vars:` would not help here. */
function sayGiven(diagnostic: Diagnostic): Diagnostic {
  if (diagnostic.code !== 'var-undefined') return diagnostic;
  const hint =
    'in this file var() knows --vars alone, as in dbt: give it there, or write a default';
  return { ...diagnostic, hint };
}

const noFolders: FolderConfig = { settings: {}, children: {} };

/**
 * Returns the folder configuration of one kind of resource; the innermost level may be a model's name, as in dbt.
 * Diagnostics: `config-*`, and those of `renderYaml`.
 */
export function readFolderConfig(
  project: Project,
  resource: ConfiguredResource,
  options: ParseOptions,
): FolderLevels {
  const root = {
    model: project.models,
    test: project.tests,
    seed: project.seeds,
    snapshot: project.snapshots,
    source: project.labels?.sources ?? noFolders,
    exposure: project.labels?.exposures ?? noFolders,
    unit_test: project.labels?.unit_tests ?? noFolders,
  }[resource];
  const overrides = project.overrides?.[`${resource}s`];
  const location = { path: project.configPath };
  const diagnostics: Diagnostic[] = [];
  const validated = new Map<FolderConfig, ConfigEntries>();
  // As in dbt, the project file does not know its own variables: `var()` there is what the command line says.
  const isDbt = options.isDbtForm === true;
  const withGivenVars: ParseOptions = isDbt
    ? { ...options, context: { ...options.context, vars: project.givenVars ?? {} } }
    : options;
  const validate = (folder: FolderConfig): void => {
    const read = readYamlConfig(
      folder.settings,
      { resource, locate: () => location },
      withGivenVars,
    );
    diagnostics.push(...(isDbt ? read.diagnostics.map(sayGiven) : read.diagnostics));
    validated.set(folder, read.config);
    Object.values(folder.children).forEach(validate);
  };
  validate(root);
  if (resource === 'test' && options.storeFailures === true) {
    validated.set(root, { store_failures: true, ...validated.get(root) });
  }
  if (overrides !== undefined) validate(overrides);

  /** By the innermost folder that has settings for a node: thousands of nodes share it. */
  const levels = new Map<FolderConfig, readonly ConfigEntries[]>();
  const used = new Set<FolderConfig>();
  const seenNames = new Set<string>();
  return {
    diagnostics,
    levelsOf([, ...parts]) {
      for (const part of parts) seenNames.add(part);
      const folders = foldersFor(root, parts);
      const innermost = folders.at(-1) ?? root;
      let found = levels.get(innermost);
      if (found === undefined) {
        for (const folder of folders) used.add(folder);
        found = folders.map((folder) => validated.get(folder) ?? {});
        levels.set(innermost, found);
      }
      return found;
    },
    overridesOf: ([, ...parts]) =>
      overrides === undefined
        ? []
        : foldersFor(overrides, parts).map((folder) => validated.get(folder) ?? {}),
    unrenderedLevelsOf: ([, ...parts]) => foldersFor(root, parts).map(({ settings }) => settings),
    unrenderedOverridesOf: ([, ...parts]) =>
      overrides === undefined ? [] : foldersFor(overrides, parts).map(({ settings }) => settings),
    findUnused() {
      return unusedPaths(root, used, [`${resource}s`]).map((path) => {
        const message = `the settings under '${path.join('.')}' apply to no ${resource.replace('_', ' ')}`;
        const hint = didYouMean(path.at(-1) ?? '', [...seenNames], 'remove them');
        return warningDiagnostic('config-unused', message, { location, hint });
      });
    },
  };
}

/** Returns the folders that lead to a node, the outermost first. */
function foldersFor(root: FolderConfig, parts: readonly string[]): readonly FolderConfig[] {
  const folders = [root];
  let folder: FolderConfig | undefined = root;
  for (const part of parts) {
    folder = folder && childOf(folder, part);
    if (folder !== undefined) folders.push(folder);
  }
  return folders;
}

function childOf(folder: FolderConfig, name: string): FolderConfig | undefined {
  return Object.hasOwn(folder.children, name) ? folder.children[name] : undefined;
}

function unusedPaths(
  folder: FolderConfig,
  used: ReadonlySet<FolderConfig>,
  path: readonly string[],
): readonly (readonly string[])[] {
  return Object.entries(folder.children).flatMap(([name, child]) => {
    return used.has(child) ? unusedPaths(child, used, [...path, name]) : [[...path, name]];
  });
}
