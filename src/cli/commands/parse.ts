import type { Diagnostic } from '../../core/diagnostic.js';
import { formatQuantity } from '../../report/text/quantity.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { projectRequestOf } from '../project-request.js';
import { recallParse } from '../recall-parse.js';

function succeed(
  { note }: Invocation,
  { nodeCount, targetPath }: { readonly nodeCount: number; readonly targetPath: string },
): ExitCode {
  note(`Parsed ${formatQuantity(nodeCount, 'node')} to ${targetPath}/manifest.json.`);
  return exitCodes.ok;
}

/**
 * `parse`: checks the project's files and refs, and writes the manifest, unless it is there already. Compiles nothing and
 * needs no warehouse.
 */
export async function parse(invocation: Invocation): Promise<ExitCode> {
  const { print } = invocation;
  const request = projectRequestOf(invocation);
  const known = recallParse(request, invocation);
  if (known !== undefined) {
    print(known.diagnostics);
    return succeed(invocation, known);
  }

  const { loadProjectGraph } = await import('../load-project-graph.js');
  const loaded = await loadProjectGraph(request);
  print(loaded.diagnostics);
  if (!loaded.ok) return exitCodes.invalid;
  const { project, graph } = loaded.value;
  const { writeParsed } = await import('../write-parsed.js');
  const failures: readonly Diagnostic[] = await writeParsed(invocation, {
    request,
    diagnostics: loaded.diagnostics,
    loaded: loaded.value,
  });
  print(failures);
  if (failures.length > 0) return exitCodes.invalid;
  return succeed(invocation, { nodeCount: graph.nodes.size, targetPath: project.targetPath });
}
