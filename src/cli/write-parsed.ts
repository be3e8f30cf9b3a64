import { randomUUID } from 'node:crypto';
import { hasPlainNames } from '../compile/template/plain-names.js';
import type { Diagnostic } from '../core/diagnostic.js';
import type { WrittenManifest } from '../report/artifacts/manifest-file.js';
import { createSqlToolkit } from '../sql/index.js';
import { findEngine } from './engines.js';
import type { Invocation } from './invocation.js';
import type { ProjectGraph, ProjectRequest } from './load-project-graph.js';
import { describeListing } from './project-listing.js';
import {
  keepListing,
  keepReceipt,
  type FiledModel,
  type ProjectReceipt,
} from './project-receipt.js';
import { writeResults } from './write-results.js';

/** Returns the models of which the manifest holds the text of a file of the project's own. */
function findFiledModels(
  { project, graph, templates }: ProjectGraph,
  { entries }: WrittenManifest,
): readonly FiledModel[] {
  if (!hasPlainNames(templates)) return [];
  const files = new Set(
    project.files.filter(({ kind }) => kind === 'model').map(({ path }) => path),
  );
  return entries.flatMap(([id], entry): readonly FiledModel[] => {
    const node = graph.nodes.get(id);
    return node?.resourceType === 'model' && files.has(node.path) ? [[node.path, entry]] : [];
  });
}

/**
 * Writes the manifest of a parsed project, and keeps what the next `parse` needs to know that it is right, and what `ls` needs of it. Codes:
 * `write-failed`, `disk-full`.
 */
export async function writeParsed(
  invocation: Invocation,
  {
    request,
    diagnostics,
    loaded,
  }: {
    readonly request: ProjectRequest;
    /** Those of loading it, which another `parse` says again. */
    readonly diagnostics: readonly Diagnostic[];
    readonly loaded: ProjectGraph;
  },
): Promise<readonly Diagnostic[]> {
  const { project, graph } = loaded;
  const dialect = await findEngine(project.target).createDialect(createSqlToolkit());
  return writeResults(invocation, {
    ...loaded,
    compiled: [],
    renderRelation: (relation) => dialect.renderRelation(relation),
    onManifest: (manifest) => {
      const inputs = loaded.findInputs();
      if (inputs === undefined) return;
      const { hash, metadataBytes, entries } = manifest;
      const receipt: ProjectReceipt = {
        ...inputs,
        root: project.root,
        targetPath: project.targetPath,
        nodeCount: graph.nodes.size,
        diagnostics: JSON.parse(JSON.stringify(diagnostics)) as readonly Diagnostic[],
        manifest: { hash, metadataBytes },
        entries: entries.map(([, start, length]) => [start, length]),
        models: findFiledModels(loaded, manifest),
        listing: randomUUID(),
      };
      const listing = describeListing(
        loaded,
        entries.map(([id]) => id),
      );
      if (listing !== undefined) keepListing(request, receipt, listing);
      keepReceipt(request, receipt);
    },
  });
}
