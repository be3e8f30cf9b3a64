import { describe, expect, it } from 'vitest';
import { errorDiagnostic, warningDiagnostic } from './diagnostic.js';
import { checkWarningNames, createWarningPolicy, type WarningOptions } from './warning-policy.js';

/** What becomes of a warning `config-unused`, and of a test that warns. */
function judge(options: Partial<WarningOptions>) {
  const policy = createWarningPolicy({ error: [], warn: [], silence: [], ...options });
  const judged = policy.judge(warningDiagnostic('config-unused', 'x'));
  return [judged?.severity, policy.failsTests];
}

describe('createWarningPolicy', () => {
  it.each<readonly [Partial<WarningOptions>, readonly [string | undefined, boolean]]>([
    [{}, ['warning', false]],
    [{ error: 'all' }, ['error', true]],
    [{ error: ['config-unused'] }, ['error', false]],
    [{ error: ['yaml-ambiguous', 'LogTestResult'] }, ['warning', true]],
    [{ error: ['UnusedResourceConfigPath'] }, ['error', false]],
    [{ error: 'all', warn: ['config-unused'] }, ['warning', true]],
    [{ error: 'all', warn: ['LogTestResult'] }, ['error', false]],
    [{ error: 'all', silence: ['config-unused'] }, [undefined, true]],
    [{ silence: 'all' }, [undefined, false]],
    [{ silence: 'all', error: ['config-unused'] }, ['error', false]],
    [{ silence: 'all', warn: ['config-unused'] }, ['warning', false]],
  ])('%j', (options, expected) => {
    expect(judge(options)).toEqual(expected);
  });

  it('leaves errors as they are', () => {
    const error = errorDiagnostic('config-unused', 'x');
    const { judge } = createWarningPolicy({ error: [], warn: [], silence: 'all' });
    expect(judge(error)).toBe(error);
  });
});

describe('checkWarningNames', () => {
  it('warns of names that no warning has', () => {
    const found = checkWarningNames({
      error: ['config-unusd', 'NoNodesForSelectionCriteria', 'LogTestResult'],
      warn: ['toString'],
      silence: ['yaml-ambiguous', 'LogTestResult'],
    });
    expect(found.map(({ message }) => message.split(' has no effect')[0])).toEqual([
      "'config-unusd' under 'error' of --warn-error-options",
      "'toString' under 'warn' of --warn-error-options",
      "'LogTestResult' under 'silence' of --warn-error-options",
    ]);
    expect(found[0]?.hint).toBe("did you mean 'config-unused'?");
    expect(found[1]?.hint).toContain('docs/diagnostics.md');
  });
});
