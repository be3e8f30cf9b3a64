import type { JsonValue, UniqueId } from './node.js';
import type { ConfigEntries } from './node-config.js';
import type { Relation } from './relation.js';

/** A node as an earlier manifest has it. */
export interface PreviousNode {
  readonly resourceType: string;
  readonly fqn: readonly string[];
  /** The template as written; empty for a source, of an exposure its `exposureText`. */
  readonly rawSql: string;
  /** sha256 of the file, hex; left out where the manifest does not tell it. */
  readonly checksum?: string;
  /** Configuration as written, before templates in it were rendered. */
  readonly unrenderedConfig: ConfigEntries;
  /** `null` for what has no relation: a data test, an ephemeral model. */
  readonly relation: Relation | null;
  readonly description: string;
  /** Descriptions and types by column, in the order of their names. */
  readonly columns: Readonly<
    Record<
      string,
      {
        readonly description: string;
        readonly dataType: string | null;
        /** dbt's constraints, as the manifest has them. */
        readonly constraints?: readonly JsonValue[];
      }
    >
  >;
  readonly macros: readonly UniqueId[];
  /** Constraints of the model as a whole. */
  readonly constraints?: readonly JsonValue[];
}

/** What an earlier invocation left in its target folder: the other state of `--state` and `--defer-state`. */
export interface PreviousState {
  /** The folder as the command line names it. */
  readonly folder: string;
  readonly nodes: ReadonlyMap<UniqueId, PreviousNode>;
  /** The text of each macro. */
  readonly macros: ReadonlyMap<UniqueId, string>;
  /** The variables of that invocation; `null` where the manifest does not tell them, as dbt's does not. */
  readonly vars: Readonly<Record<string, JsonValue>> | null;
  /** dbt's statuses by node; `null` without `run_results.json`. */
  readonly results: ReadonlyMap<UniqueId, string> | null;
  /** What the nodes took that succeeded, in milliseconds; left out without `run_results.json`. */
  readonly executionMs?: ReadonlyMap<UniqueId, number>;
  /** When each source was loaded, ISO 8601, UTC; `null` without `sources.json`. */
  readonly loadedAt?: ReadonlyMap<UniqueId, string> | null;
}
