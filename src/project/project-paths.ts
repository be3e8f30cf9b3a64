import { posix, relative, resolve, sep } from 'node:path';
import type { ConfigIssue } from '../core/config-issue.js';
import type { JsonValue } from '../core/node.js';
import type { ConfigEntries } from '../core/node-config.js';
import { projectDefaults } from './project-schema.js';
import { toItems } from './read-config-entries.js';
import type { ValuePath } from './yaml-document.js';

/** The folders of a project, relative to it, with forward slashes and without `./` or a slash at the end. */
export interface ProjectPaths {
  readonly models: readonly string[];
  readonly macros: readonly string[];
  readonly tests: readonly string[];
  readonly seeds: readonly string[];
  readonly snapshots: readonly string[];
  readonly analyses: readonly string[];
  /** Folders with Markdown; `null`: all folders but those of tests, as in dbt. */
  readonly docs: readonly string[] | null;
  readonly target: string;
  /** The folders that the project file names, and where; the others are defaults. */
  readonly named: readonly NamedFolder[];
}

/** A folder and where the project file names it. */
export interface NamedFolder {
  /** `model-paths`… */
  readonly key: string;
  readonly folder: string;
  /** Empty for a default. */
  readonly yamlPath: ValuePath;
}

/** Returns whether one folder is the other or lies inside it. */
function overlap(a: string, b: string): boolean {
  const contains = (outer: string, inner: string) =>
    outer === '.' || inner === outer || inner.startsWith(`${outer}/`);
  return contains(a, b) || contains(b, a);
}

interface PathRules {
  readonly mayLeave: boolean;
  /** What leads out is a warning: what is missing is told where it is asked for. */
  readonly passesOver: boolean;
}

/** Templates and paths come from pull requests: nothing outside the project is read or written. */
function checkPath(
  raw: string,
  yamlPath: ValuePath,
  { mayLeave, passesOver }: PathRules,
): string | ConfigIssue {
  const refuse = (message: string, hint: string): ConfigIssue => ({
    path: yamlPath,
    kind: 'invalid-value',
    message,
    hint,
  });
  if (raw.includes('\\')) return refuse(`'${raw}' has a backslash`, 'write forward slashes');
  const folder = posix.normalize(raw).replace(/\/$/, '') || '/';
  if (posix.isAbsolute(folder) || /^[A-Za-z]:/.test(folder)) {
    return refuse(`'${raw}' is not relative to the project folder`, 'write a relative path');
  }
  if (!mayLeave && (folder === '..' || folder.startsWith('../'))) {
    if (passesOver) {
      const message = `'${raw}' leads out of the project folder, and is passed over: nothing outside is read`;
      return { path: yamlPath, kind: 'unused', message, hint: 'make it a local package' };
    }
    return refuse(
      `'${raw}' leads out of the project folder`,
      'move the files into the project, or the project file further up',
    );
  }
  return folder;
}

function readPaths(
  key: string,
  value: JsonValue | undefined,
  defaults: readonly string[],
  { issues, ...rules }: PathRules & { readonly issues: ConfigIssue[] },
): readonly NamedFolder[] {
  const isOne = typeof value === 'string';
  const texts = isOne ? [value] : toItems(value).filter((each) => typeof each === 'string');
  if (value == null) {
    return defaults.map((folder) => ({ key, folder, yamlPath: [] }));
  }
  return texts.flatMap((text, index) => {
    const yamlPath = isOne ? [key] : [key, index];
    const folder = checkPath(text, yamlPath, rules);
    if (typeof folder === 'string') return [{ key, folder, yamlPath }];
    issues.push(folder);
    return [];
  });
}

