import { relationParts, type Relation } from '../../core/relation.js';

/** Returns a name in double quotes, as DuckDB reads it without regard to what it contains. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Returns a string literal. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Returns a list literal of strings. */
export function quoteTexts(texts: readonly string[]): string {
  return `[${texts.map(quoteText).join(', ')}]`;
}

/** Returns `"database"."schema"."identifier"`. */
export function quoteRelation({ database, schema, identifier }: Relation): string {
  return [database, schema, identifier].map(quoteName).join('.');
}

/** Returns the same as templates of DuckDB's own SQL print it, where `quoting:` says which parts have quotes. */
export function writeRelation(relation: Relation): string {
  const { unquoted = [] } = relation;
  return relationParts
    .map((part) => (unquoted.includes(part) ? relation[part] : quoteName(relation[part])))
    .join('.');
}

/** Returns `"database"."schema"`. */
export function quoteSchema({ database, schema }: Relation): string {
  return `${quoteName(database)}.${quoteName(schema)}`;
}
