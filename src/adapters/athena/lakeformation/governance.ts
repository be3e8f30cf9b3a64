import type { ConfigIssue } from '../../../core/config-issue.js';
import { isMapping } from '../../../core/is-mapping.js';
import type { BuiltNode, JsonValue } from '../../../core/node.js';
import { didYouMean } from '../../../core/suggest.js';

/** LF-tags by their keys. Keys and values in lower case, as Lake Formation keeps them. */
export type Tags = Readonly<Record<string, string>>;

/** The tags of a table and of its columns, which are in lower case. */
export interface TableTags {
  readonly table: Tags;
  readonly columns: Readonly<Record<string, Tags>>;
}

/** Which columns a filter shows. `except` with none shows all of them. */
export interface FilterColumns {
  readonly kind: 'only' | 'except';
  readonly names: readonly string[];
}

/** Rows and columns of a table, and who may read these. */
export interface CellsFilter {
  readonly name: string;
  /** A predicate; `true` means all rows. */
  readonly rowFilter: string;
  readonly columns: FilterColumns;
  readonly principals: readonly string[];
}

/** What Lake Formation shall know of a model's relation; what is left out is not managed by the project. */
export interface Governance {
  readonly tags?: TableTags & {
    /** Keys that come from the database: they are never removed. */
    readonly inherited: readonly string[];
  };
  readonly filters?: readonly CellsFilter[];
}

/** A configuration that was read, and what is wrong with it; `path` begins with the key. */
export interface ReadGovernance {
  readonly governance: Governance;
  readonly issues: readonly ConfigIssue[];
}

// Lake Formation Developer Guide, "Tag-based access control notes and restrictions".
const longestTag = 50;
const tagsPerResource = 50;

/** Collects what is wrong while a value is read. */
interface Reader {
  readonly issues: ConfigIssue[];
  add(
    path: readonly string[],
    message: string,
    hint: string,
    kind?: 'invalid-value' | 'conflict',
  ): void;
}

function createReader(): Reader {
  const issues: ConfigIssue[] = [];
  return {
    issues,
    add: (path, message, hint, kind = 'invalid-value') =>
      void issues.push({ path, kind, message, hint }),
  };
}

type Mapping = Readonly<Record<string, JsonValue>>;

function nameOf(path: readonly string[]): string {
  return `'${path.join('.')}'`;
}

function readMapping(
  reader: Reader,
  path: readonly string[],
  value: JsonValue | undefined,
): Mapping {
  if (value == null) return {};
  if (isMapping(value)) return value;
  reader.add(path, `expected a mapping under ${nameOf(path)}`, 'write keys with their values');
  return {};
}

/** Returns a mapping whose keys are known; others are an issue. */
function readKnown(
  reader: Reader,
  path: readonly string[],
  value: JsonValue | undefined,
  known: readonly string[],
): Mapping {
  const found = readMapping(reader, path, value);
  for (const key of Object.keys(found)) {
    if (known.includes(key)) continue;
    const others = `known keys: ${known.join(', ')}`;
    reader.issues.push({
      path: [...path, key],
      kind: 'unknown-key',
      message: `unknown key '${key}' in ${nameOf(path)}`,
      hint: didYouMean(key, known, others) ?? others,
    });
  }
  return found;
}

function readTexts(
  reader: Reader,
  path: readonly string[],
  value: JsonValue | undefined,
): readonly string[] {
  if (value == null) return [];
  const list: readonly JsonValue[] = Array.isArray(value) ? value : [value];
  const texts = list.filter((each) => typeof each === 'string' && each.trim() !== '');
  if (texts.length < list.length) {
    reader.add(path, `expected a list of texts under ${nameOf(path)}`, 'such as [one, two]');
  }
  return texts as readonly string[];
}

/** What is tagged or filtered only if this says so; left out it would do nothing, and nobody would see. */
function readEnabled(
  reader: Reader,
  path: readonly string[],
  { enabled }: Mapping,
): boolean | undefined {
  if (typeof enabled === 'boolean') return enabled;
  const message = `${nameOf(path)} does not say whether it is 'enabled'`;
  reader.add(path, message, 'write enabled: true, or enabled: false to leave out what it holds');
  return undefined;
}

function readTag(
  reader: Reader,
  path: readonly string[],
  value: JsonValue | undefined,
): string | undefined {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  if (typeof text !== 'string' || text.trim() === '') {
    reader.add(path, `expected the value of a tag under ${nameOf(path)}`, "a text, such as 'yes'");
    return undefined;
  }
  const long = [path.at(-1) ?? '', text].find((each) => each.length > longestTag);
  if (long !== undefined) {
    const message = `keys and values of LF-tags have at most ${longestTag} characters, '${long}' has ${long.length}`;
    reader.add(path, message, 'use the tag as it is defined in Lake Formation');
  }
  return text.toLowerCase();
}

