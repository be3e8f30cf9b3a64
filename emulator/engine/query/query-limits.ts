import type { Query } from '../../../src/core/sql-syntax.js';
import { userError } from '../errors.js';

/** Athena User Guide, "Considerations and limitations for SQL queries"; the texts of both are not sourced. */
const largestLimit = 2_147_483_647;
const mostArguments = 127;

/** Throws for a LIMIT, or a number of a function's arguments, that Athena does not take. */
export function requireLimits(root: Query): void {
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (typeof value !== 'object' || value === null) return;
    const node = value as Readonly<Record<string, unknown>>;
    const { limit, args } = node;
    if (node['kind'] === 'query' && typeof limit === 'string' && Number(limit) > largestLimit) {
      throw userError('syntax', `LIMIT must be at most ${largestLimit}`);
    }
    if (node['kind'] === 'call' && Array.isArray(args) && args.length > mostArguments) {
      throw userError('semantic', `TOO_MANY_ARGUMENTS: more than ${mostArguments} arguments`);
    }
    Object.values(node).forEach(visit);
  };
  visit(root);
}
