import { expect, test } from 'vitest';
import { offsetOf, pageOf, tokenOf } from './paging.js';

test('pages hold all items once, in order', () => {
  const items = Array.from({ length: 7 }, (_, index) => index);
  const seen: number[] = [];
  let token: string | undefined;
  do {
    const page = pageOf(items, { NextToken: token, MaxResults: 3 });
    seen.push(...page.items);
    token = page.NextToken;
  } while (token !== undefined);
  expect(seen).toEqual(items);
});

test('a last page that is full has no token', () => {
  expect(pageOf([1, 2], { MaxResults: 2 })).toEqual({ items: [1, 2] });
});

test.each(['nonsense', tokenOf(8), `${tokenOf(1)}=`])('token %s is refused', (token) => {
  expect(() => offsetOf(token, 7)).toThrow(`Malformed nextPageToken ${token}`);
});
