import type { DocBlock, Group } from './governance.js';
import type { MacroNode, ParsedNode } from './node.js';
import type { Operation } from './operation.js';

/** The project's nodes before their refs are resolved: what `parseProject` gives and `buildGraph` takes. */
export interface ParsedProject {
  /** Enabled nodes in project order: models, data tests, sources, each in the order of their files. */
  readonly nodes: readonly ParsedNode[];
  readonly macros: readonly MacroNode[];
  /** Nodes with `enabled: false`, and the data tests of such models. */
  readonly disabled: readonly ParsedNode[];
  /** The blocks of text that descriptions take up. */
  readonly docs?: readonly DocBlock[];
  readonly groups?: readonly Group[];
  /** The hooks around runs, those of packages first. */
  readonly operations?: readonly Operation[];
}
