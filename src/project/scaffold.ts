import { errorDiagnostic } from '../core/diagnostic.js';
import type { JsonValue } from '../core/node.js';
import type { ConfigEntries } from '../core/node-config.js';
import { failure, success, type Result } from '../core/result.js';
import { projectFileName } from './project-file-name.js';
import { projectNamePattern, toProjectName } from './project-name.js';

/** A file of a new project. */
export interface ScaffoldFile {
  /** Relative to the project folder, forward slashes. */
  readonly path: string;
  readonly content: string;
}

/** What a new project is made from. */
export interface ScaffoldOptions {
  readonly name: string;
  /** The settings of its target `local`. */
  readonly defaultTarget: ConfigEntries;
  /** The path of the JSON Schema for editors, if there is one to point to. */
  readonly schemaPath?: string | undefined;
}

/** Words that YAML does not read as texts, or not everywhere. */
const yamlWords = /^(?:true|false|null|yes|no|on|off)$/i;

/** JSON is YAML; plain words need no quotes. */
function toYamlValue(value: JsonValue): string {
  const isPlain = typeof value === 'string' && /^[A-Za-z_][\w./-]*$/.test(value);
  return isPlain && !yamlWords.test(value) ? value : JSON.stringify(value);
}

function projectFile({ name, defaultTarget, schemaPath }: ScaffoldOptions): string {
  const target = Object.entries(defaultTarget).map(
    ([key, value]) => `    ${key}: ${toYamlValue(value)}\n`,
  );
  return `${schemaPath === undefined ? '' : `# yaml-language-server: $schema=${schemaPath}\n`}name: ${toYamlValue(name)}
version: '1.0'

# Values for {{ var('…') }} in models; --vars overrides them.
vars:
  goal: 5000

models:
  ${name}:
    +materialized: table

target: local
targets:
  local:
${target.join('')}`;
}

const walks = `-- What two people walked. Put your own data here: an external_table over files, or a source.
select
    person,
    walked_on,
    steps
from (
    values
        ('ada', date '2024-05-01', 6200),
        ('ada', date '2024-05-02', 4100),
        ('ada', date '2024-05-03', 9000),
        ('grace', date '2024-05-01', 7300),
        ('grace', date '2024-05-02', 5600)
) as walks (person, walked_on, steps)
`;

const people = `-- One row per person: how often they reached the goal.
select
    person,
    count(*) as days,
    count(case when steps >= {{ var('goal') }} then 1 end) as days_at_goal,
    sum(steps) as steps
from {{ ref('walks') }}
group by person
`;

const properties = `version: 2

models:
  - name: walks
    description: Steps by person and day.
    columns:
      - name: person
        data_tests:
          - not_null
          - accepted_values:
              arguments:
                values: [ada, grace]
      - name: walked_on
        data_tests: [not_null]
      - name: steps
        data_tests: [not_null]

  - name: people
    description: How often each person reached the goal.
    columns:
      - name: person
        data_tests: [not_null, unique]
      - name: days_at_goal
        description: Days with at least as many steps as the variable \`goal\`.
`;

const dataTest = `-- Fails if it returns rows: nobody reaches the goal on more days than they walked.
select *
from {{ ref('people') }}
where days_at_goal > days
`;

function readme(name: string): string {
  return `# ${name}

\`\`\`sh
npx stedi-sql build                          # build all models and run their tests
npx stedi-sql show people                    # look at the rows of a model
npx stedi-sql build --vars '{goal: 7000}'    # with another value of a variable
npx stedi-sql run --select people --dry-run  # say what a run would do
\`\`\`

- \`models/\`: a model is a SELECT in a file; \`{{ ref('walks') }}\` reads another model. YAML files describe models and ask for tests.
- \`tests/\`: a test is a SELECT that returns the rows that are wrong.
- \`macros/\` (if you need it): Jinja macros.
- \`${projectFileName}\`: configuration.
- \`target/\`: the warehouse, compiled SQL and artifacts; not to be committed.
`;
}

/**
 * Returns the files of a new small project that builds at once: two models with data of their own, a YAML file with
 * tests, a data test. Diagnostics: `config-invalid-value` if the name cannot be a project's.
 */
export function scaffoldProject(options: ScaffoldOptions): Result<readonly ScaffoldFile[]> {
  const { name } = options;
  if (!projectNamePattern.test(name)) {
    const message = `a project's name has lower-case letters, digits and underscores and no digit first, found '${name}'`;
    const suggestion = toProjectName(name);
    const hint = suggestion === undefined ? undefined : `did you mean '${suggestion}'?`;
    return failure([errorDiagnostic('config-invalid-value', message, { hint })]);
  }
  return success([
    { path: projectFileName, content: projectFile(options) },
    { path: 'models/walks.sql', content: walks },
    { path: 'models/people.sql', content: people },
    { path: 'models/models.yml', content: properties },
    { path: 'tests/no_more_days_at_goal_than_days.sql', content: dataTest },
    { path: 'README.md', content: readme(name) },
    { path: '.gitignore', content: 'target/\nlogs/\n' },
  ]);
}
