import { isBuilt } from '../core/is-built.js';
import type { OperatedProject, Operations } from '../core/operations.js';
import type { Project } from '../core/project.js';
import { findEngine } from './engines.js';
import type { ProjectGraph } from './load-project-graph.js';

/** Returns what an engine's operations need to know of a project. */
export function operatedProjectOf({ project, graph }: ProjectGraph): OperatedProject {
  const nodes = [...graph.nodes.values()];
  return {
    name: project.name,
    models: nodes.filter(isBuilt),
    sources: nodes.filter((node) => node.resourceType === 'source').map(({ relation }) => relation),
    failures: nodes.flatMap((node) =>
      node.resourceType === 'test' ? (node.judgement?.store?.relation ?? []) : [],
    ),
  };
}

/** Calls `use` with the operations of the project's target, `undefined` if its engine has none, and closes them. */
export async function withOperations<T>(
  project: Project,
  use: (operations: Operations | undefined) => Promise<T>,
): Promise<T> {
  const operations = await findEngine(project.target).operate?.(project);
  try {
    return await use(operations);
  } finally {
    await operations?.close();
  }
}
