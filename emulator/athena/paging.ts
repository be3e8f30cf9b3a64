import { invalidRequest } from './api-error.js';

/** Returns one page of `items` and the token of the next one. Throws for a token that is none of ours. */
export function pageOf<T>(
  items: readonly T[],
  request: { readonly NextToken?: string | undefined; readonly MaxResults?: number | undefined },
  defaultSize = 50,
): { readonly items: readonly T[]; readonly NextToken?: string } {
  const start = offsetOf(request.NextToken, items.length);
  // A size of 0 is in the model for some lists and means the default there.
  const size =
    request.MaxResults === undefined || request.MaxResults === 0 ? defaultSize : request.MaxResults;
  const end = start + size;
  return {
    items: items.slice(start, end),
    ...(end < items.length && { NextToken: tokenOf(end) }),
  };
}

/** Returns an opaque token for a position. */
export function tokenOf(offset: number): string {
  return Buffer.from(`offset:${offset}`).toString('base64url');
}

/** Returns the position of a token; 0 without one. Throws `Malformed nextPageToken …` (measured) for any other text. */
export function offsetOf(token: string | undefined, length: number): number {
  if (token === undefined) return 0;
  const offset = /^offset:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (offset === undefined || Number(offset) > length || tokenOf(Number(offset)) !== token) {
    throw invalidRequest('INVALID_INPUT', `Malformed nextPageToken ${token}`);
  }
  return Number(offset);
}
