import { formatQuantity } from '../../report/text/quantity.js';
import { findEngine } from '../engines.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { loadProjectGraph } from '../load-project-graph.js';
import { projectRequestOf } from '../project-request.js';
import { writeResults } from '../write-results.js';

/** `parse`: checks the project's files and refs, and writes the manifest. Compiles nothing and needs no warehouse. */
export async function parse(invocation: Invocation): Promise<ExitCode> {
  const { print } = invocation;
  const loaded = await loadProjectGraph(projectRequestOf(invocation));
  print(loaded.diagnostics);
  if (!loaded.ok) return exitCodes.invalid;
  const { project, graph } = loaded.value;
  const { createSqlToolkit } = await import('../../sql/index.js');
  const dialect = await findEngine(project.target).createDialect(createSqlToolkit());
  const failures = await writeResults(invocation, {
    ...loaded.value,
    compiled: [],
    results: null,
    renderRelation: (relation) => dialect.renderRelation(relation),
    args: {},
  });
  print(failures);
  if (failures.length > 0) return exitCodes.invalid;
  const count = formatQuantity(graph.nodes.size, 'node');
  invocation.note(`Parsed ${count} to ${project.targetPath}/manifest.json.`);
  return exitCodes.ok;
}
