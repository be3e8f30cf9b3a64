import type { Graph } from './graph.js';
import type {
  AnalysisNode,
  ExposureNode,
  ModelNode,
  SeedNode,
  SnapshotNode,
  SourceNode,
  TestNode,
  UniqueId,
} from './node.js';

/** What names a node and says where it is. */
type Named =
  | 'uniqueId'
  | 'resourceType'
  | 'name'
  | 'packageName'
  | 'path'
  | 'ownPath'
  | 'fqn'
  | 'tags'
  | 'patchPath';

/**
 * What selectors and lists look at of a node. Every node is one, and so is what is kept of it for commands that only name
 * nodes: they look at nothing else of it, which the compiler holds them to.
 */
export type ListedNode =
  | Pick<ModelNode, Named | 'config' | 'version'>
  | Pick<SeedNode, Named | 'config'>
  | Pick<SnapshotNode, Named | 'config'>
  | Pick<AnalysisNode, Named | 'config'>
  | (Pick<TestNode, Named | 'config' | 'severity'> & {
      readonly generic: Pick<NonNullable<TestNode['generic']>, 'testName'> | null;
      /** Left out for a data test. */
      readonly unit?: object;
    })
  | (Pick<SourceNode, Named | 'sourceName'> & {
      readonly details?: Pick<NonNullable<SourceNode['details']>, 'meta'>;
    })
  | Pick<ExposureNode, Named>;

/** What selectors look at of the DAG. */
export interface ListedGraph extends Pick<Graph, 'parents' | 'children' | 'order'> {
  readonly nodes: ReadonlyMap<UniqueId, ListedNode>;
}
