import { warningDiagnostic } from '../core/diagnostic.js';
import type { ParsedNode, UniqueId } from '../core/node.js';
import { success, type Result } from '../core/result.js';
import { selectNodes } from '../graph/select-nodes.js';
import type { ProjectGraph } from './load-project-graph.js';
import type { SelectionOptions } from './options.js';

/**
 * Returns the nodes that the flags select. A project without any, and a selection that matches nothing, are warnings.
 * Codes: `selector-invalid`, `selection-empty`.
 */
export function selectFromProject(
  { graph, project }: ProjectGraph,
  { select, exclude }: SelectionOptions,
  resourceTypes: readonly ParsedNode['resourceType'][],
): Result<ReadonlySet<UniqueId>> {
  if (graph.nodes.size === 0) {
    const [folder = 'models'] = project.paths.models;
    return success(new Set(), [
      warningDiagnostic('selection-empty', `project '${project.name}' has no models yet`, {
        hint: `write a SELECT to ${folder}/my_model.sql`,
      }),
    ]);
  }
  return selectNodes(graph, {
    ...(select && { select }),
    ...(exclude && { exclude }),
    resourceTypes,
  });
}
