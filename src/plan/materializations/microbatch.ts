import type { TypedColumn } from '../../core/adapter.js';
import type { CatalogRelation } from '../../core/catalog.js';
import type { CompiledBatch } from '../../core/compiled-node.js';
import { errorDiagnostic, hasErrors, type Diagnostic } from '../../core/diagnostic.js';
import { readMicrobatch, windowCondition } from '../../core/event-time.js';
import { incrementalTarget } from '../../core/incremental.js';
import { locateConfigKey } from '../../core/locate-config-key.js';
import type { Step } from '../../core/plan.js';
import { failure, success, type Result } from '../../core/result.js';
import { didYouMean } from '../../core/suggest.js';
import type { ModelPlanInput, ModelSteps } from '../materialization.js';
import { checkRowOptions } from '../row-options.js';
import { planColumns } from '../schema-change.js';
import { typedColumns } from '../typed-columns.js';

/** A batch with the condition on its rows, in the engine's dialect. */
interface PlannedBatch extends CompiledBatch {
  readonly condition: string;
}

/** Returns the batches with the conditions on their rows. Codes: `capability-missing`, and those of a condition. */
function planConditions(
  { node, compiled, dialect }: ModelPlanInput,
  eventTime: string,
  target: readonly TypedColumn[] | undefined,
): Result<readonly PlannedBatch[]> {
  const location = locateConfigKey(node, 'event_time');
  const planned: PlannedBatch[] = [];
  const problems: Diagnostic[] = [];
  for (const batch of compiled.batches ?? []) {
    const condition = dialect.translatePredicate?.(windowCondition(eventTime, batch.window), {
      path: node.path,
      target,
      source: null,
    });
    if (condition === undefined) {
      const message = `model '${node.name}' is built in batches, which this target cannot tell apart`;
      const hint = 'use another strategy';
      return failure([errorDiagnostic('capability-missing', message, { location, hint })]);
    }
    if (condition.ok) planned.push({ ...batch, condition: condition.value });
    else {
      problems.push(
        ...condition.diagnostics.map((each) => ({
          ...each,
          location,
          message: `the event_time '${eventTime}' of model '${node.name}': ${each.message}`,
        })),
      );
      break;
    }
  }
  return hasErrors(problems) ? failure(problems) : success(planned, problems);
}

/** Returns that `event_time` is no column of the query, as far as its columns are known. */
function checkEventTime(
  { node, compiled }: ModelPlanInput,
  eventTime: string,
): readonly Diagnostic[] {
  const names = compiled.columns?.flatMap(({ name }) => name ?? []);
  const isName = /^"?\w+"?$/.test(eventTime);
  const name = eventTime.replaceAll('"', '').toLowerCase();
  if (names === undefined || !isName || names.some((each) => each.toLowerCase() === name)) {
    return [];
  }
  return [
    errorDiagnostic(
      'materialization-invalid',
      `the event_time '${eventTime}' of microbatch model '${node.name}' is no column of its query`,
      {
        location: locateConfigKey(node, 'event_time'),
        hint: didYouMean(eventTime, names, `the columns are ${names.join(', ')}`),
      },
    ),
  ];
}

/** The whole table: the first batch makes it, the others add their rows, and nobody reads it before all have. */
function buildAll(input: ModelPlanInput, batches: readonly PlannedBatch[]): Result<ModelSteps> {
  const { node, compiled, dialect, staged } = input;
  const { writers } = dialect;
  const names = compiled.columns?.flatMap(({ name }) => name ?? []);
  const [first, ...others] = batches;
  if (first === undefined) return success({ write: [], audited: null, publish: [] });
  if (names === undefined && others.length > 0) {
    const message = `the columns of microbatch model '${node.name}' are not known, because a '*' hides some`;
    const hint =
      'name the columns in place of the star, or read the table by ref or source, whose columns are known';
    const location = { path: node.path };
    return failure([errorDiagnostic('incremental-columns', message, { location, hint })]);
  }
  // What a failed INSERT wrote is not taken back from tables whose rows cannot change.
  const mayFail = dialect.isolation(node) !== 'none';
  return success({
    write: [
      { kind: 'create-schema', relation: staged },
      {
        kind: 'stage',
        as: 'table',
        staged,
        sql: writers.selectWhere(first.engineSql, first.condition),
        model: node,
        ...(compiled.columns && { columns: compiled.columns }),
        batch: { index: 0, mayFail: false, counts: true },
      },
      ...others.map(({ engineSql, condition }, index): Step => ({
        kind: 'write',
        relation: staged,
        sql: writers.insert(staged, writers.selectWhere(engineSql, condition), names ?? []),
        batch: { index: index + 1, mayFail, counts: true },
      })),
    ],
    audited: staged,
    publish: [
      {
        kind: 'publish',
        staged,
        published: { ...node.relation, type: 'table' },
        sql: null,
        model: node,
      },
    ],
  });
}

