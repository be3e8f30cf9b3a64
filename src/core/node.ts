import type { Constraint, Contract } from './contract.js';
import type { Exposure, MacroDescription, SourceDetails } from './governance.js';
import type { Relation } from './relation.js';
import type { UnitTest } from './unit-test.js';
import type { Diagnostic, SourceLocation } from './diagnostic.js';
import type { SqlType } from './sql-type.js';

/** dbt's unique id: `model.<project>.<name>`, `test.<project>.<name>.<hash>`, `source.<project>.<source>.<table>`, `seed.<project>.<name>`, `snapshot.<project>.<name>`. */
export type UniqueId = string;

/** A value that YAML or Jinja can hold. */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A column as the author declares it in YAML. */
export interface ColumnProperties {
  readonly name: string;
  readonly description: string;
  /** The column's type in Athena's spelling. */
  readonly data_type?: string;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, JsonValue>>;
  readonly constraints?: readonly Constraint[];
  /** `quote:` as it is written; names are quoted where they must be, whatever it says. */
  readonly quote?: boolean;
  /** The blocks of text that the description takes up. */
  readonly docBlocks?: readonly UniqueId[];
}

/**
 * The resolved configuration of a node: project folder configuration, then YAML properties, then `config()` in the file.
 * Keys keep dbt's spelling, because users read them again in the manifest.
 */
export interface NodeConfig {
  readonly enabled: boolean;
  readonly materialized: string;
  readonly schema: string | null;
  readonly database: string | null;
  readonly alias: string | null;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, JsonValue>>;
  readonly full_refresh: boolean | null;
  readonly unique_key: readonly string[];
  readonly incremental_strategy: string | null;
  /** external_table: folder or file, relative to the project folder or an engine's address such as `s3://…`. */
  readonly location: string | null;
  /** external_table: the file format; only `json` (JSON lines) until other formats are asked for. */
  readonly format: string | null;
  /** Keys that a materialization or adapter defines for itself. */
  readonly extra: Readonly<Record<string, JsonValue>>;
}

/** The name of a version as it is written: `2`, `'2024'`. Equal if their texts are. */
export type VersionId = string | number;

/** Which of its model's versions a node is. */
export interface ModelVersion {
  readonly v: VersionId;
  /** The version that a `ref` without one means. */
  readonly latest: VersionId;
}

/** `{{ ref('name') }}` or `{{ ref('package', 'name') }}` as written. */
export interface RefCall {
  readonly name: string;
  readonly package?: string;
  /** `ref('name', v=2)`; the latest version without it. */
  readonly version?: VersionId;
  readonly location: SourceLocation;
}

/** `{{ source('source', 'table') }}` as written. */
export interface SourceCall {
  readonly source: string;
  readonly table: string;
  readonly location: SourceLocation;
}

interface NodeBase {
  readonly uniqueId: UniqueId;
  readonly name: string;
  readonly packageName: string;
  /** Path of the file that defines the node, relative to the project folder, forward slashes. */
  readonly path: string;
  /** The same from the folder of the package on; left out in the project itself. */
  readonly ownPath?: string;
  /** `[project, folder…, name]`, as dbt's selectors use it. */
  readonly fqn: readonly string[];
  readonly description: string;
  /** The blocks of text that the description takes up. */
  readonly docBlocks?: readonly UniqueId[];
  readonly tags: readonly string[];
  /** The YAML file that describes the node, if any. */
  readonly patchPath: string | null;
}

/** What nodes with SQL share. */
export interface SqlNodeBase extends NodeBase {
  /** The template as written. */
  readonly rawSql: string;
  readonly language: 'sql' | 'python';
  readonly config: NodeConfig;
  readonly refs: readonly RefCall[];
  readonly sources: readonly SourceCall[];
  /** Unique ids of the macros that the template called while it was captured. */
  readonly macros: readonly UniqueId[];
  /** Those that dbt's manifest names: what the template itself called, dbt's own macros among them. Left out, the same. */
  readonly directMacros?: readonly UniqueId[];
  /** The names of the variables that the template read while it was captured, also in macros. */
  readonly vars: readonly string[];
  /** `config` as it is written in all places, templates in it not rendered. */
  readonly unrenderedConfig: Readonly<Record<string, JsonValue>>;
  /** sha256 of the file without white space around it, hex, as dbt has it; of a generic test of `rawSql`. */
  readonly checksum: string;
}

