import type { Diagnostic } from '../core/diagnostic.js';
import type { SourceNode } from '../core/node.js';
import { mergeNodeConfig } from '../core/node-config.js';
import type { Project, PropertiesFile, SourceTableEntry } from '../core/project.js';
import type { FolderLevels } from './folder-config.js';
import { fullyQualifiedName } from './fully-qualified-name.js';
import type { LocatedNode } from './located-node.js';
import { locateEntry, toColumns } from './model-entries.js';
import { readSourceDetails } from './source-details.js';

/** A table of a source with its YAML entry. */
export interface DescribedTable extends LocatedNode<SourceNode> {
  readonly entry: SourceTableEntry;
  readonly properties: PropertiesFile;
}

/**
 * Returns a source node per table of the YAML files. Its relation is the one that the entry names, nothing appended.
 * Diagnostics: those of `readSourceDetails`.
 */
export function parseSources(
  project: Project,
  folders: FolderLevels,
): {
  readonly sources: readonly DescribedTable[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  const sources = project.properties.flatMap((properties) =>
    properties.value.sources.flatMap((source) =>
      source.tables.map((entry): DescribedTable => {
        const { path } = properties;
        const { name } = entry;
        const fqn = fullyQualifiedName(project.name, path, project.paths.models, source.name, name);
        const details = readSourceDetails(source, entry, properties, {
          below: mergeNodeConfig(folders.levelsOf(fqn)),
          above: mergeNodeConfig(folders.overridesOf(fqn)),
        });
        const { eventTime } = details;
        diagnostics.push(...details.diagnostics);
        const node: SourceNode = {
          resourceType: 'source',
          uniqueId: `source.${project.name}.${source.name}.${name}`,
          name,
          packageName: project.name,
          path,
          fqn,
          description: entry.description,
          ...(entry.docBlocks && { docBlocks: entry.docBlocks }),
          tags: details.tags,
          patchPath: null,
          sourceName: source.name,
          unrenderedConfig: {
            schema: source.schema,
            identifier: entry.identifier,
            ...(source.database !== null && { database: source.database }),
            ...details.written,
          },
          columns: toColumns(entry.columns, properties),
          ...(eventTime !== undefined && { eventTime }),
          relation: {
            database: source.database ?? project.target.database,
            schema: source.schema,
            identifier: entry.identifier,
          },
          details: details.details,
        };
        return { node, location: locateEntry(properties, entry), entry, properties };
      }),
    ),
  );
  return { sources, diagnostics };
}
