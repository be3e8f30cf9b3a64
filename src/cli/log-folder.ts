import { join, resolve } from 'node:path';
import { projectFileIn } from '../project/find-project-dir.js';
import { readTextFile } from '../project/read-text-file.js';
import type { GlobalOptions } from './options.js';

/** `log-path:` at the top of a project file, with or without quotes. */
const logPath =
  /^log-path:[ \t]*(?:"([^"\n]+)"|'([^'\n]+)'|([^\s#'"{][^#\n]*?))[ \t]*(?:#.*)?\r?$/mu;

/** The log is opened before the project is read, so the one line is found by its look. */
function readLogPath(root: string): string {
  const fileName = projectFileIn(root);
  const text = fileName === undefined ? undefined : readTextFile(join(root, fileName), fileName);
  const found = text?.ok === true ? logPath.exec(text.value) : null;
  return found?.slice(1).find((each) => each !== undefined) ?? 'logs';
}

/**
 * Returns the folder of the log file: that of `--log-path`, relative to `cwd`, else of the project's `log-path`, or `logs`
 * in the project folder.
 */
export function logFolderOf(
  root: string,
  { cwd, options }: { readonly cwd: string; readonly options: Pick<GlobalOptions, 'logPath'> },
): string {
  return options.logPath === undefined
    ? resolve(root, readLogPath(root))
    : resolve(cwd, options.logPath);
}
