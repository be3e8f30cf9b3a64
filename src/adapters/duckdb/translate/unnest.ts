import type { Identifier, UnnestRelation } from '../../../core/sql-syntax.js';
import { formatType } from '../../../core/sql-type.js';
import { anyType, bigintType } from '../types/common.js';
import { rowFieldName } from '../types/duckdb-type.js';
import { identifierSql, rowField } from './constructor.js';
import type { Context, Value } from './context.js';
import { callSql, joinSql, nameSql, raw, sql, type Sql } from './fragment.js';
import type { TranslatedRelation } from './relation.js';
import type { Column, Scope } from './scope.js';

/** A list to unnest, and the columns that it becomes. */
interface Source {
  readonly list: Sql;
  /** Counts the rows that it gives; null for null. */
  readonly length: Sql;
  readonly columns: readonly Column[];
  /** The fields of the elements, when these are rows. */
  readonly fields?: readonly string[];
}

function sourcesOf(value: Value): readonly Source[] | undefined {
  const { type } = value;
  const length = callSql('len', [value.sql]);
  switch (type.kind) {
    case 'array': {
      if (type.element.kind !== 'row') {
        return [{ list: value.sql, length, columns: [{ type: type.element }] }];
      }
      const columns = type.element.fields.map(({ name, type: fieldType }): Column => ({
        ...(name !== undefined && { name }),
        type: fieldType,
      }));
      const fields = type.element.fields.map(({ name }, index) => rowFieldName(name, index));
      return [{ list: value.sql, length, columns, fields }];
    }
    case 'map': {
      const count = callSql('cardinality', [value.sql]);
      return [
        {
          list: callSql('map_keys', [value.sql]),
          length: sql`CAST(${count} AS BIGINT)`,
          columns: [{ type: type.key }],
        },
        {
          list: callSql('map_values', [value.sql]),
          length: sql`CAST(${count} AS BIGINT)`,
          columns: [{ type: type.value }],
        },
      ];
    }
    case 'unknown':
    case 'any':
      return [{ list: value.sql, length, columns: [{ type: anyType }] }];
    default:
      return undefined;
  }
}

function columnTypesOf(sources: readonly Source[], ordinality: boolean): readonly Column[] {
  const columns = sources.flatMap((source) => source.columns);
  return ordinality ? [...columns, { type: bigintType }] : columns;
}

/** `SELECT UNNEST(a), UNNEST(b)` pads the shorter list with nulls, as Trino does. Rows are taken apart around it. */
function unnestSql(sources: readonly Source[], ordinality: boolean, names: readonly Sql[]): Sql {
  const inner = sources.map((_, index) => raw(`_u${index}`));
  const lists = sources.map((source, index): Sql =>
    joinSql([callSql('UNNEST', [source.list]), inner[index] ?? raw('')], ' AS '),
  );
  const ordinal = raw('_ordinal');
  if (ordinality) {
    const lengths = sources.map((source) => sql`coalesce(${source.length}, 0)`);
    lists.push(sql`UNNEST(range(1, greatest(${lengths}) + 1)) AS ${ordinal}`);
  }
  const outputs = sources.flatMap((source, index): readonly Sql[] => {
    const name = inner[index] ?? raw('');
    return source.fields?.map((field) => rowField(name, field)) ?? [name];
  });
  if (ordinality) outputs.push(ordinal);
  const select = outputs.map((output, index): Sql =>
    joinSql([output, names[index] ?? raw('')], ' AS '),
  );
  return {
    parts: ['(SELECT ', joinSql(select), ' FROM (SELECT ', joinSql(lists), '))'],
    atomic: true,
  };
}

/** Translates UNNEST: arrays become a column, arrays of rows one for each field, maps two. */
export function translateUnnest(
  context: Context,
  syntax: UnnestRelation,
  scope: Scope,
  named: { readonly alias?: Identifier; readonly columns?: readonly Identifier[] | undefined },
): TranslatedRelation {
  const inner: Scope = { ...scope, relations: [], outer: scope };
  const values = syntax.expressions.map((each) => context.expression(each, inner));
  const sources = values.flatMap((value) => {
    const found = sourcesOf(value);
    if (found !== undefined) return found;
    context.report(
      'sql-type-mismatch',
      `UNNEST takes arrays and maps, not ${formatType(value.type)}`,
      value.syntax,
    );
    return [];
  });
  const types = columnTypesOf(sources, syntax.ordinality);
  const open = values.find((value) => value.type.kind === 'any');
  const isUncertain = open !== undefined && named.columns?.length !== types.length;
  if (isUncertain) {
    context.report(
      'sql-unsupported',
      'how many columns UNNEST gives depends on a type that could not be found out',
      open.syntax,
      'say the type: CAST(… AS array(…)), or name one column for each array: AS t(a, b)',
    );
  } else if (named.columns !== undefined && named.columns.length !== types.length) {
    context.report(
      'sql-syntax',
      `expected ${types.length} column names, found ${named.columns.length}`,
      named.columns[0] ?? syntax,
    );
  }
  const names = types.map((column, index): Sql => {
    const given = named.columns?.[index];
    return given ? identifierSql(given) : nameSql(column.name ?? `_col${index}`);
  });
  const columns = types.map((column, index): Column => {
    const name = named.columns?.[index]?.value ?? column.name;
    return { ...(name !== undefined && { name }), type: column.type };
  });
  const printed = unnestSql(sources, syntax.ordinality, names);
  const alias = named.alias ? [raw(' AS '), identifierSql(named.alias)] : [];
  return {
    sql: { parts: ['LATERAL ', printed, ...alias], atomic: false },
    relations: [{ names: named.alias ? [named.alias.value] : [], columns, open: isUncertain }],
    using: [],
  };
}
