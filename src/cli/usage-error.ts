import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';

/**
 * Returns the diagnostic for a command line that could not be understood, from the sentence of the argument parser:
 * `error: unknown option '--selct'` and, on a line of its own, `(Did you mean --select?)`. Code: `usage`.
 */
export function toUsageDiagnostic(text: string, command: string): Diagnostic {
  const [first = '', ...rest] = text.trim().split('\n');
  const meant = /\(Did you mean (?:one of )?(.*)\?\)/u.exec(rest.join(' '))?.[1];
  return errorDiagnostic('usage', first.replace(/^error: /u, '').replace(/\.$/u, ''), {
    hint:
      meant === undefined ? `\`${command} --help\` lists what there is` : `did you mean ${meant}?`,
  });
}
