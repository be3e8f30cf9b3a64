import type { Diagnostic } from '../core/diagnostic.js';
import type { ParsedNode } from '../core/node.js';
import type { ParsedProject } from '../core/parsed-project.js';
import type { PackageProject, Project } from '../core/project.js';
import { resultOf, type Result } from '../core/result.js';
import { contextOf } from '../core/template.js';
import { findRelationCollisions } from './find-collisions.js';
import type { ParseOptions } from './parse-options.js';
import { parseProject } from './parse-project.js';

/** A package as the project that it is, with the target of the one that uses it. */
function asProject(project: Project, { overrides, ...own }: PackageProject): Project {
  return { ...project, ...own, overrides };
}

/** What a package could do better is its authors' business; what is wrong in it is not. */
function isAboutUser({ code }: Diagnostic): boolean {
  return code !== 'config-unused' && code !== 'config-deprecated';
}

/** Models of one package among themselves are checked when it is parsed. */
function findCollisionsBetween(parts: readonly ParsedProject[]): readonly Diagnostic[] {
  const built = parts.flatMap(({ nodes }) =>
    nodes.flatMap((node) =>
      node.resourceType === 'model' || node.resourceType === 'seed'
        ? [{ node, location: { path: node.path } }]
        : [],
    ),
  );
  return findRelationCollisions(built);
}

/**
 * Returns the nodes of a project and of its packages, those of the project first. A package's templates see its own
 * variables and macros. Diagnostics: those of `parseProject`, `relation-collision` between packages.
 */
export function parseWithPackages(project: Project, options: ParseOptions): Result<ParsedProject> {
  const { packages = [] } = project;
  const own = parseProject(project, options);
  if (packages.length === 0) return own;
  const others = packages.map((each) =>
    parseProject(asProject(project, each), {
      ...options,
      context: contextOf(options.context, each.name),
    }),
  );
  const diagnostics = [
    ...own.diagnostics,
    ...others.flatMap((each) => each.diagnostics.filter(isAboutUser)),
  ];
  const parts = [own, ...others].flatMap((each) => (each.ok ? [each.value] : []));
  const merge = (key: 'nodes' | 'disabled'): readonly ParsedNode[] =>
    parts.flatMap((each) => each[key]);
  const collisions = parts.length > others.length ? findCollisionsBetween(parts) : [];
  return resultOf(
    { nodes: merge('nodes'), disabled: merge('disabled'), macros: options.engine.macros },
    [...diagnostics, ...collisions],
  );
}
