import type { CatalogRelation } from '../../core/catalog.js';
import type { BuiltNode } from '../../core/node.js';
import { readModelConfig } from './model-config.js';

/** A model that is published, and how. */
export interface Publishing {
  readonly model: BuiltNode;
  readonly existing?: CatalogRelation;
  readonly rebuilds: boolean;
}

/**
 * Returns what a reader may see of a model while it is published, where that is not all at once: tables whose partitions
 * Glue lists, and rows that are added to a Hive table. See docs/adr/0006-publishing-on-athena.md.
 */
export function publishNotes({ model, existing, rebuilds }: Publishing): readonly string[] {
  const { storage } = readModelConfig(model);
  const { materialized, incremental_strategy: strategy, unique_key: key } = model.config;
  const isStored = ['table', 'incremental', 'external_table'].includes(materialized);
  if (!isStored || storage.tableType !== 'hive') return [];
  const isPartitioned = storage.partitionedBy.length > 0;
  if (rebuilds) {
    const isProjected = storage.tableProperties['projection.enabled']?.toLowerCase() === 'true';
    if (!isPartitioned || isProjected) return [];
    return existing === undefined
      ? [
          'readers find the table empty until its first 100 partitions are listed, and then 100 more at a time',
        ]
      : [
          'readers see of each partition its old or its new rows, never none; partitions change 100 at a time, new ones after those, and those that are gone disappear last',
        ];
  }
  switch (strategy ?? (key.length > 0 ? 'merge' : 'append')) {
    case 'append':
      return ['readers may see the files of the added rows one after the other'];
    case 'insert_overwrite':
      return [
        'readers see of each partition its old or its new rows, never none; partitions change 100 at a time',
      ];
    default:
      return [];
  }
}
