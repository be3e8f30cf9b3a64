/** The keys of a path, or what is wrong with it. */
export type ReadJsonPath = { readonly keys: readonly string[] } | { readonly problem: string };

/**
 * Reads a path of json_extract and its like: `$.name`, `$[0]`, `$[name]`, `$["any text"]`. A number is the place in an
 * array or the key of an object. Source: Trino's `JsonPathTokenizer`.
 */
export function readJsonPath(path: string): ReadJsonPath {
  const problem = `'${path}' is not a path that Athena reads`;
  if (!path.startsWith('$')) return { problem };
  const keys: string[] = [];
  const step =
    /\.([\p{L}\p{N}_:][\p{L}\p{N}_:]*)|\[([\p{L}\p{N}_]+)\]|\["((?:[^"\\]|\\["\\])*)"\]/uy;
  step.lastIndex = 1;
  while (step.lastIndex < path.length) {
    const match = step.exec(path);
    if (match === null) return { problem };
    const [, dotted, bare, quoted] = match;
    keys.push(dotted ?? bare ?? (quoted ?? '').replace(/\\(["\\])/g, '$1'));
  }
  return { keys };
}

/** Returns the step of DuckDB's path to the member `key`; `undefined` if DuckDB cannot name it. */
export function memberStep(key: string): string | undefined {
  if (key === '' || key === '*') return undefined;
  if (/^[A-Za-z_]\w*$/.test(key)) return `.${key}`;
  return `."${key.replace(/["\\]/g, '\\$&')}"`;
}

/**
 * Returns DuckDB's paths for the keys of a path: two for each number, of which at most one leads anywhere; `undefined`
 * if DuckDB cannot name a key.
 */
export function duckDbPaths(keys: readonly string[]): readonly string[] | undefined {
  return keys.reduce<readonly string[] | undefined>(
    (paths, key) => {
      const member = memberStep(key);
      if (member === undefined || paths === undefined) return undefined;
      const steps = /^\d{1,9}$/.test(key) ? [`[${Number(key)}]`, member] : [member];
      return paths.flatMap((path) => steps.map((step) => path + step));
    },
    ['$'],
  );
}
