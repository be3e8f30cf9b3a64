import type { ModelCheck } from '../../core/adapter.js';
import type { Catalog, CatalogRelation } from '../../core/catalog.js';
import { errorDiagnostic, type Diagnostic } from '../../core/diagnostic.js';
import { locateConfigKey } from '../../core/locate-config-key.js';
import { displayRelation, type Relation } from '../../core/relation.js';
import { readModelConfig } from './model-config.js';
import { relationFolder } from './run-context.js';

/** Returns an address without its scheme, with one slash at its end: Athena takes `//` for `/`. */
function normalise(address: string): string {
  return `${address.replace(/^s3[an]?:\/\//iu, '')}/`.replace(/\/+/gu, '/');
}

/** What has been found of a catalog: it is asked about once for each model. */
const placesOf = new WeakMap<Catalog, ReadonlyMap<string, CatalogRelation>>();

function readPlaces(catalog: Catalog): ReadonlyMap<string, CatalogRelation> {
  const known = placesOf.get(catalog);
  if (known !== undefined) return known;
  const places = new Map<string, CatalogRelation>();
  for (const relation of catalog.relations.values()) {
    const { location = '' } = relation.attributes ?? {};
    if (location !== '') places.set(normalise(location), relation);
  }
  placesOf.set(catalog, places);
  return places;
}

/** Returns the relation whose folder a folder lies in, or is. */
function findEnclosing(folder: string, catalog: Catalog): CatalogRelation | undefined {
  const places = readPlaces(catalog);
  const inside = normalise(folder);
  for (let end = inside.indexOf('/'); end >= 0; end = inside.indexOf('/', end + 1)) {
    const found = places.get(inside.slice(0, end + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

function refuse(
  { model }: ModelCheck,
  { key, message, hint }: { readonly key: string; readonly message: string; readonly hint: string },
): readonly Diagnostic[] {
  const location = locateConfigKey(model, key);
  return [errorDiagnostic('config-conflict', message, { location, hint })];
}

/**
 * Returns what is wrong with the place that a model's rows are written to, or an external table's are read from. A table
 * reads, or in the case of Iceberg its maintenance may remove, all files below its folder (Athena User Guide, "Specify a
 * table location in Amazon S3"), so no model is written below another table's; nor below its own, where a table that was
 * handed over to the project has a folder around those of runs: rows would be read before they are published. `dataDir`: the
 * target's. Code: `config-conflict`.
 */
export function checkLocation(check: ModelCheck, dataDir: string): readonly Diagnostic[] {
  const { model, catalog } = check;
  const { materialized, location } = model.config;
  if (materialized === 'external_table') {
    if (location === null || !normalise(dataDir).startsWith(normalise(location))) return [];
    return refuse(check, {
      key: 'location',
      message: `external table '${model.name}' would read ${location}, in which the target's tables lie (${dataDir}): their files would be rows of it`,
      hint: "give it a folder of its own, or the target another 's3_data_dir'",
    });
  }
  if (materialized === 'view' || catalog === undefined) return [];
  const folder = relationFolder(model.relation, readModelConfig(model).storage.dataDir ?? dataDir);
  const found = findEnclosing(folder, catalog);
  if (found === undefined) return [];
  const shown = displayRelation(found.relation);
  const isItself = isSame(found.relation, model.relation);
  return refuse(check, {
    key: 's3_data_dir',
    message: `model '${model.name}' would be written to ${folder}, and ${isItself ? `${shown}, which it would replace,` : shown} has all of ${found.attributes?.['location'] ?? ''}: its readers would find rows of the model`,
    hint: `give the model another 's3_data_dir', or that table a folder of its own`,
  });
}

function isSame(one: Relation, other: Relation): boolean {
  const nameOf = ({ schema, identifier }: Relation): string =>
    `${schema}.${identifier}`.toLowerCase();
  return nameOf(one) === nameOf(other);
}
