import { z } from 'zod';
import { projectFileName } from './project-file-name.js';
import { projectNamePattern } from './project-name.js';
import { anyMapping, strictMapping, text } from './schema-notes.js';

/** What holds where `stedi_project.yml` is silent. */
export const projectDefaults = {
  modelPaths: ['models'],
  macroPaths: ['macros'],
  testPaths: ['tests'],
  seedPaths: ['seeds'],
  snapshotPaths: ['snapshots'],
  analysisPaths: ['analyses'],
  targetPath: 'target',
  packagesPath: 'dbt_packages',
  targetName: 'local',
  schema: 'main',
  threads: 4,
} as const;

/** The parts of `stedi_project.yml` that have their own readers; JSON Schema describes them in full. */
export interface ProjectParts {
  readonly models: z.ZodType;
  readonly tests: z.ZodType;
  readonly seeds: z.ZodType;
  readonly snapshots: z.ZodType;
  readonly sources: z.ZodType;
  readonly exposures: z.ZodType;
  readonly unitTests: z.ZodType;
  readonly targets: z.ZodType;
}

const notYet = 'remove it';

/** Keys of dbt_project.yml that are refused, with the next step. */
const unsupportedKeys: Readonly<Record<string, string>> = {
  'asset-paths': notYet,
  'clean-targets': '`clean` removes what stedi-sql wrote to the target folder; remove the key',
  'dbt-cloud': notYet,
  flags: 'use the flags of the command line',
  'function-paths': notYet,
  functions: notYet,
  metrics: notYet,
  packages: 'list packages in packages.yml',
  profile: "connections stand under 'targets:' in this file",
  'query-comment': notYet,
  quoting: 'names are quoted where they must be; remove it',
  'require-dbt-version': 'it is about dbt; remove it',
  'restrict-access': notYet,
  'saved-queries': notYet,
  'semantic-models': notYet,
};

function paths(description: string) {
  return z.array(z.string().min(1)).nullish().describe(description);
}

function hookTexts(description: string) {
  return z.union([z.string().min(1), z.array(z.string().min(1))]).describe(description);
}

/** Returns the schema of `stedi_project.yml`. */
export function createProjectSchema({
  models,
  tests,
  seeds,
  snapshots,
  sources,
  exposures,
  unitTests,
  targets,
}: ProjectParts) {
  return strictMapping(
    projectFileName,
    {
      name: z
        .string()
        .regex(
          projectNamePattern,
          'a name of lower-case letters, digits and underscores that does not start with a digit',
        )
        .describe(
          'The name of the project: lower-case letters, digits and underscores, no digit first.',
        ),
      version: z
        .union([z.string(), z.number()])
        .nullish()
        .describe('The version of the project, for people.'),
      'config-version': z.literal(2).nullish().describe('May be left out.'),
      'model-paths': paths(
        'Folders with models (`.sql`) and their properties (`.yml`), inside the project.',
      ).meta({ default: projectDefaults.modelPaths }),
      'macro-paths': paths('Folders with macros.').meta({ default: projectDefaults.macroPaths }),
      'test-paths': paths('Folders with data tests in SQL.').meta({
        default: projectDefaults.testPaths,
      }),
      'seed-paths': paths('Folders with seeds (`.csv`) and their properties.').meta({
        default: projectDefaults.seedPaths,
      }),
      'snapshot-paths': paths(
        'Folders with snapshots in SQL (`.sql`) and YAML files that define them.',
      ).meta({ default: projectDefaults.snapshotPaths }),
      'analysis-paths': paths(
        'Folders with analyses: SQL files that are compiled and never run.',
      ).meta({ default: projectDefaults.analysisPaths }),
      'docs-paths': paths(
        'Folders with Markdown files, whose `{% docs %}` blocks descriptions take up. Without it, all folders but those of tests.',
      ),
      'target-path': text('The folder for artifacts and compiled SQL.')
        .nullish()
        .meta({ default: projectDefaults.targetPath }),
      'log-path': text('The folder of the log file. `--log-path` goes before it.')
        .nullish()
        .meta({ default: 'logs' }),
      vars: anyMapping
        .nullish()
        .describe(
          "Variables for `var()`, of any type. Entries under the project's name go before the others, `vars:` of the target before both, and `--vars` before all.",
        ),
      models: models
        .nullish()
        .describe(
          "Configuration of models by folder: `+key: value` settings and subfolders, as in dbt directly or under the project's name.",
        ),
      tests: tests.nullish().describe('Configuration of data tests by folder.'),
      data_tests: tests.nullish().describe('The same as `tests`.'),
      seeds: seeds.nullish().describe('Configuration of seeds by folder.'),
      snapshots: snapshots.nullish().describe('Configuration of snapshots by folder.'),
      sources: sources.nullish().describe('Configuration of sources by folder, source and table.'),
      exposures: exposures.nullish().describe('Configuration of exposures by folder.'),
      unit_tests: unitTests.nullish().describe('Configuration of unit tests by folder.'),
      'on-run-start': hookTexts(
        'Statements before the first node of a run, in SQL with Jinja.',
      ).nullish(),
      'on-run-end': hookTexts(
        'Statements after the last node of a run, however it ended; `results`, `schemas` and `database_schemas` tell of it.',
      ).nullish(),
      dispatch: z
        .array(
          strictMapping('an entry of dispatch', {
            macro_namespace: text('The package whose macros are looked for.'),
            search_order: z
              .array(z.string().min(1))
              .describe(
                'The packages in which they are looked for, the first goes before the rest.',
              ),
          }),
        )
        .nullish()
        .describe('Where `adapter.dispatch` looks for the macros of a package.'),
      'packages-install-path': text('The folder of installed packages.')
        .nullish()
        .meta({ default: projectDefaults.packagesPath }),
      target: text('The name of the target that is used without `--target`.').nullish(),
      targets: targets
        .nullish()
        .describe('Connections by name. Without it, one target `local` on this machine.'),
    },
    { unsupported: unsupportedKeys },
  );
}
