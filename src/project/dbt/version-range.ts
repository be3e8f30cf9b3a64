/** A version of a package, as hubs write it: three numbers, and what follows a hyphen. */
export interface Version {
  readonly numbers: readonly [number, number, number];
  /** `rc.1`; `null` for a release. */
  readonly prerelease: string | null;
}

type Operator = '=' | '>' | '>=' | '<' | '<=';

/** One bound of a range: `>=1.0.0`. */
export interface VersionBound {
  readonly operator: Operator;
  readonly version: Version;
}

const versionPattern = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:[-.]?((?:a|b|rc|alpha|beta)[\w.-]*))?$/;

/** Returns what a text such as `1.2.3` or `1.2.0-rc1` stands for; `undefined` for anything else. */
export function parseVersion(text: string): Version | undefined {
  const found = versionPattern.exec(text.trim());
  if (found === null) return undefined;
  const [, major = '0', minor = '0', patch = '0', prerelease = null] = found;
  return { numbers: [Number(major), Number(minor), Number(patch)], prerelease };
}

/**
 * Returns the bounds of a range, all of which a version must meet: `>=1.0.0,<2.0.0`, `['>=1.0.0', '<2.0.0']`, `1.1.1`;
 * `undefined` for what is no range. A version without an operator is meant exactly, as in dbt.
 */
export function parseVersionRange(
  range: string | number | readonly (string | number)[],
): readonly VersionBound[] | undefined {
  const parts = (Array.isArray(range) ? (range as readonly (string | number)[]) : [range as string])
    .flatMap((each) => String(each).split(','))
    .map((each) => each.trim())
    .filter((each) => each !== '');
  const bounds: VersionBound[] = [];
  for (const part of parts) {
    const [, operator = '=', rest = ''] = /^(>=|<=|>|<|={1,2})?\s*(.+)$/.exec(part) ?? [];
    const version = parseVersion(rest);
    if (version === undefined) return undefined;
    bounds.push({ operator: operator.startsWith('=') ? '=' : (operator as Operator), version });
  }
  return bounds.length === 0 ? undefined : bounds;
}

/** Returns how two versions compare: negative if the first is earlier. A release comes after its candidates. */
export function compareVersions(a: Version, b: Version): number {
  for (const at of [0, 1, 2] as const) {
    if (a.numbers[at] !== b.numbers[at]) return a.numbers[at] - b.numbers[at];
  }
  if (a.prerelease === b.prerelease) return 0;
  if (a.prerelease === null) return 1;
  if (b.prerelease === null) return -1;
  return a.prerelease.localeCompare(b.prerelease, 'en', { numeric: true });
}

/** Returns whether a version meets all bounds. */
export function meetsRange(version: Version, bounds: readonly VersionBound[]): boolean {
  return bounds.every(({ operator, version: bound }) => {
    const order = compareVersions(version, bound);
    switch (operator) {
      case '=':
        return order === 0;
      case '>':
        return order > 0;
      case '>=':
        return order >= 0;
      case '<':
        return order < 0;
      case '<=':
        return order <= 0;
    }
  });
}
