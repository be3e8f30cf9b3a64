import { z } from 'zod';
import { exposureTypes } from '../core/governance.js';
import { filesShape, loadedShape, quotingSchema } from './loading-schema.js';
import { docsSchema, eventTime } from './node-config-schema.js';
import { anyMapping, strictMapping, text, textOrList } from './schema-notes.js';

/** The parts of properties files that say who answers for what, who may read it, and how old it may be. */

const description = z.string().nullish().describe('What it is, in Markdown; may call `doc()`.');
const meta = anyMapping.nullish().describe('Free information. It merges with that of `config`.');
const tags = textOrList('Names for selection. They add up with those of `config`.').nullish();
const enabled = z
  .boolean()
  .nullish()
  .describe('`false` leaves it out of the project.')
  .meta({ default: true });

const owner = z
  .looseObject({
    name: text('The name of a person or team.').nullish(),
    email: z
      .union([z.string(), z.array(z.string())])
      .nullish()
      .describe('One address, or several.'),
  })
  .describe('Who answers for it: a `name` or an `email`, and any other keys.');

/** An entry of `groups:`. */
export const groupSchema = strictMapping('a group', {
  name: text('The name of the group.'),
  owner,
  description,
  config: strictMapping("a group's configuration", { meta }).nullish().describe('Configuration.'),
});

/** An entry of `exposures:`. */
export const exposureSchema = strictMapping(
  'an exposure',
  {
    name: z
      .string()
      .regex(/^[\w.-]+$/, 'a name of letters, digits and underscores')
      .describe('The name, as selectors and artifacts use it: letters, digits and underscores.'),
    label: z.string().nullish().describe('The name for people.'),
    type: z.enum(exposureTypes).describe('What it is.'),
    maturity: z.enum(['high', 'medium', 'low']).nullish().describe('How far it can be relied on.'),
    url: z.string().nullish().describe('Where it is.'),
    description,
    depends_on: z
      .array(z.string().min(1))
      .nullish()
      .describe("What it reads: `ref('…')` and `source('…', '…')`, a text each."),
    owner,
    tags,
    meta,
    enabled,
    config: strictMapping("an exposure's configuration", { enabled, tags, meta })
      .nullish()
      .describe('Another place for `enabled`, `tags` and `meta`.'),
  },
  {
    unsupported: {
      metrics: 'semantic models and metrics are another product of dbt; remove it',
    },
  },
);

/** The keys that a source and its tables share. */
export const sourceDetailsShape = {
  loader: z.string().nullish().describe('What loads the data, for people.'),
  ...loadedShape,
  quoting: quotingSchema,
  tags,
  meta,
  config: strictMapping("a source's configuration", {
    enabled,
    tags,
    meta,
    event_time: eventTime,
    ...loadedShape,
    ...filesShape,
  })
    .nullish()
    .describe('Another place for these keys; the table goes before the source.'),
};

/** An entry of `versions:`, whose columns and tests have their own readers. */
export function createVersionSchema(parts: {
  readonly modelConfig: z.ZodType;
  /** What a column may hold. */
  readonly columnShape: Readonly<Record<string, z.ZodType>>;
  readonly dataTests: z.ZodType;
  readonly constraints: z.ZodType;
}) {
  const column = strictMapping('a column of a version', {
    ...parts.columnShape,
    name: text('The name of the column; a choice of columns has none.').optional(),
    include: z
      .union([z.enum(['all', '*']), z.array(z.string().min(1))])
      .optional()
      .describe("A choice: which of the model's columns the version has, `all` or a list."),
    exclude: z
      .array(z.string().min(1))
      .optional()
      .describe('With `include: all`: which of them it does not have.'),
  });
  return strictMapping('a version', {
    v: z
      .union([z.number(), z.string().min(1)])
      .describe('The name of the version: a number, or a text.'),
    defined_in: text(
      'The SQL file without `.sql`. Without it, `<model>_v<v>`, and for the latest version also `<model>`.',
    ).nullish(),
    description: z.string().nullish().describe('What it is, in place of what the model says.'),
    access: z
      .enum(['private', 'protected', 'public'])
      .nullish()
      .describe('Who may ref it, in place of what the model says.'),
    config: parts.modelConfig.nullish().describe("Configuration, over the model's."),
    columns: z
      .array(column)
      .nullish()
      .describe("Its columns: a choice of the model's, and columns of its own."),
    docs: docsSchema.nullish().describe('How documentation shows it.'),
    constraints: parts.constraints,
    data_tests: parts.dataTests,
    tests: parts.dataTests,
    deprecation_date: deprecationDate,
  });
}

/** A date, or a date and time; without a zone it is UTC. */
export const deprecationDate = z
  .string()
  .regex(
    /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*(?:Z|[+-]\d{2}(?::?\d{2})?))?)?$/,
    'a date such as 2026-12-31, or a date and time',
  )
  .nullish()
  .describe('When its readers must have left it: a date, or a date and time; UTC without a zone.');

/** An entry of `analyses:`, whose columns have their own reader. */
export function createAnalysisSchema(column: z.ZodType) {
  return strictMapping('an analysis', {
    name: text('The name of the analysis: its SQL file without `.sql`.'),
    description,
    columns: z.array(column).nullish().describe('The columns.'),
    docs: docsSchema.nullish().describe('How documentation shows it.'),
    tags,
    meta,
    config: strictMapping("an analysis's configuration", {
      enabled,
      tags,
      meta,
      docs: docsSchema.nullish(),
    })
      .nullish()
      .describe('Configuration.'),
  });
}
