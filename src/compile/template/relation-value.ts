import type { RenderedRelation } from '../../core/template.js';
import { builtin, callableOf } from './arguments.js';
import { dictOf } from './dicts.js';
import { objectOf, type ObjectValue, type Value } from './values.js';

/** Returns the relation as a value; it prints its SQL. dbt's: https://docs.getdbt.com/reference/dbt-classes#relation */
export function relationValue(rendered: RenderedRelation): ObjectValue {
  const { relation, sql, limitedSql } = rendered;
  const members: Map<string, Value> = new Map<string, Value>([
    [
      'render',
      callableOf(
        'render',
        builtin('', () => sql),
      ),
    ],
    ['is_cte', relation === null],
    [
      'get',
      callableOf(
        'get',
        builtin('key default?', (args, run): Value => {
          const key = args.text('key');
          // What macros tell a relation by.
          if (key === 'metadata') return dictOf([['type', 'Relation']], run);
          return members.get(key) ?? args.value('default');
        }),
      ),
    ],
  ]);
  if (relation === null) {
    for (const name of ['name', 'identifier', 'table']) {
      members.set(name, sql.replaceAll('"', ''));
    }
    // It has no parts that could be left out.
    const include = builtin('database? schema? identifier?', () => relationValue(rendered));
    members.set('include', callableOf('include', include));
    return objectOf('relation', limitedSql ?? sql, members);
  }
  const { database, schema, identifier } = relation;
  const own: readonly (readonly [string, Value])[] = [
    ['database', database],
    ['schema', schema],
    ['identifier', identifier],
    ['name', identifier],
    ['table', identifier],
    ['include', callableOf('include', builtin('database? schema? identifier?', includeParts))],
  ];
  for (const [name, value] of own) members.set(name, value);
  const { found } = rendered;
  if (found !== undefined) {
    members.set('type', found);
    members.set('is_table', found === 'table');
    members.set('is_view', found === 'view');
  }
  return objectOf('relation', limitedSql ?? sql, members);

  /** dbt's way to leave out parts of the name. */
  function includeParts(args: Parameters<Parameters<typeof builtin>[1]>[0]): Value {
    const kept = [
      ...(args.flag('database', true) ? [database] : []),
      ...(args.flag('schema', true) ? [schema] : []),
      ...(args.flag('identifier', true) ? [identifier] : []),
    ];
    const text = kept.map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
    return relationValue({
      relation,
      sql: text,
      ...(limitedSql !== undefined && { limitedSql: limitedSql.replace(sql, () => text) }),
    });
  }
}
