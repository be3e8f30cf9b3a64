import { changingNames } from './adapter-object.js';
import { builtin, callableOf } from './arguments.js';
import type { NamedValues } from './context-functions.js';
import { listOf, missingMember, none, type ObjectValue, type Value } from './values.js';

const unknownRows = missingMember(
  'the rows of a query are not known while files are parsed',
  "ask for them inside of '{% if execute %}'",
);

function answer(name: string, value: () => Value): readonly [string, Value] {
  return [
    name,
    callableOf(
      name,
      builtin('* **', () => value()),
    ),
  ];
}

const noValue = (): Value => none;

/** What dbt answers in the place of the warehouse while it parses (`available.parse_list` and the like). */
const adapterAnswers: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...['get_columns_in_relation', 'get_missing_columns', 'list_relations'].map((name) =>
    answer(name, () => listOf([])),
  ),
  answer('list_relations_without_caching', () => listOf([])),
  ...['get_relation', 'load_relation', 'expand_target_column_types', ...changingNames].map((name) =>
    answer(name, noValue),
  ),
  ...['check_schema_exists', 'already_exists', 'is_replaceable'].map((name) =>
    answer(name, () => false),
  ),
]);

const answers: ReadonlyMap<string, Value> = new Map<string, Value>([
  answer('run_query', () => unknownRows),
  ...['load_result', 'load_relation'].map((name) => answer(name, noValue)),
  ...['statement', 'store_result', 'store_raw_result'].map((name) => answer(name, () => '')),
]);

/**
 * Returns the names that mean something else while files are parsed, as in dbt: `execute` is false, and whatever asks the
 * warehouse is told nothing, so that what stands behind `if execute` is looked at only when a node is compiled. `onExecute`
 * hears that a template asked for what is known only then.
 */
export function parsingNames(adapter: ObjectValue, onExecute: () => void): NamedValues {
  const parsing: ObjectValue = {
    ...adapter,
    member(name) {
      const empty = adapterAnswers.get(name);
      if (empty !== undefined) onExecute();
      return empty ?? adapter.member(name);
    },
  };
  return {
    get(name) {
      if (name === 'execute') {
        onExecute();
        return false;
      }
      return name === 'adapter' ? parsing : answers.get(name);
    },
    keys: () => ['execute', 'adapter', ...answers.keys()],
  };
}
