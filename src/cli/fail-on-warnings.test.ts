import { describe, expect, it } from 'vitest';
import { warningDiagnostic } from '../core/diagnostic.js';
import type { NodeResult } from '../core/run-results.js';
import { createWarningPolicy, type WarningOptions } from '../core/warning-policy.js';
import { settleWarnings } from './fail-on-warnings.js';

const diagnostics = [warningDiagnostic('incremental-columns', 'a column is gone')];

function settle(result: Partial<NodeResult>, options: Partial<WarningOptions>) {
  const policy = createWarningPolicy({ error: [], warn: [], silence: [], ...options });
  const settled = settleWarnings({ diagnostics: [], ...result } as unknown as NodeResult, policy);
  return [settled.status, settled.message, settled.diagnostics.map(({ severity }) => severity)];
}

describe('settleWarnings', () => {
  it('makes an error of a node that was built with a warning that counts as one', () => {
    const built = { status: 'success', message: 'OK', diagnostics } as const;
    expect(settle(built, {})).toEqual(['success', 'OK', ['warning']]);
    expect(settle(built, { error: 'all' })).toEqual(['error', 'a column is gone', ['error']]);
    expect(settle(built, { silence: ['incremental-columns'] })).toEqual(['success', 'OK', []]);
  });

  it('leaves a node that failed, or of which nothing is said, as it ended', () => {
    const failed = { status: 'skipped', message: 'not run', diagnostics } as const;
    expect(settle(failed, { error: 'all' })).toEqual(['skipped', 'not run', ['error']]);
    const quiet = { status: 'pass', message: 'OK' } as const;
    expect(settle(quiet, { error: 'all' })).toEqual(['pass', 'OK', []]);
  });
});
