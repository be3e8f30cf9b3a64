import { builtin, callableOf } from './arguments.js';
import { TemplateProblem } from './template-problem.js';
import type { CallableValue, ObjectValue, Value } from './values.js';

const pureReason =
  'templates are pure: they cannot query or change the warehouse while they compile';
const columnsAdvice = 'name the columns in SQL, in a macro, or declare them in YAML';
const existsAdvice = 'use is_incremental(), or decide by a var';
const changeAdvice = 'let a materialization, a hook or an operation do it when the project runs';

/** What of dbt's `adapter` changes the warehouse, without a text of SQL. */
export const changingNames: readonly string[] = [
  'create_schema',
  'drop_schema',
  'drop_relation',
  'rename_relation',
  'truncate_relation',
  'commit',
  'clean_up_table',
  'clean_up_partitions',
  'run_query_with_partitions_limit_catching',
];

/** What dbt's `adapter` can do besides, and what to do instead. */
const refused: ReadonlyMap<string, string> = new Map([
  ...['get_columns_in_relation', 'get_missing_columns', 'expand_target_column_types'].map(
    (name): [string, string] => [name, columnsAdvice],
  ),
  ...[
    'get_relation',
    'load_relation',
    'check_schema_exists',
    'already_exists',
    'list_relations_without_caching',
    'list_relations',
    'is_replaceable',
  ].map((name): [string, string] => [name, existsAdvice]),
  ...['execute', 'add_query', ...changingNames].map((name): [string, string] => [
    name,
    changeAdvice,
  ]),
]);

/** Returns dbt's `adapter`, as far as it needs no warehouse. `type` is the engine in whose SQL templates are, `externalRoot` dbt-duckdb's `external_root`. */
export function adapterObject(
  dispatch: CallableValue,
  type: string,
  externalRoot?: string,
): ObjectValue {
  const members = new Map<string, Value>([
    ['dispatch', dispatch],
    [
      'quote',
      callableOf(
        'adapter.quote',
        builtin('identifier', (args) => `"${args.text('identifier').replaceAll('"', '""')}"`),
      ),
    ],
    [
      'type',
      callableOf(
        'adapter.type',
        builtin('', () => type),
      ),
    ],
    ...(externalRoot === undefined
      ? []
      : ([
          [
            'external_root',
            callableOf(
              'adapter.external_root',
              builtin('', () => externalRoot),
            ),
          ],
        ] as const)),
  ]);
  return {
    kind: 'object',
    typeName: 'adapter',
    text: null,
    memberNames: () => [...members.keys()],
    member(name) {
      const advice = refused.get(name);
      if (advice === undefined) return members.get(name);
      throw new TemplateProblem(
        'template-unsupported',
        `'adapter.${name}' is not supported: ${pureReason}`,
        {
          hint: advice,
        },
      );
    },
  };
}
