import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Graph } from '../../core/graph.js';
import type { UniqueId } from '../../core/node.js';
import type { Project } from '../../core/project.js';
import type { RunResults } from '../../core/run-results.js';
import { writeAtomically } from './write-artifacts.js';

/** Milliseconds that the nodes took when they last succeeded, by unique id. */
type Timings = Readonly<Record<UniqueId, number>>;

/** What decides whose timings these are: nodes take other times on other targets. */
type TimedProject = Pick<Project, 'root' | 'targetPath' | 'target'>;

function pathOf({ root, targetPath }: TimedProject): string {
  return join(root, targetPath, 'timings.json');
}

/** Returns the timings of all targets; none if the file is not there or is not one of ours. */
async function readAll(project: TimedProject): Promise<Readonly<Record<string, Timings>>> {
  try {
    const content: unknown = JSON.parse(await readFile(pathOf(project), 'utf8'));
    return typeof content === 'object' && content !== null
      ? (content as Readonly<Record<string, Timings>>)
      : {};
  } catch {
    return {};
  }
}

/**
 * Returns what the nodes took when they last ran on the project's target, in milliseconds: `timings.json` of the target
 * folder. They decide which node starts first and nothing else, so an unreadable file is none.
 */
export async function readTimings(project: TimedProject): Promise<ReadonlyMap<UniqueId, number>> {
  const timings = (await readAll(project))[project.target.name] ?? {};
  return new Map(
    Object.entries(timings).filter(([, ms]) => typeof ms === 'number' && Number.isFinite(ms)),
  );
}

/**
 * Notes what the nodes of a run took that succeeded, beside what is known of the graph's other nodes. Whoever cannot
 * write the target folder is told by its other files.
 */
export async function writeTimings(
  project: TimedProject,
  { results, graph }: { readonly results: RunResults; readonly graph: Pick<Graph, 'nodes'> },
): Promise<void> {
  const known = await readTimings(project);
  const now = results.results
    .filter(({ status }) => status === 'success')
    .map(({ uniqueId, executionMs }) => [uniqueId, executionMs] as const);
  const timings = Object.fromEntries(
    [...known, ...now].filter(([uniqueId]) => graph.nodes.has(uniqueId)),
  );
  const all = { ...(await readAll(project)), [project.target.name]: timings };
  try {
    writeAtomically(pathOf(project), `${JSON.stringify(all)}\n`);
  } catch {
    // They only make the next run faster.
  }
}
