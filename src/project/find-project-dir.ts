import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { errorDiagnostic } from '../core/diagnostic.js';
import { failure, success, type Result } from '../core/result.js';
import { projectFileName } from './project-file-name.js';

/** Files that people have instead, with the next step. */
const lookalikes: readonly (readonly [file: string, hint: string])[] = [
  ['stedi_project.yaml', `rename stedi_project.yaml to ${projectFileName}`],
  ['dbt_project.yml', `dbt_project.yml is not read yet; write a ${projectFileName} from it`],
];

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function hasFile(folder: string, name: string): boolean {
  try {
    return isFile(join(folder, name));
  } catch {
    // A folder that may not be entered, or a file where a folder was expected, has no project to read.
    return false;
  }
}

/** Returns a folder and all folders above it, the nearest first. */
function foldersUp(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersUp(parent)];
}

/**
 * Returns the absolute path of the project folder: `projectDir` (relative to `cwd`) if it is given, else `cwd` or the
 * nearest folder above it that has a `stedi_project.yml`. Diagnostics: `project-not-found`.
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
  const found = folders.find((folder) => hasFile(folder, projectFileName));
  if (found !== undefined) return success(found);
  const where = projectDir === undefined ? `${start} or any folder above it` : start;
  const [, hint] = lookalikes.find(([file]) => hasFile(start, file)) ?? [];
  return failure([
    errorDiagnostic('project-not-found', `expected ${projectFileName} in ${where}, found none`, {
      hint: hint ?? 'change into the project folder, use --project-dir, or start one with `init`',
    }),
  ]);
}
