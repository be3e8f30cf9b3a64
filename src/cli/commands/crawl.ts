import { statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { errorDiagnostic } from '../../core/diagnostic.js';
import { LandingFailure, type SourceStore } from '../../core/landing-store.js';
import type { Operations } from '../../core/operations.js';
import { failure, type Result } from '../../core/result.js';
import { crawlFiles, type CrawlSummary } from '../../land/crawl-files.js';
import { toProjectName } from '../../project/project-name.js';
import { formatQuantity } from '../../report/text/quantity.js';
import { createProgressLine } from '../byte-progress.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import { createInputPaths } from '../input-paths.js';
import type { Invocation } from '../invocation.js';
import { readProject } from '../load-project-graph.js';
import { withOperations } from '../operate.js';
import { projectRequestOf } from '../project-request.js';

const isAddress = (input: string): boolean => /^[a-z][a-z0-9+.-]+:\/\//iu.test(input);

/** Returns a name for the model of the files: that of the first one, or of its folder, without endings. */
function proposeName(path: string): string {
  const stem = basename(path).split('.')[0] ?? '';
  return `${toProjectName(stem) ?? 'new'}_landing`;
}

/** Returns the folder of the first input: itself, if it is one. */
async function findLocation(first: string, sources: SourceStore | undefined): Promise<string> {
  if (sources?.owns(first) !== true) {
    return statSync(first, { throwIfNoEntry: false })?.isDirectory() === true
      ? first
      : dirname(first);
  }
  const { files } = await sources.list(first);
  // `dirname` of node:path would take one of the slashes after the scheme.
  return files.length === 1 && files[0] === first ? first.replace(/\/[^/]*$/u, '') : first;
}

/** Crawls the inputs. Codes: `land-input-unreadable`, those of `crawlFiles`. */
async function crawlInputs(
  { cwd, err, options, cancellation }: Invocation,
  inputs: readonly string[],
  operations: Operations | undefined,
): Promise<Result<CrawlSummary>> {
  const sources = operations?.sources;
  const unknown = inputs.find((input) => isAddress(input) && sources?.owns(input) !== true);
  if (unknown !== undefined) {
    const message = `could not read '${unknown}': the target has no such addresses`;
    const hint = 'choose the target that it belongs to with --target';
    return failure([errorDiagnostic('land-input-unreadable', message, { hint })]);
  }
  const { displayPath, resolveInput } = createInputPaths(cwd);
  const paths = inputs.map((input) => resolveInput(input, sources));
  const [first = cwd] = paths;
  let location: string;
  try {
    location = displayPath(await findLocation(first, sources));
  } catch (error) {
    if (!(error instanceof LandingFailure)) throw error;
    return failure([error.diagnostic]);
  }
  const progress = createProgressLine(err, { quiet: options.quiet === true });
  const crawled = await cancellation.guard((signal) =>
    crawlFiles({
      inputs: paths,
      sources,
      modelName: proposeName(first),
      location,
      displayPath,
      signal,
      onProgress: progress.update,
    }),
  );
  progress.close();
  return crawled;
}

/** Calls `use` with the operations of the target, where an input is not on this machine; files need no project. */
async function withSources(
  invocation: Invocation,
  inputs: readonly string[],
  use: (operations: Operations | undefined) => Promise<Result<CrawlSummary>>,
): Promise<Result<CrawlSummary>> {
  if (!inputs.some(isAddress)) return use(undefined);
  const read = await readProject(projectRequestOf(invocation));
  if (!read.ok) return read;
  invocation.print(read.diagnostics);
  return withOperations(read.value, use);
}

/** `crawl`: prints the YAML of a landing model for the files to stdout. Needs a project for addresses alone. */
export async function crawl(invocation: Invocation, inputs: readonly string[]): Promise<ExitCode> {
  const crawled = await withSources(invocation, inputs, (operations) =>
    crawlInputs(invocation, inputs, operations),
  );
  invocation.print(crawled.diagnostics);
  if (!crawled.ok) return exitCodes.invalid;
  const { yaml, records, fileCount, cancelled } = crawled.value;
  if (cancelled) return exitCodes.cancelled;
  invocation.out.write(yaml);
  invocation.note(
    `Read ${formatQuantity(records, 'record')} in ${formatQuantity(fileCount, 'file')}.`,
  );
  return exitCodes.ok;
}
