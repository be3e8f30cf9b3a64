import { join, posix } from 'node:path';
import { errorDiagnostic, type Diagnostic } from '../../core/diagnostic.js';
import type { ConfigEntries } from '../../core/node-config.js';
import type { FolderConfig, PackageProject, PropertiesFile } from '../../core/project.js';
import type { SourceFile } from '../../core/project.js';
import { dbtPackageFormat } from '../dbt/dbt-format.js';
import { projectFileIn } from '../find-project-dir.js';
import { projectFileName } from '../project-file-name.js';
import type { ProjectPaths } from '../project-paths.js';
import { packageFolderConfig } from '../read-folder-config.js';
import {
  readProjectConfig,
  stediPackageFormat,
  type ProjectConfig,
} from '../read-project-config.js';
import { toMapping } from '../read-config-entries.js';
import { readSourceFiles } from '../read-source-files.js';
import type { RenderValue } from '../read-targets.js';
import { readTextFile } from '../read-text-file.js';
import { mergeVars } from '../read-vars.js';
import { findOwnType, findRealPath, isThere, listFolder } from '../watch-files.js';
import { parseYaml } from '../yaml-document.js';
import { isPinned, readLockFile } from './lock-file.js';
import { describeSpec, type LockedPackage, type PackageSpec } from './package-spec.js';
import { readPackageSpecs } from './read-package-specs.js';

/** What loading the packages of a project needs. */
export interface LoadPackagesOptions {
  readonly root: string;
  readonly project: Pick<ProjectConfig, 'name' | 'trees' | 'declaredVars'>;
  /** Relative to `root`. */
  readonly installPath: string;
  /** The values of the target's `vars:` and of `--vars`, which go before all. */
  readonly varOverrides: readonly ConfigEntries[];
  readonly extraConfigKeys: readonly string[];
  readonly passesUnknownKeys?: boolean;
  readonly renderValue: RenderValue;
  readonly readPropertiesFiles: (files: readonly SourceFile[]) => {
    readonly properties: readonly PropertiesFile[];
    readonly diagnostics: readonly Diagnostic[];
  };
}

const runDeps = 'run `stedi-sql deps`, which installs what packages.yml asks for';

/** Returns the folders in which packages are installed, in the order of their names. */
function installedFolders(root: string, installPath: string): readonly string[] {
  const folder = join(root, installPath);
  if (!isThere(folder)) return [];
  return listFolder(folder)
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('__'))
    .filter((name) => projectFileIn(join(folder, name)) !== undefined)
    .toSorted()
    .map((name) => posix.join(installPath, name));
}

/**
 * Packages are installed as folders, local ones as links. A link from anywhere else would let a pull request read other
 * folders of the machine.
 */
function checkLink(
  root: string,
  folder: string,
  asked: readonly (PackageSpec | LockedPackage)[],
): Diagnostic | undefined {
  const path = join(root, folder);
  if (findOwnType(path)?.isSymbolicLink() !== true) return undefined;
  const real = findRealPath(path);
  const isAsked = asked.some((each) => {
    const local = each.kind === 'local' ? join(root, each.path) : undefined;
    return local !== undefined && isThere(local) && findRealPath(local) === real;
  });
  if (isAsked) return undefined;
  const message = `'${folder}' is a link to a folder that packages.yml does not name`;
  return errorDiagnostic('package-invalid', message, {
    location: { path: folder },
    hint: 'remove the link, or add the folder to packages.yml as `local:`',
  });
}

function checkInstalled(
  specs: readonly PackageSpec[],
  locked: readonly LockedPackage[] | null,
  { folders, installPath }: { readonly folders: readonly string[]; readonly installPath: string },
): readonly Diagnostic[] {
  const missing =
    locked === null
      ? specs.slice(folders.length)
      : [
          ...specs.filter((spec) => !isPinned(spec, locked)),
          ...locked
            .filter(({ name }) => name !== '' && !folders.includes(posix.join(installPath, name)))
            .flatMap(({ name }) => specs.find((spec) => describeSpec(spec).includes(name)) ?? []),
        ];
  const isShort = folders.length < Math.max(specs.length, locked?.length ?? 0);
  const [first] = missing.length > 0 || !isShort ? missing : specs;
  if (first === undefined) return [];
  const message = `the package '${describeSpec(first)}' is not installed in ${installPath} as it is asked for here`;
  return [
    errorDiagnostic('packages-not-installed', message, { location: first.location, hint: runDeps }),
  ];
}

function below(folder: string, paths: ProjectPaths): PackageProject['paths'] {
  const move = (list: readonly string[]) => list.map((each) => posix.join(folder, each));
  return {
    models: move(paths.models),
    macros: move(paths.macros),
    tests: move(paths.tests),
    seeds: move(paths.seeds),
    snapshots: move(paths.snapshots),
    analyses: move(paths.analyses),
    ...(paths.docs && { docs: move(paths.docs) }),
  };
}

