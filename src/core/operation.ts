import type { NodeConfig, RefCall, SourceCall, UniqueId } from './node.js';
import type { ConfigEntries } from './node-config.js';
import type { HookText } from './project.js';

/** A hook around runs of a project or package: what dbt calls an operation. */
export interface Operation {
  /** dbt's: `operation.<package>.<package>-on-run-start-0`. */
  readonly uniqueId: UniqueId;
  readonly name: string;
  readonly packageName: string;
  readonly time: 'on-run-start' | 'on-run-end';
  /** Counts from 0 among the hooks of its package and time. */
  readonly index: number;
  readonly hook: HookText;
  /** What the folders of models say of it, as in dbt: one that is not enabled does not run. */
  readonly config: NodeConfig;
  readonly unrenderedConfig: ConfigEntries;
  readonly refs: readonly RefCall[];
  readonly sources: readonly SourceCall[];
  /** Unique ids of the macros that its text calls. */
  readonly macros: readonly UniqueId[];
}
