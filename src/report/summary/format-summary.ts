import { nameWithVersion } from '../../core/versioned-name.js';
import type { NodeResult, RunResults } from '../../core/run-results.js';
import type { BuiltNode } from '../../core/node.js';
import {
  describeKind,
  describeStatus,
  isFailure,
  styleStatus,
} from '../reporters/describe-node.js';
import { toPrintable, toPrintableLine } from '../text/printable.js';
import { formatBytes, formatDuration, formatQuantity } from '../text/quantity.js';
import { createStyle, type Style } from '../text/style.js';
import { padEndToWidth, textWidth } from '../text/width.js';

type ModelResult = NodeResult & { readonly node: BuiltNode };

function isModelResult(result: NodeResult): result is ModelResult {
  return result.node.resourceType !== 'test';
}

/** Returns a value's text for each result, padded to the same width. */
function alignColumn(
  results: readonly ModelResult[],
  toText: (result: ModelResult) => string,
  side: 'left' | 'right',
): ReadonlyMap<string, string> {
  const texts = results.map((result) => [result.uniqueId, toText(result)] as const);
  const width = Math.max(0, ...texts.map(([, text]) => textWidth(text)));
  return new Map(
    texts.map(([id, text]) => [
      id,
      side === 'left' ? padEndToWidth(text, width) : text.padStart(width),
    ]),
  );
}

/** Returns why a model was not built, in short: what the engine said stands with the failures. */
function describeReason({ diagnostics, message }: NodeResult): string {
  return diagnostics[0]?.code ?? toPrintableLine(message);
}

/** Returns the lines for models, grouped by schema in the order in which the run reached them. */
function formatModels(results: readonly ModelResult[], style: Style): readonly string[] {
  const names = alignColumn(results, (each) => toPrintableLine(nameWithVersion(each.node)), 'left');
  const kinds = alignColumn(results, (each) => describeKind(each.node), 'left');
  const rows = alignColumn(
    results,
    ({ rowsAffected }) => (rowsAffected === null ? '' : formatQuantity(rowsAffected, 'row')),
    'right',
  );
  const line = (result: ModelResult): string => {
    const { uniqueId, status } = result;
    const ending =
      status === 'success'
        ? formatDuration(result.executionMs).padStart(7)
        : `${styleStatus(status, style)(describeStatus(status))} ${describeReason(result)}`;
    return [names, kinds, rows]
      .map((column) => column.get(uniqueId) ?? '')
      .concat(ending)
      .join('  ')
      .trimEnd();
  };
  const schemas = [...new Set(results.map((result) => result.node.relation.schema))];
  return schemas.flatMap((schema) => [
    style.bold(toPrintableLine(schema)),
    ...results
      .filter((result) => result.node.relation.schema === schema)
      .map((result) => `  ${line(result)}`),
    '',
  ]);
}

/** Returns `label: 3 built, 1 failed`; empty if there is nothing to count. */
function formatCounts(
  label: string,
  counts: readonly (readonly [count: number, word: string, style: (text: string) => string])[],
): readonly string[] {
  const parts = counts
    .filter(([count]) => count > 0)
    .map(([count, word, style]) => style(`${count} ${word}`));
  return parts.length === 0 ? [] : [`${label} ${parts.join(', ')}`];
}

function formatTotals(results: readonly NodeResult[], style: Style): readonly string[] {
  const models = results.filter(isModelResult);
  const tests = results.filter((result) => !isModelResult(result));
  const count = (among: readonly NodeResult[], status: NodeResult['status']): number =>
    among.filter((result) => result.status === status).length;
  return [
    ...formatCounts('Models:', [
      [count(models, 'success'), 'built', style.green],
      [count(models, 'error') + count(models, 'fail'), 'failed', style.red],
      [count(models, 'skipped'), 'skipped', style.yellow],
      [count(models, 'cancelled'), 'cancelled', style.yellow],
    ]),
    ...formatCounts('Tests: ', [
      [count(tests, 'pass'), 'passed', style.green],
      [count(tests, 'fail'), 'failed', style.red],
      [count(tests, 'error'), 'could not run', style.red],
      [count(tests, 'warn'), 'warned', style.yellow],
      [count(tests, 'skipped'), 'skipped', style.yellow],
      [count(tests, 'cancelled'), 'cancelled', style.yellow],
    ]),
  ];
}

/** Returns what an engine that counts it says of bytes read and money spent; nothing for the others. */
function formatUsage(results: readonly NodeResult[]): readonly string[] {
  const sum = (key: string): number =>
    results.reduce((total, { adapterResponse }) => total + Number(adapterResponse[key] ?? 0), 0);
  const statements = sum('statements');
  if (statements === 0) return [];
  const usage = `Scanned ${formatBytes(sum('bytes_scanned'))} in ${formatQuantity(statements, 'statement')}`;
  const cost = sum('cost_usd');
  return [`${usage}, for about $${cost.toFixed(cost < 0.01 ? 6 : 2)}.`];
}

/**
 * Returns the summary of a run, without a line feed at the end: a line for each model with rows and time, the counts of
 * models and tests, what was read and paid where the engine counts it, the total time, and the command to try next.
 */
export function formatSummary(
  results: RunResults,
  options: { readonly color: boolean; readonly nextStep: string | undefined },
): string {
  const style = createStyle(options);
  const failed = results.results.some((result) => isFailure(result.status));
  const word = results.cancelled ? 'Cancelled after' : failed ? 'Failed after' : 'Done in';
  return [
    ...formatModels(results.results.filter(isModelResult), style),
    ...formatTotals(results.results, style),
    ...formatUsage(results.results),
    `${word} ${formatDuration(results.elapsedMs)}.`,
    ...(options.nextStep === undefined
      ? []
      : [`Next: ${style.cyan(toPrintable(options.nextStep))}`]),
  ].join('\n');
}
