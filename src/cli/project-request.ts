import type { Invocation } from './invocation.js';
import type { ProjectRequest } from './load-project-graph.js';

/** Returns which project an invocation is about. */
export function projectRequestOf({ cwd, env, options }: Invocation): ProjectRequest {
  return {
    cwd,
    env,
    projectDir: options.projectDir,
    targetName: options.target,
    varsText: options.vars,
  };
}

/** Returns a word as a shell takes it. */
export function quoteWord(word: string): string {
  return /^[\w./:=@-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Returns the flags that a suggested next command needs to be about the same project, with a space before. */
export function repeatFlags({ options }: Invocation): string {
  return [
    ...(options.projectDir === undefined
      ? []
      : [` --project-dir ${quoteWord(options.projectDir)}`]),
    ...(options.target === undefined ? [] : [` --target ${quoteWord(options.target)}`]),
    ...(options.vars === undefined ? [] : [` --vars ${quoteWord(options.vars)}`]),
  ].join('');
}
