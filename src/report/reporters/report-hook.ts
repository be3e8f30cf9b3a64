import { hookTitle, type HookResult } from '../../core/hook.js';
import { formatDiagnostic } from '../diagnostics/format-diagnostic.js';
import type { Output } from '../output.js';
import { formatDuration } from '../text/quantity.js';

/** Returns how a hook around a run ended, in a line. */
export function formatHookLine({ hook, status, message, executionMs }: HookResult): string {
  const word = { success: 'OK', error: 'ERROR', skipped: 'SKIP' }[status];
  const rest = status === 'success' ? ` [${formatDuration(executionMs)}]` : `: ${message}`;
  return `${hookTitle(hook)} ${word}${rest}`;
}

/** Prints how a hook around a run ended; what went wrong goes to `err`. */
export function reportHook(
  result: HookResult,
  { out, err }: { readonly out: Output | null; readonly err: Output },
): void {
  // One that renders to nothing is told in the artifacts alone.
  const isEmpty = result.status === 'success' && result.hook.statements.length === 0;
  if (result.status !== 'error' && !isEmpty) out?.writeLine(formatHookLine(result));
  for (const diagnostic of result.diagnostics) err.writeLine(formatDiagnostic(diagnostic, err));
}
