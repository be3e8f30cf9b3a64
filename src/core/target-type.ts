import type { ConfigIssue } from './config-issue.js';
import type { JsonValue } from './node.js';

/** Something wrong in a target's own keys; paths are relative to the target. */
export type TargetIssue = ConfigIssue;

/** How an output of dbt's `profiles.yml` becomes a target. Every key of dbt's is in one of the lists. */
export interface ProfileRules {
  /** The target's key for each key that means the same under another name or this one. */
  readonly keys: Readonly<Record<string, string>>;
  /** Keys that change nothing that a user could see; they are passed over. */
  readonly passedOver: readonly string[];
  /** Keys without effect here, each with why: a warning. */
  readonly unused: Readonly<Record<string, string>>;
  /** Keys that are refused, each with the next step. */
  readonly refused: Readonly<Record<string, string>>;
  /**
   * Returns the target's keys that do not follow from one key alone, with what holds in dbt where an output is silent.
   * Issue paths are relative to the output.
   */
  readonly complete?: (output: Readonly<Record<string, JsonValue>>) => {
    readonly options: Readonly<Record<string, JsonValue>>;
    /** What the target's options hold besides, which only a profile can say. */
    readonly connection?: Readonly<Record<string, JsonValue>>;
    /** The same, of keys of the output that count only in a project that is written in the engine's own SQL. */
    readonly session?: Readonly<Record<string, JsonValue>>;
    /** The catalog name of relations, where it does not follow from the options. */
    readonly database?: string;
    readonly issues: readonly TargetIssue[];
  };
}

/** What `project/` needs to know of an adapter to validate and describe a target; given by the adapter's `config.ts`. */
export interface TargetType {
  /** The value of `type:`. */
  readonly type: string;
  /** Its SQL is the one in which models are written for every target. */
  readonly speaksPortable?: boolean;
  /** The schema of models that name none, when the target gives no `schema:`; `main` without it. */
  readonly defaultSchema?: string;
  /**
   * Keys that models may have in their configuration for this adapter, with the JSON Schema of each. Every target accepts
   * them, because models are written once; other adapters pass over them.
   */
  readonly modelKeys?: Readonly<Record<string, JsonValue>>;
  /** Validates the adapter's own keys (all but `type`, `schema`, `threads`). */
  validate(options: Readonly<Record<string, JsonValue>>): readonly TargetIssue[];
  /** Returns the catalog name of relations, e.g. the stem of a DuckDB file. `options` are valid. */
  database(options: Readonly<Record<string, JsonValue>>): string;
  /** Values that `{{ target }}` may show, besides name, type, schema, threads and database. */
  publicKeys: readonly string[];
  /** The JSON Schema of the adapter's own keys: `properties` of an object. */
  readonly jsonSchemaProperties: Readonly<Record<string, JsonValue>>;
  /** How an output of `profiles.yml` of this type is read; without it, it is refused. */
  readonly profile?: ProfileRules;
}
