const withoutParentheses = 'current_date|current_timestamp|localtimestamp|localtime';

/** Returns the names, in lower case, of what an expression in Athena's SQL calls; types with parameters are among them. */
export function calledFunctions(expr: string): ReadonlySet<string> {
  const plain = expr.replace(/'(?:[^']|'')*'/g, "''").toLowerCase();
  const calls = plain.matchAll(
    new RegExp(`\\b([a-z_]\\w*)(?=\\s*\\()|\\b(?:${withoutParentheses})\\b`, 'g'),
  );
  return new Set([...calls].map(([name]) => name));
}
