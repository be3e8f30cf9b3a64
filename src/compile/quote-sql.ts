/** Returns a text as a literal: a quote in it is doubled; nothing else means anything else, in Athena and DuckDB alike. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Returns a name in double quotes. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