function moveDiagnostics(
  folder: string,
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] {
  return diagnostics.map((each) => ({
    ...each,
    ...(each.location && {
      location: { ...each.location, path: posix.join(folder, each.location.path) },
    }),
  }));
}

/** What the project says of one package's resources. */
function overridesFor(
  trees: ProjectConfig['trees'],
  packageName: string,
): PackageProject['overrides'] {
  const of = (tree: FolderConfig): FolderConfig => packageFolderConfig(tree, packageName);
  return {
    models: of(trees.models),
    tests: of(trees.tests),
    seeds: of(trees.seeds),
    snapshots: of(trees.snapshots),
    ...(trees.sources && { sources: of(trees.sources) }),
    ...(trees.exposures && { exposures: of(trees.exposures) }),
    ...(trees.unit_tests && { unit_tests: of(trees.unit_tests) }),
  };
}

/** Settings of packages are dbt's business as long as they work; only what is wrong in them is said. */
function loadPackage(
  folder: string,
  options: LoadPackagesOptions,
): { readonly loaded: PackageProject | null; readonly diagnostics: readonly Diagnostic[] } {
  const { root, project, extraConfigKeys, passesUnknownKeys, varOverrides } = options;
  const fileName = projectFileIn(join(root, folder)) ?? projectFileName;
  const configPath = posix.join(folder, fileName);
  const text = readTextFile(join(root, configPath), configPath);
  const format = fileName === projectFileName ? stediPackageFormat : dbtPackageFormat;
  const yaml = { version: format.yamlVersion ?? '1.2' };
  const parsed = text.ok ? parseYaml(text.value, configPath, yaml) : text;
  if (!parsed.ok) return { loaded: null, diagnostics: parsed.diagnostics };
  const source = {
    document: parsed.value,
    extraConfigKeys,
    ...(passesUnknownKeys && { passesUnknownKeys }),
  };
  const read = readProjectConfig(source, {}, format);
  const errors = read.diagnostics.filter(({ severity }) => severity === 'error');
  const { config } = read;
  if (config?.paths == null || errors.length > 0) return { loaded: null, diagnostics: errors };
  const sources = readSourceFiles(join(root, folder), config.paths);
  const files = sources.files.map((file) => ({ ...file, path: posix.join(folder, file.path) }));
  const described = options.readPropertiesFiles(files);
  const { name, version, models, tests, seeds, snapshots, hooks, declaredVars } = config;
  return {
    loaded: {
      name,
      version,
      folder,
      configPath,
      vars: mergeVars(declaredVars, name, [
        project.declaredVars,
        toMapping(project.declaredVars[name]),
        ...varOverrides,
      ]),
      models,
      tests,
      seeds,
      snapshots,
      ...(config.labels && { labels: config.labels }),
      overrides: overridesFor(project.trees, name),
      hooks,
      files,
      properties: described.properties,
      paths: below(folder, config.paths),
    },
    diagnostics: [...moveDiagnostics(folder, sources.diagnostics), ...described.diagnostics],
  };
}

/**
 * Returns the packages that are installed for a project, each with what the project says of it. Nothing is fetched.
 * Diagnostics: `packages-not-installed`, `package-invalid`, and those of reading a project.
 */
export function loadPackages(options: LoadPackagesOptions): {
  readonly packages: readonly PackageProject[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const { root, installPath, project, renderValue } = options;
  const folders = installedFolders(root, installPath);
  const asked = readPackageSpecs(root, '', renderValue);
  if (!asked.ok) return { packages: [], diagnostics: asked.diagnostics };
  const { specs, file } = asked.value;
  // What lies there and nobody asks for is no part of a project of ours; of dbt's it is.
  const isAsked = file !== null && specs.length > 0;
  if (!isAsked && (options.passesUnknownKeys !== true || folders.length === 0)) {
    return { packages: [], diagnostics: asked.diagnostics };
  }
  const lock = readLockFile(root);
  if (!lock.ok) return { packages: [], diagnostics: lock.diagnostics };
  const diagnostics: Diagnostic[] = [
    ...asked.diagnostics,
    ...checkInstalled(specs, lock.value, { folders, installPath }),
  ];
  const packages: PackageProject[] = [];
  for (const folder of folders) {
    const wrongLink = checkLink(root, folder, [...specs, ...(lock.value ?? [])]);
    const { loaded, diagnostics: found } =
      wrongLink === undefined
        ? loadPackage(folder, options)
        : { loaded: null, diagnostics: [wrongLink] };
    diagnostics.push(...found);
    if (loaded === null) continue;
    const other = [project, ...packages].find(({ name }) => name === loaded.name);
    if (other === undefined) packages.push(loaded);
    else {
      const message = `the package in '${folder}' has the name '${loaded.name}', which ${other === project ? 'the project has' : 'another package has'} as well`;
      const location = { path: loaded.configPath };
      diagnostics.push(
        errorDiagnostic('package-invalid', message, { location, hint: 'rename one of them' }),
      );
    }
  }
  return { packages, diagnostics };
}
