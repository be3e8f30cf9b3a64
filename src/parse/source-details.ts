import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { Freshness, FreshnessLimit, SourceDetails } from '../core/governance.js';
import { isMapping } from '../core/is-mapping.js';
import type { JsonValue } from '../core/node.js';
import { mergeNodeConfig, type ConfigEntries } from '../core/node-config.js';
import type {
  PropertiesFile,
  SourceEntry,
  SourceSettings,
  SourceTableEntry,
} from '../core/project.js';
import { readFileKeys } from '../core/source-files.js';
import { locateEntry } from './model-entries.js';

type Mapping = Readonly<Record<string, JsonValue>>;

const silent: SourceSettings = { tags: [], meta: {}, freshnessPath: [] };

/**
 * Returns the freshness of a table from what its source says and what it says itself: limits merge key by key, and null
 * removes what the source says.
 */
function mergeFreshness(
  source: Mapping | null | undefined,
  table: Mapping | null | undefined,
): Mapping | null {
  if (table === undefined) return source ?? null;
  if (table === null || source == null) return table;
  const limitOf = (key: string): Mapping => {
    const [base, own] = [source[key], table[key]];
    const limit = isMapping(own) && isMapping(base) ? { ...base, ...own } : own;
    const found = limit === undefined ? base : limit;
    return found === undefined ? {} : { [key]: found };
  };
  return {
    ...limitOf('warn_after'),
    ...limitOf('error_after'),
    filter: table['filter'] ?? source['filter'] ?? null,
  };
}

function toLimit(value: JsonValue | undefined): FreshnessLimit | null | 'incomplete' {
  if (!isMapping(value)) return null;
  const { count, period } = value;
  if (count == null && period == null) return null;
  return typeof count === 'number' && (period === 'minute' || period === 'hour' || period === 'day')
    ? { count, period }
    : 'incomplete';
}

function toMapping(limit: FreshnessLimit | null | undefined): Mapping | null {
  return limit == null ? null : { count: limit.count, period: limit.period };
}

/** What a source says of a table, and what of it was written. */
export interface ReadDetails {
  readonly details: SourceDetails;
  readonly tags: readonly string[];
  readonly eventTime?: string;
  /** For `unrendered_config`. */
  readonly written: Mapping;
  readonly diagnostics: readonly Diagnostic[];
}

/** What the project file says of a table by folder. */
export interface SourceFolders {
  /** It holds where YAML is silent. */
  readonly below: ConfigEntries;
  /** Of a package's table, what the project that uses it says: it goes before YAML. */
  readonly above: ConfigEntries;
}

/** Returns the first of the values that is a text or, which ends the search, null. */
function firstText(...values: readonly (JsonValue | undefined)[]): string | null {
  const found = values.find((value) => value !== undefined);
  return typeof found === 'string' ? found : null;
}

/**
 * Returns what YAML and folders say of a table besides its name, columns and tests: the table goes before its source, tags and meta
 * add up. Diagnostics: `config-conflict` for a table with two ways to tell when it was loaded, `config-invalid-value` for
 * a limit without count or period. Source: https://docs.getdbt.com/reference/resource-properties/freshness
 */
