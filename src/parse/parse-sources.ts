import type { SourceNode } from '../core/node.js';
import type { Project, PropertiesFile, SourceTableEntry } from '../core/project.js';
import { fullyQualifiedName } from './fully-qualified-name.js';
import type { LocatedNode } from './located-node.js';
import { locateEntry, toColumns } from './model-entries.js';

/** A table of a source with its YAML entry. */
export interface DescribedTable extends LocatedNode<SourceNode> {
  readonly entry: SourceTableEntry;
  readonly properties: PropertiesFile;
}

/** Returns a source node per table of the YAML files. Its relation is the one that the entry names, nothing appended. */
export function parseSources(project: Project): readonly DescribedTable[] {
  return project.properties.flatMap((properties) =>
    properties.value.sources.flatMap((source) =>
      source.tables.map((entry): DescribedTable => {
        const { path } = properties;
        const { name } = entry;
        const node: SourceNode = {
          resourceType: 'source',
          uniqueId: `source.${project.name}.${source.name}.${name}`,
          name,
          packageName: project.name,
          path,
          fqn: fullyQualifiedName(project.name, path, project.paths.models, source.name, name),
          description: entry.description,
          tags: [],
          patchPath: null,
          sourceName: source.name,
          unrenderedConfig: {
            schema: source.schema,
            identifier: entry.identifier,
            ...(source.database !== null && { database: source.database }),
          },
          columns: toColumns(entry.columns, properties),
          ...(entry.eventTime !== undefined && { eventTime: entry.eventTime }),
          relation: {
            database: source.database ?? project.target.database,
            schema: source.schema,
            identifier: entry.identifier,
          },
        };
        return { node, location: locateEntry(properties, entry), entry, properties };
      }),
    ),
  );
}
