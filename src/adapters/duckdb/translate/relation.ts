import type {
  AliasedRelation,
  Identifier,
  JoinRelation,
  QualifiedName,
  RelationSyntax,
  SubqueryRelation,
  TableRelation,
} from '../../../core/sql-syntax.js';
import { formatType, type SqlType } from '../../../core/sql-type.js';
import { suggest } from '../../../core/suggest.js';
import { commonType } from '../types/coercion.js';
import { anyType } from '../types/common.js';
import { enterSubquery } from './check-correlation.js';
import { coerceValue } from './cast.js';
import { identifierSql } from './constructor.js';
import type { Context } from './context.js';
import { joinSql, markedSql, raw, type Sql } from './fragment.js';
import {
  emptyScope,
  resolveName,
  type Column,
  type RelationColumns,
  type Scope,
  type ScopeRelation,
} from './scope.js';
import { translateUnnest } from './unnest.js';

/** A relation in FROM: its SQL, and the names that it brings into scope. */
export interface TranslatedRelation {
  readonly sql: Sql;
  readonly relations: readonly ScopeRelation[];
  /** Columns named in USING: `*` shows them first and once, those of the outermost join before all others. */
  readonly using: readonly Identifier[];
}

/** Returns `a.b.c`. */
export function qualifiedNameSql(name: QualifiedName): Sql {
  return { ...joinSql(name.parts.map(identifierSql), '.'), atomic: true };
}

/** Returns a type as it comes out of a table: a table keeps instants, and shows them in UTC. */
function asStored(type: SqlType): SqlType {
  switch (type.kind) {
    case 'timestamp':
      return type.withZone ? { ...type, zone: 'UTC' } : type;
    case 'array':
      return { ...type, element: asStored(type.element) };
    case 'map':
      return { ...type, key: asStored(type.key), value: asStored(type.value) };
    case 'row':
      return {
        ...type,
        fields: type.fields.map((field) => ({ ...field, type: asStored(field.type) })),
      };
    // No table holds such values: only DuckDB knows what it has instead.
    case 'ipaddress':
    case 'geometry':
    case 'sphericalgeography':
    case 'bingtile':
      return anyType;
    default:
      return type;
  }
}

/** Returns what is known of a table: a CTE of that name, or what the caller says. */
export function findTable(context: Context, name: QualifiedName, scope: Scope): RelationColumns {
  const parts = name.parts.map(({ value }) => value);
  const [only] = parts;
  const common =
    parts.length === 1 && only !== undefined
      ? scope.commonTables.get(only.toLowerCase())
      : undefined;
  if (common !== undefined) return common;
  const columns = context.tableColumns(parts);
  return {
    columns: (columns ?? []).map((column) => ({ ...column, type: asStored(column.type) })),
    open: columns === undefined,
  };
}

function translateTable(context: Context, syntax: TableRelation, scope: Scope): TranslatedRelation {
  const names = syntax.name.parts.map(({ value }) => value).reverse();
  return {
    sql: qualifiedNameSql(syntax.name),
    relations: [{ names, ...findTable(context, syntax.name, scope) }],
    using: [],
  };
}

function translateSubquery(
  context: Context,
  syntax: SubqueryRelation,
  scope: Scope,
  columnsAreNamed: boolean,
): TranslatedRelation {
  const { body } = syntax.query;
  // VALUES gets its names from the alias; without one they are given inside.
  const isBareValues =
    columnsAreNamed && body.kind === 'values' && !syntax.query.with && !syntax.query.limit;
  const inner = syntax.lateral ? enterSubquery(scope, 'lateral', syntax.query, syntax) : scope;
  const query = context.query(syntax.query, inner, { bareValues: isBareValues });
  return {
    sql: { parts: [syntax.lateral ? 'LATERAL (' : '(', query.sql, ')'], atomic: true },
    relations: [{ names: [], columns: query.columns, open: query.open }],
    using: [],
  };
}

/** Returns the columns under the names that an alias gives them; reports a wrong number of names. */
export function renameColumns(
  context: Context,
  relation: RelationColumns,
  names: readonly Identifier[] | undefined,
): RelationColumns {
  if (names === undefined) return relation;
  if (!relation.open && relation.columns.length !== names.length) {
    const [first] = names;
    if (first) {
      context.report(
        'sql-syntax',
        `expected ${relation.columns.length} column names, found ${names.length}`,
        first,
      );
    }
  }
  return {
    columns: names.map(({ value }, index): Column => ({
      name: value,
      type: relation.columns[index]?.type ?? { kind: 'any' },
    })),
    open: false,
  };
}

