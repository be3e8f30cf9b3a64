import type { EngineResult } from '../../core/adapter.js';
import type { Catalog, CatalogColumn, CatalogRelation } from '../../core/catalog.js';
import { relationKey, type Relation } from '../../core/relation.js';
import type { Connection } from './connection.js';
import { quoteText, quoteTexts } from './quote.js';

/** The kinds of relations that DuckDB has; an external table is a view over files. */
export type DuckDbRelationType = 'table' | 'view';

const relations = `(
  select database_name, schema_name, table_name, 'table' as relation_type, comment from duckdb_tables()
  union all
  select database_name, schema_name, view_name, 'view', comment from duckdb_views() where not internal
)`;

/** Returns what a relation is at present; `undefined` if there is none of that name. */
export async function findRelationType(
  connection: Connection,
  { database, schema, identifier }: Relation,
): Promise<EngineResult<DuckDbRelationType | undefined>> {
  const result = await connection.query(
    `select relation_type from ${relations}
where database_name = ${quoteText(database)} and lower(schema_name) = lower(${quoteText(schema)})
and lower(table_name) = lower(${quoteText(identifier)})`,
    { limit: 1 },
  );
  if (!result.ok) return result;
  const type = result.value.rows[0]?.[0];
  return { ok: true, value: type === 'table' || type === 'view' ? type : undefined };
}

/** Returns the relations of the schemas with their columns; types in DuckDB's spelling. */
export async function readCatalog(
  connection: Connection,
  database: string,
  schemas: readonly string[],
): Promise<EngineResult<Catalog>> {
  const result = await connection.query(
    `select r.schema_name, r.table_name, r.relation_type, r.comment, c.column_name, c.data_type, c.comment
from ${relations} r left join duckdb_columns() c using (database_name, schema_name, table_name)
where r.database_name = ${quoteText(database)}
and list_contains(${quoteTexts(schemas.map((schema) => schema.toLowerCase()))}::varchar[], lower(r.schema_name))
order by r.schema_name, r.table_name, c.column_index`,
    { limit: null },
  );
  if (!result.ok) return result;

  const found = new Map<string, CatalogRelation & { readonly columns: CatalogColumn[] }>();
  const commentOf = (value: unknown): { readonly comment?: string } =>
    typeof value === 'string' && value !== '' ? { comment: value } : {};
  for (const row of result.value.rows) {
    const [schema, identifier, type, comment, column, dataType, columnComment] = row;
    const relation: Relation = {
      database,
      schema: String(schema),
      identifier: String(identifier),
      type: type === 'view' ? 'view' : 'table',
    };
    const key = relationKey(relation);
    const entry = found.get(key) ?? { relation, columns: [], ...commentOf(comment) };
    found.set(key, entry);
    if (typeof column === 'string') {
      entry.columns.push({ name: column, type: String(dataType), ...commentOf(columnComment) });
    }
  }
  return { ok: true, value: { relations: found satisfies ReadonlyMap<string, CatalogRelation> } };
}

/** Returns what is in schemas of a database, and in those of the relations in others, which are attached. */
export async function readCatalogs(
  connection: Connection,
  database: string,
  schemas: readonly string[],
  others: readonly Relation[],
): Promise<EngineResult<Catalog>> {
  const schemasOf = new Map([[database, new Set(schemas)]]);
  for (const other of others) {
    schemasOf.set(other.database, (schemasOf.get(other.database) ?? new Set()).add(other.schema));
  }
  const relations = new Map<string, CatalogRelation>();
  for (const [name, ofDatabase] of schemasOf) {
    const read = await readCatalog(connection, name, [...ofDatabase]);
    if (!read.ok) return read;
    for (const [key, relation] of read.value.relations) relations.set(key, relation);
  }
  return { ok: true, value: { relations } };
}
