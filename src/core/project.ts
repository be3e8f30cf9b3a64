import type { ConstraintProperties } from './contract.js';
import type { JsonValue, UniqueId, VersionId } from './node.js';
import type { Diagnostic, SourceLocation } from './diagnostic.js';
import type { NamedSelector } from './selector-definition.js';

/** What a file of the project is for, decided by the folder it lies in. */
export type SourceFileKind =
  | 'model'
  | 'python-model'
  | 'macro'
  | 'test'
  | 'seed'
  | 'snapshot'
  | 'fixture'
  | 'properties'
  | 'docs'
  | 'analysis';

/** A file that the project room has read. */
export interface SourceFile {
  /** Relative to the project folder, forward slashes. */
  readonly path: string;
  readonly kind: SourceFileKind;
  readonly content: string;
}

/** A parsed YAML file that can tell where a value stands. */
export interface PropertiesFile {
  readonly path: string;
  /** The validated content. */
  readonly value: PropertiesContent;
  /**
   * Returns the place of the value at `path` (keys and indexes from the root), or of its nearest enclosing value.
   * With `key: true`, the place of the key rather than of its value.
   */
  locate(path: readonly (string | number)[], options?: { readonly key?: boolean }): SourceLocation;
  /**
   * Of a file with Jinja that must be rendered before the file can be read: returns it read anew, with the values that
   * `render` returns for those texts (`undefined`: the text stays), and what is wrong with them.
   */
  readonly withRendered?: (
    render: (text: string, path: readonly (string | number)[]) => JsonValue | undefined,
  ) => { readonly file: PropertiesFile; readonly diagnostics: readonly Diagnostic[] };
}

/** A generic test under a model or column, as written: `not_null` or `{ accepted_values: { values: […] } }`, normalised. */
export interface TestEntry {
  readonly testName: string;
  readonly arguments: Readonly<Record<string, JsonValue>>;
  readonly config: Readonly<Record<string, JsonValue>>;
  readonly name: string | null;
  /** Path of the entry inside its file, for `locate`. */
  readonly yamlPath: readonly (string | number)[];
}

export interface ColumnEntry {
  readonly name: string;
  readonly description: string;
  readonly data_type?: string;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, JsonValue>>;
  readonly quote?: boolean;
  /** The blocks of text that the description takes up. */
  readonly docBlocks?: readonly UniqueId[];
  readonly tests: readonly TestEntry[];
  readonly constraints?: readonly ConstraintEntry[];
  /** Where it stands, if that is not its place among the columns. */
  readonly yamlPath?: readonly (string | number)[];
}

/** A constraint as written; `yamlPath` for `locate`. */
export interface ConstraintEntry extends ConstraintProperties {
  readonly yamlPath: readonly (string | number)[];
}

/** A version of a model, as its YAML entry has it. */
export interface VersionEntry {
  readonly v: VersionId;
  /** The file without its ending; `null` for dbt's default. */
  readonly definedIn: string | null;
  /** `null`: that of the model. */
  readonly description: string | null;
  readonly docBlocks?: readonly UniqueId[];
  readonly config: Readonly<Record<string, JsonValue>>;
  /** Of the model's columns those that `exclude` does not name; of some, those of `include`. */
  readonly include: 'all' | readonly string[];
  readonly exclude: readonly string[];
  /** Its own columns, which take the place of the model's of the same name. */
  readonly columns: readonly ColumnEntry[];
  /** `null`: those of the model. */
  readonly tests: readonly TestEntry[] | null;
  readonly constraints?: readonly ConstraintEntry[];
  readonly deprecationDate?: string;
  readonly yamlPath: readonly (string | number)[];
}

export interface ModelEntry {
  readonly name: string;
  readonly description: string;
  readonly config: Readonly<Record<string, JsonValue>>;
  readonly columns: readonly ColumnEntry[];
  readonly tests: readonly TestEntry[];
  readonly constraints?: readonly ConstraintEntry[];
  readonly docBlocks?: readonly UniqueId[];
  /** ISO 8601, UTC, to the millisecond. */
  readonly deprecationDate?: string;
  /** None for a model without versions. */
  readonly versions?: readonly VersionEntry[];
  readonly latestVersion?: VersionId;
  readonly yamlPath: readonly (string | number)[];
}

