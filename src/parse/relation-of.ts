import type { NodeConfig } from '../core/node.js';
import type { Project } from '../core/project.js';
import { withQuoting, type Relation, type RelationType } from '../core/relation.js';

const types: Readonly<Record<string, RelationType>> = {
  view: 'view',
  table: 'table',
  incremental: 'table',
  external_table: 'external',
  seed: 'table',
  snapshot: 'table',
};

/**
 * Returns the relation that a model is built as, named by dbt's default macros: `alias` instead of the model's name,
 * and a custom schema appended to the target's (`stedi` and `trusted` give `stedi_trusted`), so that every target keeps
 * its relations apart. Source: https://docs.getdbt.com/docs/build/custom-schemas
 */
export function relationOf(
  name: string,
  config: NodeConfig,
  { target, quoting }: Pick<Project, 'target' | 'quoting'>,
): Relation {
  const type = types[config.materialized];
  const relation = {
    database: config.database ?? target.database,
    schema: config.schema === null ? target.schema : `${target.schema}_${config.schema}`,
    identifier: config.alias ?? name,
    ...(type && { type }),
  };
  return withQuoting(relation, quoting);
}
