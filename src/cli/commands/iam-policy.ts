import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { loadProjectGraph } from '../load-project-graph.js';
import { operatedProjectOf, withOperations } from '../operate.js';
import { projectRequestOf } from '../project-request.js';

export interface IamPolicyOptions {
  readonly land?: boolean;
  readonly gc?: boolean;
  readonly account?: boolean;
}

/**
 * `iam-policy`: prints the policy with the rights that the project needs on its target, as JSON, to stdout; what there
 * is to say of it goes to stderr. Engines on this machine need none.
 */
export async function iamPolicy(
  invocation: Invocation,
  options: IamPolicyOptions,
): Promise<ExitCode> {
  const loaded = await loadProjectGraph(projectRequestOf(invocation));
  invocation.print(loaded.diagnostics);
  if (!loaded.ok) return exitCodes.invalid;
  const { project } = loaded.value;
  return withOperations(project, async (operations) => {
    if (operations === undefined) {
      invocation.note(
        `The target '${project.target.name}' (${project.target.type}) is on this machine and needs no policy.`,
      );
      return exitCodes.ok;
    }
    const written = await operations.writePolicy({
      project: operatedProjectOf(loaded.value),
      land: options.land === true,
      gc: options.gc === true,
      lookUp: options.account === true,
    });
    invocation.print(written.diagnostics);
    if (!written.ok) return exitCodes.invalid;
    const { policy, notes } = written.value;
    invocation.out.writeJson(policy, { indent: 2 });
    for (const note of notes) invocation.note(note);
    return exitCodes.ok;
  });
}
