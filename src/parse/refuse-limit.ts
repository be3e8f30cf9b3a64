import type { ConfigIssue } from '../core/config-issue.js';
import type { ValidateConfig } from './parse-options.js';

const issue: ConfigIssue = {
  path: ['limit'],
  kind: 'unsupported',
  message: "'limit' in a test's configuration is not supported yet",
  hint: 'write it into the SQL of a test of your own, or remove it',
};

/** Returns the validator, but `limit` of a data test is an issue: nothing carries it out, and a test would count too much. */
export function refuseLimit(validateConfig: ValidateConfig): ValidateConfig {
  return (entries, options) => {
    const validated = validateConfig(entries, options);
    const { limit = null, ...config } = validated.config;
    if (options.resource !== 'test' || limit === null) return validated;
    return { config, issues: [...validated.issues, issue] };
  };
}
