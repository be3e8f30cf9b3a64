import type { ConfigIssue } from './config-issue.js';
import type { JsonValue } from './node.js';

/** Something wrong in a target's own keys; paths are relative to the target. */
export type TargetIssue = ConfigIssue;

/** What `project/` needs to know of an adapter to validate and describe a target; given by the adapter's `config.ts`. */
export interface TargetType {
  /** The value of `type:`. */
  readonly type: string;
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
}
