import { ownPathOf } from '../../core/own-path.js';
import type { DocBlock, Freshness, Group } from '../../core/governance.js';
import { groupOf } from '../../core/node-group.js';
import type { ExposureNode, MacroNode, ModelNode, ParsedNode, UniqueId } from '../../core/node.js';
import type { Json } from './manifest/manifest-input.js';
import { toReads } from './manifest/to-reads.js';

/** Returns who may ref a model. */
export function accessOf({ config }: ModelNode): string {
  const access = config.extra['access'];
  return typeof access === 'string' ? access : 'protected';
}

/** A file from the folder of its project or package on, and below its folder of resources. */
interface DescribedFile {
  readonly ownPath: string;
  readonly path: string;
}

/** Returns a block of text as dbt's manifest has it. */
export function toDoc(
  { uniqueId, name, packageName, contents }: DocBlock,
  { path, ownPath }: DescribedFile,
): Json {
  return {
    unique_id: uniqueId,
    name,
    resource_type: 'doc',
    package_name: packageName,
    path,
    original_file_path: ownPath,
    block_contents: contents,
  };
}

/** Returns a group as dbt's manifest has it. */
export function toGroup(group: Group, { path, ownPath }: DescribedFile): Json {
  const { uniqueId, name, packageName, owner, description, meta } = group;
  return {
    unique_id: uniqueId,
    name,
    resource_type: 'group',
    package_name: packageName,
    path,
    original_file_path: ownPath,
    owner,
    description,
    config: { meta },
  };
}

/** Returns the nodes of each group, by its name. */
export function toGroupMap(
  groups: readonly Group[],
  nodes: readonly ParsedNode[],
  byId: ReadonlyMap<UniqueId, ParsedNode>,
): Readonly<Record<string, readonly UniqueId[]>> {
  const map = new Map<string, UniqueId[]>(groups.map(({ name }) => [name, []]));
  for (const node of nodes) {
    // As in dbt, unit tests are not told.
    if (node.resourceType === 'test' && node.unit !== undefined) continue;
    const group = groupOf(node, byId);
    if (group !== null) map.get(group)?.push(node.uniqueId);
  }
  return Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What the manifest says of what is described in YAML alone. */
export interface DescribedEntry {
  readonly parents: readonly UniqueId[];
  /** In seconds since 1970 UTC. */
  readonly createdAt: number;
  /** Below its folder of resources. */
  readonly path: string;
}

/** Returns an exposure as dbt's manifest has it. */
export function toExposure(node: ExposureNode, { parents, createdAt, path }: DescribedEntry): Json {
  const { exposure, tags, meta } = node;
  return {
    name: node.name,
    resource_type: 'exposure',
    package_name: node.packageName,
    path,
    original_file_path: ownPathOf(node),
    unique_id: node.uniqueId,
    fqn: node.fqn,
    type: exposure.type,
    owner: {
      ...exposure.owner,
      name: exposure.owner.name ?? null,
      email: exposure.owner.email ?? null,
    },
    description: node.description,
    label: exposure.label,
    maturity: exposure.maturity,
    url: exposure.url,
    tags,
    meta,
    config: { enabled: node.enabled, tags, meta },
    unrendered_config: node.unrenderedConfig,
    depends_on: { macros: [], nodes: parents },
    ...toReads(node),
    metrics: [],
    created_at: createdAt,
  };
}

/** dbt's words for a limit of which nothing is said. */
const noLimit = { count: null, period: null } as const;

/** Returns how old a source may be as dbt's artifacts have it: limits of which nothing is said have neither count nor period. */
export function toFreshness(freshness: Freshness | null | undefined): Json {
  const { warnAfter = noLimit, errorAfter = noLimit } = freshness ?? {};
  return {
    warn_after: warnAfter,
    error_after: errorAfter,
    filter: freshness?.filter ?? null,
  };
}

/** Returns the arguments of a macro: those of its definition, with what YAML says of them. */
export function toArguments({ arguments: names, described }: MacroNode): readonly Json[] {
  const byName = new Map((described?.arguments ?? []).map((each) => [each.name, each]));
  return [
    ...names.map((name) => byName.get(name) ?? { name, type: null, description: '' }),
    ...[...byName.values()].filter(({ name }) => !names.includes(name)),
  ];
}