/** A model: a SELECT that is materialized as a relation, or a declared external table. */
export interface ModelNode extends SqlNodeBase {
  readonly resourceType: 'model';
  readonly columns: readonly ColumnProperties[];
  readonly relation: Relation;
  /** Constraints that speak of several columns. */
  readonly constraints?: readonly Constraint[];
  /** What it promises of its columns, where that is enforced. */
  readonly contract?: Contract;
  /** Left out for a model without versions. */
  readonly version?: ModelVersion;
  /** When readers must have left it: ISO 8601, UTC. */
  readonly deprecationDate?: string;
}

/** A SQL file that is compiled and never run. */
export interface AnalysisNode extends SqlNodeBase {
  readonly resourceType: 'analysis';
  readonly columns: readonly ColumnProperties[];
}

/** What reads the project's models from outside: a dashboard, a notebook, an application. */
export interface ExposureNode extends NodeBase {
  readonly resourceType: 'exposure';
  readonly exposure: Exposure;
  readonly refs: readonly RefCall[];
  readonly sources: readonly SourceCall[];
  readonly meta: Readonly<Record<string, JsonValue>>;
  readonly enabled: boolean;
  readonly unrenderedConfig: Readonly<Record<string, JsonValue>>;
}

/** How the rows that a data test returns are judged and kept: dbt's configuration of the same names. */
export interface TestJudgement {
  /** An aggregate over the failing rows, SQL in the author's dialect: `count(*)`. */
  readonly failCalc: string;
  /** What follows `failCalc` in the condition on which the test warns: `!= 0`. */
  readonly warnIf: string;
  readonly errorIf: string;
  /** How many failing rows are looked at, at most. */
  readonly limit: number | null;
  /** Where the failing rows are kept, if they are. */
  readonly store: { readonly as: 'table' | 'view'; readonly relation: Relation } | null;
}

/** A column of a seed: its name in the file, and its type in Athena's terms. */
export interface SeedColumn {
  readonly name: string;
  readonly type: SqlType;
  /** The type as it is declared in the SQL of the target; the engine casts the values, and finds out whether it can. */
  readonly nativeType?: string;
}

