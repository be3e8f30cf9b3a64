import type { Capabilities, Dialect } from '../core/adapter.js';
import type { Catalog } from '../core/catalog.js';
import type { CompiledNode, PositionMap } from '../core/compiled-node.js';
import {
  errorDiagnostic,
  hasErrors,
  warningDiagnostic,
  type Diagnostic,
} from '../core/diagnostic.js';
import type { Graph } from '../core/graph.js';
import { readNodeHooks, type HookTime } from '../core/hook.js';
import { incrementalTarget } from '../core/incremental.js';
import { isBuilt } from '../core/is-built.js';
import { locateConfigKey } from '../core/locate-config-key.js';
import {
  isRelationNode,
  type BuiltNode,
  type ParsedNode,
  type TestNode,
  type UniqueId,
} from '../core/node.js';
import type { Plan, PlannedNode, PlannedTest, Step } from '../core/plan.js';
import { relationKey, type Relation } from '../core/relation.js';
import { failure, success, type Result } from '../core/result.js';
import { didYouMean } from '../core/suggest.js';
import { planContract } from './contract.js';
import type { ModelSteps } from './materialization.js';
import { materializationNames, materializations } from './materializations/index.js';
import { refuseModel } from './refuse-model.js';
import { seed } from './materializations/seed.js';
import { snapshot } from './materializations/snapshot.js';
import { orderPlan, type PlanOrder } from './plan-order.js';
import { guardHistory } from './snapshots/guard-history.js';
import { stagedRelation } from './steps.js';

/** What a plan is made from. */
export interface PlanInput {
  readonly graph: Graph;
  /** What the user selected; models and tests, sources are passed over. */
  readonly selection: ReadonlySet<UniqueId>;
  /** Holds every selected model and test. */
  readonly compiled: ReadonlyMap<UniqueId, CompiledNode>;
  readonly catalog: Catalog;
  readonly dialect: Dialect;
  readonly capabilities: Capabilities;
  /** `run`: models only; `seed`: seeds only; `snapshot`: snapshots only; `test`: data tests only; `build`: all. */
  readonly command: 'run' | 'seed' | 'snapshot' | 'test' | 'build';
  /** Whether tests hold back the models they test (write, audit, publish) or run after them, in dbt's order. */
  readonly auditGate: boolean;
  readonly fullRefresh: boolean;
  /**
   * Whether a model that breaks its contract, or whose columns its table cannot take, is an error of the plan; without it,
   * that model alone fails.
   */
  readonly brokenModels?: 'stop';
  /** When the run began, in UTC: `2026-01-31T12:00:00.000Z`. What a snapshot sees, it sees at this time. */
  readonly runStartedAt: string;
  /** What follows a model's name while it is built; `__staged` if left out. */
  readonly stagedSuffix?: string;
  /** Compiles a test with other relations in place of some models'. */
  compileAudit(test: UniqueId, relations: ReadonlyMap<UniqueId, Relation>): Result<CompiledNode>;
}

interface PlannedModel {
  readonly node: BuiltNode;
  readonly compiled: CompiledNode;
  readonly steps: ModelSteps;
}

/**
 * Returns everything the run will do, as plain data in topological order.
 *
 * A test gates the last of the models it reads, in topological order, that the plan builds: it runs on that model's new
 * rows before they are published, when the other models it reads are finished. A test that reads nothing the plan builds
 * is a node of its own.
 *
 * Diagnostics: `materialization-unknown`, `materialization-invalid`, `strategy-unknown`, `capability-missing`,
 * `relation-collision`, `contract-invalid`, `contract-mismatch`, `incremental-columns`, `snapshot-invalid`, `snapshot-table-invalid`, those of the
 * dialect's `checkModel`, and those of `compileAudit`.
 */
