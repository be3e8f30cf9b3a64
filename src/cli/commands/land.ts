import { resolve } from 'node:path';
import { errorDiagnostic, hasErrors, type Diagnostic } from '../../core/diagnostic.js';
import type { LandingStore } from '../../core/landing-store.js';
import type { ModelNode } from '../../core/node.js';
import type { Operations } from '../../core/operations.js';
import type { Project } from '../../core/project.js';
import { failure, success, type Result } from '../../core/result.js';
import { didYouMean } from '../../core/suggest.js';
import { createFolderStore } from '../../land/folder-store.js';
import { landFiles, type LandSummary } from '../../land/land-files.js';
import { formatQuantity } from '../../report/text/quantity.js';
import { createProgressLine } from '../byte-progress.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { createInputPaths } from '../input-paths.js';
import { loadProjectGraph, type ProjectGraph } from '../load-project-graph.js';
import { withOperations } from '../operate.js';
import { projectRequestOf, repeatFlags } from '../project-request.js';
import { programName } from '../program-name.js';

export interface LandOptions {
  readonly into: string;
}

/** Finds the landing model by its name. Code: `land-target-invalid`. */
function findLandingModel(
  { graph }: ProjectGraph,
  name: string,
): Result<{ readonly model: ModelNode; readonly location: string }> {
  const models = [...graph.nodes.values()].filter((node) => node.resourceType === 'model');
  const landing = models.filter(({ config }) => config.materialized === 'external_table');
  const names = landing.map((each) => each.name);
  const refuse = (message: string, hint: string | undefined): Result<never> =>
    failure([errorDiagnostic('land-target-invalid', message, { hint })]);
  const known =
    names.length === 0
      ? 'the project has no external_table; `stedi-sql crawl <files>` proposes one'
      : `landing models are: ${names.join(', ')}`;

  const model = models.find((each) => each.name === name);
  if (model === undefined) {
    return refuse(
      `--into names '${name}', which is not in the project`,
      didYouMean(name, names, known),
    );
  }
  const { location } = model.config;
  if (!landing.includes(model) || location === null) {
    return refuse(`--into names '${name}', which is no external_table with a location`, known);
  }
  const { format, extra } = model.config;
  if (format !== null && format !== 'json') {
    return refuse(
      `--into names '${name}', whose files are ${format}, and what is landed is JSON`,
      `copy ${format} files to ${location} by other means`,
    );
  }
  const partitions = extra['partitioned_by'];
  if (partitions != null && !(Array.isArray(partitions) && partitions.length === 0)) {
    return refuse(
      `--into names '${name}', which is partitioned by the folders of its files, and land does not know which folder a record belongs to`,
      `land into a model without 'partitioned_by' and partition a table of its rows, or copy files to the folders by other means`,
    );
  }
  return success({ model, location });
}

/** Returns where the files of a landing model go. Codes: `land-target-invalid`, those of the engine's landing store. */
function openStore(
  project: Project,
  operations: Operations | undefined,
  landing: {
    readonly model: ModelNode;
    readonly location: string;
    readonly displayPath: (path: string) => string;
  },
): Result<LandingStore> {
  const { model, location, displayPath } = landing;
  const isAddress = /^[a-z][a-z0-9+.-]+:\/\//iu.test(location);
  const refuse = (message: string, hint: string): Result<never> =>
    failure([errorDiagnostic('land-target-invalid', message, { hint })]);
  if (operations !== undefined) {
    if (isAddress) {
      return operations.openLandingStore({ project: project.name, model: model.name, location });
    }
    return refuse(
      `the location of '${model.name}' is '${location}', a folder on this machine, where the target '${project.target.name}' does not look`,
      'give the variable in it an address for this target, under `vars:` of the target',
    );
  }
  if (isAddress) {
    return refuse(
      `the location of '${model.name}' is '${location}', and on the target '${project.target.name}' land writes to folders on this machine only`,
      'choose the target that this address belongs to with --target, or land into a local location',
    );
  }
  return createFolderStore({
    location: resolve(project.root, location),
    rejectsDir: resolve(project.root, project.targetPath, 'rejects', model.name),
    displayPath,
  });
}

/** Returns a line for each file, and the totals. */
function describeSummary(summary: LandSummary): string {
  const lines = summary.files.map(({ source, status, records, rejects, output, rejectsFile }) => {
    const rejected =
      rejects > 0 ? `, ${formatQuantity(rejects, 'reject')} in ${rejectsFile ?? ''}` : '';
    switch (status) {
      case 'landed':
        return `  ${source}: ${formatQuantity(records, 'record')} in ${output ?? ''}${rejected}`;
      case 'already-landed':
        return `  ${source}: landed before as ${output ?? ''}, nothing to do`;
      case 'empty':
        return `  ${source}: no record in it${rejected}`;
      case 'failed':
        return `  ${source}: failed, nothing landed`;
      case 'skipped':
        return `  ${source}: not landed`;
    }
  });
  const totals = [
    `${formatQuantity(summary.records, 'record')} landed`,
    ...(summary.rejects > 0 ? [`${formatQuantity(summary.rejects, 'reject')} kept`] : []),
    ...(summary.ignored.length > 0
      ? [`${formatQuantity(summary.ignored.length, 'hidden file')} left out`]
      : []),
  ];
  return [...lines, `${summary.cancelled ? 'Cancelled: ' : ''}${totals.join(', ')}.`].join('\n');
}

/**
 * `land`: brings files into the location of a landing model. Exit code 1 if a file could not be landed, 0 if all were;
 * rejects are kept beside and are a warning.
 */
export async function land(
  invocation: Invocation,
  options: LandOptions,
  inputs: readonly string[],
): Promise<ExitCode> {
  const loaded = await loadProjectGraph(projectRequestOf(invocation));
  invocation.print(loaded.diagnostics);
  if (!loaded.ok) return exitCodes.invalid;
  const { project } = loaded.value;
  const found = findLandingModel(loaded.value, options.into);
  invocation.print(found.diagnostics);
  if (!found.ok) return exitCodes.invalid;
  const { model, location } = found.value;

  const { cwd, out, cancellation } = invocation;
  const { displayPath, resolveInput } = createInputPaths(cwd);
  const progress = createProgressLine(out, { quiet: invocation.options.quiet === true });
  const landed = await withOperations(project, async (operations) => {
    const store = openStore(project, operations, { model, location, displayPath });
    if (!store.ok) return store;
    const sources = operations?.sources;
    return cancellation.guard((signal) =>
      landFiles({
        inputs: inputs.map((input) => resolveInput(input, sources)),
        store: store.value,
        sources,
        displayPath,
        signal,
        onProgress: progress.update,
      }),
    );
  });
  progress.close();
  invocation.printAfter(landed.diagnostics);
  if (!landed.ok) return exitCodes.invalid;
  invocation.note(describeSummary(landed.value));
  return concludeLanding(invocation, model, landed.value, landed.diagnostics);
}

function concludeLanding(
  invocation: Invocation,
  model: ModelNode,
  summary: LandSummary,
  diagnostics: readonly Diagnostic[],
): ExitCode {
  if (summary.cancelled) return exitCodes.cancelled;
  if (hasErrors(diagnostics)) return exitCodes.nodeFailed;
  if (summary.files.every(({ output }) => output === null)) return exitCodes.ok;
  const program = programName(invocation.env);
  invocation.note(`Next: ${program} build --select ${model.name}+${repeatFlags(invocation)}`);
  return exitCodes.ok;
}