export function readSourceDetails(
  source: SourceEntry,
  table: SourceTableEntry,
  properties: PropertiesFile,
  folders: SourceFolders = { below: {}, above: {} },
): ReadDetails {
  const [above, own] = [source.settings ?? silent, table.settings ?? silent];
  const diagnostics: Diagnostic[] = [];
  const name = `${source.name}.${table.name}`;
  const place = locateEntry(properties, table);
  for (const [settings, location] of [
    [above, locateEntry(properties, source)],
    [own, place],
  ] as const) {
    if (settings.loadedAtField != null && settings.loadedAtQuery != null) {
      const message = `'${settings === own ? name : source.name}' has a loaded_at_field and a loaded_at_query`;
      const hint = 'keep the one that tells when the table was loaded';
      diagnostics.push(errorDiagnostic('config-conflict', message, { location, hint }));
    }
  }
  const { below, above: overriding } = folders;
  // As in dbt, the freshness of a folder holds as a whole, where YAML is silent.
  const merged = [
    overriding['freshness'],
    own.freshness === undefined && above.freshness === undefined
      ? below['freshness']
      : mergeFreshness(above.freshness, own.freshness),
  ].find((each) => each !== undefined) as Mapping | null | undefined;
  const where =
    own.freshness === undefined && above.freshness === undefined
      ? place
      : properties.locate((own.freshness === undefined ? above : own).freshnessPath, { key: true });
  const read = (key: 'warn_after' | 'error_after'): FreshnessLimit | null | undefined => {
    const written = merged?.[key];
    if (written === undefined) return undefined;
    const limit = toLimit(written);
    if (limit !== 'incomplete') return limit;
    const message = `'${key}' of '${name}' needs a count and a period`;
    const hint = 'write `{ count: 12, period: hour }`';
    diagnostics.push(errorDiagnostic('config-invalid-value', message, { location: where, hint }));
    return null;
  };
  const [warnAfter, errorAfter] = [read('warn_after'), read('error_after')];
  const filter = merged?.['filter'];
  const freshness: Freshness | null =
    warnAfter == null && errorAfter == null
      ? null
      : { warnAfter, errorAfter, filter: typeof filter === 'string' ? filter : null };
  const labels = mergeNodeConfig([
    below,
    ...[above, own].map(({ tags, meta }) => ({ tags: [...tags], meta })),
    overriding,
  ]);
  const meta = isMapping(labels['meta']) ? labels['meta'] : {};
  const files = {
    ...readFileKeys(below),
    ...above.files,
    ...own.files,
    ...readFileKeys(overriding),
  };
  const tags = Array.isArray(labels['tags']) ? (labels['tags'] as readonly string[]) : [];
  // As in dbt, a query goes before a field, and the field of a table before the query of its source.
  const loadedAtField = firstText(
    overriding['loaded_at_field'],
    own.loadedAtField,
    above.loadedAtField,
    below['loaded_at_field'],
  );
  const loadedAtQuery =
    overriding['loaded_at_field'] !== undefined && overriding['loaded_at_query'] === undefined
      ? null
      : (firstText(overriding['loaded_at_query']) ??
        own.loadedAtQuery ??
        (own.loadedAtField === undefined
          ? (above.loadedAtQuery ??
            (above.loadedAtField === undefined ? firstText(below['loaded_at_query']) : null))
          : null));
  const enabled = [overriding['enabled'], own.enabled, above.enabled, below['enabled']].find(
    (each) => typeof each === 'boolean',
  );
  const eventTime = firstText(overriding['event_time'], table.eventTime, below['event_time']);
  return {
    tags,
    ...(eventTime !== null && { eventTime }),
    diagnostics,
    written: {
      ...(loadedAtField !== null && { loaded_at_field: loadedAtField }),
      ...(loadedAtQuery !== null && { loaded_at_query: loadedAtQuery }),
      ...(freshness !== null && {
        freshness: {
          warn_after: toMapping(freshness.warnAfter),
          error_after: toMapping(freshness.errorAfter),
          filter: freshness.filter,
        },
      }),
      ...(merged === null && { freshness: null }),
      ...(eventTime !== null && { event_time: eventTime }),
      ...(enabled !== undefined && { enabled }),
      ...(Object.keys(meta).length > 0 && { meta }),
      ...(tags.length > 0 && { tags }),
      ...files,
    },
    details: {
      sourceDescription: source.description,
      loader: own.loader ?? above.loader ?? '',
      meta,
      sourceMeta: above.meta,
      enabled: enabled !== false,
      loadedAtField,
      loadedAtQuery,
      freshness,
      ...(Object.keys(files).length > 0 && { files }),
      ...((above.quoting ?? own.quoting) && { quoting: { ...above.quoting, ...own.quoting } }),
      location: where,
    },
  };
}