function readTags(
  reader: Reader,
  config: Mapping,
  inherited: readonly string[],
): Governance['tags'] {
  const key = 'lf_tags_config';
  const table: Record<string, string> = {};
  for (const [name, value] of Object.entries(readMapping(reader, [key, 'tags'], config.tags))) {
    const tag = readTag(reader, [key, 'tags', name], value);
    if (tag !== undefined) table[name.toLowerCase()] = tag;
  }
  const columns = new Map<string, Record<string, string>>();
  const path = [key, 'tags_columns'];
  for (const [name, values] of Object.entries(readMapping(reader, path, config.tags_columns))) {
    for (const [value, names] of Object.entries(readMapping(reader, [...path, name], values))) {
      const tag = readTag(reader, [...path, name], value);
      if (tag === undefined) continue;
      for (const column of readTexts(reader, [...path, name, value], names)) {
        const tags = columns.get(column.toLowerCase()) ?? {};
        columns.set(column.toLowerCase(), tags);
        const other = tags[name.toLowerCase()];
        if (other !== undefined && other !== tag) {
          const message = `column '${column}' cannot have two values of the tag '${name}': '${other}' and '${tag}'`;
          reader.add(path, message, 'name it under one of them', 'conflict');
        }
        tags[name.toLowerCase()] = tag;
      }
    }
  }
  for (const tags of [table, ...columns.values()]) {
    if (Object.keys(tags).length <= tagsPerResource) continue;
    const message = `a table or a column has at most ${tagsPerResource} LF-tags`;
    reader.add([key], message, 'remove some');
  }
  return { table, columns: Object.fromEntries(columns), inherited };
}

function readFilter(reader: Reader, name: string, value: JsonValue | undefined): CellsFilter {
  const path = ['lf_grants', 'data_cell_filters', 'filters', name];
  const config = readKnown(reader, path, value, [
    'row_filter',
    'principals',
    'column_names',
    'excluded_column_names',
  ]);
  const { row_filter: rowFilter } = config;
  const texts = (key: string): readonly string[] => readTexts(reader, [...path, key], config[key]);
  const lower = (key: string): readonly string[] => texts(key).map((each) => each.toLowerCase());
  if (typeof rowFilter !== 'string' || rowFilter.trim() === '') {
    const message = `the filter '${name}' has no 'row_filter'`;
    reader.add(path, message, "write a condition, such as country = 'de', or 'true' for all rows");
  }
  const [only, except] = [lower('column_names'), lower('excluded_column_names')];
  if (only.length > 0 && except.length > 0) {
    const message = `the filter '${name}' has both 'column_names' and 'excluded_column_names'`;
    reader.add(path, message, 'remove one of them', 'conflict');
  }
  return {
    name,
    rowFilter: typeof rowFilter === 'string' ? rowFilter.trim() : '',
    columns: only.length > 0 ? { kind: 'only', names: only } : { kind: 'except', names: except },
    principals: [...new Set(texts('principals'))],
  };
}

function readFilters(reader: Reader, value: JsonValue): Governance['filters'] {
  const grants = readKnown(reader, ['lf_grants'], value, ['data_cell_filters']);
  const path = ['lf_grants', 'data_cell_filters'];
  const config = readKnown(reader, path, grants.data_cell_filters, ['enabled', 'filters']);
  if (readEnabled(reader, path, config) !== true) return undefined;
  const filters = readMapping(reader, [...path, 'filters'], config.filters);
  return Object.entries(filters).map(([name, each]) => readFilter(reader, name, each));
}

/**
 * Returns what Lake Formation shall know of a model's relation, from `lf_tags_config`, `lf_inherited_tags` and `lf_grants`,
 * which have the shapes of dbt's Athena adapter, and what is wrong with them. What is left out, or not enabled, is not managed.
 */
export function readGovernance({ config }: Pick<BuiltNode, 'config'>): ReadGovernance {
  const { lf_tags_config: tagging, lf_inherited_tags: inherits, lf_grants: grants } = config.extra;
  const reader = createReader();
  if (config.materialized === 'ephemeral') return { governance: {}, issues: [] };

  const tagsConfig = readKnown(reader, ['lf_tags_config'], tagging, [
    'enabled',
    'tags',
    'tags_columns',
    'inherited_tags',
  ]);
  const inherited = [
    ...readTexts(reader, ['lf_inherited_tags'], inherits),
    ...readTexts(reader, ['lf_tags_config', 'inherited_tags'], tagsConfig.inherited_tags),
  ].map((key) => key.toLowerCase());
  const isTagged = tagging != null && readEnabled(reader, ['lf_tags_config'], tagsConfig) === true;
  const tags = isTagged ? readTags(reader, tagsConfig, inherited) : undefined;
  const filters = grants == null ? undefined : readFilters(reader, grants);

  if (config.materialized === 'view') {
    const hint = 'use materialized: table';
    if (tags !== undefined && Object.keys(tags.columns).length > 0) {
      // Athena User Guide, "Considerations and limitations for querying data registered with Lake Formation".
      const message =
        'Lake Formation has no permissions on the columns of a view, so tags would not protect them';
      reader.add(['lf_tags_config', 'tags_columns'], message, hint, 'conflict');
    }
    if (filters !== undefined && filters.length > 0) {
      // Lake Formation Developer Guide, "Data filtering limitations".
      reader.add(['lf_grants'], 'Lake Formation has no cell filters on views', hint, 'conflict');
    }
  }
  return {
    governance: { ...(tags && { tags }), ...(filters && { filters }) },
    issues: reader.issues,
  };
}

/** Returns whether the project manages anything of a model's relation in Lake Formation. */
export function isGoverned({ tags, filters }: Governance): boolean {
  return tags !== undefined || filters !== undefined;
}

/** Returns the columns that tags or filters name, in lower case. */
export function governedColumns({ tags, filters = [] }: Governance): readonly string[] {
  const named = [
    ...Object.keys(tags?.columns ?? {}),
    ...filters.flatMap(({ columns }) => columns.names),
  ];
  // A filter names a field of a row as "address"."zip": its column is the first part.
  return [...new Set(named.map((name) => /^"?([^".]+)/.exec(name)?.[1] ?? name))];
}
