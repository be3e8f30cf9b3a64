/** Whether a pattern has a wildcard in it: `*`, `?` or `[…]`. */
export function hasWildcard(pattern: string): boolean {
  return /[*?[\]]/.test(pattern);
}

/**
 * Returns the matcher of a Unix-style pattern as dbt's selectors use them (Python's `fnmatch`): `*` any characters, `?`
 * one, `[abc]` and `[a-z]` one of, `[!abc]` none of. With regard to case. In a path, `*` and `?` end at a slash and
 * `**` crosses slashes.
 */
export function globToRegExp(pattern: string, options: { readonly path?: boolean } = {}): RegExp {
  return new RegExp(`^${globSource(pattern, options)}$`, 'su');
}

/** Returns the source of `globToRegExp`'s regular expression, without anchors. For flags `su`. */
export function globSource(pattern: string, { path = false }: { readonly path?: boolean }): string {
  const any = path ? '[^/]' : '.';
  return pattern.replace(
    /(?<everything>\*\*\/?)|(?<star>\*)|(?<one>\?)|\[(?<set>!?\]?[^\]]*)\]|(?<literal>[^])/gu,
    (match: string, ...rest: unknown[]) => {
      const groups = rest.at(-1) as Readonly<Record<string, string | undefined>>;
      if (groups.everything !== undefined && path) return match === '**' ? '.*' : '(?:.*/)?';
      if (groups.everything !== undefined) return match.endsWith('/') ? '.*/' : '.*';
      if (groups.star !== undefined) return `${any}*`;
      if (groups.one !== undefined) return any;
      if (groups.set !== undefined) return setSource(groups.set);
      return codePoint(match);
    },
  );
}

/** `abc`, `a-z`, `!abc`; a range that runs backwards holds nothing. */
function setSource(set: string): string {
  const negated = set.startsWith('!');
  const members = [...(negated ? set.slice(1) : set).matchAll(/([^])-([^])|([^])/gu)].flatMap(
    ([, from, to, single]) => {
      if (from === undefined || to === undefined) return [codePoint(single ?? '')];
      return from <= to ? [`${codePoint(from)}-${codePoint(to)}`] : [];
    },
  );
  return `[${negated ? '^' : ''}${members.join('')}]`;
}

function codePoint(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
