/** A name, in quotes or not. */
const isName = (key: string): boolean => /^(?:[\p{L}_][\p{L}\p{N}_$]*|"[^"]*")$/u.test(key.trim());

/**
 * Returns which of a model's keys are no columns but expressions, as dbt takes them: `id || '-' || day`. What looks like a
 * name is one, be it that of no column.
 */
export function keyExpressions(
  keys: readonly string[],
  columns: readonly string[],
): readonly string[] {
  const known = new Set(columns.map((name) => name.toLowerCase()));
  return keys.filter((key) => !known.has(key.toLowerCase()) && !isName(key));
}
