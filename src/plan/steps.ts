import type { Relation } from '../core/relation.js';
import type { ModelPlanInput, ModelSteps } from './materialization.js';

/** Returns the relation that a model is built under before it is published: in the same schema, with the run's suffix. */
export function stagedRelation(published: Relation, suffix: string): Relation {
  return { ...published, identifier: `${published.identifier}${suffix}` };
}

/** Returns the steps that build a whole new table or view beside the published one and switch to it. */
export function replaceSteps(input: ModelPlanInput, as: 'table' | 'view'): ModelSteps {
  const { node, compiled, staged } = input;
  return {
    write: [
      { kind: 'create-schema', relation: staged },
      {
        kind: 'stage',
        as,
        staged,
        sql: compiled.engineSql,
        model: node,
        ...(compiled.columns && { columns: compiled.columns }),
      },
    ],
    audited: staged,
    publish: [
      {
        kind: 'publish',
        staged,
        published: { ...node.relation, type: as },
        sql: as === 'view' ? compiled.engineSql : null,
        model: node,
      },
    ],
  };
}