export function planRun(input: PlanInput): Result<Plan> {
  const { graph, command } = input;
  const diagnostics: Diagnostic[] = [];
  const selected = graph.order.filter((id) => input.selection.has(id));

  const models = new Map<UniqueId, PlannedModel>();
  const tests: TestNode[] = [];
  for (const id of selected) {
    const node = graph.nodes.get(id);
    if (node !== undefined && isBuiltBy(node, command)) {
      const planned = planModel(node, input);
      diagnostics.push(...planned.diagnostics);
      if (planned.ok && planned.value !== null) models.set(id, planned.value);
    } else if (node?.resourceType === 'test' && (command === 'test' || command === 'build')) {
      tests.push(node);
    }
  }
  diagnostics.push(...findStagedCollisions(models, input));

  const isRefused = ({ uniqueId }: TestNode): boolean =>
    input.compiled.get(uniqueId)?.refused !== undefined;
  const order = orderPlan(graph, new Set(models.keys()));
  const gated = new Map<UniqueId, TestNode[]>();
  const standalone: TestNode[] = [];
  for (const test of tests) {
    // What cannot be asked holds nothing back: it fails for itself.
    const gate =
      input.auditGate && test.unit === undefined && !isRefused(test)
        ? order.last(order.plannedParents(test.uniqueId))
        : undefined;
    if (gate === undefined) standalone.push(test);
    else gated.set(gate, [...(gated.get(gate) ?? []), test]);
  }

  const testsBefore = indexTestsBefore(
    standalone.filter((test) => !isRefused(test)),
    order,
    graph,
  );
  const nodes = new Map<UniqueId, PlannedNode>();
  for (const [id, model] of models) {
    const gating = gated.get(id) ?? [];
    const audits: PlannedTest[] = [];
    for (const test of gating) {
      const compiled = compileGatingTest(test, id, model, input);
      diagnostics.push(...compiled.diagnostics);
      const reads = { readsUnpublished: true };
      diagnostics.push(...checkStore(test, input, reads));
      if (compiled.ok) audits.push(planTest(test, compiled.value, { ...input, ...reads }));
    }
    const audit: Step[] = audits.length > 0 ? [{ kind: 'audit', tests: audits }] : [];
    const waitsFor = new Set([
      ...order.plannedParents(id),
      // The other models that a gating test reads; all of them come before this one in topological order.
      ...gating.flatMap((test) => order.plannedParents(test.uniqueId)),
      ...testsBefore(id),
    ]);
    waitsFor.delete(id);
    nodes.set(id, {
      uniqueId: id,
      node: model.node,
      dependsOn: [...waitsFor],
      steps: [
        ...hookSteps(model.compiled, 'pre-hook'),
        ...hookSteps(model.compiled, 'sql-header'),
        ...model.steps.write,
        ...audit,
        ...model.steps.publish,
        ...hookSteps(model.compiled, 'post-hook'),
      ],
      engineSql: model.compiled.engineSql,
      toSource: model.compiled.toSource,
      compiledSql: model.compiled.compiledSql,
      notes: publishNotes(model.node, input),
      ...(model.compiled.batches && {
        batches: model.compiled.batches,
        publishesSome: !input.catalog.relations.has(relationKey(model.node.relation)),
      }),
    });
  }
  for (const test of standalone) {
    const compiled = input.compiled.get(test.uniqueId);
    if (compiled === undefined) throw new Error(`test ${test.uniqueId} was not compiled`);
    const reads = { readsUnpublished: false };
    diagnostics.push(...checkStore(test, input, reads));
    nodes.set(test.uniqueId, {
      uniqueId: test.uniqueId,
      node: test,
      // A unit test reads nothing, and runs before its model is built.
      dependsOn: test.unit === undefined ? order.plannedParents(test.uniqueId) : [],
      steps: [{ kind: 'audit', tests: [planTest(test, compiled, { ...input, ...reads })] }],
      engineSql: compiled.engineSql,
      toSource: compiled.toSource,
      compiledSql: compiled.compiledSql,
    });
  }

  if (hasErrors(diagnostics)) return failure(diagnostics);
  return success({ nodes: sortPlanned(nodes, graph), diagnostics }, diagnostics);
}

