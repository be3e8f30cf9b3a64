import type { ParsedNode } from '../../core/node.js';
import { listNodes, type ListForm } from '../../report/tables/format-list.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { loadProjectGraph } from '../load-project-graph.js';
import { resourceTypes, type SelectionOptions } from '../options.js';
import { projectRequestOf } from '../project-request.js';
import { selectFromProject } from '../select-from-project.js';

export interface ListOptions extends SelectionOptions {
  readonly output: 'text' | ListForm;
  readonly resourceType?: readonly ParsedNode['resourceType'][];
}

/** `ls`: prints the selected nodes, a line each. Needs no warehouse. */
export async function ls(invocation: Invocation, options: ListOptions): Promise<ExitCode> {
  const loaded = await loadProjectGraph(projectRequestOf(invocation));
  invocation.print(loaded.diagnostics);
  if (!loaded.ok) return exitCodes.invalid;
  const { graph } = loaded.value;
  const { output, resourceType = resourceTypes } = options;
  const selected = selectFromProject(loaded.value, options, resourceType);
  invocation.print(selected.diagnostics);
  if (!selected.ok) return exitCodes.invalid;

  const nodes = [...selected.value].flatMap((id) => graph.nodes.get(id) ?? []);
  for (const line of listNodes(nodes, { graph, form: output === 'text' ? 'selector' : output })) {
    if (typeof line === 'string') invocation.out.writeLine(line);
    else invocation.out.writeJson(line);
  }
  return exitCodes.ok;
}
