/**
 * Every diagnostic code, with the sentence that the documentation prints for it. One table, so that a code cannot
 * be used without being documented. Codes are kebab-case, grouped by the room that gives them.
 */
export const diagnosticCodes = {
  // project/
  'project-not-found':
    'No `stedi_project.yml` and no `dbt_project.yml` in the project folder or any folder above it.',
  'file-unreadable': 'A file of the project could not be read.',
  'file-ignored': 'A file under the model paths is of a kind that stedi-sql does not run.',
  'yaml-ambiguous':
    'A YAML value without quotes reads differently in YAML 1.1, which dbt and many tools use.',
  'yaml-syntax': 'A YAML file is not valid YAML (syntax, tabs, duplicate keys).',
  'config-unknown-key':
    'A configuration or properties file has a key that stedi-sql does not know.',
  'config-invalid-value':
    'A configuration value has the wrong type or is not one of the allowed values.',
  'config-conflict': 'Two configuration keys contradict each other.',
  'config-unsupported':
    'A configuration key of dbt that stedi-sql knows of but does not support yet.',
  'config-deprecated': 'A configuration key is written in an old way that still works.',
  'config-unused':
    'A path or folder configuration in `stedi_project.yml` applies to no folder, model or test.',
  'profile-not-found':
    'A project in dbt form names no profile, or there is no such profile in `profiles.yml`.',
  'package-invalid': 'An entry of `packages.yml`, or a package that is installed, is wrong.',
  'packages-not-installed':
    'A package of `packages.yml` is not installed, or in another version than is asked for.',
  'package-unreachable': '`deps` could not fetch a package.',
  'dialect-differs':
    'SQL of a dbt project is not SQL of Athena, in which its models are read because it runs there too.',
  'target-not-found': 'The target asked for is not defined under `targets:`.',
  'vars-invalid': 'The value of `--vars` is not a YAML mapping.',
  'vars-unexpected':
    'A variable of `--vars` has another type than in the project, or nearly the name of one there.',
  // parse/
  'duplicate-name': 'Two resources of the project have the same name.',
  'model-empty': 'A model or test file holds no SQL, only white space or comments.',
  'properties-without-model': 'A YAML file describes a model that does not exist.',
  'seed-invalid':
    'A CSV file under the seed paths is not a table: its quotes, its first line or a row.',
  'seed-value-invalid':
    'A value of a seed does not fit the type that `column_types` gives its column.',
  'seed-null-text':
    'A seed holds the word NULL between quotes, which is a text here and NULL in dbt.',
  'seed-too-large': 'A seed is too large for the statements that the target takes.',
  'snapshot-invalid':
    'A snapshot lacks what it needs, names what its query does not have, or its block is not whole.',
  'test-unknown': 'A YAML file asks for a generic test that is not defined.',
  'test-invalid':
    'A test in a YAML file has missing, unknown or wrong arguments, or names what is not there.',
  'macro-invalid': 'A macro definition is not valid or is defined twice.',
  'doc-not-found': 'A description takes up a block of text that no Markdown file has.',
  'doc-invalid': 'A Markdown file has a `{% docs %}` block that does not end, or has no name.',
  'group-not-found': 'A model is said to be in a group that no YAML file defines.',
  'version-invalid': 'The versions of a model contradict each other, or one has no SQL file.',
  'exposure-invalid': 'An exposure depends on something that is neither a ref nor a source.',
  // templates
  'template-syntax': 'A template is not valid Jinja.',
  'template-unsupported': 'A template uses a Jinja construct that stedi-sql does not support yet.',
  'template-forbidden': 'A template tries to reach something templates must not reach.',
  'template-undefined': 'A template uses a name that is not defined.',
  'template-error': 'A template failed while it was rendered.',
  'template-warning': 'A template gives a warning, or holds what is hardly meant.',
  'var-undefined': 'A template asks for a variable that has neither a value nor a default.',
  'env-var-undefined':
    'A template asks for an environment variable that is not set and has no default.',
  // graph/
  'ref-not-found': 'A model refs a name that is not in the project.',
  'ref-disabled': 'A model refs a model that is disabled.',
  'ref-private': 'A model refs a model that is private to the group of another.',
  'model-deprecated': 'A model is past its deprecation date, or is read although it has one.',
  'source-not-found': 'A model uses a source that is not defined.',
  'graph-cycle': 'Models depend on each other in a circle.',
  'selector-invalid': 'A `--select` or `--exclude` expression cannot be understood.',
  'selection-empty': 'A selection matches nothing.',
  'defer-unreachable':
    'A ref is deferred to a relation of another state that the target cannot read or that is not there.',
  // sql/ and dialects
  'sql-syntax': 'A statement is not valid SQL.',
  'sql-unsupported': 'A SQL construct cannot be translated faithfully to the target engine.',
  'sql-type-mismatch': 'An expression combines types that Athena does not combine.',
  'column-ambiguous': 'A query names a column that several of its tables have.',
  'column-not-found': 'A query names a column that none of its tables has.',
  'column-name-invalid': 'A model has a column without a name, or two columns of one name.',
  'function-unsupported': 'A SQL function cannot be translated faithfully to the target engine.',
  'function-unknown': "A SQL function is not one of Athena's.",
  'sql-several-statements': 'A model holds more than one statement.',
  // plan/
  'materialization-unknown': 'A model asks for a materialization that does not exist.',
  'materialization-invalid':
    'The configuration of a materialization is incomplete or contradictory.',
  'incremental-columns':
    'The query of an incremental model and the table that it adds to do not have the same columns.',
  'snapshot-table-invalid':
    'The table of a snapshot is not one that a snapshot wrote, or cannot take what the query returns.',
  'strategy-unknown': 'An incremental model asks for a strategy that does not exist.',
  'capability-missing': 'The target engine cannot do what a model asks for.',
  'relation-collision': 'Two models would write to the same relation.',
  'contract-invalid': 'The contract of a model is incomplete, or promises what cannot be.',
  'contract-mismatch': 'The columns of a model are not those that its contract promises.',
  'contract-broken': 'A model breaks the contract that it has in the other state.',
  'constraint-not-enforced': 'A constraint of a contract is not looked at by anybody.',
  'constraint-violated':
    'Rows of a model break a constraint of its contract; it was not published.',
  'microbatch-unfiltered':
    'A model that is built in batches reads nothing that can be cut to a batch.',
  // adapters/ and run/
  'connection-failed': 'The warehouse could not be opened.',
  'warehouse-locked': 'The warehouse file is in use by another process.',
  'engine-error': 'The engine refused or failed a statement.',
  'engine-limit':
    'The engine cannot compute a value that the engine has for which the SQL is written; nothing else was returned instead.',
  'engine-throttled': 'The engine refused calls for too long because there were too many of them.',
  'engine-unreachable': 'The engine did not answer, or the connection to it failed.',
  'credentials-missing': 'There are no credentials for the engine, or it does not know them.',
  'credentials-expired': 'The credentials for the engine have expired.',
  'access-denied': 'A permission is missing for something that the engine was asked to do.',
  'workgroup-invalid': 'The workgroup is missing or disabled, or has no place for results.',
  'query-limit':
    'A statement is longer, reads more, takes longer or needs more memory than is allowed.',
  'relation-not-owned':
    'A model would replace a relation of the warehouse that this project did not make.',
  'publish-conflict':
    'Somebody else changed a relation while a model was built; nothing was published.',
  'snapshot-rows-invalid':
    'Rows that a snapshot would keep cannot be told apart, or have no time; nothing was written.',
  'type-not-storable': 'A column of a model has a type that no table of the target can hold.',
  'freshness-unknown': 'Nothing tells when a source was loaded, so its age cannot be checked.',
  'landing-unreadable': 'A landing file could not be read as the declared format.',
  'landing-empty': 'The location of a landing model holds no files, so its table has no rows.',
  'disk-full': 'There is no space left on the disk.',
  'write-failed': 'A file could not be written.',
  'state-unreadable':
    'A folder that should hold the artifacts of an earlier run holds none, or none that can be read.',
  'clone-skipped': 'A node is not cloned, because there is nothing to clone or it would do harm.',
  // land/ and crawl
  'land-target-invalid': 'The model named by `--into` is not a landing model with a location.',
  'land-input-unreadable': 'An input file could not be read.',
  'land-records-rejected': 'Records could not be parsed; `land` writes them to a rejects file.',
  'land-folders-overlap':
    'An input or the rejects folder lies inside the folder that is landed into.',
  'land-input-damaged': 'A compressed input ends early or is damaged.',
  'land-duplicate-keys': 'Records hold the same key twice, without regard to case.',
  'land-large-records': 'Records are larger than engines read.',
  'land-no-records': 'An input holds no records, so nothing was landed from it.',
  // cli/
  usage: 'The command line is not valid.',
  internal: 'A bug in stedi-sql. Please report it.',
} as const satisfies Record<string, string>;

/** The name of a diagnostic. */
export type DiagnosticCode = keyof typeof diagnosticCodes;
