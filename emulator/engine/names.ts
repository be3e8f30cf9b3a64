import { userError } from './errors.js';

/**
 * Throws for a new name with signs besides letters, digits and `_` (Athena User Guide, "Name databases, tables, and
 * columns"). The text is not sourced.
 */
export function requirePlainName(name: string): void {
  if (/^[\p{L}\p{N}_]+$/u.test(name)) return;
  throw userError('syntax', `Invalid name '${name}': only letters, digits and _ are supported`);
}
