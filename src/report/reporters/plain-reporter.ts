import { formatDiagnostic } from '../diagnostics/format-diagnostic.js';
import type { Output } from '../output.js';
import { createStyle } from '../text/style.js';
import { formatQuantity } from '../text/quantity.js';
import { reportHook } from './report-hook.js';
import { formatNodeLine } from './format-node-line.js';
import type { Reporter } from './reporter.js';

/** Where a reporter prints: progress to `out`, diagnostics to `err`. */
export interface ReporterOutputs {
  readonly out: Output;
  readonly err: Output;
}

/** Returns the reporter for pipes and files: a line for each finished node, nothing that moves. */
export function createPlainReporter({ out, err }: ReporterOutputs): Reporter {
  const style = createStyle(out);
  let finished = 0;
  return {
    report: (event) => {
      switch (event.kind) {
        case 'run-started':
          out.writeLine(
            `${formatQuantity(event.nodeCount, 'node')} to run, ${formatQuantity(event.threads, 'thread')}`,
          );
          return;
        case 'node-finished':
          // Nodes end in another order than they start; the reader wants to see how far the run is.
          finished += 1;
          out.writeLine(formatNodeLine(event.result, { ...event, index: finished }, style));
          return;
        case 'hook-finished':
          reportHook(event.result, { out, err });
          return;
        case 'cancelling':
          err.writeLine(cancellingText);
          return;
        case 'diagnostic':
          err.writeLine(formatDiagnostic(event.diagnostic, err));
          return;
        case 'node-started':
        case 'run-finished':
          return;
      }
    },
    close: () => undefined,
  };
}

/** What the first Ctrl-C is answered with. */
export const cancellingText = 'Cancelling the running queries. Press Ctrl-C again to stop at once.';
