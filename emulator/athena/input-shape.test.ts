import { describe, expect, test } from 'vitest';
import type { ServiceError } from '../core/service.js';
import { checkInput, flag, list, structure, text, whole } from './input-shape.js';

const shape = structure({
  'QueryString!': text({ min: 1, max: 4, bytes: true }),
  NextToken: text({ min: 1 }),
  MaxResults: whole({ min: 1, max: 50 }),
  Ids: list(text({ pattern: /^\S+$/ }), { min: 1, max: 2 }),
  Settings: structure({ 'Enabled!': flag, Kind: text({ values: ['A', 'B'] }) }),
});

function messageOf(input: unknown): string {
  try {
    checkInput(shape, input);
    return 'accepted';
  } catch (error) {
    const { code, message } = error as ServiceError;
    return `${code}: ${message}`;
  }
}

const one = (path: string, rule: string) =>
  `InvalidRequestException: 1 validation error detected: Value at '${path}' failed to satisfy constraint: Member must ${rule}`;

describe('checkInput', () => {
  test.each([
    [{ QueryString: 'abcd' }, 'accepted'],
    [{ QueryString: 'abcd', Unknown: 1, NextToken: null }, 'accepted'],
    [{}, one('queryString', 'not be null')],
    [{ QueryString: '' }, one('queryString', 'have length greater than or equal to 1')],
    [{ QueryString: 'äöü' }, one('queryString', 'have length less than or equal to 4')],
    [
      { QueryString: 'a', MaxResults: 51 },
      one('maxResults', 'have value less than or equal to 50'),
    ],
    [
      { QueryString: 'a', Ids: ['x', 'a b'] },
      one('ids.2.member', 'satisfy regular expression pattern: \\S+'),
    ],
    [{ QueryString: 'a', Ids: [] }, one('ids', 'have length greater than or equal to 1')],
    [{ QueryString: 'a', Settings: {} }, one('settings.enabled', 'not be null')],
    [
      { QueryString: 'a', Settings: { Enabled: true, Kind: 'C' } },
      one('settings.kind', 'satisfy enum value set: [A, B]'),
    ],
    [
      { QueryString: 'a', MaxResults: 0, NextToken: '' },
      "InvalidRequestException: 2 validation errors detected: Value at 'nextToken' failed to satisfy constraint: Member must have length greater than or equal to 1; Value at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [{ QueryString: 1 }, 'SerializationException: Unexpected value: 1'],
    [{ QueryString: 'a', MaxResults: 1.5 }, 'SerializationException: Unexpected value: 1.5'],
    [{ QueryString: 'a', Ids: 'x' }, 'SerializationException: Unexpected value: "x"'],
  ])('%j', (input, expected) => {
    expect(messageOf(input)).toBe(expected);
  });
});
