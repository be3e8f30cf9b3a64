import type { SqlNode } from '../../core/node.js';
import { displayRelation } from '../../core/relation.js';
import type { NodeStatus } from '../../core/run-results.js';
import type { Style } from '../text/style.js';

/** Returns what a node is, in a word or two: `table`, `external table`, `test`. */
export function describeKind(node: SqlNode): string {
  if (node.resourceType === 'test') return node.unit === undefined ? 'test' : 'unit test';
  return node.config.materialized.replaceAll('_', ' ');
}

/** Returns how people call a node: `schema.name` for a model, the name of a test. */
export function describeName(node: SqlNode): string {
  return 'relation' in node ? displayRelation(node.relation) : node.name;
}

/** Returns the word for a status, as dbt prints it. */
export function describeStatus(status: NodeStatus): string {
  switch (status) {
    case 'success':
      return 'OK';
    case 'pass':
      return 'PASS';
    case 'warn':
      return 'WARN';
    case 'fail':
      return 'FAIL';
    case 'error':
      return 'ERROR';
    case 'skipped':
      return 'SKIP';
    case 'cancelled':
      return 'CANCEL';
  }
}

/** Returns the colour of a status. */
export function styleStatus(status: NodeStatus, style: Style): (text: string) => string {
  switch (status) {
    case 'success':
    case 'pass':
      return style.green;
    case 'warn':
    case 'skipped':
    case 'cancelled':
      return style.yellow;
    case 'fail':
    case 'error':
      return style.red;
  }
}

/** Returns whether a status means that the run did not do what was asked. */
export function isFailure(status: NodeStatus): boolean {
  return status === 'fail' || status === 'error';
}
