import type { ParsedNode, RefCall, UniqueId } from './node.js';
import { versionedName } from './versioned-name.js';

/** The DAG. `order` is topological; equal projects give equal orders. */
export interface Graph {
  readonly nodes: ReadonlyMap<UniqueId, ParsedNode>;
  /** Direct dependencies of a node: what it refs. */
  readonly parents: ReadonlyMap<UniqueId, readonly UniqueId[]>;
  /** Direct dependents of a node. */
  readonly children: ReadonlyMap<UniqueId, readonly UniqueId[]>;
  readonly order: readonly UniqueId[];
  /** Enabled nodes by how templates name them; a `ref` in a template is resolved through these; seeds are among the models. A version of a model is also `orders.v2`. */
  readonly modelsByName: ReadonlyMap<string, UniqueId>;
  /** The same keyed `package.model`; left out where there is one package. */
  readonly modelsByPackage?: ReadonlyMap<string, UniqueId>;
  /** Keyed `source.table`. */
  readonly sourcesByName: ReadonlyMap<string, UniqueId>;
}

/**
 * Returns what a `ref` in a package names: of the package that it gives, else of its own package, of the project, of any
 * package, in this order, as in dbt.
 */
export function findReferenced(
  { modelsByName, modelsByPackage }: Pick<Graph, 'modelsByName' | 'modelsByPackage'>,
  call: Pick<RefCall, 'name' | 'package' | 'version'>,
  from: string,
): UniqueId | undefined {
  const name = versionedName(call.name, call.version);
  if (call.package !== undefined) {
    const found = modelsByPackage?.get(`${call.package}.${name}`);
    return modelsByPackage === undefined && call.package === from ? modelsByName.get(name) : found;
  }
  return modelsByPackage?.get(`${from}.${name}`) ?? modelsByName.get(name);
}
