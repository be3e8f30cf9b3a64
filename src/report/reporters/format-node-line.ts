import type { NodeResult } from '../../core/run-results.js';
import { toPrintableLine } from '../text/printable.js';
import { formatDuration, formatQuantity } from '../text/quantity.js';
import type { Style } from '../text/style.js';
import { padEndToWidth, textWidth } from '../text/width.js';
import { describeKind, describeName, describeStatus, styleStatus } from './describe-node.js';

/** How a finished node stands in the run. */
export interface NodePosition {
  readonly index: number;
  readonly total: number;
}

/** The columns that names are filled up to with dots; a longer name moves its own bracket only. */
const nameWidth = 56;

/** Returns what a result has to say for itself: rows and time, or why there are none. */
function formatOutcome(result: NodeResult): string {
  const time = formatDuration(result.executionMs);
  switch (result.status) {
    case 'success':
      return result.rowsAffected === null
        ? time
        : `${formatQuantity(result.rowsAffected, 'row')} in ${time}`;
    case 'pass':
      return time;
    case 'warn':
    case 'fail':
      return result.failures === null
        ? time
        : `${formatQuantity(result.failures, 'failing row')} in ${time}`;
    case 'error':
      return time;
    case 'skipped':
    case 'cancelled':
      return toPrintableLine(result.message);
  }
}

/**
 * Returns the line for a finished node, without a line feed:
 * ` 1 of 12 OK     table          trusted.customer_trusted ............. [482 rows in 0.05s]`.
 */
export function formatNodeLine(result: NodeResult, position: NodePosition, style: Style): string {
  const total = position.total.toString();
  const index = position.index.toString().padStart(total.length);
  const status = styleStatus(result.status, style)(describeStatus(result.status).padEnd(6));
  const kind = describeKind(result.node).padEnd(14);
  const name = toPrintableLine(describeName(result.node));
  const dots = '.'.repeat(Math.max(3, nameWidth - textWidth(name)));
  return `${index} of ${total} ${status} ${kind} ${name} ${style.dim(dots)} [${formatOutcome(result)}]`;
}

/** Returns the line for a node that is being worked on. `elapsedMs` is the time since it started. */
export function formatRunningLine(
  node: NodeResult['node'],
  options: { readonly elapsedMs: number; readonly spinner: string },
): string {
  const name = padEndToWidth(toPrintableLine(describeName(node)), nameWidth);
  return `${options.spinner} ${describeKind(node).padEnd(14)} ${name} ${formatDuration(options.elapsedMs)}`;
}
