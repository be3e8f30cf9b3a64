import type { EngineResult, StepOutcome } from '../../../core/adapter.js';
import type { ModelNode } from '../../../core/node.js';
import type { Step } from '../../../core/plan.js';
import type { NodeWork } from '../node-work.js';
import { publishRelation } from './publish-relation.js';
import { stageTable, stageView } from './stage-relation.js';

type StoreFailures = Extract<Step, { kind: 'store-failures' }>;

/** Returns a test's failing rows as a model without settings of its own: a table as the target makes them by default. */
function failuresModel({ test, as, published, sql }: StoreFailures): ModelNode {
  return {
    resourceType: 'model',
    uniqueId: test.uniqueId,
    name: test.name,
    packageName: test.packageName,
    path: test.path,
    fqn: test.fqn,
    description: '',
    tags: [],
    patchPath: null,
    rawSql: sql,
    language: 'sql',
    config: { ...test.config, materialized: as, unique_key: [], location: null, extra: {} },
    refs: [],
    sources: [],
    macros: [],
    vars: [],
    unrenderedConfig: {},
    checksum: test.checksum,
    columns: [],
    relation: published,
  };
}

/**
 * Keeps the rows of a data test's query as a model's would be kept: built beside what has the name, and switched in one
 * call. `work` is the test's own, so that the relation is marked as the test's.
 */
export async function storeFailures(
  work: NodeWork,
  step: StoreFailures,
  signal: AbortSignal,
): Promise<EngineResult<StepOutcome>> {
  const { as, staged, published, sql, columns } = step;
  const model = failuresModel(step);
  const stage = {
    kind: 'stage',
    ...{ as, staged, sql, model },
    ...(columns && { columns }),
  } as const;
  const built = await (as === 'view' ? stageView : stageTable)(work, stage, signal);
  if (!built.ok) return built;
  const switched = await publishRelation(
    work,
    { kind: 'publish', staged, published, model, sql: as === 'view' ? sql : null },
    signal,
  );
  return switched.ok ? built : switched;
}