function translateAliased(
  context: Context,
  syntax: AliasedRelation,
  scope: Scope,
): TranslatedRelation {
  const { relation, alias, columns } = syntax;
  if (relation.kind === 'unnest')
    return translateUnnest(context, relation, scope, { alias, columns });
  const inner =
    relation.kind === 'subquery'
      ? translateSubquery(context, relation, scope, columns !== undefined)
      : translateRelation(context, relation, scope);
  const [first, ...others] = inner.relations;
  if (first === undefined || others.length > 0) {
    context.report('sql-unsupported', 'an alias for a join is not supported', alias);
    return inner;
  }
  const renamed = renameColumns(context, first, columns);
  const list = columns ? [raw('('), joinSql(columns.map(identifierSql)), raw(')')] : [];
  return {
    sql: { parts: [inner.sql, ' AS ', identifierSql(alias), ...list], atomic: false },
    relations: [{ names: [alias.value], columns: renamed.columns, open: renamed.open }],
    using: [],
  };
}

const joinWords: Readonly<Record<JoinRelation['type'], string>> = {
  inner: 'JOIN',
  left: 'LEFT JOIN',
  right: 'RIGHT JOIN',
  full: 'FULL JOIN',
  cross: 'CROSS JOIN',
};

/** Returns the scope in which relations to the right may refer to those on the left (UNNEST, LATERAL). */
function lateralScope(scope: Scope, relations: readonly ScopeRelation[]): Scope {
  return { ...scope, relations: [...scope.relations, ...relations] };
}

/** Returns the type of a column of USING: the one in which both sides meet. */
function usingType(
  context: Context,
  name: Identifier,
  sides: readonly (readonly ScopeRelation[])[],
): SqlType {
  const found = sides.map((side) => resolveName({ ...emptyScope(), relations: side }, name.value));
  const missing = found.find((each) => each.kind === 'missing');
  if (missing?.kind === 'missing') {
    const meant = suggest(name.value, missing.candidates);
    context.report(
      'column-not-found',
      `there is no column '${name.value}' on both sides of the JOIN`,
      name,
      meant === undefined ? undefined : `did you mean '${meant}'?`,
    );
  }
  const types = found.map((each): SqlType => (each.kind === 'column' ? each.type : anyType));
  const [left = anyType, right = anyType] = types;
  const type = commonType(left, right);
  if (type === undefined) {
    context.report(
      'sql-type-mismatch',
      `column '${name.value}' is ${formatType(left)} on one side of the JOIN and ${formatType(right)} on the other`,
      name,
      'write ON, with a CAST',
    );
    return anyType;
  }
  // USING compares as DuckDB does; ON compares as Trino does.
  const isPlain =
    (type.kind === 'timestamp' && !type.withZone) ||
    (!['row', 'array', 'map', 'json', 'real', 'double', 'geometry', 'sphericalgeography'].includes(
      type.kind,
    ) &&
      types.every((each) => coerceValue({ sql: plain, type: each }, type) === plain));
  if (!isPlain) {
    context.report(
      'sql-unsupported',
      `USING is not supported for ${formatType(left)} and ${formatType(right)}`,
      name,
      `write ON a.${name.value} = b.${name.value}`,
    );
  }
  return type;
}

const plain = raw('x');

/** Takes the columns of USING out of their relations and puts them, once, before all others. */
function mergeColumns(
  context: Context,
  left: readonly ScopeRelation[],
  right: readonly ScopeRelation[],
  using: readonly Identifier[],
): readonly ScopeRelation[] {
  const relations = [...left, ...right];
  const names = using.map(({ value }) => value.toLowerCase());
  const isUsed = ({ name }: Column): boolean =>
    name !== undefined && names.includes(name.toLowerCase());
  const merged = using.map((name): Column => ({
    name: name.value,
    type: usingType(context, name, [left, right]),
  }));
  return [
    { names: [], columns: merged, open: false },
    ...relations.map((relation) => ({
      ...relation,
      columns: relation.columns.filter((column) => !isUsed(column)),
      hidden: [
        ...(relation.hidden ?? []),
        ...using
          .filter(
            ({ value }) =>
              relation.open ||
              relation.columns.some((column) => column.name?.toLowerCase() === value.toLowerCase()),
          )
          .map(({ value }) => value),
      ],
    })),
  ];
}

