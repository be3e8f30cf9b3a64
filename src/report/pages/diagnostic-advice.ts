import type { DiagnosticCode } from '../../core/diagnostic-codes.js';

/** What to do about each diagnostic, for the documentation; the printed hint speaks of the case at hand. */
export const diagnosticAdvice: Readonly<Record<DiagnosticCode, string>> = {
  'project-not-found':
    'Run the command in the project folder or below it, or name the folder with `--project-dir`. `stedi-sql init` starts a new project.',
  'file-unreadable': 'Save the file as UTF-8, and check that you may read it.',
  'file-ignored':
    'Models in Python are listed and never run: one that is built fails, what reads it is skipped, and the rest goes on. Write it in SQL, or leave it out: `--exclude <model>+`.',
  'yaml-ambiguous':
    'Write the value so that every reader of YAML takes it the same way: `true` or `false`, or a text in quotes.',
  'yaml-syntax': 'Correct the YAML at the place shown. A text with `: ` or `#` in it needs quotes.',
  'config-unknown-key':
    'Correct the spelling, or remove the key. [Configuration](configuration.md) lists all keys.',
  'config-invalid-value':
    'Write a value of the type that [Configuration](configuration.md) gives for the key.',
  'config-conflict': 'Keep one of the two.',
  'config-unsupported': 'Remove the key, or do as the hint says: the key would have no effect.',
  'config-deprecated': 'It works, but write it in the new way that the hint shows.',
  'config-unused':
    'Correct the name of the folder, model or path. Without that, what stands there has no effect.',
  'profile-not-found':
    'Write the profile to `profiles.yml` beside the project file, or say where it is with `--profiles-dir` and which with `--profile`. [dbt projects](dbt-projects.md) tells where it is looked for.',
  'package-invalid':
    'Correct the entry of `packages.yml`, or remove the folder from `dbt_packages/` and run `stedi-sql deps`.',
  'packages-not-installed':
    'Run `stedi-sql deps`. It is the only command that uses the network for packages.',
  'package-unreachable':
    'Check the address and the network, and run `stedi-sql deps` again. What was installed before is still there.',
  'dialect-differs':
    'Write the SQL in the dialect of Athena, from which DuckDB gets its own. [What is supported](sql-support.md) lists functions and syntax. A project for DuckDB alone is read in DuckDB’s own SQL: its profile has no `athena` output, or `vars:` sets `stedi_sql_dialect: duckdb`.',
  'target-not-found':
    'Name a target that stands under `targets:` in `stedi_project.yml`, or add it there.',
  'vars-invalid': "Write a YAML mapping, in quotes for the shell: `--vars '{name: value}'`.",
  'vars-unexpected':
    'Give the variable a value of the type that it has under `vars:` in `stedi_project.yml`, and spell it as it is spelt there.',
  'duplicate-name':
    'Rename one of the two, or merge them. Names of models and tests are unique in the project, whatever folder they are in.',
  'model-empty': 'Write a query, or delete the file.',
  'properties-without-model':
    'Give the entry the name of a SQL file (without `.sql`), or of a CSV file under `seeds:`, add that file, or remove the entry.',
  'seed-invalid':
    'Correct the file at the place shown: a first line with the name of each column, then rows with as many values. A value with a delimiter, a quote or a line end in it stands between double quotes.',
  'seed-value-invalid':
    'Correct the value, or give the column another type under `column_types`. A whole number keeps leading zeros only as a `varchar`.',
  'seed-null-text':
    'Take the quotes off where NULL is meant. Where the word is meant, nothing is wrong here; dbt would make NULL of it.',
  'seed-too-large':
    'Land the file with `stedi-sql land` or put it where the target reads it, and declare an `external_table` over it. Seeds are for small lists.',
  'snapshot-invalid':
    'Write the key that is missing, or correct the one at the place shown; see [Snapshots](snapshots.md).',
  'test-unknown':
    'Use `not_null`, `unique`, `accepted_values` or `relationships`, or write the test as a query in a file under `tests/`.',
  'test-invalid': 'Give the test the arguments it takes; see [Configuration](configuration.md).',
  'macro-invalid':
    'Rename the macro, remove the second definition, or move what stands outside into a macro.',
  'template-syntax':
    'Correct the Jinja at the place shown. [Templates](jinja.md) says what can be written.',
  'template-unsupported':
    'Write it in another way; [Templates](jinja.md) lists what is not supported and what to do instead.',
  'template-forbidden':
    'Remove it. Templates see their own values and the functions of [Templates](jinja.md), nothing of the program or the machine.',
  'template-undefined':
    'Correct the spelling, or define the name with `{% set … %}` before it is used.',
  'template-error': 'Correct the expression; `related` shows the calls of macros that led to it.',
  'template-warning':
    'Read it. A template gives such a warning with `exceptions.warn(…)`, or holds what is hardly meant.',
  'var-undefined':
    "Give the variable a value under `vars:` or with `--vars`, or a default in the template: `var('name', 0)`.",
  'env-var-undefined':
    "Set the environment variable, or give a default in the template: `env_var('NAME', '')`.",
  'doc-not-found':
    'Correct the name, or write the block into a Markdown file under the `docs-paths`.',
  'doc-invalid': 'Write `{% docs name %}`, the text, and `{% enddocs %}`.',
  'group-not-found': 'Correct the name, or define the group under `groups:` in a YAML file.',
  'version-invalid':
    'Make the versions listed and the SQL files agree: each version has one file, `<model>_v<v>.sql` or the one that `defined_in` names.',
  'exposure-invalid': "Write `ref('model')` or `source('source', 'table')`, a text each.",
  'ref-not-found':
    'Correct the name, or add the model. Tables that the project does not build are sources.',
  'ref-disabled': 'Enable the model, or disable what refs it as well.',
  'ref-private':
    'Give the node that refs it the same `group`, ref a model that is not private, or ask the owner of the group for another `access`.',
  'model-deprecated':
    'Move to the version or model that the hint names. Once nothing reads the deprecated model, disable or remove it.',
  'source-not-found': 'Correct the name, or define the source under `sources:` in a YAML file.',
  'graph-cycle': 'Remove one of the refs shown, or move what both models need into a third one.',
  'selector-invalid': '[Commands](commands.md#choosing-nodes) has the grammar.',
  'defer-unreachable':
    'Build the model here, too, by selecting it, or build the other state in a place that the target can read. [Commands](commands.md#deferring) tells which.',
  'selection-empty': '`stedi-sql ls` lists what there is. Nothing was run.',
  'sql-syntax':
    "Correct the SQL at the place shown. Queries are written in Athena's SQL, which is Trino's.",
  'sql-unsupported':
    'Write it in another way: this construct has no faithful counterpart on DuckDB. See [Athena SQL on DuckDB](sql-support.md).',
  'sql-type-mismatch':
    'Write a CAST. Athena converts types by itself only where nothing can be lost, and refuses the query otherwise.',
  'column-ambiguous': "Write the table's name or alias before the column.",
  'column-not-found': 'Correct the name of the column, or add it to the model that is read.',
  'column-name-invalid':
    'Give the column a name of its own with `AS`: a table or view cannot be made of it otherwise, on Athena neither.',
  'function-unsupported':
    'Use another function: this one would give another result on DuckDB. See [Athena SQL on DuckDB](sql-support.md).',
  'function-unknown':
    "Use a function of Athena. DuckDB's own functions are not available to models.",
  'sql-several-statements': 'Split the file: a model or test is one query.',
  'materialization-unknown': 'Use `view`, `table`, `incremental`, `ephemeral` or `external_table`.',
  'materialization-invalid':
    'Add what is missing. An external table needs a location and columns with types; `merge` and `delete+insert` need a `unique_key`.',
  'incremental-columns':
    'Set `on_schema_change` to say how the table follows its query, build the table anew with `--full-refresh`, or give the query the columns that the table has. Columns and types that cannot be known are never guessed: name the columns in place of a `*`, and write a cast. See [incremental models](incremental.md).',
  'snapshot-table-invalid':
    'Nothing was written. Give the snapshot another `alias` or `schema` if the table is not its own; put a column that is lost back (`ALTER TABLE … ADD COLUMN`), or cast the column of the query to the type of the table. See [Snapshots](snapshots.md).',
  'strategy-unknown': 'Use `append`, `merge`, `delete+insert` or `insert_overwrite`.',
  'capability-missing': 'Choose another strategy or another target.',
  'relation-collision': 'Give one of the two models another `alias` or `schema`.',
  'contract-invalid':
    "Describe each column of the model under `columns:` with `name` and `data_type`, in Athena's types. [Contracts](contracts.md) says what a contract takes.",
  'contract-mismatch':
    'Change the query, often by a cast, or the contract. Nothing was written, or what was written was not published.',
  'contract-broken':
    'Whoever reads the model relies on what was promised. Add columns and take none away, or give the model a new version. Of a model without versions it is a warning.',
  'constraint-not-enforced':
    'Write the data test that the hint names, which holds the model back, or silence the warning with `warn_unenforced: false`.',
  'constraint-violated':
    'Look at the rows: `stedi-sql show <model>` shows what the query gives. Correct them in the query, or the constraint.',
  'microbatch-unfiltered':
    'Set `event_time` in the configuration of the models, seeds or sources that it reads. Without it each batch reads all of them; its rows are right all the same.',
  'connection-failed':
    "Check the target's path and its permissions. `stedi-sql debug` shows which file is meant.",
  'warehouse-locked':
    'Wait for the other process or stop it. DuckDB lets one process write to a file at a time; close other tools that have it open.',
  'engine-error':
    'Correct the model at the line shown. The files named below the message hold the SQL as written and as DuckDB ran it.',
  'engine-limit':
    'Take the next step that the message names, or run the model on Athena: there it has a value. `docs/sql-support.md` lists these limits of DuckDB.',
  'engine-throttled':
    'Run the command again later, or with fewer `threads`. Quotas hold for a whole account; AWS raises them on request.',
  'engine-unreachable':
    'Check the network, and `region` and `endpoint` of the target, then run the command again: what was published stays as it was.',
  'credentials-missing':
    "Log in (`aws sso login`), set `AWS_PROFILE` or the target's `profile`, or give the machine a role.",
  'credentials-expired':
    'Get new credentials and run the command again. Statements that were running may go on; nothing of theirs is published.',
  'access-denied':
    'Add the permission that the message names. `stedi-sql iam-policy` prints the policy that the project needs.',
  'workgroup-invalid':
    'Name an enabled workgroup in `work_group`, and set `s3_staging_dir` where the workgroup says no place for results.',
  'query-limit':
    'Read less (filter on partitions), split the model in two, or raise the limit of the workgroup or the quota that the message names.',
  'relation-not-owned':
    'Give the model another `alias` or `schema`, drop the relation yourself, or hand it over to the project as the message says.',
  'publish-conflict':
    'Run the command again when the others are done. Nothing was lost: what they wrote is in place.',
  'snapshot-rows-invalid':
    'Nothing was written. Let the query return one row for each `unique_key`, without NULL in it, and a time in `updated_at` of every row: `coalesce(updated_at, created_at)`.',
  'type-not-storable': 'Write the cast that the message names.',
  'freshness-unknown':
    'Give the source a `loaded_at_field` or a `loaded_at_query` that returns a time. A time without a zone is UTC.',
  'landing-unreadable':
    'Correct the file, declare the column with a type that holds the value, or bring the file in with `land`. See [Landing](landing.md).',
  'landing-empty':
    'Put files there with `land`, or correct the location. See [Landing](landing.md).',
  'disk-full':
    'Free some space and run the command again. What was published or landed before is unchanged.',
  'state-unreadable':
    'Name the folder in which an earlier run left its `manifest.json` (for `result:` and `retry` its `run_results.json`), such as a copy of `target/`.',
  'clone-skipped':
    'Name another state with `--state`, clone to another target, or build the node here. The message says which.',
  'write-failed': "Check the folder's permissions, and that nothing is in the way.",
  'land-target-invalid':
    'Name a model with `materialized: external_table` and a location on this machine. `stedi-sql crawl` proposes one.',
  'land-input-unreadable': 'Check the path and its permissions.',
  'land-records-rejected':
    'Look at the rejects file: it holds each stretch with its place and the reason. Mend the records and land them as a new file.',
  'land-folders-overlap': 'Land files from a folder outside the landing location.',
  'land-input-damaged':
    'Fetch the file again. What could be read of it was landed; the hint says what to remove first.',
  'land-duplicate-keys':
    'Remove one of the two keys at the source: Athena refuses such records, and so does the landing table on DuckDB.',
  'land-large-records':
    'Split the records at the source and land them again; remove the file that holds the large ones, or every model that reads it fails.',
  'land-no-records': 'Check that it is the right file and that it is complete.',
  usage: '`stedi-sql <command> --help` lists the flags and arguments.',
  internal:
    'Report it with the line that is printed. With `STEDI_DEBUG=1` in the environment the stack is printed too.',
};
