import type { RenderedRelation } from '../../core/template.js';
import { relationParts, type Relation, type RelationPart } from '../../core/relation.js';
import { builtin, callableOf, type BoundArguments } from './arguments.js';
import { dictOf } from './dicts.js';
import { isNone, objectOf, type ObjectValue, type Value } from './values.js';

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
  const named: Relation = relation;
  const { database, schema, identifier } = named;
  const own: readonly (readonly [string, Value])[] = [
    ['database', database],
    ['schema', schema],
    ['identifier', identifier],
    ['name', identifier],
    ['table', identifier],
    ['include', callableOf('include', builtin('database? schema? identifier?', includeParts))],
    ['quote', callableOf('quote', builtin('database? schema? identifier?', quoteParts))],
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
  function includeParts(args: BoundArguments): Value {
    return printedAs(
      named,
      relationParts.filter((part) => args.flag(part, true)),
    );
  }

  /** dbt's way to say which parts stand in quotes. */
  function quoteParts(args: BoundArguments): Value {
    const said = relationParts.filter((part) => args.has(part) && !isNone(args.value(part)));
    const unquoted = relationParts.filter((part) =>
      said.includes(part) ? !args.flag(part, true) : (named.unquoted ?? []).includes(part),
    );
    return printedAs({ ...named, unquoted }, relationParts);
  }

  function printedAs(as: Relation, kept: readonly RelationPart[]): Value {
    const isBare = (part: RelationPart): boolean => (as.unquoted ?? []).includes(part);
    const text = kept
      .map((part) => (isBare(part) ? as[part] : `"${as[part].replaceAll('"', '""')}"`))
      .join('.');
    return relationValue({
      relation: as,
      sql: text,
      ...(limitedSql !== undefined && { limitedSql: limitedSql.replace(sql, () => text) }),
    });
  }
}
