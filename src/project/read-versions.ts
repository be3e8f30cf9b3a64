import { isMapping } from '../core/is-mapping.js';
import type { JsonValue, VersionId } from '../core/node.js';
import type { ConfigEntries } from '../core/node-config.js';
import type { ModelEntry, VersionEntry } from '../core/project.js';
import { toItems, type ConfigSource } from './read-config-entries.js';
import { valueAt } from './validate-value.js';
import type { ValuePath, YamlDocument } from './yaml-document.js';

/** A mapping of a YAML file with its place. */
interface PlacedEntry {
  readonly raw: ConfigEntries;
  readonly path: ValuePath;
}

/** Whether an entry of `columns:` chooses among the model's columns. */
export function isColumnChoice(raw: ConfigEntries): boolean {
  return (
    raw['name'] === undefined && (raw['include'] !== undefined || raw['exclude'] !== undefined)
  );
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return toItems(value).filter((each) => typeof each === 'string');
}

/** A version is called what stands there: `1.0` is not 1. */
function readVersionId(document: YamlDocument, path: ValuePath): VersionId | undefined {
  const node = document.nodeAt(path);
  const value = valueAt(document.value, path);
  if (typeof value === 'string') return value;
  // What a template gave is not what stands in the file.
  if (node?.value !== value) return typeof value === 'number' ? value : undefined;
  if (typeof node?.value !== 'number') return undefined;
  const text = document.textOf(node.span);
  return text === String(node.value) ? node.value : text;
}

/** Returns the deprecation date of a model or version in ISO 8601, UTC; nothing without a valid one. */
export function readDeprecationDate(raw: ConfigEntries): Pick<ModelEntry, 'deprecationDate'> {
  const written = raw['deprecation_date'];
  if (typeof written !== 'string') return {};
  const [, date, time, zone] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?\s*(Z|[+-].+)?$/.exec(
      written,
    ) ?? [];
  if (date === undefined) return {};
  const clock =
    time === undefined
      ? '00:00'
      : time.padStart(time.indexOf(':') === 1 ? time.length + 1 : 0, '0');
  const offset = /^[+-]\d{2}$/.test(zone ?? '') ? `${zone}:00` : (zone ?? 'Z');
  const moment = new Date(`${date}T${clock}${offset}`);
  return Number.isNaN(moment.getTime()) ? {} : { deprecationDate: moment.toISOString() };
}

/**
 * Returns the versions of a model; none for a model without. `readEntry` reads what a version has in common with a model.
 * Source: https://docs.getdbt.com/reference/resource-properties/versions
 */
export function readVersions(
  { document }: ConfigSource,
  model: PlacedEntry,
  readEntry: (version: PlacedEntry) => ModelEntry,
): Pick<ModelEntry, 'versions' | 'latestVersion'> {
  const latestVersion = readVersionId(document, [...model.path, 'latest_version']);
  const versions = toItems(model.raw['versions']).flatMap((raw, index): readonly VersionEntry[] => {
    const path = [...model.path, 'versions', index];
    const v = readVersionId(document, [...path, 'v']);
    if (!isMapping(raw) || v === undefined) return [];
    const entry = readEntry({ raw, path });
    const choice = toItems(raw['columns']).filter(isMapping).find(isColumnChoice) ?? {};
    const hasTests = raw['data_tests'] != null || raw['tests'] != null;
    return [
      {
        v,
        definedIn: typeof raw['defined_in'] === 'string' ? raw['defined_in'] : null,
        description: typeof raw['description'] === 'string' ? raw['description'] : null,
        config: entry.config,
        include: Array.isArray(choice['include']) ? textsOf(choice['include']) : 'all',
        exclude: textsOf(choice['exclude']),
        columns: entry.columns,
        ...(entry.constraints && { constraints: entry.constraints }),
        tests: hasTests ? entry.tests : null,
        ...readDeprecationDate(raw),
        yamlPath: path,
      },
    ];
  });
  return {
    ...(versions.length > 0 && { versions }),
    ...(latestVersion !== undefined && { latestVersion }),
  };
}
