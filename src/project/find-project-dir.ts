import { dirname, join, resolve } from 'node:path';
import { errorDiagnostic } from '../core/diagnostic.js';
import { failure, success, type Result } from '../core/result.js';
import type { YamlVersion } from './convert-yaml.js';
import { dbtProjectFileName, projectFileName } from './project-file-name.js';
import { findType } from './watch-files.js';

/** Files that people have instead, with the next step. */
const lookalikes: readonly (readonly [file: string, hint: string])[] = [
  ['stedi_project.yaml', `rename stedi_project.yaml to ${projectFileName}`],
  ['dbt_project.yaml', `rename dbt_project.yaml to ${dbtProjectFileName}`],
];

function isFile(path: string): boolean {
  return findType(path)?.isFile() ?? false;
}

function hasFile(folder: string, name: string): boolean {
  try {
    return isFile(join(folder, name));
  } catch {
    // A folder that may not be entered, or a file where a folder was expected, has no project to read.
    return false;
  }
}

/** Returns the name of the file that makes a folder a project: ours goes before dbt's. `undefined` if there is none. */
export function projectFileIn(folder: string): string | undefined {
  return [projectFileName, dbtProjectFileName].find((name) => hasFile(folder, name));
}

/** Returns the version of YAML that a command in a folder reads: 1.1 for a dbt project. */
export function yamlVersionOf(where: {
  readonly projectDir?: string | undefined;
  readonly cwd: string;
}): YamlVersion {
  const found = findProjectDir(where);
  return found.ok && projectFileIn(found.value) === dbtProjectFileName ? '1.1' : '1.2';
}

/** Returns a folder and all folders above it, the nearest first. */
function foldersUp(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersUp(parent)];
}

/**
 * Returns the absolute path of the project folder: `projectDir` (relative to `cwd`) if it is given, else `cwd` or the
 * nearest folder above it that has a `stedi_project.yml` or `dbt_project.yml`. Diagnostics: `project-not-found`.
 */
export function findProjectDir({
  projectDir,
  cwd,
}: {
  readonly projectDir?: string | undefined;
  readonly cwd: string;
}): Result<string> {
  const start = resolve(cwd, projectDir ?? '.');
  const folders = projectDir === undefined ? foldersUp(start) : [start];
  const found = folders.find((folder) => projectFileIn(folder) !== undefined);
  if (found !== undefined) return success(found);
  const where = projectDir === undefined ? `${start} or any folder above it` : start;
  const [, hint] = lookalikes.find(([file]) => hasFile(start, file)) ?? [];
  return failure([
    errorDiagnostic(
      'project-not-found',
      `expected ${projectFileName} or ${dbtProjectFileName} in ${where}, found none`,
      {
        hint: hint ?? 'change into the project folder, use --project-dir, or start one with `init`',
      },
    ),
  ]);
}
