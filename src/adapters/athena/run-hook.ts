import type { EngineResult, StepOutcome } from '../../core/adapter.js';
import type { CompiledHook } from '../../core/hook.js';
import { stepOutcome, type NodeWork } from './node-work.js';
import { forgetNamed } from './run-context.js';

/**
 * Runs the statements of a hook one after another; the first that fails is the last. What they change is the run's own doing:
 * a relation that they name is looked at again before it is replaced, and is no conflict.
 */
export async function runHook(
  work: NodeWork,
  hook: CompiledHook,
  signal: AbortSignal,
): Promise<EngineResult<StepOutcome>> {
  const executed: string[] = [];
  for (const sql of hook.statements) {
    const done = await work.run(sql, { signal });
    // Also where the answer is a failure: it may have come after the effect.
    forgetNamed(work.context, sql);
    if (!done.ok) return done;
    executed.push(sql);
  }
  return stepOutcome(work, executed);
}
