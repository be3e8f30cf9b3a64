import { z } from 'zod';
import { constraintTypes } from '../core/contract.js';
import {
  createAnalysisSchema,
  createVersionSchema,
  deprecationDate,
  exposureSchema,
  groupSchema,
  sourceDetailsShape,
} from './governance-schema.js';
import { docsSchema } from './node-config-schema.js';
import { anyMapping, strictMapping, text, textOrList } from './schema-notes.js';

/** The parts of a properties file that have their own readers; JSON Schema describes them in full. */
export interface PropertiesParts {
  readonly modelConfig: z.ZodType;
  readonly testEntry: z.ZodType;
  readonly seedConfig: z.ZodType;
  readonly snapshotConfig: z.ZodType;
}

const notYet = 'remove it';
const underConfig = "write it under 'config:'";

/** Top-level keys of dbt's properties files that are refused, with the next step. */
const unsupportedFileKeys: Readonly<Record<string, string>> = {
  data_tests: 'describe a singular test in a comment of its SQL file',
  functions: notYet,
  metrics: notYet,
  saved_queries: notYet,
  semantic_models: notYet,
  tests: 'describe a singular test in a comment of its SQL file',
};

const unsupportedModelKeys: Readonly<Record<string, string>> = {
  freshness: notYet,
  primary_key: notYet,
  semantic_model: notYet,
  time_spine: notYet,
};

/** Configuration keys that people write one level too high. */
const misplacedModelKeys: Readonly<Record<string, string>> = {
  alias: underConfig,
  batch_size: underConfig,
  begin: underConfig,
  contract: underConfig,
  database: underConfig,
  enabled: underConfig,
  event_time: underConfig,
  lookback: underConfig,
  materialized: underConfig,
  schema: underConfig,
};

const misplacedSeedKeys: Readonly<Record<string, string>> = {
  alias: underConfig,
  column_types: underConfig,
  database: underConfig,
  delimiter: underConfig,
  enabled: underConfig,
  quote_columns: underConfig,
  schema: underConfig,
};

/** Keys of a snapshot's configuration that people write one level too high. */
const misplacedSnapshotKeys: Readonly<Record<string, string>> = {
  ...misplacedModelKeys,
  check_cols: underConfig,
  hard_deletes: underConfig,
  invalidate_hard_deletes: underConfig,
  strategy: underConfig,
  target_database: underConfig,
  target_schema: underConfig,
  unique_key: underConfig,
  updated_at: underConfig,
};

const unsupportedColumnKeys: Readonly<Record<string, string>> = {
  dimension: notYet,
  entity: notYet,
  granularity: notYet,
  policy_tags:
    'they are of BigQuery, and nothing would enforce them here; grant rights in the warehouse',
};

const unsupportedSourceKeys: Readonly<Record<string, string>> = {
  external: 'declare a model with the materialization external_table instead',
  overrides: 'change the entry in the package itself, whose YAML the project has',
};

const description = z.string().nullish().describe('What it is, in Markdown.');
const meta = anyMapping.nullish().describe('Free information. It merges with that of `config`.');
const tags = textOrList('Names for selection. They add up with those of `config`.').nullish();
const name = (what: string) => text(`The name of the ${what}.`);