/** Hooks run outside of what makes a relation: before its first step, and after readers see it. */
function hookSteps({ hooks = [] }: CompiledNode, time: HookTime): readonly Step[] {
  return hooks.filter((hook) => hook.time === time).map((hook) => ({ kind: 'hook', hook }));
}

function isBuiltBy(node: ParsedNode, command: PlanInput['command']): node is BuiltNode {
  if (node.resourceType === 'model') return command === 'run' || command === 'build';
  return isBuilt(node) && (command === node.resourceType || command === 'build');
}

function planModel(node: BuiltNode, input: PlanInput): Result<PlannedModel | null> {
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
    return isOfColumns ? refuseBroken(node, steps, input) : steps;
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
function publishNotes(
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

function suffixOf({ stagedSuffix = '__staged' }: PlanInput): string {
  return stagedSuffix;
}

/** A staged relation replaces a leftover of its name, so that name must not be another model's. */
function findStagedCollisions(
  models: ReadonlyMap<UniqueId, PlannedModel>,
  input: PlanInput,
): readonly Diagnostic[] {
  const published = new Map(
    [...input.graph.nodes.values()]
      .filter(isRelationNode)
      .map((node) => [relationKey(node.relation), node]),
  );
  return [...models.values()].flatMap(({ node }) => {
    const staged = stagedRelation(node.relation, suffixOf(input));
    const other = published.get(relationKey(staged));
    if (other === undefined) return [];
    return [
      errorDiagnostic(
        'relation-collision',
        `'${other.name}' has the name under which ${node.resourceType} '${node.name}' is built before it is published: ${staged.identifier}`,
        { location: { path: other.path }, hint: 'rename it, or give it another alias' },
      ),
    ];
  });
}

function compileGatingTest(
  test: TestNode,
  gate: UniqueId,
  model: PlannedModel,
  input: PlanInput,
): Result<CompiledNode> {
  if (model.steps.audited !== null) {
    return input.compileAudit(test.uniqueId, new Map([[gate, model.steps.audited]]));
  }
  const compiled = input.compiled.get(test.uniqueId);
  if (compiled === undefined) throw new Error(`test ${test.uniqueId} was not compiled`);
  return success(compiled);
}

function planTest(
  test: TestNode,
  compiled: CompiledNode,
  { stagedSuffix = '__staged', readsUnpublished }: Pick<PlanInput, 'stagedSuffix'> & TestReads,
): PlannedTest {
  const { judgementSql, engineSql, compiledSql, toSource, expected, columns, refused } = compiled;
  const limit = test.judgement?.limit ?? null;
  const store = test.judgement?.store;
  // On lines of its own, so that a comment at the end of the test swallows nothing.
  const sql =
    limit === null ? engineSql : `select * from (\n${engineSql}\n) as test_rows limit ${limit}`;
  return {
    node: test,
    sql,
    compiledSql,
    toSource: limit === null ? toSource : belowFirstLine(toSource),
    ...(judgementSql !== undefined && { judgementSql }),
    ...(expected && { expected }),
    ...(refused && { refused }),
    ...(store && {
      store: {
        kind: 'store-failures',
        test,
        as: readsUnpublished ? 'table' : store.as,
        staged: stagedRelation(store.relation, stagedSuffix),
        published: store.relation,
        sql,
        ...(columns && { columns }),
      },
    }),
  };
}

interface TestReads {
  /** The test reads what is not published yet, and gone if the test fails: a view of it would be. */
  readonly readsUnpublished: boolean;
}

/** Returns the map of a text that stands one line further down. */
function belowFirstLine(toSource: PositionMap): PositionMap {
  return (line, column) => toSource(line - 1, column);
}

/** Returns a model whose rows a node reads, itself or through what is put into its SQL, and which guards them. */
function findGuarded(
  id: UniqueId,
  { graph, dialect }: Pick<PlanInput, 'graph' | 'dialect'>,
): { readonly name: string; readonly guard: string } | undefined {
  for (const parent of graph.parents.get(id) ?? []) {
    const node = graph.nodes.get(parent);
    if (!isBuilt(node)) continue;
    if (node.config.materialized === 'ephemeral') {
      const above = findGuarded(parent, { graph, dialect });
      if (above !== undefined) return above;
    }
    const guard = dialect.rowGuard?.(node);
    if (guard !== undefined) return { name: node.name, guard };
  }
  return undefined;
}

/** Returns what the engine cannot do of a test's configuration. Codes: `capability-missing`. */
function checkStore(test: TestNode, input: PlanInput, reads: TestReads): Diagnostic[] {
  const { capabilities } = input;
  const store = test.judgement?.store ?? null;
  if (store === null) return [];
  const { location } = test;
  if (capabilities.storesFailures !== true) {
    const message = `test '${test.name}' keeps its failing rows, which this target cannot do yet`;
    const hint = 'remove `store_failures`, or set it to false for this target';
    return [errorDiagnostic('capability-missing', message, { location, hint })];
  }
  const guarded = findGuarded(test.uniqueId, input);
  if (guarded !== undefined) {
    const message = `test '${test.name}' keeps failing rows of '${guarded.name}', which has ${guarded.guard}: who may read the kept rows, nothing would limit`;
    const hint = 'remove `store_failures`; the query in target/compiled finds the rows again';
    return [errorDiagnostic('capability-missing', message, { location, hint })];
  }
  if (store.as === 'table' || !reads.readsUnpublished) return [];
  const message = `test '${test.name}' keeps its failing rows in a table, not in a view: it reads rows that are not published if it fails`;
  const hint = 'write `store_failures_as: table`, or run with --no-audit-gate';
  return [warningDiagnostic('capability-missing', message, { location, hint })];
}

/**
 * Returns what tells the tests of their own that a model waits for, so that a failing one skips it, as in dbt:
 * error-severity tests of what the model reads, unless they also read something that does not lie above the model. They
 * come in the order of `standalone`.
 */
function indexTestsBefore(
  standalone: readonly TestNode[],
  order: PlanOrder,
  graph: Graph,
): (model: UniqueId) => readonly UniqueId[] {
  interface NumberedTest {
    readonly id: UniqueId;
    readonly number: number;
    readonly parents: readonly UniqueId[];
  }
  const unitTests = new Map<UniqueId, NumberedTest[]>();
  /** By one of the relations that they read: where that does not lie above a model, nor do all of them. */
  const dataTests = new Map<UniqueId, NumberedTest[]>();
  for (const [number, test] of standalone.entries()) {
    if (test.severity !== 'error') continue;
    const parents = graph.parents.get(test.uniqueId) ?? [];
    const [index, key] =
      test.unit === undefined ? [dataTests, order.last(parents)] : [unitTests, test.unit.model];
    if (key === undefined) continue;
    const tests = index.get(key) ?? [];
    tests.push({ id: test.uniqueId, number, parents });
    index.set(key, tests);
  }
  return (model) => {
    const above = order.ancestorsOf(model);
    return [
      ...(unitTests.get(model) ?? []),
      ...[...above]
        .flatMap((id) => dataTests.get(id) ?? [])
        .filter(({ parents }) => parents.every((parent) => above.has(parent))),
    ]
      .sort((one, other) => one.number - other.number)
      .map(({ id }) => id);
  };
}

/** Topological order of the plan: the graph's order, but a node that waits for a test comes after it. */
function sortPlanned(
  nodes: ReadonlyMap<UniqueId, PlannedNode>,
  graph: Graph,
): readonly PlannedNode[] {
  const sorted: PlannedNode[] = [];
  const done = new Set<UniqueId>();
  function add(id: UniqueId): void {
    const node = nodes.get(id);
    if (node === undefined || done.has(id)) return;
    done.add(id);
    node.dependsOn.forEach(add);
    sorted.push(node);
  }
  graph.order.forEach(add);
  return sorted;
}
