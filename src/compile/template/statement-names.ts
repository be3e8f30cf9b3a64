import { builtin, callableOf } from './arguments.js';
import { toText } from './printing.js';
import { TemplateProblem } from './template-problem.js';
import type { ObjectValue, Value } from './values.js';

/**
 * What a query returned, of which nothing is known: whatever is asked of it is an error, also to run over it, because a
 * template that found no rows would leave out what it was written for. It prints nothing, and counts as true, as in dbt.
 */
const unknownRows: ObjectValue = {
  kind: 'object',
  typeName: 'the rows of a query, which are not known here: its statements run after the template',
  text: '',
  memberNames: () => [],
  member() {
    throw new TemplateProblem(
      'template-undefined',
      'the rows of a query are not known here: templates are pure, and its statements run after them',
      { hint: 'decide in SQL, by a var, or by what is in the project' },
    );
  },
};

/**
 * Returns `run_query` and `statement` for templates that only say what is to be run: hooks and operations. The
 * statements are told to `onStatement` in their order; what they return is not known.
 */
export function statementNames(onStatement: (sql: string) => void): ReadonlyMap<string, Value> {
  const runQuery = builtin('sql', (args) => {
    onStatement(args.text('sql'));
    return unknownRows;
  });
  const statement = builtin('name? fetch_result? auto_begin? language? caller?', (args, run) => {
    const caller = args.optional('caller');
    if (typeof caller !== 'object' || caller.kind !== 'callable') {
      throw new TemplateProblem('template-error', "statement() stands in a 'call' block", {
        hint: "write '{% call statement(…) %}…{% endcall %}'",
      });
    }
    onStatement(toText(caller.call({ positional: [], named: new Map() }, run), run));
    return '';
  });
  return new Map<string, Value>([
    ['run_query', callableOf('run_query', runQuery)],
    ['statement', callableOf('statement', statement)],
  ]);
}
