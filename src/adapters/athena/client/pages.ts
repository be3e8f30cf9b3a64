import type { ApiResult } from './api-error.js';

/** One page of a list, with the token of the next. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/** Returns the items of all pages, or the first error. */
export async function readPages<T>(
  readPage: (token: string | undefined) => Promise<ApiResult<Page<T>>>,
): Promise<ApiResult<readonly T[]>> {
  const items: T[] = [];
  let token: string | undefined;
  do {
    const page = await readPage(token);
    if (!page.ok) return page;
    // Not a spread: a page is small, but an argument list has an end.
    for (const item of page.value.items) items.push(item);
    token = page.value.next === '' ? undefined : page.value.next;
  } while (token !== undefined);
  return { ok: true, value: items };
}
