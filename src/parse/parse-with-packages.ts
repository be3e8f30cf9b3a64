import { pathInPackage } from '../core/own-path.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { isBuilt } from '../core/is-built.js';
import type { DocBlock } from '../core/governance.js';
import type { ParsedNode } from '../core/node.js';
import type { ParsedProject } from '../core/parsed-project.js';
import type { PackageProject, Project } from '../core/project.js';
import { resultOf, type Result } from '../core/result.js';
import { contextOf } from '../core/template.js';
import { findRelationCollisions } from './find-collisions.js';
import { parseDocs } from './parse-docs.js';
import type { ParseOptions } from './parse-options.js';
import { parseProject } from './parse-project.js';

/** A package as the project that it is, with the target of the one that uses it. */
function asProject(project: Project, { overrides, ...own }: PackageProject): Project {
  // Where a package has no labels of its own, it has none.
  return { ...project, labels: {}, ...own, overrides };
}

/** What a package could do better is its authors' business; what is wrong in it is not. */
function isAboutUser({ code }: Diagnostic): boolean {
  return code !== 'config-unused' && code !== 'config-deprecated';
}

/** Models of one package among themselves are checked when it is parsed. */
function findCollisionsBetween(parts: readonly ParsedProject[]): readonly Diagnostic[] {
  const built = parts.flatMap(({ nodes }) =>
    nodes.flatMap((node) => (isBuilt(node) ? [{ node, location: { path: node.path } }] : [])),
  );
  return findRelationCollisions(built);
}

/** Returns what was parsed of a package with the paths of its nodes from its folder on. */
function withOwnPaths(
  parsed: Result<ParsedProject>,
  packages: readonly PackageProject[],
): Result<ParsedProject> {
  if (!parsed.ok) return parsed;
  const move = (node: ParsedNode): ParsedNode => ({
    ...node,
    ownPath: pathInPackage(node.path, packages),
  });
  const { nodes, disabled } = parsed.value;
  const value = { ...parsed.value, nodes: nodes.map(move), disabled: disabled.map(move) };
  return { ...parsed, value };
}

/**
 * Returns the nodes of a project and of its packages, those of the project first. A package's templates see its own
 * variables and macros. Diagnostics: those of `parseProject`, `relation-collision` between packages.
 */
export function parseWithPackages(project: Project, options: ParseOptions): Result<ParsedProject> {
  const { packages = [] } = project;
  if (packages.length === 0) return parseProject(project, options);
  const used = packages.map((each) => asProject(project, each));
  // A description may take up a block of any package.
  const blocks = [project, ...used].flatMap((each) => parseDocs(each).blocks);
  const otherDocs = (name: string): readonly DocBlock[] =>
    blocks.filter(({ packageName }) => packageName !== name);
  const own = parseProject(project, { ...options, otherDocs: otherDocs(project.name) });
  const others = used.map((each) =>
    withOwnPaths(
      parseProject(each, {
        ...options,
        otherDocs: otherDocs(each.name),
        context: contextOf(options.context, each.name),
      }),
      packages,
    ),
  );
  const diagnostics = [
    ...own.diagnostics,
    ...others.flatMap((each) => each.diagnostics.filter(isAboutUser)),
  ];
  const parts = [own, ...others].flatMap((each) => (each.ok ? [each.value] : []));
  const merge = (key: 'nodes' | 'disabled'): readonly ParsedNode[] =>
    parts.flatMap((each) => each[key]);
  const collisions = parts.length > others.length ? findCollisionsBetween(parts) : [];
  const operations = [...parts.slice(1), ...parts.slice(0, 1)].flatMap(
    (each) => each.operations ?? [],
  );
  const described = new Map(
    parts.flatMap(({ macros }) =>
      macros.flatMap((each) => (each.described ? [[each.uniqueId, each] as const] : [])),
    ),
  );
  return resultOf(
    {
      nodes: merge('nodes'),
      disabled: merge('disabled'),
      macros: options.engine.macros.map((each) => described.get(each.uniqueId) ?? each),
      docs: parts.flatMap(({ docs = [] }) => docs),
      groups: parts.flatMap(({ groups = [] }) => groups),
      ...(operations.length > 0 && { operations }),
    },
    [...diagnostics, ...collisions],
  );
}
