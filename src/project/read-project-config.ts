import type { ConfigIssue } from '../core/config-issue.js';
import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { JsonValue } from '../core/node.js';
import type { ConfigEntries } from '../core/node-config.js';
import type {
  DispatchRule,
  FolderConfig,
  FolderTrees,
  HookText,
  LabelFolders,
  SpokenSql,
  Target,
} from '../core/project.js';
import { success, type Result } from '../core/result.js';
import { describeValue } from './describe-value.js';
import { checkTemplates, holdsTemplate, type TemplateUse } from './find-templates.js';
import { readProjectPaths, type ProjectPaths } from './project-paths.js';
import { projectFileName } from './project-file-name.js';
import type { ConfiguredResource } from './node-config-schema.js';
import type { ProjectFormat } from './project-format.js';
import { createProjectSchema } from './project-schema.js';
import { isMapping } from '../core/is-mapping.js';
import { toItems, toMapping, type ConfigSource } from './read-config-entries.js';
import { packageFolderConfig, readFolderConfig } from './read-folder-config.js';
import {
  readDefaultTarget,
  readTargets,
  type AskedTarget,
  type TargetOptions,
} from './read-targets.js';
import { compareVars, mergeVars, parseVars } from './read-vars.js';
import { reportIssues, sortByPlace, withoutTemplates } from './report-issues.js';
import { anyMapping } from './schema-notes.js';
import type { ValidatedTarget } from './validate-target.js';
import { validateValue } from './validate-value.js';
import { printTimes } from './print-yaml.js';
import { warnAmbiguous } from './warn-ambiguous.js';
import type { ValuePath, YamlDocument } from './yaml-document.js';

/** `stedi_project.yml`, validated. */
export interface ProjectConfig {
  readonly name: string;
  readonly version: string;
  readonly vars: Readonly<Record<string, JsonValue>>;
  readonly models: FolderConfig;
  readonly tests: FolderConfig;
  readonly seeds: FolderConfig;
  readonly snapshots: FolderConfig;
  /** Configuration by folder as it is written, also that of packages. */
  readonly trees: FolderTrees;
  readonly labels?: LabelFolders;
  /** The values of the target's `vars:`, then of `--vars`: they go before all others. */
  readonly varOverrides: readonly ConfigEntries[];
  /** `vars:` as it is written. */
  readonly declaredVars: ConfigEntries;
  readonly hooks: {
    readonly onRunStart: readonly HookText[];
    readonly onRunEnd: readonly HookText[];
  };
  readonly dispatch: readonly DispatchRule[];
  readonly quoting?: Readonly<Record<string, boolean | null>>;
  /** `null` if it has errors, or none is wanted. */
  readonly target: Target | null;
  readonly sql?: SpokenSql;
  /** `null` if they have errors. */
  readonly paths: ProjectPaths | null;
}

/** What reading the project file needs besides the file. */
export interface ProjectConfigOptions extends TargetOptions {
  /** The target that `--target` names. */
  readonly targetName?: string | undefined;
  readonly targetOrigin?: string | undefined;
  /** The text of `--vars`. */
  readonly varsText?: string | undefined;
  /** The target of a project without `targets:`, as it would stand there. */
  readonly defaultTarget: ConfigEntries;
}

/** Folders, targets and configuration have their own readers, which know more than a schema. */
const structureSchema = createProjectSchema({
  models: anyMapping,
  tests: anyMapping,
  seeds: anyMapping,
  snapshots: anyMapping,
  sources: anyMapping,
  exposures: anyMapping,
  unitTests: anyMapping,
  targets: anyMapping,
});

/** Our own file, with the targets in it. */
export function stediFormat(options: ProjectConfigOptions): ProjectFormat {
  return {
    fileName: projectFileName,
    schema: structureSchema,
    foldersByPackage: false,
    readTarget: (document, root, declaredVars) => readTarget(document, root, options, declaredVars),
  };
}

/** The project file of a package that is written in our form: whoever uses the package has the target. */
export const stediPackageFormat: ProjectFormat = {
  fileName: projectFileName,
  schema: structureSchema,
  foldersByPackage: true,
  readTarget: () => success(null),
};

