import type { RunResults } from '../core/run-results.js';
import { formatTable } from '../report/tables/format-table.js';
import type { Invocation } from './invocation.js';

/** Of each seed, so many rows are shown. */
const mostRows = 10;

/**
 * `seed --show`: prints the first rows of each seed that was written, as they were read from its file. Lines of a JSON log
 * stay alone.
 */
export function showSeeds(
  { out, options }: Pick<Invocation, 'out' | 'options'>,
  { results }: RunResults,
): void {
  if (options.logFormat === 'json') return;
  const { color, redact } = out;
  for (const { node, status } of results.toSorted((a, b) => (a.uniqueId < b.uniqueId ? -1 : 1))) {
    if (node.resourceType !== 'seed' || status !== 'success') continue;
    const { columns, rows } = node.table;
    const shown = {
      columns: columns.map(({ name, type }) => ({ name, type: type.kind })),
      rows: rows.slice(0, mostRows),
    };
    out.writeLine(`\n${node.name}:`);
    out.writeLine(formatTable(shown, { color, redact, maxWidth: out.size()?.columns ?? null }));
  }
}
