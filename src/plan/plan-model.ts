import type { CompiledNode } from '../core/compiled-node.js';
import {
  errorDiagnostic,
  hasErrors,
  warningDiagnostic,
  type Diagnostic,
} from '../core/diagnostic.js';
import { readNodeHooks } from '../core/hook.js';
import { incrementalTarget } from '../core/incremental.js';
import { locateConfigKey } from '../core/locate-config-key.js';
import type { BuiltNode } from '../core/node.js';
import type { Step } from '../core/plan.js';
import { relationKey } from '../core/relation.js';
import { failure, success, type Result } from '../core/result.js';
import { didYouMean } from '../core/suggest.js';
import { planContract } from './contract.js';
import type { ModelSteps } from './materialization.js';
import { materializationNames, materializations } from './materializations/index.js';
import { seed } from './materializations/seed.js';
import { snapshot } from './materializations/snapshot.js';
import { suffixOf, type PlanInput } from './plan-input.js';
import { refuseModel } from './refuse-model.js';
import { guardHistory } from './snapshots/guard-history.js';
import { stagedRelation } from './steps.js';

/** A node that makes a relation, with the steps that do. */
export interface PlannedModel {
  readonly node: BuiltNode;
  readonly compiled: CompiledNode;
  readonly steps: ModelSteps;
}

/**
 * Returns the steps of one model, seed or snapshot; `null` for what is no relation of its own. What ends this node alone is a
 * step that refuses it. Diagnostics: those of `planRun` that are of one node.
 */
export function planModel(node: BuiltNode, input: PlanInput): Result<PlannedModel | null> {
  const problem = input.compiled.get(node.uniqueId)?.refused ?? refuseModel(node, input);
  if (problem !== undefined) {
    // An ephemeral model is part of the models that ref it, which fail.
    const isEphemeral = node.resourceType === 'model' && node.config.materialized === 'ephemeral';
    return success(isEphemeral ? null : failAlone(node, [problem], input));
  }
  const materialization =
    node.resourceType === 'seed'
      ? seed
      : node.resourceType === 'snapshot'
        ? snapshot
        : materializations.get(node.config.materialized);
  if (materialization === undefined) {
    return failure([
      errorDiagnostic(
        'materialization-unknown',
        `model '${node.name}' asks for the materialization '${node.config.materialized}', which does not exist`,
        {
          location: locateConfigKey(node, 'materialized'),
          hint: didYouMean(
            node.config.materialized,
            materializationNames,
            `use one of ${materializationNames.join(', ')}`,
          ),
        },
      ),
    ]);
  }
  const compiled = input.compiled.get(node.uniqueId);
  if (compiled === undefined) throw new Error(`model ${node.uniqueId} was not compiled`);
  const kept = planContract({ ...input, node, compiled });
  if (!kept.ok) return refuseBroken(node, kept, input);
  const steps = materialization.plan({
    node,
    compiled: kept.value.compiled,
    staged: stagedRelation(node.relation, suffixOf(input)),
    rows: stagedRelation(node.relation, `__rows${suffixOf(input)}`),
    batchRows: (index) => stagedRelation(node.relation, `__rows${index}${suffixOf(input)}`),
    catalog: input.catalog,
    dialect: input.dialect,
    capabilities: input.capabilities,
    fullRefresh: input.fullRefresh,
    runStartedAt: input.runStartedAt,
  });
  if (!steps.ok) {
    const isOfColumns = steps.diagnostics.every(
      ({ code, severity }) => severity === 'warning' || code === 'incremental-columns',
    );
    if (isOfColumns) return refuseBroken(node, steps, input);
    return isUnread(node, compiled, input) ? refuseUnread(node, steps, input) : steps;
  }
  if (steps.value === null) return success(null, [...steps.diagnostics, ...warnHooks(node)]);
  const problems = [
    ...kept.diagnostics,
    ...steps.diagnostics,
    ...checkModel(node, kept.value.compiled, input),
  ];
  const { compiled: ordered, check } = kept.value;
  const { write, audited, publish } = steps.value;
  const relation = audited ?? node.relation;
  const checks: readonly Step[] =
    check && publish.length > 0 ? [{ kind: 'check-contract', relation, ...check }] : [];
  return hasErrors(problems)
    ? failure(problems)
    : success(
        { node, compiled: ordered, steps: { ...steps.value, write: [...write, ...checks] } },
        problems,
      );
}

