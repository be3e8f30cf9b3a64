import { createHash } from 'node:crypto';

/** Which statement of which run it is. */
export interface StatementIdentity {
  readonly invocationId: string;
  /** The unique id of the node. */
  readonly node: string;
  /** Counts the statements of the node. */
  readonly ordinal: number;
}

/**
 * Returns the `ClientRequestToken` of an attempt at a statement, 64 characters. Athena runs a token once: a start whose
 * answer was lost is sent again with it, and gives the query that the first one started.
 */
export function statementToken(
  { invocationId, node, ordinal }: StatementIdentity,
  attempt: number,
): string {
  const text = JSON.stringify([invocationId, node, ordinal, attempt]);
  return createHash('sha256').update(text).digest('hex');
}
