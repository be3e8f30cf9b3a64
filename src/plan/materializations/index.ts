import type { Materialization } from '../materialization.js';
import { ephemeral } from './ephemeral.js';
import { external } from './external.js';
import { externalTable } from './external-table.js';
import { incremental } from './incremental.js';
import { table } from './table.js';
import { view } from './view.js';

/** The materializations by name. */
export const materializations: ReadonlyMap<string, Materialization> = new Map(
  [externalTable, view, table, ephemeral, incremental, external].map((each) => [each.name, each]),
);

/** The names a model's config may use on every target. */
export const materializationNames: readonly string[] = [...materializations.keys()].filter(
  (name) => name !== external.name,
);
