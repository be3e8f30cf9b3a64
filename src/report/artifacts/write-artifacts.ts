import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CompiledNode } from '../../core/compiled-node.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import type { Project } from '../../core/project.js';
import type { NodeResult } from '../../core/run-results.js';
import type { Redactor } from '../redact.js';
import { formatQuantity } from '../text/quantity.js';
import { compiledPath, runPath } from './artifact-paths.js';
import { describeWriteError } from './write-error.js';

/** What goes into the target folder. */
export interface Artifacts {
  readonly project: Pick<Project, 'root' | 'targetPath'>;
  readonly manifest: unknown;
  /** Writes the manifest to the absolute path that it is given, in place of `manifest`. Throws the system's error. */
  readonly writeManifest?: (path: string) => void;
  /** `null` for commands that run nothing: the last run's results stay. */
  readonly runResults: unknown;
  readonly compiled: Iterable<CompiledNode>;
  readonly results: readonly NodeResult[];
  readonly redact: Redactor;
}

interface ArtifactFile {
  /** Relative to the project folder. */
  readonly path: string;
  /** The file's text, or what writes it to an absolute path. */
  readonly content: string | ((path: string) => void);
}

function toFiles(artifacts: Artifacts): readonly ArtifactFile[] {
  const { project, manifest, writeManifest, runResults, compiled, results, redact } = artifacts;
  const sqlFile = (path: string, sql: string): ArtifactFile => ({
    path,
    content: redact.text(`${sql.trimEnd()}\n`),
  });
  const jsonFile = (name: string, value: unknown): ArtifactFile => ({
    path: `${project.targetPath}/${name}`,
    content: `${redact.json(value)}\n`,
  });
  return [
    ...[...compiled]
      // An external table has columns and a location, and no SQL.
      .filter(({ compiledSql }) => compiledSql.trim() !== '')
      .map(({ node, compiledSql }) => sqlFile(compiledPath(project, node), compiledSql)),
    ...results
      .filter((result) => result.executedSql.length > 0)
      .map(({ node, executedSql }) =>
        sqlFile(
          runPath(project, node),
          // On its own line, because a statement may end in a comment.
          executedSql.map((sql) => `${sql.trimEnd().replace(/;$/u, '')}\n;`).join('\n\n'),
        ),
      ),
    writeManifest === undefined
      ? jsonFile('manifest.json', manifest)
      : { path: `${project.targetPath}/manifest.json`, content: writeManifest },
    ...(runResults === null ? [] : [jsonFile('run_results.json', runResults)]),
  ];
}

/** Writes a file; makes the folders above it where they are missing. Throws the system's error. */
function writeWithFolders(path: string, content: string): void {
  try {
    writeFileSync(path, content);
  } catch (error) {
    if (!isMissing(error)) throw error;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/**
 * Writes a file, and the folders above it, so that a reader sees the old content or the new, never a part. Throws the
 * system's error. Synchronous: a project has thousands of small files, and each wait for the thread pool takes longer than
 * the file.
 */
export function writeAtomically(path: string, content: string): void {
  // Not longer than names may be: that of the file may be as long as the file system takes.
  const temporary = join(dirname(path), `.${process.pid}.tmp`);
  try {
    writeWithFolders(temporary, content);
    renameSync(temporary, path);
  } catch (error) {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // What kept it from being written is the better reason.
    }
    throw error;
  }
}

/** Writes one file of the target folder; `path` is relative to the project folder. Codes: `write-failed`, `disk-full`. */
export function writeArtifact(root: string, path: string, content: string): readonly Diagnostic[] {
  try {
    writeAtomically(join(root, path), `${content}\n`);
    return [];
  } catch (error) {
    return [describeWriteError(error, path)];
  }
}

/**
 * Writes the artifacts of an invocation into the target folder: `compiled/`, `run/`, `manifest.json` and
 * `run_results.json`, each file atomically. A file that cannot be written does not keep the others from being written;
 * returns a diagnostic for the first one, which tells how many more there are. Codes: `write-failed`, `disk-full`.
 */
export function writeArtifacts(artifacts: Artifacts): readonly Diagnostic[] {
  const failures: Diagnostic[] = [];
  for (const { path, content } of toFiles(artifacts)) {
    try {
      const place = join(artifacts.project.root, path);
      if (typeof content === 'string') writeAtomically(place, content);
      else content(place);
    } catch (error) {
      failures.push(describeWriteError(error, path));
    }
  }
  const [first, ...others] = failures;
  if (first === undefined) return [];
  const rest = formatQuantity(others.length, 'other file');
  return [
    others.length === 0 ? first : { ...first, message: `${first.message}; nor could ${rest}` },
  ];
}

/**
 * Writes a JSON file atomically; `path` is absolute. Returns what kept it from being written. Codes: `write-failed`,
 * `disk-full`.
 */
export function writeJsonFile(
  path: string,
  value: unknown,
  redact: Redactor,
): readonly Diagnostic[] {
  try {
    writeAtomically(path, `${redact.json(value)}\n`);
    return [];
  } catch (error) {
    return [describeWriteError(error, path)];
  }
}
