import { pathInPackage } from '../../../core/own-path.js';
import type { CompiledNode } from '../../../core/compiled-node.js';
import type { Graph } from '../../../core/graph.js';
import type { DocBlock, Group } from '../../../core/governance.js';
import type { MacroNode, ParsedNode, UniqueId } from '../../../core/node.js';
import type { Operation } from '../../../core/operation.js';
import type { Project } from '../../../core/project.js';
import type { Relation } from '../../../core/relation.js';
import type { InvocationMetadata } from '../metadata.js';

/** What a manifest is made of. */
export interface ManifestInput {
  readonly project: Pick<
    Project,
    'name' | 'target' | 'targetPath' | 'paths' | 'vars' | 'packages'
  > &
    Partial<Pick<Project, 'selectors' | 'quoting'>>;
  readonly graph: Graph;
  readonly macros: readonly MacroNode[];
  readonly disabled: readonly ParsedNode[];
  /** The blocks of text of the project's Markdown files. */
  readonly docs?: readonly DocBlock[];
  readonly groups?: readonly Group[];
  /** The hooks around runs. */
  readonly operations?: readonly Operation[];
  /** The nodes that this invocation compiled. */
  readonly compiled: ReadonlyMap<UniqueId, CompiledNode>;
  /** Prints a relation in the author's dialect. */
  readonly renderRelation: (relation: Relation) => string;
  readonly invocation: InvocationMetadata;
}

/** A JSON object that is still to be written. */
export type Json = Readonly<Record<string, unknown>>;

/** Returns when the manifest's entries were made, in seconds since 1970 UTC. */
export function createdAt({ invocation }: Pick<ManifestInput, 'invocation'>): number {
  return Date.parse(invocation.startedAt) / 1000;
}

/** Returns a path relative to the folder of `folders` that holds it, as dbt's `path` is. */
export function relativeTo(folders: readonly string[], path: string): string {
  const folder = folders.find((each) => path.startsWith(`${each}/`));
  return folder === undefined ? path : path.slice(folder.length + 1);
}

/** Returns the folders of one kind, those of the project and of its packages. */
export function foldersOf(
  { paths, packages = [] }: ManifestInput['project'],
  kind: keyof ManifestInput['project']['paths'],
): readonly string[] {
  return [paths, ...packages.map((each) => each.paths)].flatMap((each) => each[kind] ?? []);
}

/** Returns the path of a YAML or Markdown file relative to the folder of resources that holds it. */
export function relativeToResources(
  { paths, packages = [] }: ManifestInput['project'],
  path: string,
): string {
  const all = [paths, ...packages.map((each) => each.paths)].flatMap(
    ({ models, seeds, snapshots, tests, macros, analyses = [], docs = [] }) => [
      ...[...models, ...seeds, ...snapshots, ...analyses, ...macros, ...docs, ...tests],
    ],
  );
  return relativeTo(all, path);
}

/** Returns where a node is described, as dbt writes it: `package://path`. */
export function toPatchPath(
  { patchPath, packageName }: ParsedNode | MacroNode,
  { project }: Pick<ManifestInput, 'project'>,
): string | null {
  if (patchPath === null) return null;
  return `${packageName}://${pathInPackage(patchPath, project.packages)}`;
}
