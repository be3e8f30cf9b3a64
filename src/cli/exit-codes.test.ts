import { describe, expect, it } from 'vitest';
import type { NodeResult } from '../core/run-results.js';
import { exitCodeOf } from './exit-codes.js';

describe('exitCodeOf', () => {
  it.each([
    [[], false, 0],
    [['success', 'pass', 'warn', 'skipped'], false, 0],
    [['success', 'fail'], false, 1],
    [['error'], false, 1],
    [['error', 'cancelled'], true, 130],
  ] as const)('%j, cancelled %s: %i', (statuses, cancelled, expected) => {
    const results = statuses.map((status) => ({ status }) as NodeResult);
    expect(exitCodeOf({ results, startedAt: '', elapsedMs: 0, cancelled })).toBe(expected);
  });
});