function translateJoin(context: Context, syntax: JoinRelation, scope: Scope): TranslatedRelation {
  const left = translateRelation(context, syntax.left, scope);
  const right = translateRelation(context, syntax.right, lateralScope(scope, left.relations));
  const relations = [...left.relations, ...right.relations];
  const rightSql: Sql =
    syntax.right.kind === 'join' ? { parts: ['(', right.sql, ')'], atomic: true } : right.sql;
  const unnested = syntax.right.kind === 'aliased' ? syntax.right.relation : syntax.right;
  const isTrue = syntax.on?.kind === 'boolean' && syntax.on.value;
  if (unnested.kind === 'unnest' && syntax.type !== 'cross' && !isTrue) {
    context.report(
      'sql-unsupported',
      'a JOIN with UNNEST takes no condition but ON TRUE, as in Athena',
      syntax.on ?? syntax.right,
      'put the condition into WHERE',
    );
  }
  const parts: (string | Sql)[] = [
    left.sql,
    ' ',
    markedSql(raw(joinWords[syntax.type]), syntax.right.start),
    ' ',
    rightSql,
  ];
  requireLateralJoin(context, syntax);
  if (syntax.on) {
    requireNames(context, syntax, left.relations, right.relations);
    const condition = context.expression(syntax.on, lateralScope(scope, relations));
    parts.push(' ON ', condition.sql);
  }
  if (syntax.using) parts.push(' USING (', joinSql(syntax.using.map(identifierSql)), ')');
  return {
    sql: { parts, atomic: false },
    relations: syntax.using
      ? mergeColumns(context, left.relations, right.relations, syntax.using)
      : relations,
    using: [...(syntax.using ?? []), ...left.using, ...right.using],
  };
}

/** Reports relations of one name on both sides of a JOIN with ON: DuckDB cannot tell them apart. */
function requireNames(
  context: Context,
  syntax: JoinRelation,
  left: readonly ScopeRelation[],
  right: readonly ScopeRelation[],
): void {
  const fullName = ({ names }: ScopeRelation): string => names.join('.').toLowerCase();
  const twice = right.find(
    (each) => each.names.length > 0 && left.some((other) => fullName(other) === fullName(each)),
  );
  if (twice === undefined) return;
  context.report(
    'sql-unsupported',
    `two relations of a JOIN with the name '${twice.names[0] ?? ''}' are not supported`,
    syntax.right,
    'give one of them another alias',
  );
}

/** Reports a join with UNNEST or LATERAL that Trino does not take. */
function requireLateralJoin(context: Context, syntax: JoinRelation): void {
  const right = syntax.right.kind === 'aliased' ? syntax.right.relation : syntax.right;
  const isTrue = syntax.on === undefined || (syntax.on.kind === 'boolean' && syntax.on.value);
  if (right.kind === 'unnest' && !(isTrue && syntax.using === undefined)) {
    context.report(
      'sql-unsupported',
      'a JOIN with UNNEST takes no condition but ON TRUE, as in Athena',
      syntax.on ?? syntax,
      'put the condition into WHERE',
    );
  }
}

/** Translates a relation of FROM. `scope` holds what stands around the query, and to the left. */
export function translateRelation(
  context: Context,
  syntax: RelationSyntax,
  scope: Scope,
): TranslatedRelation {
  switch (syntax.kind) {
    case 'table':
      return translateTable(context, syntax, scope);
    case 'subquery':
      return translateSubquery(context, syntax, syntax.lateral ? scope : outerOf(scope), false);
    case 'unnest':
      return translateUnnest(context, syntax, scope, {});
    case 'aliased':
      return translateAliased(context, syntax, isLateral(syntax.relation) ? scope : outerOf(scope));
    case 'join':
      return translateJoin(context, syntax, scope);
  }
}

function isLateral(syntax: RelationSyntax): boolean {
  return syntax.kind === 'unnest' || (syntax.kind === 'subquery' && syntax.lateral);
}

/** Returns the scope without the relations to the left, which only UNNEST and LATERAL may see. */
function outerOf(scope: Scope): Scope {
  return { ...scope, relations: [] };
}

/** Translates a list of relations separated by commas. */
export function translateFrom(
  context: Context,
  relations: readonly RelationSyntax[],
  scope: Scope,
): TranslatedRelation {
  const translated: TranslatedRelation[] = [];
  const seen: ScopeRelation[] = [];
  for (const relation of relations) {
    const next = translateRelation(context, relation, lateralScope(scope, seen));
    translated.push(next);
    seen.push(...next.relations);
  }
  return {
    sql: joinSql(
      translated.map((each, index) => markedSql(each.sql, relations[index]?.start ?? 0)),
    ),
    relations: seen,
    using: translated.flatMap((each) => each.using),
  };
}
