import { warningDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import { batchId, batchLabel, readMicrobatch } from '../core/event-time.js';
import { locateConfigKey } from '../core/locate-config-key.js';
import { errorDiagnostic } from '../core/diagnostic.js';
import type { CompiledBatch, CompiledNode } from '../core/compiled-node.js';
import type { ModelNode } from '../core/node.js';
import { failure, success } from '../core/result.js';
import type { RenderBindings } from '../core/template.js';
import type { Outcome, Surroundings } from './surroundings.js';
import { eventTimeOf, isIncrementalRun } from './name-bindings.js';

type Batch = NonNullable<RenderBindings['batch']>;

/** Compiles a model's query, of one batch or of all time. */
export type CompileBatch = (isIncremental: boolean, batch?: Batch) => Outcome;

/** As dbt, says so where no input can be cut to a batch: each batch then reads all of it. */
function warnUnfiltered(node: ModelNode, { options }: Surroundings): readonly Diagnostic[] {
  const parents = options.graph.parents.get(node.uniqueId) ?? [];
  const isFiltered = parents.some((id) => {
    const parent = options.graph.nodes.get(id);
    return parent !== undefined && eventTimeOf(parent) !== undefined;
  });
  if (isFiltered) return [];
  const message = `microbatch model '${node.name}' reads nothing that has an 'event_time', so each batch reads everything`;
  return [
    warningDiagnostic('microbatch-unfiltered', message, {
      location: locateConfigKey(node, 'incremental_strategy'),
      hint: 'set `event_time` in the configuration of the models or sources that it reads',
    }),
  ];
}

/**
 * Returns a microbatch model with its query for each batch of this run; the node's own SQL is that of the first, or for all
 * time where nothing is built. Inputs with an `event_time` are cut to the batch. Diagnostics: those of `compileNode`, told
 * once; `microbatch-unfiltered`, and `materialization-invalid` for several batches of which each reads the table.
 */
export function compileBatches(
  node: ModelNode,
  surroundings: Surroundings,
  compileBatch: CompileBatch,
): Outcome {
  const { options } = surroundings;
  const settings = readMicrobatch(node.config);
  const isIncremental = isIncrementalRun(node, options);
  const windows = settings && options.batchesOf?.(node, { isIncremental });
  const [first, ...others] = windows ?? [];
  const warnings = warnUnfiltered(node, surroundings);
  if (settings === undefined || first === undefined) {
    const whole = compileBatch(isIncremental);
    return withResult(whole, windows && [], warnings);
  }
  const toBatch = (window: typeof first): Batch => ({
    id: batchId(window.start, settings.size),
    window,
  });
  const outcome = compileBatch(isIncremental, toBatch(first));
  const batches: CompiledBatch[] = [];
  for (const window of [first, ...others]) {
    // As in dbt, the batches behind the first add to what that one made.
    const { result } = window === first ? outcome : compileBatch(true, toBatch(window));
    if (!result.ok) return { ...outcome, result };
    const { compiledSql, engineSql, toSource } = result.value;
    const label = batchLabel(window.start, settings.size);
    batches.push({ window, label, compiledSql, engineSql, toSource });
  }
  const own = options.dialect.renderRelation(node.relation);
  if (batches.length > 1 && batches.some(({ compiledSql }) => compiledSql.includes(own))) {
    const message = `microbatch model '${node.name}' reads its own table, which the other ${batches.length - 1} batches of the run change`;
    const hint =
      'take {{ this }} out: a batch needs no condition on it; or build one batch at a time with --event-time-start and --event-time-end';
    const location = { path: node.path };
    const problem = errorDiagnostic('materialization-invalid', message, { location, hint });
    return { ...outcome, result: failure([problem]) };
  }
  return withResult(outcome, batches, warnings);
}

function withResult(
  outcome: Outcome,
  batches: CompiledNode['batches'],
  warnings: readonly Diagnostic[],
): Outcome {
  const { result } = outcome;
  if (!result.ok) return outcome;
  const diagnostics = [...warnings, ...result.diagnostics];
  const value = { ...result.value, ...(batches && { batches }), diagnostics };
  return { ...outcome, result: success(value, diagnostics) };
}
