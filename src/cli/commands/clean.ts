import {
  existsSync,
  lstatSync,
  readdirSync,
  realpathSync,
  rmSync,
  rmdirSync,
  unlinkSync,
} from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { errorDiagnostic, type Diagnostic } from '../../core/diagnostic.js';
import type { Project } from '../../core/project.js';
import { parseCacheFile, parseCacheFolder } from '../../project/parse-cache.js';
import { createSqlToolkit } from '../../sql/index.js';
import { describeWriteError } from '../../report/artifacts/write-error.js';
import { dialectOptions } from '../explain-dialect.js';
import { findEngine, warehouseExists } from '../engines.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import { logFilePattern } from '../../report/log-file.js';
import { logFolderOf } from '../log-folder.js';
import type { Invocation } from '../invocation.js';
import { readProject } from '../load-project-graph.js';
import { projectRequestOf } from '../project-request.js';

export interface CleanOptions {
  readonly warehouse?: boolean;
}

/** Returns whether `path` lies inside `folder`, links followed, and is not the folder itself. */
function liesInside(path: string, folder: string): boolean {
  const inside = relative(realpathSync(folder), realpathSync(path));
  return (
    inside !== '' && inside !== '..' && !inside.startsWith(`..${sep}`) && resolve(inside) !== inside
  );
}

/** Returns the SQL files below a folder; links are not followed. */
function findSqlFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return findSqlFiles(path);
    return entry.isFile() && entry.name.endsWith('.sql') ? [path] : [];
  });
}

/** Removes the folders at and below `folder` that have nothing in them. */
function removeEmptyFolders(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmptyFolders(join(folder, entry.name));
  }
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

/** Returns the folders below which all SQL files are ours, as far as they are there and no link leads out of the target. */
function generatedFolders(project: Project): readonly string[] {
  const target = join(project.root, project.targetPath);
  return ['compiled', 'run']
    .map((folder) => join(target, folder, project.name))
    .filter((folder) => existsSync(folder) && liesInside(folder, target));
}

/** Returns what is kept of parsing; a link that leads out of the target folder is not followed. */
function findCacheFiles(target: string): readonly string[] {
  const folder = join(target, parseCacheFolder);
  if (!existsSync(folder) || !liesInside(folder, target)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && parseCacheFile.test(entry.name))
    .map((entry) => join(folder, entry.name));
}

/** Returns the log and its parts. A folder that is a link is not ours. */
function findLogFiles(folder: string): readonly string[] {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && logFilePattern.test(entry.name))
    .map((entry) => join(folder, entry.name));
}

/** The files that commands leave in the target folder under a name of their own. */
const ownFiles: readonly string[] = [
  'catalog.json',
  'manifest.json',
  'run_results.json',
  'sources.json',
  'timings.json',
];

/** Returns what stedi-sql writes to the target folder, as far as it is there. */
function findOwnFiles(project: Project, options: CleanOptions): readonly string[] {
  const target = join(project.root, project.targetPath);
  const warehouse = findEngine(project.target).warehouseFile(project);
  const warehouseFiles =
    options.warehouse === true && warehouse !== undefined && warehouse.startsWith(target + sep)
      ? [warehouse, `${warehouse}.wal`, `${warehouse}.tmp`]
      : [];
  return [
    ...findCacheFiles(target),
    ...generatedFolders(project).flatMap(findSqlFiles),
    ...ownFiles.map((name) => join(target, name)),
    ...warehouseFiles,
  ].filter((path) => existsSync(path));
}

/** Returns the refusal of a warehouse that another process is writing to. Code: `warehouse-locked`. */
async function findLock(project: Project): Promise<readonly Diagnostic[]> {
  if (!warehouseExists(project)) return [];
  const engine = findEngine(project.target);
  const dialect = await engine.createDialect(
    createSqlToolkit(),
    undefined,
    dialectOptions(project),
  );
  const opened = await engine.open(project, { dialect, mode: 'read' });
  if (opened.ok) await opened.value.close();
  return opened.diagnostics.filter(({ code }) => code === 'warehouse-locked');
}

function remove(path: string): void {
  if (lstatSync(path).isDirectory()) rmSync(path, { recursive: true });
  else unlinkSync(path);
}

/**
 * `clean`: removes what stedi-sql wrote to the target folder, and nothing else. The warehouse holds the user's data and
 * stays, unless `--warehouse` is given.
 */
export async function clean(invocation: Invocation, options: CleanOptions): Promise<ExitCode> {
  const loaded = await readProject(projectRequestOf(invocation));
  invocation.print(loaded.diagnostics);
  if (!loaded.ok) return exitCodes.invalid;
  const project = loaded.value;
  const target = join(project.root, project.targetPath);
  const logFolder = logFolderOf(project.root, invocation);
  const logs = findLogFiles(logFolder);
  if (!existsSync(target) && logs.length === 0) {
    invocation.note(`Nothing to remove: there is no ${project.targetPath}/.`);
    return exitCodes.ok;
  }
  if (existsSync(target) && !liesInside(target, project.root)) {
    invocation.print([
      errorDiagnostic(
        'config-invalid-value',
        `clean removes files only inside the project folder, and target-path '${project.targetPath}' is not inside it`,
        { location: { path: project.configPath }, hint: 'remove the files yourself' },
      ),
    ]);
    return exitCodes.invalid;
  }
  const locked = options.warehouse === true ? await findLock(project) : [];
  if (locked.length > 0) {
    invocation.print(locked);
    return exitCodes.invalid;
  }
  const files = [...findOwnFiles(project, options), ...logs];
  try {
    files.forEach(remove);
    generatedFolders(project).forEach(removeEmptyFolders);
    for (const folder of [parseCacheFolder, '.cache', 'compiled', 'run', '']) {
      const path = join(target, folder);
      if (existsSync(path) && readdirSync(path).length === 0) rmdirSync(path);
    }
    if (logs.length > 0 && readdirSync(logFolder).length === 0) rmdirSync(logFolder);
  } catch (error) {
    const { path = target } = error as NodeJS.ErrnoException;
    const shown = relative(project.root, path).replaceAll(sep, '/');
    invocation.print([describeWriteError(error, shown, { act: 'removed' })]);
    return exitCodes.invalid;
  }
  const count = files.length === 1 ? '1 file' : `${files.length} files`;
  const places = [project.targetPath, ...(logs.length > 0 ? [basename(logFolder)] : [])];
  invocation.note(`Removed ${count} from ${places.map((each) => `${each}/`).join(' and ')}.`);
  return exitCodes.ok;
}
