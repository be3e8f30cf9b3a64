import type { ReadingAhead } from '../core/adapter.js';
import { isRelationNode, type UniqueId } from '../core/node.js';
import type { StageAhead, Step } from '../core/plan.js';
import { relationKey, type Relation } from '../core/relation.js';
import type { PlanInput } from './plan-input.js';
import { planModel, type PlannedModel } from './plan-model.js';

type Stage = StageAhead['stage'];
type Models = ReadonlyMap<UniqueId, PlannedModel>;

/**
 * Returns what tells how a model is staged before what it reads is published: from what that has staged. Left out where the
 * engine cannot, where a statement would run that does more than stage rows, and where it is not sure what the query reads.
 */
export function planStagingAhead(
  models: Models,
  input: PlanInput,
): (model: PlannedModel, parents: readonly UniqueId[]) => StageAhead | undefined {
  const { ahead } = input.dialect;
  if (ahead === undefined) return () => undefined;
  const quiet = findQuietTables(models, input);
  return (model, parents) => {
    const { uniqueId } = model.node;
    if (findStage(model) === undefined || !ahead.mayStage(model.node)) return undefined;
    const staged = new Map<UniqueId, Relation>();
    /** Published relations of parents that have ended before the model starts. */
    const ended = new Set<string>();
    for (const id of parents) {
      const parent = models.get(id);
      const relation = parent && readableStage(parent, ahead);
      if (relation !== undefined) staged.set(id, relation);
      else if (parent !== undefined) ended.add(relationKey(parent.node.relation));
    }
    if (staged.size === 0) return undefined;

    const compiled = input.compileAudit(uniqueId, staged);
    if (!compiled.ok) return undefined;
    const own = new Map([[uniqueId, compiled.value]]);
    const planned = planModel(model.node, { ...input, compiled: own });
    const stage = planned.ok && planned.value !== null ? findStage(planned.value) : undefined;
    const tables = stage && ahead.tablesOf(stage.sql);
    if (stage === undefined || tables === undefined) return undefined;
    const reads = findReads(tables, staged, (key) => quiet.has(key) || ended.has(key));
    return reads === undefined || reads.length === 0 ? undefined : { reads, stage };
  };
}

/** Returns the step that stages a model's rows, if it comes before all else that the model does to the warehouse. */
function findStage({ node, compiled, steps }: PlannedModel): Stage | undefined {
  if (node.resourceType !== 'model' || compiled.batches !== undefined) return undefined;
  const isPlain = (compiled.hooks ?? []).every(({ time }) => time === 'post-hook');
  if (!isPlain) return undefined;
  const [stage, ...others] = steps.write.filter(({ kind }) => kind !== 'create-schema');
  const isAlone = others.every(({ kind }) => kind === 'check-contract');
  return stage?.kind === 'stage' && stage.as === 'table' && isAlone && isPublishedAsItIs(steps)
    ? stage
    : undefined;
}

function isPublishedAsItIs({ publish }: PlannedModel['steps']): boolean {
  const [only, ...others] = publish;
  return only?.kind === 'publish' && others.length === 0;
}

/** Returns the staged relation of a model whose rows are those that it publishes, and stay so while the run lasts. */
function readableStage(
  { node, compiled, steps }: PlannedModel,
  ahead: ReadingAhead,
): Relation | undefined {
  const isTable = steps.write.some(
    (step) => step.kind === 'stage-external' || (step.kind === 'stage' && step.as === 'table'),
  );
  // What statements of the author's change after it is published, only the published relation has.
  const isChanged = (compiled.hooks ?? []).some(({ time }) => time === 'post-hook');
  const isPlain = steps.write.every(({ kind }) => quietKinds.has(kind)) && isPublishedAsItIs(steps);
  return isTable && isPlain && !isChanged && ahead.mayBeRead(node)
    ? (steps.audited ?? undefined)
    : undefined;
}

/** Steps after which the staged relation has the rows of its query, and no others. */
const quietKinds: ReadonlySet<Step['kind']> = new Set([
  'create-schema',
  'stage',
  'stage-external',
  'check',
  'check-contract',
]);

/**
 * Returns the tables that the run does not change. A view that it does not build may show what a parent has published; and by its
 * published name, without a ref, a table that it builds would be an old one.
 */
function findQuietTables(models: Models, { graph, catalog }: PlanInput): ReadonlySet<string> {
  const quiet = new Set<string>();
  for (const node of graph.nodes.values()) {
    if (!isRelationNode(node)) continue;
    const key = relationKey(node.relation);
    const isView =
      node.resourceType === 'source'
        ? catalog.relations.get(key)?.relation.type === 'view'
        : node.config.materialized === 'view';
    if (!isView && !models.has(node.uniqueId)) quiet.add(key);
  }
  return quiet;
}

/** Returns the parents whose staged relations are among the tables; `undefined` where another may show what they publish. */
function findReads(
  tables: readonly (Relation | undefined)[],
  staged: ReadonlyMap<UniqueId, Relation>,
  isQuiet: (key: string) => boolean,
): readonly UniqueId[] | undefined {
  const parents = new Map([...staged].map(([id, relation]) => [relationKey(relation), id]));
  const reads = new Set<UniqueId>();
  for (const table of tables) {
    const key = table && relationKey(table);
    const parent = key === undefined ? undefined : parents.get(key);
    if (parent !== undefined) reads.add(parent);
    else if (key === undefined || !isQuiet(key)) return undefined;
  }
  return [...reads];
}
