import type { SqlNode, UniqueId } from '../../core/node.js';
import type { NodeResult } from '../../core/run-results.js';
import { formatDiagnostic } from '../diagnostics/format-diagnostic.js';
import { formatCount } from '../text/quantity.js';
import { createStyle } from '../text/style.js';
import { isFailure } from './describe-node.js';
import { formatNodeLine, formatRunningLine } from './format-node-line.js';
import { createLiveRegion } from './live-region.js';
import { cancellingText, type ReporterOutputs } from './plain-reporter.js';
import { reportHook } from './report-hook.js';
import type { Reporter } from './reporter.js';

/** What the terminal reporter needs besides its outputs. */
export interface TerminalReporterOptions extends ReporterOutputs {
  /** Returns the time in milliseconds; only differences count. */
  readonly now: () => number;
}

const spinnerFrames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 80;

/** Rows of the terminal that stay free for the progress line and what stands above. */
const reservedRows = 4;

/**
 * Returns the reporter for terminals: the nodes that are being worked on with their time, redrawn in place, and above
 * them a line for each node that failed or warns. The others are left to the summary.
 */
export function createTerminalReporter({ out, err, now }: TerminalReporterOptions): Reporter {
  const style = createStyle(out);
  const region = createLiveRegion(out);
  const running = new Map<UniqueId, { readonly node: SqlNode; readonly since: number }>();
  let timer: NodeJS.Timeout | undefined;
  let frame = 0;
  let total = 0;
  let finished = 0;
  let failed = 0;
  let cancelling = false;

  const progressLine = (): string => {
    const failures = failed > 0 ? `, ${formatCount(failed)} failed` : '';
    const state = `${formatCount(finished)} of ${formatCount(total)} done${failures}`;
    return cancelling ? `${state}. ${cancellingText}` : state;
  };

  const liveLines = (): readonly string[] => {
    const rows = Math.max(1, (out.size()?.rows ?? 24) - reservedRows);
    const spinner = spinnerFrames[frame % spinnerFrames.length] ?? '';
    const shown = [...running.values()].slice(0, rows);
    return [
      ...shown.map(({ node, since }) =>
        formatRunningLine(node, { elapsedMs: now() - since, spinner }),
      ),
      progressLine(),
    ];
  };

  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
    region.close();
  };

  const finishNode = (result: NodeResult): void => {
    running.delete(result.uniqueId);
    finished += 1;
    if (isFailure(result.status)) failed += 1;
    const notable = isFailure(result.status) || result.status === 'warn';
    region.draw(
      liveLines(),
      notable ? `${formatNodeLine(result, { index: finished, total }, style)}\n` : '',
    );
  };

  return {
    report: (event) => {
      switch (event.kind) {
        case 'run-started':
          total = event.nodeCount;
          timer = setInterval(() => {
            frame += 1;
            region.draw(liveLines());
          }, frameMs);
          timer.unref();
          return;
        case 'node-started':
          running.set(event.node.uniqueId, { node: event.node, since: now() });
          region.draw(liveLines());
          return;
        case 'node-finished':
          finishNode(event.result);
          return;
        case 'hook-finished':
          region.draw([]);
          reportHook(event.result, { out: null, err });
          region.draw(liveLines());
          return;
        case 'cancelling':
          cancelling = true;
          region.draw(liveLines());
          return;
        case 'diagnostic':
          region.draw([]);
          err.writeLine(formatDiagnostic(event.diagnostic, err));
          region.draw(liveLines());
          return;
        case 'run-finished':
          stop();
          return;
      }
    },
    close: stop,
  };
}