/** Returns a model that ends before its first statement, hooks included. */
function failAlone(
  node: BuiltNode,
  problems: readonly [Diagnostic, ...Diagnostic[]],
  { compiled: all }: PlanInput,
): PlannedModel {
  const compiled = all.get(node.uniqueId);
  if (compiled === undefined) throw new Error(`model ${node.uniqueId} was not compiled`);
  const steps: ModelSteps = { write: [{ kind: 'refuse', problems }], audited: null, publish: [] };
  return { node, compiled: { ...compiled, hooks: [] }, steps };
}

/**
 * A model whose query does not give the columns that it promises, or that its table has: as in dbt only it fails, and what
 * reads it is skipped. The rest of the project does not depend on it.
 */
function refuseBroken(
  node: BuiltNode,
  failed: Extract<Result<unknown>, { ok: false }>,
  input: PlanInput,
): Result<PlannedModel> {
  const [first, ...others] = failed.diagnostics.filter(({ severity }) => severity === 'error');
  if (input.brokenModels === 'stop' || first === undefined) return failed;
  const warnings = failed.diagnostics.filter(({ severity }) => severity === 'warning');
  return success(failAlone(node, [first, ...others], input), warnings);
}

/**
 * Whether nobody could tell the columns of a snapshot because what its query reads is not there, in a project in the
 * engine's own SQL: it may be loaded before the run, or made by a hook.
 */
function isUnread(node: BuiltNode, { columns }: CompiledNode, { dialect }: PlanInput): boolean {
  return node.resourceType === 'snapshot' && columns === undefined && dialect.native !== undefined;
}

/** A snapshot of what is not there fails alone when it is built, as in dbt; to look at it is no error. */
function refuseUnread(
  node: BuiltNode,
  { diagnostics }: Extract<Result<unknown>, { ok: false }>,
  input: PlanInput,
): Result<PlannedModel> {
  const [first, ...others] = diagnostics.filter(({ severity }) => severity === 'error');
  if (first === undefined) throw new Error(`snapshot ${node.uniqueId} failed without an error`);
  const hint = 'load what it reads before the run, or name the columns in place of the star';
  return success(failAlone(node, [{ ...first, hint }, ...others], input));
}

/** What is no relation of its own is never built, so that there is no before and after. */
function warnHooks(node: BuiltNode): readonly Diagnostic[] {
  const hooks = (['pre-hook', 'post-hook'] as const).flatMap((time) =>
    readNodeHooks(node.config.extra[time]),
  );
  const hasHeader = typeof node.config.extra['sql_header'] === 'string';
  if (hooks.length === 0 && !hasHeader) return [];
  const what = hooks.length === 0 ? 'the statements of the sql_header' : 'the hooks';
  const message = `${what} of the ephemeral model '${node.name}' do not run: it is part of the models that ref it`;
  const hint = 'give the hooks to those models, or build this one as a view or table';
  return [warningDiagnostic('config-unused', message, { location: { path: node.path }, hint })];
}

/** Returns what is to be said of a model before anything runs, by what is there and by what the engine knows. */
function checkModel(
  node: BuiltNode,
  { columns, engineSql }: CompiledNode,
  { dialect, catalog }: PlanInput,
): readonly Diagnostic[] {
  const existing = catalog.relations.get(relationKey(node.relation));
  return [
    ...guardHistory(node, columns ? { columns } : {}, existing),
    ...(dialect.checkModel?.({
      model: node,
      sql: engineSql,
      catalog,
      ...(columns && { columns }),
      ...(existing && { existing }),
    }) ?? []),
  ];
}

/** Returns what a reader of the model may see meanwhile. */
export function publishNotes(
  model: BuiltNode,
  { dialect, catalog, fullRefresh }: PlanInput,
): readonly string[] {
  const existing = catalog.relations.get(relationKey(model.relation));
  return (
    dialect.publishNotes?.({
      model,
      ...(existing && { existing }),
      rebuilds:
        model.resourceType !== 'snapshot' &&
        incrementalTarget(model, catalog, { fullRefresh }) === undefined,
    }) ?? []
  );
}
