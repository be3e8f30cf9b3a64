import { errorDiagnostic } from '../core/diagnostic.js';
import type { PreviousState } from '../core/previous-state.js';
import { failure, success, type Result } from '../core/result.js';
import { readPreviousState } from '../report/artifacts/read-previous-state.js';
import type { StateOptions } from './options.js';

/** The other states that an invocation speaks of. */
export interface PreviousStates {
  /** What `state:` and `result:` compare with. */
  readonly state: PreviousState | undefined;
  /** Where refs to models that are not built here go. */
  readonly defer: PreviousState | undefined;
}

/**
 * Reads the folders of `--state` and `--defer-state`, which stand relative to `cwd`. Codes: `state-unreadable`, `usage` for
 * `--defer` without a state.
 */
export function readStates(cwd: string, options: StateOptions): Result<PreviousStates> {
  const { state: folder, deferState, defer = false, favorState = false } = options;
  const deferFolder = deferState ?? folder;
  const flag = defer ? '--defer' : favorState ? '--favor-state' : undefined;
  if (flag !== undefined && deferFolder === undefined) {
    return failure([
      errorDiagnostic('usage', `${flag} needs another state to defer to`, {
        hint: 'name a folder with the manifest.json of an earlier run: --state <folder>',
      }),
    ]);
  }
  if (favorState && !defer) {
    return failure([
      errorDiagnostic('usage', '--favor-state says how to defer, and --defer is missing', {
        hint: 'add --defer',
      }),
    ]);
  }
  const read = (name: string | undefined): Result<PreviousState | undefined> =>
    name === undefined ? success(undefined) : readPreviousState({ cwd, folder: name });
  const state = read(folder);
  if (!state.ok) return state;
  if (!defer) return success({ state: state.value, defer: undefined });
  const deferred = deferFolder === folder ? state : read(deferFolder);
  return deferred.ok ? success({ state: state.value, defer: deferred.value }) : deferred;
}
