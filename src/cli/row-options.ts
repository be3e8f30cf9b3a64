import type { CompileOptions } from '../compile/compile-options.js';
import { errorDiagnostic } from '../core/diagnostic.js';
import {
  batchSizes,
  parseTime,
  planBatches,
  readMicrobatch,
  timeBefore,
  type TimeWindow,
} from '../core/event-time.js';
import type { Graph } from '../core/graph.js';
import type { JsonValue, UniqueId } from '../core/node.js';
import { failure, success, type Result } from '../core/result.js';
import type { RunOptions } from './options.js';

type Flags = Pick<RunOptions, 'empty' | 'sample' | 'eventTimeStart' | 'eventTimeEnd'>;

function refuse(message: string, hint: string): Result<never> {
  return failure([errorDiagnostic('usage', message, { hint })]);
}

/** Returns the span from one time to another. `flag` names them in messages. */
function readSpan(
  flag: string,
  { start, end }: { readonly start: JsonValue | undefined; readonly end: JsonValue | undefined },
): Result<TimeWindow> {
  const [from, to] = [start, end].map((each) =>
    typeof each === 'string' ? parseTime(each) : undefined,
  );
  if (from === undefined || to === undefined) {
    return refuse(`${flag} needs a start and an end, both dates or times`, 'such as 2024-07-01');
  }
  if (from >= to) return refuse(`the start of ${flag} is not before its end`, 'swap the two');
  return success({ start: from, end: to });
}

async function readSample(text: string, now: number): Promise<Result<TimeWindow>> {
  if (text.trimStart().startsWith('{')) {
    const { parseVars } = await import('../project/read-vars.js');
    const read = parseVars(text);
    if (!read.ok)
      return refuse('--sample is not valid YAML', "such as '{start: 2024-07-01, end: 2024-07-08}'");
    const { start, end } = read.value;
    return readSpan('--sample', { start, end });
  }
  const [, count, unit = ''] = /^(\d{1,6}) ([a-z]+?)s?$/i.exec(text.trim()) ?? [];
  const size = batchSizes.find((each) => each === unit.toLowerCase());
  if (count === undefined || size === undefined || Number(count) === 0) {
    return refuse(
      `expected a time in --sample, found '${text}'`,
      "such as '3 days', in hours, days, months or years, or '{start: 2024-07-01, end: 2024-07-08}'",
    );
  }
  return success({ start: timeBefore(now, size, Number(count)), end: now });
}

/**
 * Returns what of the rows is read, and which batches are built, as the flags say. `now` is when the command began, in
 * milliseconds since 1970; `batches` are those that an earlier run left. Code: `usage`.
 */
export async function readRowOptions(
  { empty, sample: sampleText, eventTimeStart, eventTimeEnd }: Flags,
  {
    now,
    batches,
  }: {
    readonly now: number;
    readonly batches?: ReadonlyMap<UniqueId, readonly TimeWindow[]>;
  },
): Promise<Result<Pick<CompileOptions, 'empty' | 'sample' | 'batchesOf'>>> {
  const sample = sampleText === undefined ? undefined : await readSample(sampleText, now);
  if (sample?.ok === false) return sample;
  if ((eventTimeStart === undefined) !== (eventTimeEnd === undefined)) {
    const missing = eventTimeStart === undefined ? 'start' : 'end';
    return refuse(
      'one of --event-time-start and --event-time-end is missing',
      `add --event-time-${missing}`,
    );
  }
  const span =
    eventTimeStart === undefined
      ? undefined
      : readSpan('--event-time-start and --event-time-end', {
          start: eventTimeStart,
          end: eventTimeEnd,
        });
  if (span?.ok === false) return span;
  // As in dbt, a sample goes before the span that was asked for.
  const asked = sample?.value ?? span?.value;
  return success({
    ...(empty === true && { empty }),
    ...(sample && { sample: sample.value }),
    batchesOf(model, { isIncremental }) {
      const settings = readMicrobatch(model.config);
      if (settings === undefined) return [];
      const left = batches?.get(model.uniqueId);
      return left ?? planBatches({ ...settings, isIncremental, now, ...(asked && { asked }) });
    },
  });
}

/** Returns the graph in which models of which some batches are left are added to, whatever `full_refresh` says. */
export function addToTables(
  graph: Graph,
  batches: ReadonlyMap<UniqueId, unknown> | undefined,
): Graph {
  if (batches === undefined || batches.size === 0) return graph;
  const nodes = new Map(graph.nodes);
  for (const id of batches.keys()) {
    const node = nodes.get(id);
    if (node?.resourceType !== 'model') continue;
    nodes.set(id, { ...node, config: { ...node.config, full_refresh: false } });
  }
  return { ...graph, nodes };
}

/** Returns the flags under dbt's names, for `run_results.json`: `retry` gives them again. */
export function rowArguments(flags: Flags): Readonly<Record<string, JsonValue>> {
  return {
    empty: flags.empty === true,
    sample: flags.sample ?? null,
    event_time_start: flags.eventTimeStart ?? null,
    event_time_end: flags.eventTimeEnd ?? null,
  };
}
