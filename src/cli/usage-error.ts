import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import { refusedFlags } from './dbt-flags.js';

/**
 * Returns the diagnostic for a command line that could not be understood, from the sentence of the argument parser:
 * `error: unknown option '--selct'` and, on a line of its own, `(Did you mean --select?)`. A flag of dbt's that is not there
 * gets its own next step. Code: `usage`.
 */
export function toUsageDiagnostic(text: string, command: string): Diagnostic {
  const [first = '', ...rest] = text.trim().split('\n');
  const flag = /^error: unknown option '([^'=]*)/u.exec(first)?.[1] ?? '';
  const instead = Object.hasOwn(refusedFlags, flag) ? refusedFlags[flag] : undefined;
  const meant = /\(Did you mean (?:one of )?(.*)\?\)/u.exec(rest.join(' '))?.[1];
  return errorDiagnostic('usage', first.replace(/^error: /u, '').replace(/\.$/u, ''), {
    hint:
      instead ??
      (meant === undefined
        ? `\`${command} --help\` lists what there is`
        : `did you mean ${meant}?`),
  });
}
