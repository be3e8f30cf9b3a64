import { expect, it } from 'vitest';
import { configIssueDiagnostic, type ConfigIssue } from './config-issue.js';

it.each<[ConfigIssue['kind'], string, string]>([
  ['unknown-key', 'config-unknown-key', 'error'],
  ['unsupported', 'config-unsupported', 'error'],
  ['invalid-value', 'config-invalid-value', 'error'],
  ['conflict', 'config-conflict', 'error'],
  ['deprecated', 'config-deprecated', 'warning'],
])('%s is %s, %s', (kind, code, severity) => {
  const issue = { path: ['a'], kind, message: 'm', hint: 'h' };
  const location = { path: 'x.yml', line: 1 };
  expect(configIssueDiagnostic(issue, location)).toEqual({
    code,
    severity,
    message: 'm',
    hint: 'h',
    location,
  });
});