/** Reports folders that hold each other: a file must have one kind, and what is written must not be read. */
function checkOverlaps(entries: readonly NamedFolder[]) {
  const issues: ConfigIssue[] = [];
  entries.forEach((entry, index) => {
    const other = entries.slice(0, index).find((each) => overlap(each.folder, entry.folder));
    if (other === undefined) return;
    // A default has no place in the file; the folder that the author wrote has.
    const [here, there] = entry.yamlPath.length > 0 ? [entry, other] : [other, entry];
    const message =
      here.folder === there.folder
        ? `'${here.folder}' stands under '${here.key}' and under '${there.key}'`
        : `'${here.folder}' of '${here.key}' and '${there.folder}' of '${there.key}' lie in each other`;
    const hint = 'choose separate folders';
    issues.push({ path: here.yamlPath, kind: 'conflict', message, hint });
  });
  return issues;
}

/** Returns a folder as paths of a project are written, whichever way the command line says it. */
function fromRoot(root: string, folder: string): string {
  return relative(resolve(root), resolve(root, folder)).split(sep).join('/') || '.';
}

/** Markdown may lie in any folder but the one that is written to. */
function checkDocs(docs: readonly NamedFolder[], targets: readonly NamedFolder[]) {
  return docs.flatMap((folder) => checkOverlaps([...targets, folder]));
}

/**
 * Returns the folders of a project. Issues: paths that are absolute or lead out of the project, folders that lie in each
 * other. A path with an issue is left out. With `targetMayLeave`, as in dbt, what is written may lie
 * beside the project, and macros and Markdown beside it are a warning. `targetFolder` of the command line, relative to `rootFolder`
 * or absolute, goes before `target-path`, and may lie anywhere: nothing but commands is trusted with that.
 */
export function readProjectPaths(
  root: ConfigEntries,
  {
    targetMayLeave = false,
    targetFolder,
    rootFolder = '.',
  }: {
    readonly targetMayLeave?: boolean;
    readonly targetFolder?: string | undefined;
    readonly rootFolder?: string | undefined;
  } = {},
): {
  readonly paths: ProjectPaths;
  readonly issues: readonly ConfigIssue[];
} {
  const issues: ConfigIssue[] = [];
  const read = (key: string, defaults: readonly string[]) =>
    readPaths(key, root[key], defaults, {
      issues,
      mayLeave: key === 'target-path' && targetMayLeave,
      passesOver: targetMayLeave && (key === 'macro-paths' || key === 'docs-paths'),
    });
  const models = read('model-paths', projectDefaults.modelPaths);
  const macros = read('macro-paths', projectDefaults.macroPaths);
  const tests = read('test-paths', projectDefaults.testPaths);
  const seeds = read('seed-paths', projectDefaults.seedPaths);
  const snapshots = read('snapshot-paths', projectDefaults.snapshotPaths);
  const analyses = read('analysis-paths', projectDefaults.analysisPaths);
  const docs = root['docs-paths'] == null ? null : read('docs-paths', []);
  const targets =
    targetFolder === undefined
      ? read('target-path', [projectDefaults.targetPath])
      : [{ key: '--target-path', folder: fromRoot(rootFolder, targetFolder), yamlPath: [] }];
  const target = targets[0]?.folder ?? projectDefaults.targetPath;
  issues.push(
    ...checkOverlaps([
      ...models,
      ...macros,
      ...tests,
      ...seeds,
      ...snapshots,
      ...analyses,
      ...targets,
    ]),
    ...checkDocs(docs ?? [], targets),
  );
  const named = [
    ...models,
    ...macros,
    ...tests,
    ...seeds,
    ...snapshots,
    ...analyses,
    ...(docs ?? []),
  ].filter(({ yamlPath }) => yamlPath.length > 0);
  const folders = (entries: readonly NamedFolder[]) => entries.map(({ folder }) => folder);
  return {
    paths: {
      models: folders(models),
      macros: folders(macros),
      tests: folders(tests),
      seeds: folders(seeds),
      snapshots: folders(snapshots),
      analyses: folders(analyses),
      docs: docs && folders(docs),
      target,
      named,
    },
    issues,
  };
}
