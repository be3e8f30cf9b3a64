import { describe, expect, it } from 'vitest';
import { toUsageDiagnostic } from './usage-error.js';

describe('toUsageDiagnostic', () => {
  it.each([
    [
      "error: unknown option '--selct'\n(Did you mean --select?)\n",
      "unknown option '--selct'",
      'did you mean --select?',
    ],
    [
      "error: unknown option '--single-threaded'\n(Did you mean --quiet?)",
      "unknown option '--single-threaded'",
      'write `--threads 1`',
    ],
    [
      "error: unknown command 'x'\n(Did you mean one of ls, run?)",
      "unknown command 'x'",
      'did you mean ls, run?',
    ],
    [
      'error: too many arguments. Expected 1 argument but got 2.\n',
      'too many arguments. Expected 1 argument but got 2',
      '`stedi-sql show --help` lists what there is',
    ],
  ])('%j', (text, message, hint) => {
    expect(toUsageDiagnostic(text, 'stedi-sql show')).toEqual({
      code: 'usage',
      severity: 'error',
      message,
      hint,
    });
  });
});
