import type { NodeResult, RunResults } from '../../core/run-results.js';
import { formatDiagnostic, type DiagnosticFormat } from '../diagnostics/format-diagnostic.js';
import {
  describeName,
  describeStatus,
  isFailure,
  styleStatus,
} from '../reporters/describe-node.js';
import type { Redactor } from '../redact.js';
import { formatTable } from '../tables/format-table.js';
import { toPrintable } from '../text/printable.js';
import { createStyle, type Style } from '../text/style.js';

/** Returns the files to look at for a result, each with what it holds. */
export type FilesOf = (
  result: NodeResult,
) => readonly { readonly what: string; readonly path: string }[];

/** Returns what went wrong with a node: what the engine said of it, or what its tests found. */
function formatProblem(result: NodeResult, options: DiagnosticFormat, style: Style): string {
  const { node, status, message, diagnostics } = result;
  if (diagnostics.length > 0) {
    return diagnostics.map((each) => formatDiagnostic(each, options)).join('\n\n');
  }
  const place =
    node.resourceType === 'test' && node.location.line !== undefined
      ? `${node.location.path}:${node.location.line}`
      : node.path;
  const word = styleStatus(status, style)(describeStatus(status));
  const text = toPrintable(`${describeName(node)} (${place})\n${message}`);
  return `${word} ${text.replaceAll('\n', '\n  ')}`;
}

/** How wide a table is where no terminal says it. */
const defaultWidth = 120;
const indent = '  ';

/** Returns the first rows that a test returned, as a table that fits. */
function formatRows(
  { node, failures, failingRows }: NodeResult,
  { color, maxWidth = defaultWidth, redact }: FailureFormat,
): readonly string[] {
  if (failingRows === undefined) return [];
  const { columns, rows } = failingRows;
  // Another `fail_calc` counts something else.
  const isCount =
    node.resourceType === 'test' && (node.judgement?.failCalc ?? 'count(*)') === 'count(*)';
  const table = formatTable(
    { columns, rows },
    { color, maxWidth: maxWidth - indent.length, redact },
  );
  const more =
    isCount && (failures ?? 0) > rows.length ? [`${rows.length} of ${failures ?? 0} rows`] : [];
  return [...table.split('\n'), ...more].map((line) => `${indent}${line}`);
}

/** How failures are printed. */
export interface FailureFormat extends DiagnosticFormat {
  readonly filesOf: FilesOf;
  /** Takes secrets out of the rows. */
  readonly redact: Redactor;
}

/**
 * Returns what went wrong in a run: each failed or warned node with its diagnostics or where it was asked for, and the
 * files to look at; empty if nothing did. A model that was built, with something to be said of it, is among them.
 */
export function formatFailures(results: RunResults, options: FailureFormat): string {
  const style = createStyle(options);
  return results.results
    .filter(
      ({ status, diagnostics }) => isFailure(status) || status === 'warn' || diagnostics.length > 0,
    )
    .map((result) =>
      [
        formatProblem(result, options, style),
        ...formatRows(result, options),
        ...(result.status === 'success' ? [] : options.filesOf(result)).map(({ what, path }) =>
          style.dim(`  ${what} ${path}`),
        ),
      ].join('\n'),
    )
    .join('\n\n');
}
