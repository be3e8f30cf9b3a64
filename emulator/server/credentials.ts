import type { IncomingHttpHeaders } from 'node:http';

/**
 * Returns the access key id that a request is signed with, in its header or (a presigned address) in its query, or
 * `undefined` for an unsigned one. The signature itself is not checked.
 */
export function findAccessKey(
  headers: IncomingHttpHeaders,
  query: URLSearchParams,
): string | undefined {
  const header = /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\//.exec(headers.authorization ?? '');
  const presigned = query.get('X-Amz-Credential')?.split('/')[0] ?? query.get('AWSAccessKeyId');
  return header?.[1] ?? presigned ?? undefined;
}
