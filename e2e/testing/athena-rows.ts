/** Rows in the order of their texts, each as a text; values that the engines spell differently are made alike. */
export function sortedRows(rows: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  return rows
    .map((row) =>
      JSON.stringify(
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [
            name,
            typeof value === 'number' ||
            (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value))
              ? Number(value)
              : value,
          ]),
        ),
      ),
    )
    .sort();
}
