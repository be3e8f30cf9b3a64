import type { EngineResult, StepOutcome } from '../../core/adapter.js';
import type { CompiledHook } from '../../core/hook.js';
import { stepOutcome, type NodeWork } from './node-work.js';

/** Runs the statements of a hook one after another; the first that fails is the last. */
export async function runHook(
  work: NodeWork,
  hook: CompiledHook,
  signal: AbortSignal,
): Promise<EngineResult<StepOutcome>> {
  const executed: string[] = [];
  for (const sql of hook.statements) {
    const done = await work.run(sql, { signal });
    if (!done.ok) return done;
    executed.push(sql);
  }
  return stepOutcome(work, executed);
}
