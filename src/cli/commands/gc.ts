import type { Garbage } from '../../core/operations.js';
import { hasErrors } from '../../core/diagnostic.js';
import { formatBytes, formatQuantity } from '../../report/text/quantity.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { readProject } from '../load-project-graph.js';
import { withOperations } from '../operate.js';
import { defaultGrace } from '../options.js';
import { projectRequestOf, repeatFlags } from '../project-request.js';
import { programName } from '../program-name.js';

export interface GcOptions {
  readonly apply?: boolean;
  /** As it was written, such as `24h`, and in milliseconds. */
  readonly grace: { readonly text: string; readonly ms: number };
}

/** Returns a line for each thing, and the totals. */
function describeGarbage({ items, young }: Garbage, apply: boolean): string {
  const lines = items.map(({ place, reason, files, bytes }) => {
    const size = [
      ...(files === undefined ? [] : [formatQuantity(files, 'file')]),
      ...(bytes === undefined ? [] : [formatBytes(bytes)]),
    ].join(', ');
    return `  ${place}${size === '' ? '' : `  ${size}`}  ${reason}`;
  });
  const sum = (key: 'files' | 'bytes'): number =>
    items.reduce((total, item) => total + (item[key] ?? 0), 0);
  const left = young === 0 ? '' : `; ${formatQuantity(young, 'younger one')} left alone (--grace)`;
  const noted = apply && young > 0 ? ', and noted: a later one removes them' : '';
  const found = `${formatQuantity(items.length, 'thing')} (${formatQuantity(sum('files'), 'file')}, ${formatBytes(sum('bytes'))})`;
  const totals =
    items.length === 0
      ? `Nothing to collect${left}${noted}.`
      : `${found} ${apply ? 'removed' : 'that no table points to'}${left}${noted}.`;
  return [...lines, totals].join('\n');
}

/**
 * `gc`: lists what earlier runs left behind and no table points to; with `--apply`, removes it. Exit code 1 if something
 * could not be removed.
 */
export async function gc(invocation: Invocation, options: GcOptions): Promise<ExitCode> {
  const read = await readProject(projectRequestOf(invocation));
  invocation.print(read.diagnostics);
  if (!read.ok) return exitCodes.invalid;
  const project = read.value;
  const apply = options.apply === true;
  return withOperations(project, async (operations) => {
    if (operations === undefined) {
      invocation.note(
        `Nothing to collect: the target '${project.target.name}' (${project.target.type}) leaves nothing behind.`,
      );
      return exitCodes.ok;
    }
    const collected = await invocation.cancellation.guard((signal) =>
      operations.collectGarbage({
        projectName: project.name,
        graceMs: options.grace.ms,
        apply,
        signal,
      }),
    );
    invocation.printAfter(collected.diagnostics);
    if (!collected.ok) return exitCodes.invalid;
    invocation.note(describeGarbage(collected.value, apply));
    if (!apply && collected.value.items.length + collected.value.young > 0) {
      const { text } = options.grace;
      const grace = text === defaultGrace ? '' : ` --grace ${text}`;
      invocation.note(
        `Next: ${programName(invocation.env)} gc --apply${grace}${repeatFlags(invocation)}`,
      );
    }
    return hasErrors(collected.diagnostics) ? exitCodes.nodeFailed : exitCodes.ok;
  });
}
