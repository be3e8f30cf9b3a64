import type { Relation } from '../../core/relation.js';

// Athena lower-cases every name when a statement runs, so names are written in lower case to begin with. DDL (Hive's
// grammar) quotes with backticks, everything else (Trino's grammar) with double quotes.
// Source: Athena User Guide, "Name databases, tables, and columns" and "Escape reserved keywords".

/** Returns a name in double quotes, for SELECT, CTAS, INSERT, MERGE and views. */
export function quoteName(name: string): string {
  return `"${name.toLowerCase().replaceAll('"', '""')}"`;
}

/** Returns a name in backticks, for DDL. */
export function quoteDdlName(name: string): string {
  return `\`${name.toLowerCase().replaceAll('`', '``')}\``;
}

/** Returns a string literal of either grammar. A text with a backslash does not mean the same in DDL: see `quoteDdlText`. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Returns a string literal for DDL, where a backslash begins an escape. */
export function quoteDdlText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** Returns `"catalog"."schema"."identifier"`. */
export function quoteRelation({ database, schema, identifier }: Relation): string {
  return [database, schema, identifier].map(quoteName).join('.');
}

/** Returns `` `schema`.`identifier` ``: DDL takes its catalog from the request. */
export function quoteDdlRelation({ schema, identifier }: Relation): string {
  return `${quoteDdlName(schema)}.${quoteDdlName(identifier)}`;
}
