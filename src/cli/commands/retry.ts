import { errorDiagnostic, warningDiagnostic } from '../../core/diagnostic.js';
import type { TimeWindow } from '../../core/event-time.js';
import type { Graph } from '../../core/graph.js';
import { isSqlNode, type JsonValue, type UniqueId } from '../../core/node.js';
import { redactedText } from '../../core/secrets.js';
import { failure, success, type Result } from '../../core/result.js';
import { readFailedBatches, readStart } from '../../report/artifacts/read-batches.js';
import { readArtifact, readStatuses } from '../../report/artifacts/read-previous-state.js';
import { formatQuantity } from '../../report/text/quantity.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { readProject } from '../load-project-graph.js';
import type { GlobalOptions, RunOptions } from '../options.js';
import { runPipeline, type Chosen, type RunKind } from '../pipeline.js';
import { projectRequestOf } from '../project-request.js';

export interface RetryOptions {
  /** The folder of the earlier run's artifacts; the target folder without it. */
  readonly state?: string;
  readonly threads?: number;
}

/** dbt's statuses that are worth another try; of a cancelled run, what did not end counts as skipped. */
const retryable: ReadonlySet<string> = new Set([
  'error',
  'fail',
  'skipped',
  'runtime error',
  'partial success',
]);

/** An earlier run, as far as it can be run again. */
interface EarlierRun {
  readonly kind: RunKind;
  readonly statuses: ReadonlyMap<UniqueId, string>;
  /** Of models that were built in part: the batches that are left. */
  readonly batches: ReadonlyMap<UniqueId, readonly TimeWindow[]>;
  /** When it began, in milliseconds since 1970. */
  readonly now: number;
  readonly flags: RunOptions;
  readonly globals: Pick<GlobalOptions, 'target' | 'vars'>;
}

function isKind(value: JsonValue | undefined): value is RunKind {
  return (
    value === 'run' ||
    value === 'seed' ||
    value === 'snapshot' ||
    value === 'test' ||
    value === 'build' ||
    value === 'clone'
  );
}

/** Returns the flags under the names of the command line. */
function toFlags(args: Readonly<Record<string, JsonValue>>): RunOptions {
  const text = (key: string) => (typeof args[key] === 'string' ? args[key] : undefined);
  const [eventTimeStart, eventTimeEnd] = [text('event_time_start'), text('event_time_end')];
  const sample = text('sample');
  const [state, deferState, threads] = [text('state'), text('defer_state'), args['threads']];
  return {
    output: 'text',
    fullRefresh: args['full_refresh'] === true,
    empty: args['empty'] === true,
    ...(sample !== undefined && { sample }),
    ...(eventTimeStart !== undefined && { eventTimeStart }),
    ...(eventTimeEnd !== undefined && { eventTimeEnd }),
    failFast: args['fail_fast'] === true,
    storeFailures: args['store_failures'] === true,
    auditGate: args['audit_gate'] !== false,
    defer: args['defer'] === true,
    favorState: args['favor_state'] === true,
    ...(state !== undefined && { state }),
    ...(deferState !== undefined && { deferState }),
    ...(typeof threads === 'number' && { threads }),
  };
}

/** Reads the earlier run. Codes: `state-unreadable`, `usage`. */
function readEarlierRun(
  place: { readonly cwd: string; readonly folder: string },
  given: GlobalOptions,
): Result<EarlierRun> {
  const file = readArtifact(place, 'run_results.json');
  if (!file.ok) return file;
  if (file.value === null) {
    return failure([
      errorDiagnostic('state-unreadable', `'${place.folder}' holds no run_results.json to retry`, {
        hint: 'retry repeats what failed in an earlier build, run or test; run one of them first',
      }),
    ]);
  }
  const { value, path } = file.value;
  const args = (value['args'] ?? {}) as Readonly<Record<string, JsonValue>>;
  const kind = args['which'];
  if (!isKind(kind)) {
    return failure([
      errorDiagnostic('state-unreadable', `${path} is not of a build, run or test`, {
        location: { path },
        hint: 'retry repeats what failed in one of these; run one of them first',
      }),
    ]);
  }
  const earlier = JSON.stringify(args['vars'] ?? {});
  const vars = given.vars ?? (earlier === '{}' ? undefined : earlier);
  if (given.vars === undefined && earlier.includes(redactedText)) {
    return failure([
      errorDiagnostic('usage', 'the --vars of the earlier run held a secret, which was not kept', {
        hint: 'give --vars again',
      }),
    ]);
  }
  const target = given.target ?? (typeof args['target'] === 'string' ? args['target'] : undefined);
  return success({
    kind,
    statuses: readStatuses(value),
    batches: readFailedBatches(value),
    now: readStart(value) ?? Date.now(),
    flags: toFlags(args),
    globals: { ...(target !== undefined && { target }), ...(vars !== undefined && { vars }) },
  });
}

/**
 * Returns the nodes to run again: those that failed or were skipped, and with the audit gate all tests of the earlier run
 * that hold one of these models back, because its rows are new.
 */
function chooseAgain({ kind, statuses, flags, batches, now }: EarlierRun, graph: Graph): Chosen {
  const failed = [...statuses].filter(([, status]) => retryable.has(status)).map(([id]) => id);
  const isRun = (id: UniqueId): boolean => {
    const node = graph.nodes.get(id);
    return node !== undefined && isSqlNode(node);
  };
  const ids = new Set(failed.filter(isRun));
  if (kind === 'build' && flags.auditGate !== false) {
    for (const id of statuses.keys()) {
      if (graph.nodes.get(id)?.resourceType !== 'test') continue;
      if ((graph.parents.get(id) ?? []).some((parent) => ids.has(parent))) ids.add(id);
    }
  }
  const gone = failed.filter((id) => !graph.nodes.has(id));
  return {
    ids,
    batches,
    now,
    diagnostics: gone.map((id) =>
      warningDiagnostic('selection-empty', `'${id}' is not in the project any more`, {
        hint: 'it is left out',
      }),
    ),
  };
}

/** `retry`: runs again what failed in the earlier run and what was skipped because of it, with its flags. */
export async function retry(invocation: Invocation, options: RetryOptions): Promise<ExitCode> {
  const { cwd, print, note } = invocation;
  let place = { cwd, folder: options.state ?? '' };
  if (options.state === undefined) {
    const project = await readProject(projectRequestOf(invocation));
    if (!project.ok) {
      print(project.diagnostics);
      return exitCodes.invalid;
    }
    place = { cwd: project.value.root, folder: project.value.targetPath };
  }
  const earlier = readEarlierRun(place, invocation.options);
  print(earlier.diagnostics);
  if (!earlier.ok) return exitCodes.invalid;
  const { kind, statuses, flags, globals } = earlier.value;
  if (![...statuses.values()].some((status) => retryable.has(status))) {
    note(`Nothing to retry: all of ${formatQuantity(statuses.size, 'node')} ended well.`);
    return exitCodes.ok;
  }
  const again: Invocation = {
    ...invocation,
    command: kind,
    options: { ...invocation.options, ...globals },
  };
  const threads = options.threads ?? flags.threads;
  return runPipeline(
    again,
    kind,
    { ...flags, ...(threads !== undefined && { threads }) },
    (graph) => chooseAgain(earlier.value, graph),
  );
}
