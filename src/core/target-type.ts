import type { JsonValue } from './node.js';

/** Something wrong in a target's own keys. */
export interface TargetIssue {
  /** The key, relative to the target. */
  readonly path: readonly (string | number)[];
  readonly kind: 'unknown-key' | 'invalid-value' | 'conflict';
  readonly message: string;
  readonly hint?: string;
}

/** What `project/` needs to know of an adapter to validate and describe a target; given by the adapter's `config.ts`. */
export interface TargetType {
  /** The value of `type:`. */
  readonly type: string;
  /** Validates the adapter's own keys (all but `type`, `schema`, `threads`). */
  validate(options: Readonly<Record<string, JsonValue>>): readonly TargetIssue[];
  /** Returns the catalog name of relations, e.g. the stem of a DuckDB file. `options` are valid. */
  database(options: Readonly<Record<string, JsonValue>>): string;
  /** Values that `{{ target }}` may show, besides name, type, schema, threads and database. */
  publicKeys: readonly string[];
  /** The JSON Schema of the adapter's own keys: `properties` of an object. */
  readonly jsonSchemaProperties: Readonly<Record<string, JsonValue>>;
}
