import { join, resolve } from 'node:path';
import type { GlobalOptions } from './options.js';

/** Returns the folder of the log file: that of `--log-path`, relative to `cwd`, or `logs` in the project folder. */
export function logFolderOf(
  root: string,
  { cwd, options }: { readonly cwd: string; readonly options: Pick<GlobalOptions, 'logPath'> },
): string {
  return options.logPath === undefined ? join(root, 'logs') : resolve(cwd, options.logPath);
}
