import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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

/** A file of the target folder. */
export interface ArtifactFile {
  /** Relative to the project folder. */
  readonly path: string;
  /** The file's text, or what writes it to an absolute path; throws the system's error. */
  readonly content: string | ((path: string) => void);
}

/** Where the files lie, and what keeps secrets out of them. */
export type ArtifactPlace = Pick<Artifacts, 'project' | 'redact'>;

function sqlFile({ redact }: ArtifactPlace, path: string, sql: string): ArtifactFile {
  return { path, content: redact.text(`${sql.trimEnd()}\n`) };
}

/** Returns a JSON file right in the target folder. */
export function jsonArtifact(
  { project, redact }: ArtifactPlace,
  name: string,
  value: unknown,
): ArtifactFile {
  return { path: `${project.targetPath}/${name}`, content: `${redact.json(value)}\n` };
}

/** Returns the files of `compiled/`. */
export function compiledArtifacts(
  place: ArtifactPlace,
  compiled: Iterable<CompiledNode>,
): readonly ArtifactFile[] {
  return (
    [...compiled]
      // An external table has columns and a location, and no SQL.
      .filter(({ compiledSql }) => compiledSql.trim() !== '')
      .map(({ node, compiledSql }) =>
        sqlFile(place, compiledPath(place.project, node), compiledSql),
      )
  );
}

/** Returns the files of `run/`: what was sent to the engine. */
export function runArtifacts(
  place: ArtifactPlace,
  results: readonly NodeResult[],
): readonly ArtifactFile[] {
  return results
    .filter((result) => result.executedSql.length > 0)
    .map(({ node, executedSql }) =>
      sqlFile(
        place,
        runPath(place.project, node),
        // On its own line, because a statement may end in a comment.
        executedSql.map((sql) => `${sql.trimEnd().replace(/;$/u, '')}\n;`).join('\n\n'),
      ),
    );
}

function toFiles(artifacts: Artifacts): readonly ArtifactFile[] {
  const { project, manifest, writeManifest, runResults, compiled, results } = artifacts;
  return [
    ...compiledArtifacts(artifacts, compiled),
    ...runArtifacts(artifacts, results),
    writeManifest === undefined
      ? jsonArtifact(artifacts, 'manifest.json', manifest)
      : { path: `${project.targetPath}/manifest.json`, content: writeManifest },
    ...(runResults === null ? [] : [jsonArtifact(artifacts, 'run_results.json', runResults)]),
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

/** Returns whether a file holds this text and nothing else. */
function holds(path: string, content: string): boolean {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    return (
      found?.isFile() === true &&
      found.size === Buffer.byteLength(content) &&
      readFileSync(path, 'utf8') === content
    );
  } catch {
    // What keeps it from being read may let it be replaced.
    return false;
  }
}

/** A file that holds its text already stays: to replace it takes ten times as long as to read it, and there are thousands. */
function writeFileOf(root: string, { path, content }: ArtifactFile): void {
  const place = join(root, path);
  if (typeof content !== 'string') content(place);
  else if (!holds(place, content)) writeAtomically(place, content);
}

/** Writes files of the target folder in the order in which they are given. */
export interface ArtifactWriter {
  /** Gives it files, which are made when their turn comes. */
  add(makeFiles: () => readonly ArtifactFile[]): void;
  /** Writes for about so many milliseconds; at least one file, if any is left. */
  writeFor(ms: number): void;
  /**
   * Writes what is left. A file that cannot be written does not keep the others from being written, and is tried once more
   * here, when a run has given its room on the disk back; returns a diagnostic for the first that still cannot, which tells
   * how many more there are. Codes: `write-failed`, `disk-full`.
   */
  end(): readonly Diagnostic[];
}

/** Returns a writer for the files of a project folder. */
export function createArtifactWriter(root: string): ArtifactWriter {
  const makers: (() => readonly ArtifactFile[])[] = [];
  let files: ArtifactFile[] = [];
  const unwritten: ArtifactFile[] = [];

  /** Returns whether there was a file to write. */
  function writeNext(): boolean {
    while (files.length === 0) {
      const make = makers.shift();
      if (make === undefined) return false;
      // Taken from the end: a list of thousands is long to shift.
      files = [...make()].reverse();
    }
    const file = files.pop();
    if (file === undefined) return false;
    try {
      writeFileOf(root, file);
    } catch {
      unwritten.push(file);
    }
    return true;
  }

  return {
    add: (makeFiles) => void makers.push(makeFiles),
    writeFor(ms) {
      const until = performance.now() + ms;
      while (writeNext() && performance.now() < until);
    },
    end() {
      while (writeNext());
      const failures = unwritten.flatMap((file) => {
        try {
          writeFileOf(root, file);
          return [];
        } catch (error) {
          return [describeWriteError(error, file.path)];
        }
      });
      const [first, ...others] = failures;
      if (first === undefined) return [];
      const rest = formatQuantity(others.length, 'other file');
      return [
        others.length === 0 ? first : { ...first, message: `${first.message}; nor could ${rest}` },
      ];
    },
  };
}

/**
 * Writes the artifacts of an invocation into the target folder: `compiled/`, `run/`, `manifest.json` and
 * `run_results.json`, each file atomically. Codes: those of `ArtifactWriter.end`.
 */
export function writeArtifacts(artifacts: Artifacts): readonly Diagnostic[] {
  const writer = createArtifactWriter(artifacts.project.root);
  writer.add(() => toFiles(artifacts));
  return writer.end();
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
