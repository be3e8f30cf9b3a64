import { mkdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { errorDiagnostic } from '../../core/diagnostic.js';
import { toProjectName } from '../../project/project-name.js';
import { scaffoldProject } from '../../project/scaffold.js';
import { quoteWord } from '../../report/text/quote-word.js';
import { describeWriteError } from '../../report/artifacts/write-error.js';
import { defaultTarget } from '../engines.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { programName } from '../program-name.js';

/** `init`: writes the files of a new project into a folder. Overwrites nothing: if one of them is there, none is written. */
export async function init(invocation: Invocation, folder = '.'): Promise<ExitCode> {
  const root = resolve(invocation.cwd, invocation.options.projectDir ?? '.', folder);
  const scaffold = scaffoldProject({
    name: toProjectName(basename(root)) ?? 'my_project',
    defaultTarget,
  });
  invocation.print(scaffold.diagnostics);
  if (!scaffold.ok) return exitCodes.invalid;

  const taken = scaffold.value.filter(({ path }) => existsSync(join(root, path)));
  if (taken.length > 0) {
    const names = taken.map(({ path }) => path).join(', ');
    invocation.print([
      errorDiagnostic('write-failed', `${root} already has ${names}, and init overwrites nothing`, {
        hint: 'give another folder: `stedi-sql init my_project`',
      }),
    ]);
    return exitCodes.invalid;
  }
  for (const { path, content } of scaffold.value) {
    try {
      await mkdir(dirname(join(root, path)), { recursive: true });
      // `wx` fails if the file has come up in the meantime.
      await writeFile(join(root, path), content, { flag: 'wx' });
    } catch (error) {
      invocation.print([describeWriteError(error, join(root, path))]);
      return exitCodes.invalid;
    }
    invocation.note(`  ${path}`);
  }
  const change = root === invocation.cwd ? '' : `cd ${quoteWord(folder)} && `;
  invocation.note(
    `A new project is in ${root}.\nNext: ${change}${programName(invocation.env)} build`,
  );
  return exitCodes.ok;
}