/** The rows of a seed. Each value is a text that its column's type can be cast from without loss; `null` is NULL. */
export interface SeedTable {
  readonly columns: readonly SeedColumn[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** A CSV file of the project that becomes a table. `rawSql` is empty; `checksum` is that of the file. */
export interface SeedNode extends SqlNodeBase {
  readonly resourceType: 'seed';
  readonly columns: readonly ColumnProperties[];
  readonly relation: Relation;
  readonly table: SeedTable;
  /** Why its file is no table, where only the seed itself fails for that, when it is built; `table` is then what could be read. */
  readonly broken?: Diagnostic;
}

/** The names of the columns that a snapshot's table has besides those of its query; dbt's, unless they are renamed. */
export interface SnapshotColumns {
  /** `dbt_scd_id`: tells the rows of the table apart. */
  readonly scdId: string;
  /** `dbt_updated_at`: when the row changed in the source, as far as that is known. */
  readonly updatedAt: string;
  /** `dbt_valid_from` and `dbt_valid_to`: from when, and until when, the row was so. */
  readonly validFrom: string;
  readonly validTo: string;
  /** `dbt_is_deleted`: only with `hard_deletes: new_record`; the text `True` or `False`. */
  readonly isDeleted: string;
}

/** How a snapshot tells that a row changed, and what it writes then. */
export interface SnapshotRules {
  readonly strategy: 'timestamp' | 'check';
  /** The column that says when a row changed; `null`: it changed when the run looked. */
  readonly updatedAt: string | null;
  /** The columns that are compared (strategy `check`). */
  readonly checkColumns: 'all' | readonly string[];
  /** What becomes of rows that are no longer in the source. */
  readonly hardDeletes: 'ignore' | 'invalidate' | 'new_record';
  /** What `validTo` holds in rows that are valid now, an expression in Athena's SQL; `null`: NULL. */
  readonly validToCurrent: string | null;
  readonly columns: SnapshotColumns;
}

/** A query whose rows are kept with the time from and until which they were so. */
export interface SnapshotNode extends SqlNodeBase {
  readonly resourceType: 'snapshot';
  readonly columns: readonly ColumnProperties[];
  readonly relation: Relation;
  readonly rules: SnapshotRules;
  /** Where it is defined: its block, or the `relation:` of its YAML entry. */
  readonly location: SourceLocation;
  /** It is defined in YAML, so that no file holds its SQL. */
  readonly isYaml: boolean;
  /** What stands in its block, as it is written; left out for one that is defined in YAML. */
  readonly block?: string;
}

/** A generic test as dbt's metadata tells it. */
export interface TestMetadata {
  /** Without the package. */
  readonly name: string;
  /** The package that is named with the test; `null` if none is. */
  readonly namespace: string | null;
  /** The arguments, with `column_name` and `model`. */
  readonly kwargs: Readonly<Record<string, JsonValue>>;
}

/** A data test: a SELECT that returns the rows that are wrong. */
export interface TestNode extends SqlNodeBase {
  readonly resourceType: 'test';
  /** `null` for a singular test (a SQL file in `tests/`). */
  readonly generic: {
    readonly testName: string;
    readonly columnName: string | null;
    /** Unique id of the model that the YAML entry stands under. */
    readonly attachedNode: UniqueId;
    readonly arguments: Readonly<Record<string, JsonValue>>;
    readonly metadata: TestMetadata;
    /** Where the project defines the test, if it does so itself. */
    readonly definition?: SourceLocation;
  } | null;
  readonly severity: 'error' | 'warn';
  /** What the test would warn of fails it: `--warn-error`. */
  readonly failsOnWarning?: true;
  /** For a unit test: it tests a model's SQL on given rows, and no relation. */
  readonly unit?: UnitTest;
  /** Left out: a test fails on any row, and keeps none. */
  readonly judgement?: TestJudgement;
  /** The schema that the project's macro gives a test that keeps no rows; left out where dbt's rules hold. */
  readonly schemaName?: string;
  /** Where the author asked for the test (YAML entry or SQL file). */
  readonly location: SourceLocation;
}

/** A table that the project reads and does not build. */
export interface SourceNode extends NodeBase {
  readonly resourceType: 'source';
  readonly sourceName: string;
  /** The schema, database and identifier as they are written, where they are. */
  readonly unrenderedConfig: Readonly<Record<string, JsonValue>>;
  readonly columns: readonly ColumnProperties[];
  readonly relation: Relation;
  /** The column that says when a row happened. */
  readonly eventTime?: string;
  /** What YAML says besides; left out where it says nothing. */
  readonly details?: SourceDetails;
}

/** A macro of `macros/`. */
export interface MacroNode extends NodeBase {
  readonly resourceType: 'macro';
  readonly arguments: readonly string[];
  readonly macroSql: string;
  /** What a YAML file says of it. */
  readonly described?: MacroDescription;
}

/** A node of the DAG. Narrow by `resourceType`. */
export type ParsedNode =
  ModelNode | TestNode | SourceNode | SeedNode | SnapshotNode | AnalysisNode | ExposureNode;
/** A node that has SQL: to run, or, for an analysis, only to compile. */
export type SqlNode = ModelNode | TestNode | SeedNode | SnapshotNode | AnalysisNode;
/** A node that a run makes a relation of. */
export type BuiltNode = ModelNode | SeedNode | SnapshotNode;
/** A node that stands for a table or view. */
export type RelationNode = Extract<ParsedNode, { readonly relation: Relation }>;

/** Whether a node has SQL; sources and exposures have none. */
export function isSqlNode(node: ParsedNode): node is SqlNode {
  return node.resourceType !== 'source' && node.resourceType !== 'exposure';
}

/** Whether a node stands for a table or view, so that it can be read. */
export function isRelationNode(node: ParsedNode): node is RelationNode {
  return 'relation' in node;
}
