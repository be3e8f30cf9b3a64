import type { SourceLocation } from './diagnostic.js';
import type { JsonValue, UniqueId, VersionId } from './node.js';

/** Rows as a unit test gives or expects them: values by column, or a query in the author's dialect. */
export type UnitTestRows =
  | {
      readonly format: 'dict' | 'csv';
      /** The columns that are named, in order. */
      readonly columns: readonly string[];
      readonly rows: readonly Readonly<Record<string, JsonValue>>[];
    }
  | { readonly format: 'sql'; readonly sql: string };

/** What a model reads in a unit test in place of a relation. */
export interface UnitTestInput {
  readonly input:
    | { readonly kind: 'ref'; readonly name: string; readonly version?: VersionId }
    | { readonly kind: 'source'; readonly source: string; readonly table: string }
    | { readonly kind: 'this' };
  /** As it is written. */
  readonly text: string;
  readonly rows: UnitTestRows;
  readonly location: SourceLocation;
}

/** What a model reads and is to return: dbt's `unit_tests:`. */
export interface UnitTest {
  readonly model: UniqueId;
  readonly modelName: string;
  readonly given: readonly UnitTestInput[];
  readonly expect: UnitTestRows;
  readonly expectLocation: SourceLocation;
  readonly overrides: {
    readonly macros: Readonly<Record<string, JsonValue>>;
    readonly vars: Readonly<Record<string, JsonValue>>;
    readonly env_vars: Readonly<Record<string, JsonValue>>;
  };
  /** As it is written, for the manifest. */
  readonly written: Readonly<Record<string, JsonValue>>;
}
