import { quoteWord } from '../report/text/quote-word.js';
import type { Invocation } from './invocation.js';
import type { ProjectRequest } from './load-project-graph.js';
import { readBuild } from './version.js';

/** Returns which project an invocation is about, and what templates see of it. */
export function projectRequestOf(
  { command, cwd, env, id, startedAt, options }: Invocation,
  {
    fullRefresh = false,
    storeFailures,
  }: {
    readonly fullRefresh?: boolean | undefined;
    readonly storeFailures?: boolean | undefined;
  } = {},
): ProjectRequest {
  return {
    cwd,
    env,
    projectDir: options.projectDir,
    profilesDir: options.profilesDir,
    profileName: options.profile,
    targetName: options.target,
    ...(options.target !== undefined &&
      options.target === env['DBT_TARGET'] && { targetOrigin: 'DBT_TARGET' }),
    targetFolder: options.targetPath,
    varsText: options.vars,
    storeFailures,
    run: { startedAt, invocationId: id, command, fullRefresh },
    cacheIdentity: options.partialParse ? readBuild() : undefined,
  };
}

/** Nobody copies more; where the variables are longer, the reader has them at hand. */
const longestVars = 200;

function quoteVars(vars: string): string {
  return vars.length > longestVars ? "'…'" : quoteWord(vars);
}

/** Returns the flags that a suggested next command needs to be about the same project, with a space before. */
export function repeatFlags({ options }: Invocation): string {
  return [
    ...(options.projectDir === undefined
      ? []
      : [` --project-dir ${quoteWord(options.projectDir)}`]),
    ...(options.profilesDir === undefined
      ? []
      : [` --profiles-dir ${quoteWord(options.profilesDir)}`]),
    ...(options.profile === undefined ? [] : [` --profile ${quoteWord(options.profile)}`]),
    ...(options.target === undefined ? [] : [` --target ${quoteWord(options.target)}`]),
    ...(options.targetPath === undefined
      ? []
      : [` --target-path ${quoteWord(options.targetPath)}`]),
    ...(options.vars === undefined ? [] : [` --vars ${quoteVars(options.vars)}`]),
  ].join('');
}
