import type { ParsedNode, UniqueId } from './node.js';

/** The DAG. `order` is topological; equal projects give equal orders. */
export interface Graph {
  readonly nodes: ReadonlyMap<UniqueId, ParsedNode>;
  /** Direct dependencies of a node: what it refs. */
  readonly parents: ReadonlyMap<UniqueId, readonly UniqueId[]>;
  /** Direct dependents of a node. */
  readonly children: ReadonlyMap<UniqueId, readonly UniqueId[]>;
  readonly order: readonly UniqueId[];
  /** Enabled nodes by how templates name them; a `ref` in a template is resolved through these; seeds are among the models. */
  readonly modelsByName: ReadonlyMap<string, UniqueId>;
  /** Keyed `source.table`. */
  readonly sourcesByName: ReadonlyMap<string, UniqueId>;
}