/** Targets and the name of the default are rendered here, settings of folders later; variables never, as in dbt. */
function useOfTemplate(path: ValuePath): TemplateUse {
  const [first, ...rest] = path;
  if (first === 'vars' || first === 'targets' || first === 'target') return 'rendered';
  // Hooks are templates, rendered when they run; the name of a profile where it is read.
  if (first === 'on-run-start' || first === 'on-run-end' || first === 'profile') return 'rendered';
  if (rest.some((key) => typeof key === 'string' && hookKeys.has(key))) return 'rendered';
  const isFolderConfig = typeof first === 'string' && folderKeys.has(first);
  return isFolderConfig ? 'rendered' : 'refused';
}

const labelKeys = [
  ['sources', 'source'],
  ['exposures', 'exposure'],
  ['unit_tests', 'unit_test'],
] as const;

const folderKeys: ReadonlySet<string> = new Set([
  ...['models', 'tests', 'data_tests', 'seeds', 'snapshots'],
  ...labelKeys.map(([key]) => key),
]);

const hookKeys: ReadonlySet<string> = new Set(
  ['pre-hook', 'post-hook', 'pre_hook', 'post_hook'].flatMap((key) => [key, `+${key}`]),
);

/** Returns the version as it is written: `1.0` is not 1. */
function readVersion(document: YamlDocument): string {
  const node = document.nodeAt(['version']);
  if (typeof node?.value === 'string') return node.value;
  return typeof node?.value === 'number' ? document.textOf(node.span) : '';
}

/** Returns the name of the target to use and where it is asked for. */
function readTargetName(
  document: YamlDocument,
  root: ConfigEntries,
  options: ProjectConfigOptions,
): Result<AskedTarget | null> {
  if (options.targetName !== undefined) {
    return success({
      name: options.targetName,
      location: { path: options.targetOrigin ?? '--target' },
    });
  }
  const written = root['target'];
  if (typeof written !== 'string') return success(null);
  const location = document.locate(['target']);
  if (!holdsTemplate(written)) return success({ name: written, location });
  const rendered = options.renderValue(written, location);
  return rendered.ok ? success({ name: rendered.value, location }, rendered.diagnostics) : rendered;
}

function readTarget(
  document: YamlDocument,
  root: ConfigEntries,
  options: ProjectConfigOptions,
  declaredVars: ConfigEntries,
): Result<ValidatedTarget> {
  const asked = readTargetName(document, root, options);
  if (!asked.ok) return asked;
  const targets = toMapping(root['targets']);
  const target =
    Object.keys(targets).length > 0
      ? readTargets(document, targets, asked.value, { ...options, declaredVars })
      : readDefaultTarget(options.defaultTarget, asked.value, options);
  return { ...target, diagnostics: [...asked.diagnostics, ...target.diagnostics] };
}

/** Reads the configuration by folder of every kind of resource; `data_tests:` is the same as `tests:`. */
function readFolders(
  source: ConfigSource,
  root: ConfigEntries,
  projectName: string,
  { foldersByPackage }: ProjectFormat,
  issues: ConfigIssue[],
) {
  const trees: Partial<Record<ConfiguredResource, FolderConfig>> = {};
  const read = (key: string, resource: ConfiguredResource): FolderConfig => {
    const options = { key, resource, projectName };
    const { config, tree, issues: found } = readFolderConfig(source, toMapping(root[key]), options);
    issues.push(...found);
    trees[resource] = tree;
    return foldersByPackage ? packageFolderConfig(tree, projectName) : config;
  };
  if (root['tests'] != null && root['data_tests'] != null) {
    const message = `'tests' and 'data_tests' stand beside each other`;
    const hint = `put all settings under 'data_tests'`;
    issues.push({ path: ['tests'], kind: 'conflict', message, hint });
  }
  const testsKey = root['data_tests'] == null ? 'tests' : 'data_tests';
  const models = read('models', 'model');
  const tests = read(testsKey, 'test');
  const seeds = read('seeds', 'seed');
  const snapshots = read('snapshots', 'snapshot');
  const written = labelKeys.filter(([key]) => root[key] != null);
  const labels = Object.fromEntries(written.map(([key, resource]) => [key, read(key, resource)]));
  return {
    folders: { models, tests, seeds, snapshots, ...(written.length > 0 && { labels }) },
    trees: {
      models: trees.model ?? models,
      tests: trees.test ?? tests,
      seeds: trees.seed ?? seeds,
      snapshots: trees.snapshot ?? snapshots,
      ...Object.fromEntries(written.map(([key, resource]) => [key, trees[resource]])),
    },
  };
}