/** What a YAML file says of a seed. */
export type SeedEntry = ModelEntry;

/** What a YAML file says of a snapshot, or all of it. */
export interface SnapshotEntry extends ModelEntry {
  /** `ref('…')` or `source('…', '…')`; `null` where a SQL file holds the query. */
  readonly relation: string | null;
}

/** What a source or one of its tables says besides; what it does not say is left out. */
export interface SourceSettings {
  readonly loader?: string;
  /** A text is Jinja, which is rendered when the source is parsed. */
  readonly enabled?: boolean | string;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, JsonValue>>;
  /** `null` says that there is none, whatever the source says. */
  readonly loadedAtField?: string | null;
  readonly loadedAtQuery?: string | null;
  /** As it is written; `null` says that its age is not checked. */
  readonly freshness?: Readonly<Record<string, JsonValue>> | null;
  /** Where the freshness stands. */
  readonly freshnessPath: readonly (string | number)[];
  /** What its configuration says of the files that hold the rows: `external_location` and what goes with it. */
  readonly files?: Readonly<Record<string, JsonValue>>;
  /** `quoting:` as it is written. */
  readonly quoting?: Readonly<Record<string, JsonValue>>;
}

/** An entry whose shape is valid, and whose keys are read when it is parsed. */
export interface RawEntry {
  readonly name: string;
  readonly description: string;
  readonly docBlocks?: readonly UniqueId[];
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, JsonValue>>;
  readonly enabled: boolean;
  readonly columns: readonly ColumnEntry[];
  readonly raw: Readonly<Record<string, JsonValue>>;
  readonly yamlPath: readonly (string | number)[];
}

export interface SourceTableEntry {
  readonly name: string;
  readonly identifier: string;
  /** Its own `event_time`, or that of its source. */
  readonly eventTime?: string;
  readonly description: string;
  readonly docBlocks?: readonly UniqueId[];
  readonly columns: readonly ColumnEntry[];
  readonly tests: readonly TestEntry[];
  readonly settings?: SourceSettings;
  readonly yamlPath: readonly (string | number)[];
}

export interface SourceEntry {
  readonly name: string;
  readonly schema: string;
  readonly database: string | null;
  readonly description: string;
  readonly docBlocks?: readonly UniqueId[];
  readonly tables: readonly SourceTableEntry[];
  readonly settings?: SourceSettings;
  readonly yamlPath: readonly (string | number)[];
}

/** An entry of `unit_tests:`, whose shape is valid; its parts are read when it is parsed. */
export interface UnitTestEntry {
  readonly raw: Readonly<Record<string, JsonValue>>;
  readonly yamlPath: readonly (string | number)[];
}

/** The normalised content of one properties file. */
export interface PropertiesContent {
  readonly models: readonly ModelEntry[];
  readonly sources: readonly SourceEntry[];
  readonly seeds: readonly SeedEntry[];
  readonly snapshots?: readonly SnapshotEntry[];
  readonly unitTests?: readonly UnitTestEntry[];
  readonly exposures?: readonly RawEntry[];
  readonly groups?: readonly RawEntry[];
  readonly analyses?: readonly RawEntry[];
  readonly macros?: readonly RawEntry[];
}

/** A target of `targets:`; which keys it may have depends on the adapter named by `type`. */
export interface Target {
  readonly name: string;
  /** The adapter's name. */
  readonly type: string;
  /** The default schema for models without one. */
  readonly schema: string;
  /** The catalog name of relations, from the adapter's `TargetType.database`. */
  readonly database: string;
  readonly threads: number;
  /** The profile of dbt that holds it. */
  readonly profileName?: string;
  /** The adapter's own keys, validated by the adapter's `config.ts`. */
  readonly options: Readonly<Record<string, JsonValue>>;
}

/** One level of `models:` folder configuration: `+key: value` settings and subfolders. */
export interface FolderConfig {
  readonly settings: Readonly<Record<string, JsonValue>>;
  readonly children: Readonly<Record<string, FolderConfig>>;
  /** Where the folder's name stands in `stedi_project.yml`. */
  readonly location?: SourceLocation;
}

