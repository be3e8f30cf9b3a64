import type { Dirent } from 'node:fs';
import { join, sep } from 'node:path';
import { warningDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { SourceFile, SourceFileKind } from '../core/project.js';
import { failure, success, type Result } from '../core/result.js';
import type { ProjectPaths } from './project-paths.js';
import { readIgnoreRules } from './ignore-rules.js';
import { describeFileError, readTextFile, unreadable } from './read-text-file.js';
import { findOwnType, findRealPath, findType, listFolder } from './watch-files.js';

const ignoreFileName = '.dbtignore';

/** All files of a project, sorted by path. */
export interface SourceFiles {
  readonly files: readonly SourceFile[];
  /** Folders of the configuration that are not there. */
  readonly missing: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

interface Walk {
  readonly root: string;
  /** `root` without links. */
  readonly realRoot: string;
  /** The folder that the walk began in, relative to the project folder. */
  readonly folder: string;
  readonly kind: Exclude<SourceFileKind, 'properties'>;
  /** Markdown files count: the project names no folders of its own for them. */
  readonly holdsDocs: boolean;
  readonly isIgnored: (path: string) => boolean;
  readonly files: SourceFile[];
  readonly diagnostics: Diagnostic[];
  /** Real paths of the folders that a link led to. */
  readonly linked: Set<string>;
}

/** Paths compare by code unit, so that the order is the same on every machine. */
function comparePaths(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function kindOf(
  name: string,
  { kind, holdsDocs }: Pick<Walk, 'kind' | 'holdsDocs'>,
  isFixture: boolean,
): SourceFileKind | null {
  if (/\.md$/i.test(name)) return holdsDocs ? 'docs' : null;
  if (kind === 'docs') return null;
  if (isFixture && /\.(?:csv|sql)$/i.test(name)) return 'fixture';
  if (kind === 'seed' ? /\.csv$/i.test(name) : /\.sql$/i.test(name)) return kind;
  return /\.ya?ml$/i.test(name) ? 'properties' : null;
}

/** Returns whether a folder is another one or holds it. Both are real paths. */
function holds(outer: string, inner: string): boolean {
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);
}

/**
 * Returns the real path of a link's target, or why it is not followed: it leads nowhere, to a folder that the link lies
 * in, or out of the project. Templates come from pull requests, which must not read other files of the machine.
 * `chain` holds the real paths of the folders that led to the link.
 */
function followLink(walk: Walk, path: string, chain: readonly string[]): Result<string> {
  const refuse = (reason: string, hint: string) =>
    failure([unreadable(path, `it is a link ${reason}`, { hint })]);
  try {
    const real = findRealPath(join(walk.root, path));
    if (!holds(walk.realRoot, real)) {
      return refuse('that leads out of the project', 'copy the file into the project');
    }
    if (chain.some((folder) => holds(real, folder))) {
      return refuse('to a folder that it lies in', 'remove the link');
    }
    if (walk.linked.has(real)) return refuse('to a folder that is read already', 'remove the link');
    return success(real);
  } catch (error) {
    return failure([unreadable(path, describeFileError(error))]);
  }
}

function readEntry(walk: Walk, entry: Dirent, path: string, chain: readonly string[]): void {
  let real = join(chain.at(-1) ?? walk.realRoot, entry.name);
  let isFolder = entry.isDirectory();
  if (entry.isSymbolicLink()) {
    const followed = followLink(walk, path, chain);
    walk.diagnostics.push(...followed.diagnostics);
    if (!followed.ok) return;
    real = followed.value;
    isFolder = findType(real)?.isDirectory() === true;
    if (isFolder) walk.linked.add(real);
  }
  if (isFolder) readFolder(walk, path, [...chain, real]);
  else readFile(walk, path, entry.name);
}

function readFile(walk: Walk, path: string, name: string): void {
  if (walk.isIgnored(path)) return;
  // The rows of unit tests, as dbt names their folder.
  const isFixture = walk.kind === 'test' && path.startsWith(`${walk.folder}/fixtures/`);
  const kind = kindOf(name, walk, isFixture);
  if (kind !== null) {
    const hint =
      kind === 'seed' ? 'land the file and declare an external_table over it' : undefined;
    const content = readTextFile(join(walk.root, path), path, { ...(hint && { tooLarge: hint }) });
    walk.diagnostics.push(...content.diagnostics);
    // dbt reads what YAML files can ask for, and macros, from this folder.
    const isMacro = kind === 'test' && path.startsWith(`${walk.folder}/generic/`);
    if (content.ok) {
      walk.files.push({ path, kind: isMacro ? 'macro' : kind, content: content.value });
    }
  } else if (walk.kind === 'model' && name.endsWith('.py')) {
    const content = readTextFile(join(walk.root, path), path, {});
    walk.diagnostics.push(...content.diagnostics);
    if (content.ok) walk.files.push({ path, kind: 'python-model', content: content.value });
    const message = `Python is not run: the model of ${path} is listed, and fails where it is built`;
    const hint = 'write the model in SQL, or move the file out of the model paths';
    walk.diagnostics.push(warningDiagnostic('file-ignored', message, { location: { path }, hint }));
  }
}

/** The last of `chain` is the real path of the folder. */
function readFolder(walk: Walk, path: string, chain: readonly string[]): void {
  let entries: readonly Dirent[];
  try {
    entries = listFolder(join(walk.root, path));
  } catch (error) {
    walk.diagnostics.push(unreadable(path, describeFileError(error)));
    return;
  }
  for (const entry of entries) {
    // Editors and notebooks keep copies under names that start with a dot, which are not listed.
    readEntry(walk, entry, `${path}/${entry.name}`, chain);
  }
}

/** Returns which files the project leaves out. */
function readIgnored(root: string, diagnostics: Diagnostic[]): (path: string) => boolean {
  const path = join(root, ignoreFileName);
  if (findType(path)?.isFile() !== true) return () => false;
  const content = readTextFile(path, ignoreFileName, {});
  diagnostics.push(...content.diagnostics);
  return content.ok ? readIgnoreRules(content.value) : () => false;
}

/**
 * Returns all `.sql`, `.yml`, `.yaml` and `.md` files, of seeds `.csv` files, and of models `.py` files, under the project's folders; `root` is absolute. Links are followed inside
 * the project. Names that start with a dot are passed over, and what `.dbtignore` names. Diagnostics: `file-unreadable`, `file-ignored`.
 */
export function readSourceFiles(root: string, paths: ProjectPaths): SourceFiles {
  const files: SourceFile[] = [];
  const diagnostics: Diagnostic[] = [];
  const missing: string[] = [];
  const realRoot = findRealPath(root);
  const isIgnored = readIgnored(root, diagnostics);
  const folders = [
    ...paths.models.map((path) => ({ path, kind: 'model' as const })),
    ...paths.macros.map((path) => ({ path, kind: 'macro' as const })),
    ...paths.tests.map((path) => ({ path, kind: 'test' as const })),
    ...paths.seeds.map((path) => ({ path, kind: 'seed' as const })),
    ...paths.snapshots.map((path) => ({ path, kind: 'snapshot' as const })),
    ...paths.analyses.map((path) => ({ path, kind: 'analysis' as const })),
    ...(paths.docs ?? []).map((path) => ({ path, kind: 'docs' as const })),
  ];
  for (const { path, kind } of folders) {
    const walk: Walk = {
      root,
      realRoot,
      kind,
      holdsDocs: kind === 'docs' || (paths.docs === null && kind !== 'test'),
      folder: path,
      isIgnored,
      files,
      diagnostics,
      linked: new Set(),
    };
    if (findOwnType(join(root, path)) === undefined) {
      missing.push(path);
      continue;
    }
    const followed = followLink(walk, path, [realRoot]);
    diagnostics.push(...followed.diagnostics);
    if (!followed.ok) continue;
    if (findType(followed.value)?.isDirectory() === true) readFolder(walk, path, [followed.value]);
    else diagnostics.push(unreadable(path, 'expected a folder, found a file'));
  }
  // Folders of Markdown may lie in others, or in each other.
  const seen = new Set<string>();
  const once = files.filter(({ path }) => !seen.has(path) && seen.add(path));
  once.sort((a, b) => comparePaths(a.path, b.path));
  diagnostics.sort((a, b) => comparePaths(a.location?.path ?? '', b.location?.path ?? ''));
  return { files: once, missing, diagnostics };
}
