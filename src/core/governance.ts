import type { SourceLocation } from './diagnostic.js';
import type { JsonValue, UniqueId, VersionId } from './node.js';

type Mapping = Readonly<Record<string, JsonValue>>;

/** A block of text of a Markdown file: `{% docs name %}`. */
export interface DocBlock {
  /** dbt's: `doc.<project>.<name>`. */
  readonly uniqueId: UniqueId;
  readonly name: string;
  readonly packageName: string;
  readonly path: string;
  /** Without white space around it. */
  readonly contents: string;
  readonly location: SourceLocation;
}

/** Who answers for a group or exposure; other keys as they are written. */
export interface Owner {
  readonly name?: string;
  readonly email?: string | readonly string[];
  readonly [key: string]: JsonValue | undefined;
}

/** Models with one owner, which may keep some of them to themselves. */
export interface Group {
  /** dbt's: `group.<project>.<name>`. */
  readonly uniqueId: UniqueId;
  readonly name: string;
  readonly packageName: string;
  readonly path: string;
  readonly owner: Owner;
  readonly description: string;
  readonly meta: Mapping;
  readonly location: SourceLocation;
}

/** dbt's kinds of exposures. */
export const exposureTypes = ['dashboard', 'notebook', 'analysis', 'ml', 'application'] as const;

/** What YAML says of an exposure. */
export interface Exposure {
  readonly type: (typeof exposureTypes)[number];
  readonly label: string | null;
  readonly maturity: 'low' | 'medium' | 'high' | null;
  readonly url: string | null;
  readonly owner: Owner;
}

/** How old data may be: a number of periods. */
export interface FreshnessLimit {
  readonly count: number;
  readonly period: 'minute' | 'hour' | 'day';
}

/** How old the rows of a source may be before a check warns or fails. */
export interface Freshness {
  /** Null where that is written, undefined where nothing is. */
  readonly warnAfter: FreshnessLimit | null | undefined;
  readonly errorAfter: FreshnessLimit | null | undefined;
  /** A condition in SQL; only rows that meet it are looked at. */
  readonly filter: string | null;
}

/** What YAML says of a table of a source besides its name, columns and tests. */
export interface SourceDetails {
  readonly sourceDescription: string;
  readonly loader: string;
  readonly meta: Mapping;
  readonly sourceMeta: Mapping;
  readonly enabled: boolean;
  /** An expression in SQL over the table's columns: when a row was loaded. */
  readonly loadedAtField: string | null;
  /** A query in SQL that returns when the table was loaded. */
  readonly loadedAtQuery: string | null;
  /** `null`: its age is not checked. */
  readonly freshness: Freshness | null;
  /** What its configuration says of the files that hold the rows; it goes before what `meta` says. */
  readonly files?: Mapping;
  /** `quoting:` as it is written, for those that read the manifest. */
  readonly quoting?: Mapping;
  /** Where the freshness, or else the table, is written. */
  readonly location: SourceLocation;
}

/** What YAML says of a macro. */
export interface MacroDescription {
  readonly description: string;
  readonly docBlocks: readonly UniqueId[];
  readonly meta: Mapping;
  readonly docs: Mapping;
  readonly patchPath: string;
  readonly arguments: readonly {
    readonly name: string;
    readonly type: string | null;
    readonly description: string;
  }[];
}

/** Returns what an exposure says, as one text that is equal for equal exposures. */
export function exposureText({
  exposure: { type, label, maturity, url, owner },
  refs,
  sources,
}: {
  readonly exposure: Exposure;
  readonly refs: readonly {
    readonly name: string;
    readonly package?: string;
    readonly version?: VersionId;
  }[];
  readonly sources: readonly { readonly source: string; readonly table: string }[];
}): string {
  const owners = Object.entries(owner)
    .filter(([, value]) => value != null)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const calls = refs.map((ref) => [ref.package ?? null, ref.name, ref.version ?? null]);
  const tables = sources.map(({ source, table }) => [source, table]);
  return JSON.stringify([type, label, maturity, url, owners, calls, tables]);
}