/** A statement around a run or a node, as written: SQL with Jinja. */
export interface HookText {
  readonly sql: string;
  readonly location: SourceLocation;
}

/** Where `adapter.dispatch` looks for macros of a namespace. */
export interface DispatchRule {
  readonly namespace: string;
  readonly searchOrder: readonly string[];
}

/** A package that the project uses: a project without a target. Its files' paths start at the project's folder. */
export interface PackageProject {
  readonly name: string;
  readonly version: string;
  /** The package's folder, relative to the project's. */
  readonly folder: string;
  readonly configPath: string;
  /** What `var()` gives in the package: its own values, over them those of the project. */
  readonly vars: Readonly<Record<string, JsonValue>>;
  readonly models: FolderConfig;
  readonly tests: FolderConfig;
  readonly seeds: FolderConfig;
  readonly snapshots: FolderConfig;
  /** What the project says of the package's resources; it goes before what the package says. */
  readonly overrides: FolderTrees;
  readonly labels?: LabelFolders;
  readonly hooks: NonNullable<Project['hooks']>;
  readonly files: readonly SourceFile[];
  readonly properties: readonly PropertiesFile[];
  readonly paths: Project['paths'];
}

/** Folder configuration by dbt's keys in the project file; those of labels alone are left out where nothing is said. */
export type FolderTrees = Readonly<
  Record<'models' | 'tests' | 'seeds' | 'snapshots', FolderConfig>
> &
  LabelFolders;

/** Folder configuration of resources that nothing is built of. */
export interface LabelFolders {
  readonly sources?: FolderConfig;
  readonly exposures?: FolderConfig;
  readonly unit_tests?: FolderConfig;
}

/** In whose SQL the texts of a project are written. */
export interface SpokenSql {
  /** `portable`: in one SQL for every target, translated for each. `native`: in the target's own, sent as it is rendered. */
  readonly dialect: 'portable' | 'native';
  /** What follows `because`. */
  readonly reason: string;
}

/** The whole project, read and validated. Later stages need no file system. */
export interface Project {
  /** Absolute path of the project folder. For adapters and reports; never printed into artifacts. */
  readonly root: string;
  readonly name: string;
  readonly version: string;
  readonly configPath: string;
  /** Values of `vars:`, overlaid with those of the target, and these with `--vars`. */
  readonly vars: Readonly<Record<string, JsonValue>>;
  /** The values of `--vars` alone. */
  readonly givenVars?: Readonly<Record<string, JsonValue>>;
  readonly models: FolderConfig;
  readonly tests: FolderConfig;
  readonly seeds: FolderConfig;
  readonly snapshots: FolderConfig;
  /** Configuration by folder of sources, exposures and unit tests. */
  readonly labels?: LabelFolders;
  readonly target: Target;
  /** Left out, it is the portable one. */
  readonly sql?: SpokenSql;
  /** `quoting:` of dbt's project file; all names are quoted where it says nothing. */
  readonly quoting?: Readonly<Record<string, boolean | null>>;
  readonly targetPath: string;
  readonly files: readonly SourceFile[];
  readonly properties: readonly PropertiesFile[];
  /** `selectors.yml`; empty without one. */
  readonly selectors: readonly NamedSelector[];
  /** The packages that are installed; none if left out. */
  readonly packages?: readonly PackageProject[];
  /** `dispatch:` of the project. */
  readonly dispatch?: readonly DispatchRule[];
  /** Statements before the first and after the last node of a run. */
  readonly hooks?: {
    readonly onRunStart: readonly HookText[];
    readonly onRunEnd: readonly HookText[];
  };
  /** For a package alone: what the project that uses it says of its resources. */
  readonly overrides?: PackageProject['overrides'];
  readonly paths: {
    readonly models: readonly string[];
    readonly macros: readonly string[];
    readonly tests: readonly string[];
    readonly seeds: readonly string[];
    readonly analyses?: readonly string[];
    readonly docs?: readonly string[];
    readonly snapshots: readonly string[];
  };
}
