import { relationKey } from '../../core/relation.js';
import type { RenderBindings } from '../../core/template.js';
import { builtin, callableOf } from './arguments.js';
import type { NamedValues } from './context-functions.js';
import { relationValue } from './relation-value.js';
import { TemplateProblem } from './template-problem.js';
import { isNone, none, type ObjectValue, type Value } from './values.js';

function notItsOwn(name: string): TemplateProblem {
  const message = `'${name}' is answered for the relation of the node itself alone: what else is there when it is built is not known`;
  const hint = 'ask for `this`, use is_incremental(), or decide by a var';
  return new TemplateProblem('template-unsupported', message, { hint });
}

/** Returns a part of a relation's name; `undefined` where the argument is left out or none. */
function textOf(value: Value | undefined): string | undefined {
  return value === undefined || isNone(value) || typeof value !== 'string' ? undefined : value;
}

/**
 * Returns `adapter` and the names with which a template asks whether the relation of its own node is there: the one look at
 * the warehouse tells, before the node is built, as in dbt. Any other relation is `template-unsupported`.
 */
export function ownRelation(
  adapter: ObjectValue,
  { relation, sql, found }: NonNullable<RenderBindings['existing']>,
): { readonly adapter: ObjectValue; readonly values: NamedValues } {
  const answer = (): Value => (found === null ? none : relationValue({ relation, sql, found }));
  const getRelation = callableOf(
    'adapter.get_relation',
    builtin('database? schema? identifier?', (args) => {
      const [database, schema, identifier] = (['database', 'schema', 'identifier'] as const).map(
        (part) => textOf(args.optional(part)),
      );
      const asked = {
        database: database ?? relation.database,
        schema: schema ?? '',
        identifier: identifier ?? '',
      };
      if (relationKey(asked) !== relationKey(relation)) throw notItsOwn('adapter.get_relation');
      return answer();
    }),
  );
  const loadRelation = callableOf(
    'load_relation',
    builtin('relation', (args, run) => {
      const asked = args.value('relation');
      const isOwn = typeof asked === 'object' && asked.kind === 'object' && asked.text === sql;
      if (!isOwn) throw notItsOwn('load_relation');
      run.budget.allocateItems(1);
      return answer();
    }),
  );
  const known: ObjectValue = {
    ...adapter,
    member: (name) => (name === 'get_relation' ? getRelation : adapter.member(name)),
  };
  const values = new Map<string, Value>([
    ['adapter', known],
    ['load_relation', loadRelation],
  ]);
  return { adapter: known, values };
}
