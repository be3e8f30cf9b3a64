import { relationKey } from '../../../core/relation.js';
import type { RenderBindings, TemplateContext } from '../../../core/template.js';

/** A context with a few values of each kind. */
export function testContext(changes: Partial<TemplateContext> = {}): TemplateContext {
  return {
    projectName: 'stedi',
    vars: { cutoff: 0.9, landing_location: 'data/landing', flags: { strict: true } },
    env: { REGION: 'eu-north-1', STEDI_ENV_SECRET_KEY: 'hunter2' },
    target: { name: 'local', type: 'duckdb', schema: 'main', threads: 4, database: 'warehouse' },
    ...changes,
  };
}

/** Bindings that render relations as `"database"."schema"."name"`. */
export function testBindings(changes: Partial<RenderBindings> = {}): RenderBindings {
  const relationOf = (schema: string, identifier: string) => {
    const relation = { database: 'warehouse', schema, identifier };
    return {
      relation,
      sql: relationKey(relation)
        .split('.')
        .map((part) => `"${part}"`)
        .join('.'),
    };
  };
  return {
    ref: ({ name }) => relationOf('main', name),
    source: ({ source, table }) => relationOf(source, table),
    this: relationOf('main', 'this_model'),
    isIncremental: false,
    config: () => ({ materialized: 'table' }),
    ...changes,
  };
}
