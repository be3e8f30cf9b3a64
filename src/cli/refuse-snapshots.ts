import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { Graph } from '../core/graph.js';
import type { UniqueId } from '../core/node.js';
import type { RunOptions } from './options.js';

/**
 * Returns why snapshots cannot be a part of a run that reads only some of the rows: the others would be taken for deleted, and
 * the history would say so for good. Code: `usage`.
 */
export function refuseSnapshots(
  graph: Graph,
  selection: ReadonlySet<UniqueId>,
  { empty, sample }: Pick<RunOptions, 'empty' | 'sample'>,
): readonly Diagnostic[] {
  if (empty !== true && sample === undefined) return [];
  const names = [...selection].flatMap((id) => {
    const node = graph.nodes.get(id);
    return node?.resourceType === 'snapshot' ? [`'${node.name}'`] : [];
  });
  if (names.length === 0) return [];
  const flag = empty === true ? '--empty' : '--sample';
  const message = `with ${flag} the snapshots ${names.join(', ')} would see only some of their rows, and keep that for good`;
  return [
    errorDiagnostic('usage', message, { hint: 'leave them out: --exclude resource_type:snapshot' }),
  ];
}