/** Returns the hooks of a run under a key, one or a list. */
function readHooks(document: YamlDocument, root: ConfigEntries, key: string): readonly HookText[] {
  const value = root[key];
  if (typeof value === 'string') return [{ sql: value, location: document.locate([key]) }];
  return toItems(value).flatMap((each, index) =>
    typeof each === 'string' ? [{ sql: each, location: document.locate([key, index]) }] : [],
  );
}

function readDispatch(value: JsonValue | undefined): readonly DispatchRule[] {
  return toItems(value).flatMap((each) => {
    const { macro_namespace: namespace, search_order: order } = toMapping(each);
    if (typeof namespace !== 'string') return [];
    return [{ namespace, searchOrder: toItems(order).filter((name) => typeof name === 'string') }];
  });
}

/**
 * Returns `stedi_project.yml` in one form; `config` is what could be read even if there are errors. Diagnostics:
 * `config-*`, `target-not-found`, `vars-invalid`, `template-unsupported`, `yaml-ambiguous`, and those of rendering.
 */
export function readProjectConfig(
  source: ConfigSource,
  options: Pick<ProjectConfigOptions, 'varsText'> & {
    /** Of the command line, and the folder that it is relative to. */
    readonly targetFolder?: string | undefined;
    readonly rootFolder?: string | undefined;
  },
  format: ProjectFormat,
): { readonly config: ProjectConfig | null; readonly diagnostics: readonly Diagnostic[] } {
  const { document } = source;
  const { value } = document;
  if (value !== null && !isMapping(value)) {
    const message = `${format.fileName} must be a mapping, found ${describeValue(value)}`;
    const location = document.locate([]);
    return {
      config: null,
      diagnostics: [errorDiagnostic('config-invalid-value', message, { location })],
    };
  }
  const pruned = format.prune?.(value ?? {});
  const root = pruned?.root ?? value ?? {};
  const issues = [...(pruned?.issues ?? []), ...validateValue(format.schema, root)];
  const name = typeof root['name'] === 'string' ? root['name'] : '';
  const { paths, issues: pathIssues } = readProjectPaths(root, { ...options, ...format });
  issues.push(...pathIssues);
  const { folders, trees } = readFolders(source, root, name, format, issues);
  const declaredVars = printTimes(document, toMapping(root['vars']), ['vars']);
  const projectVars = mergeVars(declaredVars, name, []);
  const target = format.readTarget(document, root, projectVars);
  const targetVars = target.ok ? (target.value?.vars ?? {}) : {};
  const vars = parseVars(options.varsText ?? '', { version: format.yamlVersion ?? '1.2' });
  const overrides = vars.ok ? vars.value : {};
  const diagnostics = [
    ...reportIssues(document, withoutTemplates(document, issues)),
    ...checkTemplates(document, (path) =>
      pruned?.idle.includes(String(path[0])) === true ? 'rendered' : useOfTemplate(path),
    ),
    ...target.diagnostics,
  ];
  const except = [['version']];
  return {
    config: {
      name,
      version: readVersion(document),
      vars: mergeVars(declaredVars, name, [targetVars, overrides]),
      ...folders,
      trees,
      declaredVars,
      varOverrides: [targetVars, overrides],
      hooks: {
        onRunStart: readHooks(document, root, 'on-run-start'),
        onRunEnd: readHooks(document, root, 'on-run-end'),
      },
      dispatch: readDispatch(root['dispatch']),
      ...(isMapping(root['quoting']) && {
        quoting: root['quoting'] as Readonly<Record<string, boolean | null>>,
      }),
      target: target.ok ? (target.value?.target ?? null) : null,
      ...(target.ok && target.value?.sql && { sql: target.value.sql }),
      paths: pathIssues.every(({ kind }) => kind === 'unused') ? paths : null,
    },
    diagnostics: [
      ...sortByPlace([
        ...diagnostics,
        ...warnAmbiguous(document, { except, others: diagnostics, datesAt: ['vars'] }),
      ]),
      ...vars.diagnostics,
      ...compareVars(projectVars, overrides),
    ],
  };
}
