import { z } from 'zod';
import { strictMapping, text } from './schema-notes.js';

const hook = z.union([
  z.string().min(1),
  strictMapping('a hook', {
    sql: text('Statements in SQL with Jinja.'),
    transaction: z
      .boolean()
      .optional()
      .describe(
        'No hook runs inside of a transaction; those with false come first before a node, and last after it.',
      ),
    index: z.number().nullish().describe('The place that dbt gives the hook.'),
  }),
]);

/** What runs in front of the statement that makes a relation; no text is none. */
export const sqlHeader = z
  .string()
  .nullish()
  .describe(
    "Projects in the engine's own SQL: statements that run in the session that builds the relation, before it and after the pre-hooks. Elsewhere a model that has some fails alone.",
  );

const hookWhen = 'Statements in SQL with Jinja, one or a list; they add up across levels.';
/** The hooks of a model, a seed or a snapshot. */
export const hookShape = {
  'pre-hook': z
    .union([hook, z.array(hook)])
    .nullish()
    .describe(`Runs before the relation is built. ${hookWhen}`),
  pre_hook: z
    .union([hook, z.array(hook)])
    .nullish()
    .describe('`pre-hook` in `config()`.'),
  'post-hook': z
    .union([hook, z.array(hook)])
    .nullish()
    .describe(`Runs after the relation is published. ${hookWhen}`),
  post_hook: z
    .union([hook, z.array(hook)])
    .nullish()
    .describe('`post-hook` in `config()`.'),
};
