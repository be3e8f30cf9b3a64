import { describe, expect, it } from 'vitest';
import { meetsRange, parseVersion, parseVersionRange } from './version-range.js';

function meets(version: string, range: string | readonly string[]): boolean | undefined {
  const [parsed, bounds] = [parseVersion(version), parseVersionRange(range)];
  return parsed && bounds && meetsRange(parsed, bounds);
}

describe('ranges of versions', () => {
  it.each([
    ['1.10.0', ['>=1.0.0', '<2.0.0'], true],
    ['1.10.0', '>=1.9.0,<1.10.0', false],
    ['1.1.1', '1.1.1', true],
    ['1.1.1', '=1.1.0', false],
    ['1.1.1', '==1.1.1', true],
    ['1.3.0-rc1', '>=1.3.0', false],
    ['1.3.0-rc1', '<1.3.0', true],
    ['1.3.0-rc10', '>1.3.0-rc9', true],
    ['v2.0', '>1', true],
  ] as const)('%s in %s: %s', (version, range, expected) => {
    expect(meets(version, range)).toBe(expected);
  });

  it.each(['', 'latest', '>=', '1.x'])('%s is no range', (range) => {
    expect(parseVersionRange(range)).toBeUndefined();
  });
});
