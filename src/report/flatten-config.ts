import type { NodeConfig } from '../core/node.js';

/** Returns a node's configuration with the keys that a materialization defines beside the common ones, as dbt prints it. */
export function flattenConfig(config: NodeConfig): Readonly<Record<string, unknown>> {
  const { extra, ...common } = config;
  return { ...extra, ...common };
}
