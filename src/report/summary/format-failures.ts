import type { NodeResult, RunResults } from '../../core/run-results.js';
import { formatDiagnostic, type DiagnosticFormat } from '../diagnostics/format-diagnostic.js';
import { describeName, describeStatus, styleStatus } from '../reporters/describe-node.js';
import { toPrintable } from '../text/printable.js';
import { createStyle } from '../text/style.js';

/** Returns the places to look at for a result. */
export type PathsOf = (result: NodeResult) => readonly string[];

/**
 * Returns what went wrong in a run, each failed or warned node with its diagnostics, where it was asked for and the
 * files to look at; empty if nothing did. `pathsOf` gives the files.
 */
export function formatFailures(
  results: RunResults,
  options: DiagnosticFormat & { readonly pathsOf: PathsOf },
): string {
  const style = createStyle(options);
  return results.results
    .filter(({ status }) => status === 'error' || status === 'fail' || status === 'warn')
    .map((result) => {
      const { node, status, message, diagnostics } = result;
      const place =
        node.resourceType === 'test' && node.location.line !== undefined
          ? `${node.location.path}:${node.location.line}`
          : node.path;
      const head = `${styleStatus(status, style)(describeStatus(status))} ${describeName(node)} (${place})`;
      const texts =
        diagnostics.length > 0
          ? diagnostics.map((each) => formatDiagnostic(each, options))
          : [toPrintable(message)];
      const files = options.pathsOf(result).map((path) => style.dim(path));
      return [
        head,
        ...[...texts, ...files].map((text) => `  ${text.replaceAll('\n', '\n  ')}`),
      ].join('\n');
    })
    .join('\n\n');
}
