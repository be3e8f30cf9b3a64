import type { CompiledNode } from '../core/compiled-node.js';
import { errorDiagnostic, hasErrors, type Diagnostic } from '../core/diagnostic.js';
import type { Graph } from '../core/graph.js';
import type { HookTime } from '../core/hook.js';
import { isBuilt } from '../core/is-built.js';
import {
  isRelationNode,
  type BuiltNode,
  type ParsedNode,
  type TestNode,
  type UniqueId,
} from '../core/node.js';
import type { Plan, PlannedNode, PlannedTest, Step } from '../core/plan.js';
import { relationKey } from '../core/relation.js';
import { failure, success, type Result } from '../core/result.js';
import { suffixOf, type PlanInput } from './plan-input.js';
import { planModel, publishNotes, type PlannedModel } from './plan-model.js';
import { orderPlan } from './plan-order.js';
import { checkStore, compileGatingTest, planTest } from './plan-test.js';
import { planStagingAhead } from './stage-ahead.js';
import { stagedRelation } from './steps.js';
import { indexTestsBefore } from './tests-before.js';

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
  const aheadOf = planStagingAhead(models, input);
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
    const parents = order.plannedParents(id);
    const ahead = input.auditGate ? aheadOf(model, parents) : undefined;
    const waitsFor = new Set([
      ...parents,
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
      ...(ahead && { ahead }),
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
