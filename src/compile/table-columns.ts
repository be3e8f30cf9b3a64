import type { Dialect, TableColumns, TypedColumn } from '../core/adapter.js';
import type { Catalog } from '../core/catalog.js';
import type { ColumnProperties, SourceNode } from '../core/node.js';
import { isBuilt } from '../core/is-built.js';
import type { CompileOptions } from './compile-options.js';
import { relationKey, type Relation } from '../core/relation.js';
import type { SqlType } from '../core/sql-type.js';

/** A relation whose columns are known, all of them. */
export interface KnownTable {
  readonly relation: Relation;
  readonly columns: readonly TypedColumn[];
}

const unknownType: SqlType = { kind: 'any' };

/** Returns a function that gives the type of a declaration in the authors' SQL, as the dialect reads it. */
export function createTypeReader(dialect: Dialect): (declared: string | undefined) => SqlType {
  const read = new Map<string, SqlType>();
  return (declared) => {
    if (declared === undefined) return unknownType;
    const known = read.get(declared);
    if (known) return known;
    if (dialect.native) return dialect.native.readType(declared);
    // Declarations are checked where they stand; here a wrong one is only a type that is not known.
    const result = dialect.translate(`SELECT CAST(NULL AS ${declared}) AS c`, { path: '' });
    const type = (result.ok ? result.value.columns?.[0]?.type : undefined) ?? unknownType;
    read.set(declared, type);
    return type;
  };
}

/** Returns the columns of an external table: those that it declares. */
export function declaredColumns(
  columns: readonly ColumnProperties[],
  readType: (declared: string | undefined) => SqlType,
): readonly TypedColumn[] {
  return columns.map(({ name, data_type }) => ({ name, type: readType(data_type) }));
}

/**
 * Returns the columns of a source as the catalog has them, with the types that YAML declares; `undefined` if the
 * catalog does not know the table, because YAML need not name all columns.
 */
export function sourceColumns(
  source: SourceNode,
  catalog: Catalog,
  readType: (declared: string | undefined) => SqlType,
): readonly TypedColumn[] | undefined {
  const declared = new Map(
    source.columns.map(({ name, data_type }) => [name.toLowerCase(), data_type]),
  );
  return catalog.relations
    .get(relationKey(source.relation))
    ?.columns.map(({ name }) => ({ name, type: readType(declared.get(name.toLowerCase())) }));
}

/**
 * Returns the look-up for tables that a query names without `ref` or `source`: what the warehouse knows of them. A
 * model's table is not among them, because it may be about to change.
 */
export function foreignTables({
  graph,
  catalog,
  dialect,
}: Pick<CompileOptions, 'graph' | 'catalog' | 'dialect'>): TableColumns | undefined {
  const relations = new Map(catalog.relations);
  for (const node of graph.nodes.values()) {
    if (isBuilt(node)) {
      relations.delete(relationKey(node.relation));
    }
  }
  return dialect.catalogColumns?.({ relations });
}

/**
 * Returns the look-up that a translation asks; names compare without regard to case. `others` is asked for tables that
 * are not among `tables`.
 */
export function createTableColumns(
  tables: readonly KnownTable[],
  others?: TableColumns,
): TableColumns {
  const byName = new Map(
    tables.flatMap(({ relation, columns }) => {
      const { schema, identifier } = relation;
      return [
        [relationKey(relation), columns],
        [`${schema}.${identifier}`.toLowerCase(), columns],
      ] as const;
    }),
  );
  return (name) => byName.get(name.join('.').toLowerCase()) ?? others?.(name);
}
