import { warningDiagnostic } from '../core/diagnostic.js';
import type { UniqueId } from '../core/node.js';
import type { PreviousState } from '../core/previous-state.js';
import { success, type Result } from '../core/result.js';
import { selectNodes, type SelectOptions } from '../graph/select-nodes.js';
import { readLoadTimes } from '../report/artifacts/read-previous-state.js';
import type { ProjectGraph } from './load-project-graph.js';
import type { SelectionOptions } from './options.js';

/** Returns what the flags select. `resourceTypes` are what the command works on. */
export function selectionOf(
  options: SelectionOptions,
  { resourceTypes }: { readonly resourceTypes: readonly string[] },
): Omit<SelectOptions, 'state' | 'current' | 'selectors'> {
  const { select, exclude, selector, indirectSelection, resourceType, excludeResourceType } =
    options;
  const everyType = resourceType?.some((type) => type === 'all' || type === 'default') ?? true;
  return {
    ...(select && { select }),
    ...(exclude && { exclude }),
    ...(selector !== undefined && { selector }),
    ...(indirectSelection && { indirectSelection }),
    resourceTypes: everyType ? resourceTypes : (resourceType ?? []),
    excludeResourceTypes: excludeResourceType ?? [],
  };
}

/**
 * Returns the nodes that the flags select. A project without any, and a selection that matches nothing, are warnings.
 * Codes: `selector-invalid`, `selection-empty`.
 */
export function selectFromProject(
  { graph, project, parsed }: ProjectGraph,
  options: SelectionOptions,
  {
    resourceTypes,
    state,
  }: {
    /** What the command works on; `--resource-type` chooses among these. */
    readonly resourceTypes: readonly string[];
    /** What `state:` and `result:` compare with. */
    readonly state: PreviousState | undefined;
  },
): Result<ReadonlySet<UniqueId>> {
  if (graph.nodes.size === 0) {
    const [folder = 'models'] = project.paths.models;
    return success(new Set(), [
      warningDiagnostic('selection-empty', `project '${project.name}' has no models yet`, {
        hint: `write a SELECT to ${folder}/my_model.sql`,
      }),
    ]);
  }
  const loadedAt =
    state?.loadedAt == null
      ? success(null)
      : readLoadTimes({ cwd: project.root, folder: project.targetPath });
  if (!loadedAt.ok) return loadedAt;
  return selectNodes(graph, {
    ...selectionOf(options, { resourceTypes }),
    ...(state && { state }),
    selectors: project.selectors,
    current: {
      macros: parsed.macros,
      vars: project.vars,
      loadedAt: loadedAt.value,
    },
  });
}

/** Returns the exposures that the flags of a build select, of which nothing is built, and what they read. */
export function selectExposures(
  loaded: ProjectGraph,
  options: SelectionOptions,
  state: PreviousState | undefined,
): readonly { readonly uniqueId: UniqueId; readonly parents: readonly UniqueId[] }[] {
  const { graph } = loaded;
  // What is wrong with the flags, the selection of what is built has said.
  const selected = selectFromProject(loaded, options, { resourceTypes: ['exposure'], state });
  if (!selected.ok) return [];
  return [...selected.value]
    .filter((id) => graph.nodes.get(id)?.resourceType === 'exposure')
    .map((uniqueId) => ({ uniqueId, parents: graph.parents.get(uniqueId) ?? [] }));
}
