import { join } from 'node:path';
import { warningDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { ConfigEntries } from '../core/node-config.js';
import type { JsonValue } from '../core/node.js';
import type {
  FolderConfig,
  PackageProject,
  Project,
  PropertiesFile,
  SourceFile,
} from '../core/project.js';
import { failure, resultOf, type Result } from '../core/result.js';
import type { NamedSelector } from '../core/selector-definition.js';
import { didYouMean } from '../core/suggest.js';
import type { TargetType } from '../core/target-type.js';
import { findProjectDir, projectFileIn } from './find-project-dir.js';
import { dbtProjectFileName, projectFileName } from './project-file-name.js';
import type { NamedFolder } from './project-paths.js';
import { hashTexts } from './hash-text.js';
import type { ParseCache } from './parse-cache.js';
import type { ConfigSource } from './read-config-entries.js';
import type { ProjectConfig } from './read-project-config.js';
import { readSourceFiles } from './read-source-files.js';
import type { RenderValue } from './read-targets.js';
import { readTextFile } from './read-text-file.js';
import { selectorsFileName } from './selectors-file-name.js';
import { isThere, listFolder } from './watch-files.js';
import type { YamlVersion } from './convert-yaml.js';
import type { YamlDocument } from './yaml-document.js';

/** What loading a project needs. */
export interface LoadProjectOptions {
  /** The folder of `--project-dir`, relative to `cwd`. Without it, the project is looked for in `cwd` and above. */
  readonly projectDir?: string | undefined;
  readonly cwd: string;
  /** The target of `--target`. Without it, the project's default. */
  readonly targetName?: string | undefined;
  /** Who names it: `--target` if left out. */
  readonly targetOrigin?: string | undefined;
  /** `--target-path`: goes before that of the project file; relative to the project folder, as in dbt, or absolute. */
  readonly targetFolder?: string | undefined;
  /** The text of `--vars`: a YAML mapping. */
  readonly varsText?: string | undefined;
  /** `--profiles-dir` and `--profile`, for a project in dbt's form. */
  readonly profilesDir?: string | undefined;
  readonly profileName?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** The engines that a target may name. */
  readonly targetTypes: readonly TargetType[];
  /** The target of a project without `targets:`, as it would stand there. It gets the name `local`. */
  readonly defaultTarget: ConfigEntries;
  /** Renders the Jinja of a text in the target, where `env_var` may give secrets. */
  readonly renderValue: RenderValue;
  /** Keys of node configuration that materializations and adapters define for themselves. */
  readonly extraConfigKeys?: readonly string[];
  /** Opens what keeps the content of properties files; gets the absolute path of the target folder. */
  readonly openCache?: ((targetFolder: string) => ParseCache) | undefined;
}

/** The readers that need yaml and zod, which are worth waiting for only when there is a project to read. */
async function importReaders() {
  const [yaml, config, { readProperties }, { readSelectors }, dbt, profile, packages, installPath] =
    await Promise.all([
      import('./yaml-document.js'),
      import('./read-project-config.js'),
      import('./read-properties.js'),
      import('./read-selectors.js'),
      import('./dbt/dbt-format.js'),
      import('./dbt/read-profile.js'),
      import('./packages/load-packages.js'),
      import('./packages/find-install-path.js'),
    ]);
  const { parseYaml } = yaml;
  const { readProjectConfig, stediFormat } = config;
  const { dbtFormat } = dbt;
  const { profileFolders } = profile;
  const { loadPackages } = packages;
  const { findInstallPath } = installPath;
  return {
    parseYaml,
    readProjectConfig,
    stediFormat,
    dbtFormat,
    profileFolders,
    loadPackages,
    findInstallPath,
    readProperties,
    readSelectors,
  };
}

/** Returns a warning for each folder that the project file names and that is not there; defaults need not be. */
function warnMissing(
  root: string,
  document: YamlDocument,
  named: readonly NamedFolder[],
  missing: readonly string[],
): readonly Diagnostic[] {
  const absent = named.filter(({ folder }) => missing.includes(folder));
  if (absent.length === 0) return [];
  const folders = listFolder(root)
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  return absent.map(({ key, folder, yamlPath }) => {
    const message = `'${key}' names the folder '${folder}', which is not there`;
    const hint = didYouMean(folder, folders, 'create it, or remove it here');
    return warningDiagnostic('config-unused', message, {
      location: document.locate(yamlPath),
      hint,
    });
  });
}

/** Returns a properties file whose content is known; it is parsed only if somebody asks where something stands. */
function recallProperties(
  path: string,
  kept: JsonValue,
  parse: () => Result<YamlDocument>,
): PropertiesFile {
  let document: YamlDocument | undefined;
  const open = (): YamlDocument => {
    const parsed = parse();
    if (!parsed.ok) throw new Error(`${path} was valid when it was kept`);
    return parsed.value;
  };
  return {
    path,
    value: kept as unknown as PropertiesFile['value'],
    locate: (steps, options) => (document ??= open()).locate(steps, options),
  };
}

/** In dbt's form, what stands under a name that is no package's applies to nothing. */
function warnForeignFolders(
  document: YamlDocument,
  { name, trees }: ProjectConfig,
  packages: readonly PackageProject[],
): readonly Diagnostic[] {
  const names = [name, ...packages.map((each) => each.name)];
  return Object.entries<FolderConfig | undefined>({ ...trees }).flatMap(([key, tree]) =>
    Object.entries(tree?.children ?? {})
      .filter(([child]) => !names.includes(child))
      .map(([child, { location }]) =>
        warningDiagnostic(
          'config-unused',
          `the settings under '${key}.${child}' apply to nothing: '${child}' is neither the project nor a package`,
          {
            location: location ?? document.locate([key]),
            hint: didYouMean(child, names, `folders stand under '${name}:'`),
          },
        ),
      ),
  );
}

/** Reads the properties files among the project's files. */
function readPropertiesFiles(
  files: readonly SourceFile[],
  {
    cache,
    ...surroundings
  }: Omit<ConfigSource, 'document'> & { readonly cache: ParseCache | undefined },
  { parseYaml, readProperties }: Awaited<ReturnType<typeof importReaders>>,
): { readonly properties: readonly PropertiesFile[]; readonly diagnostics: readonly Diagnostic[] } {
  const properties: PropertiesFile[] = [];
  const diagnostics: Diagnostic[] = [];
  const surroundingsText = JSON.stringify(surroundings);
  const yaml = { version: surroundings.passesUnknownKeys === true ? '1.1' : '1.2' } as const;
  for (const { path, content } of files.filter(({ kind }) => kind === 'properties')) {
    const key = cache && hashTexts([surroundingsText, path, content]);
    const kept = key === undefined ? undefined : cache?.find(key);
    if (kept !== undefined) {
      properties.push(recallProperties(path, kept, () => parseYaml(content, path, yaml)));
      continue;
    }
    const parsed = parseYaml(content, path, yaml);
    diagnostics.push(...parsed.diagnostics);
    if (!parsed.ok) continue;
    const read = readProperties({ document: parsed.value, ...surroundings });
    properties.push(read.file);
    diagnostics.push(...read.diagnostics);
    // What there is to say of a file is said each time, so only silent files are kept.
    const isSilent = parsed.diagnostics.length + read.diagnostics.length === 0;
    const isWhole = read.file.withRendered === undefined;
    if (key !== undefined && isSilent && isWhole) cache?.keep(key, read.file.value);
  }
  return { properties, diagnostics };
}

/** Reads `selectors.yml`, if it is there. */
function readSelectorsFile(
  root: string,
  yaml: { readonly version: YamlVersion },
  { parseYaml, readSelectors }: Awaited<ReturnType<typeof importReaders>>,
): { readonly selectors: readonly NamedSelector[]; readonly diagnostics: readonly Diagnostic[] } {
  const file = join(root, selectorsFileName);
  if (!isThere(file)) return { selectors: [], diagnostics: [] };
  const text = readTextFile(file, selectorsFileName);
  if (!text.ok) return { selectors: [], diagnostics: text.diagnostics };
  const parsed = parseYaml(text.value, selectorsFileName, yaml);
  if (!parsed.ok) return { selectors: [], diagnostics: parsed.diagnostics };
  const read = readSelectors(parsed.value);
  return { ...read, diagnostics: [...parsed.diagnostics, ...read.diagnostics] };
}

/**
 * Finds, reads and validates a project folder and its target. Fails with all errors at once; with success come warnings.
 * Diagnostics: `project-not-found`, `file-unreadable`, `file-ignored`, `yaml-syntax`, `yaml-ambiguous`, `config-*`,
 * `target-not-found`, `vars-invalid`, `template-unsupported`, and those of `renderValue`.
 */
export async function loadProject(options: LoadProjectOptions): Promise<Result<Project>> {
  const found = findProjectDir(options);
  if (!found.ok) return found;
  const root = found.value;
  const fileName = projectFileIn(root) ?? projectFileName;
  const text = readTextFile(join(root, fileName), fileName);
  if (!text.ok) return text;
  const readers = await importReaders();
  const isDbt = fileName === dbtProjectFileName;
  const yaml = { version: isDbt ? '1.1' : '1.2' } as const;
  const parsed = readers.parseYaml(text.value, fileName, yaml);
  if (!parsed.ok) return parsed;

  const document = parsed.value;
  const { extraConfigKeys = [] } = options;
  const surroundings = { extraConfigKeys, ...(isDbt && { passesUnknownKeys: true }) };
  const format = isDbt
    ? readers.dbtFormat({
        ...options,
        root,
        ...readers.profileFolders({ ...options, env: options.env ?? {}, root }),
      })
    : readers.stediFormat(options);
  const { config, diagnostics } = readers.readProjectConfig(
    { document, ...surroundings },
    { ...options, rootFolder: root },
    format,
  );
  if (config?.paths == null) return failure([...parsed.diagnostics, ...diagnostics]);
  const { target, paths, name, version, vars, models, tests, seeds, snapshots, hooks, dispatch } =
    config;
  const { sql, quoting } = config;
  const given = config.varOverrides.at(-1) ?? {};
  const sources = readSourceFiles(root, paths);
  const absent = sources.missing.filter((folder) => format.mayLack?.includes(folder) !== true);
  const cache = options.openCache?.(join(root, paths.target));
  const described = readPropertiesFiles(sources.files, { ...surroundings, cache }, readers);
  const named = readSelectorsFile(root, yaml, readers);
  const installPath = readers.findInstallPath(root);
  if (!installPath.ok) return failure([...diagnostics, ...installPath.diagnostics]);
  const installed = readers.loadPackages({
    root,
    project: config,
    installPath: installPath.value,
    varOverrides: config.varOverrides,
    ...surroundings,
    renderValue: options.renderValue,
    readPropertiesFiles: (files) => readPropertiesFiles(files, { ...surroundings, cache }, readers),
  });
  const all = [
    ...parsed.diagnostics,
    ...diagnostics,
    ...(format.foldersByPackage ? warnForeignFolders(document, config, installed.packages) : []),
    ...installed.diagnostics,
    ...warnMissing(root, document, paths.named, absent),
    ...sources.diagnostics,
    ...described.diagnostics,
    ...named.diagnostics,
  ];
  if (target === null) return failure(all);
  return resultOf(
    {
      root,
      name,
      version,
      vars,
      ...(Object.keys(given).length > 0 && { givenVars: given }),
      models,
      tests,
      seeds,
      snapshots,
      ...(config.labels && { labels: config.labels }),
      ...(dispatch.length > 0 && { dispatch }),
      ...(hooks.onRunStart.length + hooks.onRunEnd.length > 0 && { hooks }),
      ...(installed.packages.length > 0 && { packages: installed.packages }),
      configPath: fileName,
      target,
      ...(sql && { sql }),
      ...(quoting && { quoting }),
      targetPath: paths.target,
      files: sources.files,
      properties: described.properties,
      selectors: named.selectors,
      paths: {
        models: paths.models,
        macros: paths.macros,
        tests: paths.tests,
        seeds: paths.seeds,
        snapshots: paths.snapshots,
        analyses: paths.analyses,
        ...(paths.docs && { docs: paths.docs }),
      },
    },
    all,
  );
}
