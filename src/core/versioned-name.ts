import type { ModelVersion, ParsedNode, VersionId } from './node.js';

/** Returns the name by which a graph knows a version of a model: `orders.v2`; of none given, `orders`. */
export function versionedName(name: string, version: VersionId | undefined): string {
  return version === undefined ? name : `${name}.v${version}`;
}

/** Returns a node's name for people, with its version, by which selectors find it: `orders.v2`. */
export function nameWithVersion(node: ParsedNode): string {
  return node.resourceType === 'model' ? versionedName(node.name, node.version?.v) : node.name;
}

/** Returns whether a `ref` without a version means this one. Versions compare by their texts. */
export function isLatestVersion({ v, latest }: ModelVersion): boolean {
  return String(v) === String(latest);
}

/**
 * Compares two versions: negative if the first is older. Numbers go by their value, also in texts; anything else by its
 * letters, as in dbt.
 */
export function compareVersions(one: VersionId, other: VersionId): number {
  const [left, right] = [Number(one), Number(other)];
  if (Number.isFinite(left) && Number.isFinite(right)) return left - right;
  const [first, second] = [String(one), String(other)];
  return first === second ? 0 : first < second ? -1 : 1;
}
