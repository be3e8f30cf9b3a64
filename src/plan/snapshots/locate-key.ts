import type { SourceLocation } from '../../core/diagnostic.js';
import { locateConfigKey } from '../../core/locate-config-key.js';
import type { SnapshotNode } from '../../core/node.js';

/** Returns the place where a snapshot's block sets a key; where it does not, the place of the snapshot. */
export function locateKey(node: SnapshotNode, key: string): SourceLocation {
  const place = locateConfigKey(node, key);
  return place.line === undefined ? node.location : place;
}
