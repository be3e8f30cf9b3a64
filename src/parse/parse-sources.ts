import type { Diagnostic } from '../core/diagnostic.js';
import type { SourceNode } from '../core/node.js';
import { mergeNodeConfig } from '../core/node-config.js';
import type { Project, PropertiesFile, SourceTableEntry } from '../core/project.js';
import { withQuoting } from '../core/relation.js';
import type { FolderLevels } from './folder-config.js';
import { fullyQualifiedName } from './fully-qualified-name.js';
import type { LocatedNode } from './located-node.js';
import { locateEntry, toColumns } from './model-entries.js';
import type { ParseOptions } from './parse-options.js';
import { renderSource } from './render-source.js';
import { readSourceDetails } from './source-details.js';

/** A table of a source with its YAML entry. */
export interface DescribedTable extends LocatedNode<SourceNode> {
  readonly entry: SourceTableEntry;
  readonly properties: PropertiesFile;
}

/**
 * Returns a source node per table of the YAML files. Its relation is the one that the entry names, nothing appended.
 * Diagnostics: those of `readSourceDetails` and `renderSource`.
 */
export function parseSources(
  project: Project,
  folders: FolderLevels,
  options: ParseOptions,
): {
  readonly sources: readonly DescribedTable[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  const sources = project.properties.flatMap((properties) =>
    properties.value.sources.flatMap((written) => {
      const { source, diagnostics: found } = renderSource(written, properties, options);
      diagnostics.push(...found);
      return source.tables.map((entry, index): DescribedTable => {
        const { path } = properties;
        const { name } = entry;
        const fqn = fullyQualifiedName(project.name, path, project.paths.models, source.name, name);
        const settings = {
          below: mergeNodeConfig(folders.levelsOf(fqn)),
          above: mergeNodeConfig(folders.overridesOf(fqn)),
        };
        const details = readSourceDetails(source, entry, properties, settings);
        const { eventTime } = details;
        diagnostics.push(...details.diagnostics);
        const unrendered = written.tables[index] ?? entry;
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
            schema: written.schema,
            identifier: unrendered.identifier,
            ...(written.database !== null && { database: written.database }),
            ...(source === written
              ? details
              : readSourceDetails(written, unrendered, properties, settings)
            ).written,
          },
          columns: toColumns(entry.columns, properties),
          ...(eventTime !== undefined && { eventTime }),
          relation: withQuoting(
            {
              // What is rendered to nothing says nothing, as in dbt.
              database: source.database || project.target.database,
              schema: source.schema,
              identifier: entry.identifier,
            },
            details.details.quoting,
          ),
          details: details.details,
        };
        return { node, location: locateEntry(properties, entry), entry, properties };
      });
    }),
  );
  return { sources, diagnostics };
}
