import { formatDiagnostic } from '../diagnostics/format-diagnostic.js';
import type { Output } from '../output.js';
import { reportHook } from './report-hook.js';
import type { Reporter } from './reporter.js';

/** Returns the reporter of `--quiet`: errors, and nothing else. */
export function createQuietReporter(err: Output): Reporter {
  return {
    report: (event) => {
      switch (event.kind) {
        case 'diagnostic':
          if (event.diagnostic.severity === 'error') {
            err.writeLine(formatDiagnostic(event.diagnostic, err));
          }
          return;
        case 'hook-finished':
          reportHook(event.result, { out: null, err });
          return;
        case 'run-started':
        case 'node-started':
        case 'node-finished':
        case 'cancelling':
        case 'run-finished':
          return;
      }
    },
    close: () => undefined,
  };
}