/** Returns the schema of properties files. */
export function createPropertiesSchema({
  modelConfig,
  testEntry,
  seedConfig,
  snapshotConfig,
}: PropertiesParts) {
  const dataTests = z
    .array(testEntry)
    .nullish()
    .describe('Data tests: each a name, or a name with arguments and configuration.');
  const tests = z.array(testEntry).nullish().describe('The older name of `data_tests`.');

  const constraint = {
    type: z
      .enum(constraintTypes)
      .describe('`not_null` and `check` are looked at before the model is published.'),
    name: z.string().nullish().describe('A name for messages.'),
    expression: z.string().nullish().describe('`check`: a condition in SQL that no row breaks.'),
    warn_unenforced: z
      .boolean()
      .nullish()
      .describe('`false`: do not say that it is not enforced.')
      .meta({ default: true }),
    warn_unsupported: z
      .boolean()
      .nullish()
      .describe('`false`: do not say that it is not supported.')
      .meta({ default: true }),
    to: z.string().nullish().describe("`foreign_key`: the other relation: `ref('customers')`."),
    to_columns: textOrList('`foreign_key`: the columns of the other relation.').nullish(),
  };
  const columnConstraints = z
    .array(strictMapping('a constraint', constraint))
    .nullish()
    .describe('What holds of every row. It counts where the contract of the model is enforced.');
  const modelConstraints = z
    .array(
      strictMapping('a constraint', {
        ...constraint,
        columns: textOrList('The columns that it speaks of.').nullish(),
      }),
    )
    .nullish()
    .describe('Constraints of several columns.');

  const columnShape = {
    name: name('column'),
    description,
    data_type: text(
      'The type, such as `bigint` or `varchar`; an external table needs it.',
    ).nullish(),
    data_tests: dataTests,
    tests,
    constraints: columnConstraints,
    quote: z
      .boolean()
      .nullish()
      .describe('Names are quoted where they must be, so both values mean the same.'),
    tags,
    meta,
    config: strictMapping("a column's configuration", { tags, meta })
      .nullish()
      .describe('Another place for `tags` and `meta`.'),
  };
  const column = strictMapping('a column', columnShape, { unsupported: unsupportedColumnKeys });
  const columns = z.array(column).nullish().describe('The columns.');

  const model = strictMapping(
    'a model',
    {
      name: text('The name of the model: its SQL file without `.sql`.'),
      description,
      config: modelConfig
        .nullish()
        .describe('Configuration, as `config()` in the file has it, which goes first.'),
      columns,
      constraints: modelConstraints,
      data_tests: dataTests,
      tests,
      tags,
      meta,
      docs: docsSchema.nullish().describe('How documentation shows it.'),
      access: z
        .enum(['private', 'protected', 'public'])
        .nullish()
        .describe('Who may ref the model: `private` is its group alone.'),
      group: text('The group that the model belongs to.').nullish(),
      latest_version: z
        .union([z.number(), z.string().min(1)])
        .nullish()
        .describe('The version that a ref without one means. Without it, the highest.'),
      versions: z
        .array(
          createVersionSchema({
            modelConfig,
            columnShape,
            dataTests,
            constraints: modelConstraints,
          }),
        )
        .nullish()
        .describe('The versions of the model, each with a SQL file of its own.'),
      deprecation_date: deprecationDate,
    },
    { unsupported: unsupportedModelKeys, misplaced: misplacedModelKeys },
  );

  const seed = strictMapping(
    'a seed',
    {
      name: text('The name of the seed: its file without `.csv`.'),
      description,
      config: seedConfig.nullish().describe('Configuration.'),
      columns,
      data_tests: dataTests,
      tests,
      tags,
      meta,
      docs: docsSchema.nullish().describe('How documentation shows it.'),
      group: text('The group that the seed belongs to.').nullish(),
    },
    { misplaced: misplacedSeedKeys },
  );

  const snapshot = strictMapping(
    'a snapshot',
    {
      name: text('The name of the snapshot.'),
      relation: text(
        "What is snapshotted: `ref('…')` or `source('…', '…')`. Without it, a SQL file under `snapshot-paths` holds the query.",
      ).nullish(),
      description,
      config: snapshotConfig
        .nullish()
        .describe('Configuration, as `config()` in a SQL file has it, which goes first.'),
      columns,
      data_tests: dataTests,
      tests,
      tags,
      meta,
      docs: docsSchema.nullish().describe('How documentation shows it.'),
      group: text('The group that the snapshot belongs to.').nullish(),
    },
    { misplaced: misplacedSnapshotKeys },
  );

  const table = strictMapping(
    'a table of a source',
    {
      name: name('table, as `source()` calls it'),
      identifier: text("The table's name in the warehouse. Without it, `name`.").nullish(),
      description,
      columns,
      data_tests: dataTests,
      tests,
      ...sourceDetailsShape,
    },
    { unsupported: unsupportedSourceKeys },
  );
  const source = strictMapping(
    'a source',
    {
      name: name('source, as `source()` calls it'),
      schema: text('The schema of the tables. Without it, `name`.').nullish(),
      database: text("The catalog of the tables. Without it, the target's.").nullish(),
      description,
      tables: z.array(table).nullish().describe('The tables.'),
      ...sourceDetailsShape,
    },
    { unsupported: unsupportedSourceKeys },
  );

  const argument = strictMapping('an argument of a macro', {
    name: name('argument'),
    type: z.string().nullish().describe('What the argument takes.'),
    description,
  });
  const macro = strictMapping('a macro', {
    name: name('macro'),
    description,
    arguments: z.array(argument).nullish().describe('The arguments.'),
    docs: docsSchema.nullish().describe('How documentation shows it.'),
    meta: anyMapping.nullish().describe('Free information.'),
    config: strictMapping("a macro's configuration", { meta, docs: docsSchema.nullish() })
      .nullish()
      .describe('Another place for `meta` and `docs`.'),
  });

  const rowsShape = {
    rows: z
      .union([z.array(anyMapping), z.string()])
      .nullish()
      .describe('The rows: a list of mappings, or a text for `csv` and `sql`.'),
    format: z.enum(['dict', 'csv', 'sql']).optional().describe('How the rows are written.'),
    fixture: text('The name of a file in `tests/fixtures` with the rows.').optional(),
  };
  const unitTest = strictMapping('a unit test', {
    name: name('unit test'),
    description,
    model: text('The model whose SQL is tested.'),
    given: z
      .array(
        strictMapping('given rows', {
          input: text("What the rows stand for: `ref('…')`, `source('…', '…')` or `this`."),
          ...rowsShape,
        }),
      )
      .nullish()
      .describe('The rows that the model reads, for each ref and source of it.'),
    expect: strictMapping('expected rows', rowsShape).describe(
      'The rows that the model is to return, in any order; columns that are not named may hold anything.',
    ),
    overrides: strictMapping('overrides', {
      macros: anyMapping.nullish().describe('What macros return, by name; `is_incremental` too.'),
      vars: anyMapping.nullish().describe('Values of variables.'),
      env_vars: anyMapping.nullish().describe('Values of environment variables.'),
    })
      .nullish()
      .describe('What is so in this test alone.'),
    config: strictMapping("a unit test's configuration", {
      tags,
      meta,
      enabled: z.boolean().optional(),
    })
      .nullish()
      .describe('Configuration.'),
    versions: strictMapping('a choice of versions', {
      include: z.array(z.union([z.number(), z.string()])).nullish(),
      exclude: z.array(z.union([z.number(), z.string()])).nullish(),
    })
      .nullish()
      .describe('Of a model with versions: which of them are tested. All without it.'),
  });

  return strictMapping(
    'a properties file',
    {
      version: z.literal(2).nullish().describe('May be left out.'),
      models: z.array(model).nullish().describe('What is said of models.'),
      sources: z
        .array(source)
        .nullish()
        .describe('Tables that the project reads and does not build.'),
      seeds: z.array(seed).nullish().describe('What is said of seeds.'),
      snapshots: z
        .array(snapshot)
        .nullish()
        .describe('Snapshots, and what is said of those in SQL files.'),
      unit_tests: z
        .array(unitTest)
        .nullish()
        .describe("Tests of models' SQL on given rows; they need no warehouse."),
      macros: z.array(macro).nullish().describe('What is said of macros.'),
      exposures: z
        .array(exposureSchema)
        .nullish()
        .describe('What reads the models from outside: dashboards, notebooks, applications.'),
      groups: z.array(groupSchema).nullish().describe('Groups of models with one owner.'),
      analyses: z
        .array(createAnalysisSchema(column))
        .nullish()
        .describe('What is said of analyses.'),
    },
    { unsupported: unsupportedFileKeys },
  );
}
