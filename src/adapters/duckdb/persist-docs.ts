import type { EngineResult } from '../../core/adapter.js';
import type { BuiltNode, JsonValue } from '../../core/node.js';
import type { Relation } from '../../core/relation.js';
import { findRelationType } from './catalog.js';
import type { Connection } from './connection.js';
import { quoteName, quoteRelation, quoteText } from './quote.js';

/** Returns what `persist_docs` says: both are kept, unless it says `false`. */
function readPersistDocs({ config }: BuiltNode): { relation: boolean; columns: boolean } {
  const value: JsonValue | undefined = config.extra['persist_docs'];
  const says = (key: string): boolean =>
    typeof value !== 'object' || value === null || Array.isArray(value)
      ? true
      : (value as Readonly<Record<string, JsonValue>>)[key] !== false;
  return { relation: says('relation'), columns: says('columns') };
}

/**
 * Keeps the descriptions of a model and its columns as comments on a relation that holds its rows, as `persist_docs`
 * says; returns the statements. Columns that the relation does not have are none of its.
 */
export async function persistDocs(
  connection: Connection,
  relation: Relation,
  model: BuiltNode,
): Promise<EngineResult<readonly string[]>> {
  const docs = readPersistDocs(model);
  const described = docs.columns
    ? model.columns.filter(({ description }) => description !== '')
    : [];
  const isDescribed = docs.relation && model.description !== '';
  if (described.length === 0 && !isDescribed) return { ok: true, value: [] };

  const type = await findRelationType(connection, relation);
  if (!type.ok) return type;
  if (type.value === undefined) return { ok: true, value: [] };
  const { database, schema, identifier } = relation;
  const columns = await connection.query(
    `select column_name from duckdb_columns() where database_name = ${quoteText(database)}
and lower(schema_name) = lower(${quoteText(schema)}) and lower(table_name) = lower(${quoteText(identifier)})`,
    { limit: null },
  );
  if (!columns.ok) return columns;
  const nameOf = new Map(
    columns.value.rows.map(([name]) => [String(name).toLowerCase(), String(name)]),
  );
  const statements = [
    ...(isDescribed
      ? [`comment on ${type.value} ${quoteRelation(relation)} is ${quoteText(model.description)}`]
      : []),
    ...described.flatMap(({ name, description }) => {
      const there = nameOf.get(name.toLowerCase());
      return there === undefined
        ? []
        : [
            `comment on column ${quoteRelation(relation)}.${quoteName(there)} is ${quoteText(description)}`,
          ];
    }),
  ];
  for (const statement of statements) {
    const done = await connection.run(statement);
    if (!done.ok) return done;
  }
  return { ok: true, value: statements };
}
