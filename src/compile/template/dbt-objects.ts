import type { TemplateContext } from '../../core/template.js';
import { builtin, callableOf } from './arguments.js';
import { TemplateProblem } from './template-problem.js';
import type { CallableValue, ObjectValue, Value } from './values.js';

/** An object of dbt's of which templates see some members; any other is `template-unsupported`. */
function partOf(name: string, members: ReadonlyMap<string, Value>, hint: string): ObjectValue {
  return {
    kind: 'object',
    typeName: name,
    text: null,
    memberNames: () => [...members.keys()],
    member(member) {
      const found = members.get(member);
      if (found !== undefined) return found;
      throw new TemplateProblem('template-unsupported', `'${name}.${member}' is not supported`, {
        hint,
      });
    },
  };
}

/** Returns dbt's `flags`, of which templates see the command, and whether tables are built anew: `WHICH`, `FULL_REFRESH`. */
export function flagsObject(run: TemplateContext['run']): ObjectValue {
  const command = run?.command;
  return partOf(
    'flags',
    new Map<string, Value>([
      ...(command === undefined ? [] : ([['WHICH', command]] as const)),
      ...(run?.fullRefresh === undefined ? [] : ([['FULL_REFRESH', run.fullRefresh]] as const)),
    ]),
    'a template must not depend on how the command was called; ask is_incremental(), or give a var',
  );
}

/** What the CTE of an ephemeral model is called before the model's name. */
export const ctePrefix = '__dbt__cte__';

const relationAdvice =
  "relations and columns are text here: write 'schema.table' with ref() or source(), types with dbt.type_string() and the like";

/**
 * Returns dbt's `api`, as far as macros ask it what the CTE of an ephemeral model is called, and what a type is called in
 * the SQL of the project: `typeString` is dbt's macro `type_string` in it. All other names of types stay what they are.
 * `createRelation` is `api.Relation.create`, where a name may be made: in the engine's own SQL.
 */
export function apiObject(
  typeString: CallableValue,
  createRelation: CallableValue | undefined,
): ObjectValue {
  const prefix = callableOf(
    'api.Relation.add_ephemeral_prefix',
    builtin('name', (args) => `${ctePrefix}${args.text('name')}`),
  );
  const translateType = callableOf(
    'api.Column.translate_type',
    builtin('dtype', (args, run) => {
      const type = args.text('dtype');
      return type.toUpperCase() === 'STRING'
        ? typeString.call({ positional: [], named: new Map() }, run)
        : type;
    }),
  );
  return partOf(
    'api',
    new Map([
      [
        'Relation',
        partOf(
          'api.Relation',
          new Map([
            ['add_ephemeral_prefix', prefix],
            ...(createRelation ? ([['create', createRelation]] as const) : []),
          ]),
          relationAdvice,
        ),
      ],
      [
        'Column',
        partOf('api.Column', new Map([['translate_type', translateType]]), relationAdvice),
      ],
    ]),
    relationAdvice,
  );
}
