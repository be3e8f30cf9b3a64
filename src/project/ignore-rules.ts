/** A line of an ignore file. */
interface IgnoreRule {
  readonly pattern: RegExp;
  /** Takes back what earlier lines ignore. */
  readonly isNegated: boolean;
}

/** Returns the expression for one part of a pattern, between slashes. */
function partExpression(part: string): string {
  return part.replace(
    /\\(?<escaped>.)|\[(?<set>!?\]?[^\]]*)\]|(?<star>\*)|(?<any>\?)|(?<other>[^])/gu,
    (...match) => {
      const groups = match.at(-1) as Readonly<Record<string, string | undefined>>;
      const { escaped, set, star, other } = groups;
      if (star !== undefined) return '[^/]*';
      if (set !== undefined) return `[${set.replace(/^!/u, '^').replaceAll('\\', '\\\\')}]`;
      const literal = escaped ?? other;
      return literal === undefined ? '[^/]' : literal.replace(/[\\^$.*+?()[\]{}|/]/u, '\\$&');
    },
  );
}

function readRule(line: string): IgnoreRule | undefined {
  const text = line.replace(/(?<!\\)\s+$/u, '');
  if (text === '' || text.startsWith('#')) return undefined;
  const isNegated = text.startsWith('!');
  const pattern = isNegated ? text.slice(1) : text;
  const isFolder = pattern.endsWith('/');
  const parts = pattern.replace(/^\//u, '').replace(/\/$/u, '').split('/');
  // A name alone is found at any depth; with a slash before its end a pattern starts at the top.
  const isAnchored = pattern.startsWith('/') || parts.length > 1;
  const body = parts.map((part) => (part === '**' ? '**' : partExpression(part)));
  let expression = isAnchored ? '' : '(?:.*/)?';
  for (const [index, part] of body.entries()) {
    const isLast = index === body.length - 1;
    if (part !== '**') expression += `${part}${isLast ? '' : '/'}`;
    else expression += isLast ? '.*' : '(?:.*/)?';
  }
  // What lies in a folder that is ignored is ignored, too.
  return { pattern: new RegExp(`^${expression}${isFolder ? '/.*' : '(?:/.*)?'}$`, 'u'), isNegated };
}

/**
 * Returns whether a file is left out by `.dbtignore`, whose lines have the form of those in `.gitignore`; the last that fits
 * decides. Paths are relative to the project folder. https://docs.getdbt.com/reference/dbtignore
 */
export function readIgnoreRules(content: string): (path: string) => boolean {
  const rules = content.split(/\r?\n/u).flatMap((line) => readRule(line) ?? []);
  return (path) => {
    const found = rules.findLast(({ pattern }) => pattern.test(path));
    return found !== undefined && !found.isNegated;
  };
}