/** Replaces the rows of each batch's time: all queries run first, then all changes are made at once. */
function replaceBatches(
  input: ModelPlanInput,
  existing: CatalogRelation,
  eventTime: string,
): Result<ModelSteps> {
  const { node, compiled, dialect, staged } = input;
  const { writers } = dialect;
  const isolation = dialect.isolation(node);
  if (isolation === 'none') {
    const message = `microbatch model '${node.name}' is stored as a table whose rows cannot be replaced on this target`;
    const location = locateConfigKey(node, 'incremental_strategy');
    const hint =
      'store it as a table type whose rows can change (`table_type`), or use insert_overwrite';
    return failure([errorDiagnostic('capability-missing', message, { location, hint })]);
  }
  const columns = planColumns(input, existing);
  if (!columns.ok) return columns;
  const { alteration, columns: written } = columns.value;
  const planned = planConditions(input, eventTime, typedColumns(input, existing, alteration));
  if (!planned.ok) return planned;
  const batches = planned.value;
  const problems = [...columns.diagnostics, ...planned.diagnostics];
  if (batches.length === 0) return success({ write: [], audited: null, publish: [] }, problems);

  const target = isolation === 'clone' ? staged : existing.relation;
  const transaction = { target: existing.relation, staged, model: node };
  return success(
    {
      write: [
        ...batches.map(({ engineSql }, index): Step => ({
          kind: 'stage',
          as: 'rows',
          staged: input.batchRows(index),
          sql: engineSql,
          model: node,
          ...(compiled.columns && { columns: compiled.columns }),
          batch: { index, mayFail: true, counts: false },
        })),
        { kind: 'begin', ...transaction },
        ...(alteration === undefined
          ? []
          : [{ kind: 'alter-columns', relation: target, alteration, model: node } as const]),
        ...batches.flatMap(({ condition }, index): readonly Step[] => {
          const rows = input.batchRows(index);
          const part = { index, mayFail: false };
          const inWindow = writers.selectWhere(writers.selectAll(rows), condition);
          return [
            {
              kind: 'write',
              relation: target,
              sql: writers.deleteWhere(target, condition),
              batch: { ...part, counts: false },
            },
            {
              kind: 'write',
              relation: target,
              sql: writers.insert(target, inWindow, written),
              batch: { ...part, counts: true },
            },
            { kind: 'discard', staged: rows, batch: { ...part, counts: false } },
          ];
        }),
      ],
      audited: isolation === 'clone' ? staged : null,
      publish: [{ kind: 'commit', ...transaction }],
    },
    problems,
  );
}

/**
 * Builds a model in batches of time, each of which replaces exactly the rows of its time: those of its query that lie
 * outside are left out, and a batch without rows removes what was there. All batches of a run become visible at once.
 * Codes: `materialization-invalid`, `capability-missing`, `incremental-columns`, and those of a condition.
 */
export function planMicrobatch(input: ModelPlanInput): Result<ModelSteps> {
  const { node, compiled, catalog, fullRefresh } = input;
  const settings = readMicrobatch(node.config);
  if (settings === undefined || compiled.batches === undefined) {
    const message = `model '${node.name}' is to be built in batches, and none were compiled`;
    const location = { path: node.path };
    return failure([errorDiagnostic('materialization-invalid', message, { location })]);
  }
  const { eventTime } = settings;
  const problems = [
    ...checkRowOptions(node, { name: 'microbatch', reads: [] }),
    ...checkEventTime(input, eventTime),
  ];
  if (hasErrors(problems)) return failure(problems);
  const existing = incrementalTarget(node, catalog, { fullRefresh });
  if (existing !== undefined) {
    const steps = replaceBatches(input, existing, eventTime);
    const all = [...problems, ...steps.diagnostics];
    return steps.ok ? success(steps.value, all) : failure(all);
  }
  const planned = planConditions(input, eventTime, compiled.columns);
  const steps = planned.ok ? buildAll(input, planned.value) : planned;
  const all = [...problems, ...planned.diagnostics, ...(planned.ok ? steps.diagnostics : [])];
  return steps.ok ? success(steps.value, all) : failure(all);
}
