import { GlueError } from '../core/glue-catalog.js';
import { constraintError } from './validate.js';

export interface PageRequest {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

/** A page and, where more follows, the token for the next. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly token: { readonly NextToken?: string };
}

/**
 * Returns the page after the item that the token names. A token names an item, not a place, so pages neither repeat nor
 * skip what stays while others come and go. `compare` puts an item's name before (negative), at or after another.
 * Throws `ValidationException` for a size out of range, `InvalidInputException` for what is no token.
 */
export function takePage<Item>(
  all: readonly Item[],
  request: PageRequest,
  {
    max,
    nameOf,
    compare,
  }: {
    readonly max: number;
    readonly nameOf: (item: Item) => string;
    readonly compare: (left: string, right: string) => number;
  },
): Page<Item> {
  const size = request.MaxResults ?? max;
  if (size < 1 || size > max) {
    const bound = size < 1 ? 'greater than or equal to 1' : `less than or equal to ${max}`;
    throw constraintError(`'${size}'`, 'maxResults', `Member must have value ${bound}`);
  }
  const last = readToken(request.NextToken);
  const following =
    last === undefined ? all : all.filter((item) => compare(nameOf(item), last) > 0);
  const items = following.slice(0, size);
  const end = items.at(-1);
  const isLast = end === undefined || items.length === following.length;
  return { items, token: isLast ? {} : { NextToken: writeToken(nameOf(end)) } };
}

function writeToken(name: string): string {
  return Buffer.from(`after:${name}`).toString('base64');
}

function readToken(token: string | undefined): string | undefined {
  if (token === undefined || token === '') {
    return undefined;
  }
  const text = Buffer.from(token, 'base64').toString();
  if (!text.startsWith('after:')) {
    throw new GlueError('InvalidInputException', 'Invalid pagination token provided');
  }
  return text.slice('after:'.length);
}
