import { statSync } from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { crawlFiles } from '../../land/crawl-files.js';
import { toProjectName } from '../../project/project-name.js';
import { formatQuantity } from '../../report/text/quantity.js';
import { createProgressLine } from '../byte-progress.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';

/** Returns a name for the model of the files: that of the first one, or of its folder, without endings. */
function proposeName(path: string): string {
  const stem = basename(path).split('.')[0] ?? '';
  return `${toProjectName(stem) ?? 'new'}_landing`;
}

/** `crawl`: prints the YAML of a landing model for the files to stdout. Needs no project. */
export async function crawl(invocation: Invocation, inputs: readonly string[]): Promise<ExitCode> {
  const { cwd, out, err, cancellation } = invocation;
  const displayPath = (path: string): string => {
    const inside = relative(cwd, path).split(sep).join('/');
    return inside === '' || inside.startsWith('..') ? path : inside;
  };
  const paths = inputs.map((path) => resolve(cwd, path));
  const [first = cwd] = paths;
  const isFolder = statSync(first, { throwIfNoEntry: false })?.isDirectory() === true;
  const progress = createProgressLine(err, { quiet: invocation.options.quiet === true });
  const crawled = await cancellation.guard((signal) =>
    crawlFiles({
      inputs: paths,
      modelName: proposeName(first),
      location: displayPath(isFolder ? first : dirname(first)),
      displayPath,
      signal,
      onProgress: progress.update,
    }),
  );
  progress.close();
  invocation.print(crawled.diagnostics);
  if (!crawled.ok) return exitCodes.invalid;
  const { yaml, records, fileCount, cancelled } = crawled.value;
  if (cancelled) return exitCodes.cancelled;
  out.write(yaml);
  invocation.note(
    `Read ${formatQuantity(records, 'record')} in ${formatQuantity(fileCount, 'file')}.`,
  );
  return exitCodes.ok;
}
