import type { RenderedRelation } from '../../core/template.js';
import { relationParts, type Relation, type RelationPart } from '../../core/relation.js';
import { builtin, callableOf, type BoundArguments } from './arguments.js';
import { dictOf } from './dicts.js';
import { isNone, none, objectOf, type ObjectValue, type Value } from './values.js';

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
  const parts = 'database? schema? identifier?';
  const own: readonly (readonly [string, Value])[] = [
    ['database', partValue(database)],
    ['schema', partValue(schema)],
    ['identifier', partValue(identifier)],
    ['name', partValue(identifier)],
    ['table', partValue(identifier)],
    ['include', callableOf('include', builtin(parts, includeParts))],
    ['quote', callableOf('quote', builtin(parts, quoteParts))],
    ['replace_path', callableOf('replace_path', builtin(parts, replaceParts))],
    ['incorporate', callableOf('incorporate', builtin('path? type?', incorporate))],
    [
      'without_identifier',
      callableOf(
        'without_identifier',
        builtin('', () => printedAs(named, ['database', 'schema'])),
      ),
    ],
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

  /** dbt's way to name another relation beside this one. */
  function replaceParts(args: BoundArguments): Value {
    return printedAs(
      replacedBy(named, (part) => args.optional(part)),
      relationParts,
    );
  }

  /** dbt's way to say more of a relation: other parts of its name, and what it is. */
  function incorporate(args: BoundArguments): Value {
    const path = args.optional('path');
    const entries = typeof path === 'object' && path.kind === 'dict' ? path.entries : undefined;
    const as = entries
      ? replacedBy(named, (part) => [...entries.values()].find(({ key }) => key === part)?.value)
      : named;
    const kind = relationType(args.optional('type')) ?? found;
    const text = entries ? writeName(as, relationParts) : sql;
    return relationValue({ relation: as, sql: text, ...(kind !== undefined && { found: kind }) });
  }

  function printedAs(as: Relation, kept: readonly RelationPart[]): Value {
    const text = writeName(as, kept);
    return relationValue({
      relation: as,
      sql: text,
      ...(limitedSql !== undefined && { limitedSql: limitedSql.replace(sql, () => text) }),
    });
  }
}

/** Parts that a relation does not have are empty, and none to templates. */
function partValue(part: string): Value {
  return part === '' ? none : part;
}

function replacedBy(
  relation: Relation,
  valueOf: (part: RelationPart) => Value | undefined,
): Relation {
  const parts = relationParts.map((part): [RelationPart, string] => {
    const value = valueOf(part);
    if (value === undefined) return [part, relation[part]];
    return [part, typeof value === 'string' ? value : ''];
  });
  return { ...relation, ...Object.fromEntries(parts) };
}

function writeName(relation: Relation, kept: readonly RelationPart[]): string {
  const isBare = (part: RelationPart): boolean => (relation.unquoted ?? []).includes(part);
  return kept
    .filter((part) => relation[part] !== '')
    .map((part) => (isBare(part) ? relation[part] : `"${relation[part].replaceAll('"', '""')}"`))
    .join('.');
}

function relationType(value: Value | undefined): 'table' | 'view' | undefined {
  return value === 'table' || value === 'view' ? value : undefined;
}

/**
 * Returns dbt's `api.Relation.create`: a relation of the parts that it is given. Nothing is asked of the warehouse, and
 * nothing depends on it: it is a name, as if it were written out.
 */
export const createRelation = callableOf(
  'api.Relation.create',
  builtin('database? schema? identifier? type? **', (args) => {
    const empty: Relation = { database: '', schema: '', identifier: '' };
    const relation = replacedBy(empty, (part) => args.optional(part) ?? '');
    const kind = relationType(args.optional('type'));
    const sql = writeName(relation, relationParts);
    return relationValue({ relation, sql, ...(kind !== undefined && { found: kind }) });
  }),
);
