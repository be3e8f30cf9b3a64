import type { BuiltNode } from '../../../core/node.js';
import { readGovernance } from './governance.js';

/** Returns what limits in Lake Formation who reads a model's rows, and would not limit it for a copy of them. */
export function rowGuard(model: BuiltNode): string | undefined {
  const { tags, filters = [] } = readGovernance(model).governance;
  if (filters.length > 0) return 'data filters of Lake Formation';
  const isTagged = [tags?.table ?? {}, ...Object.values(tags?.columns ?? {})].some(
    (each) => Object.keys(each).length > 0,
  );
  return isTagged ? 'LF-tags' : undefined;
}
