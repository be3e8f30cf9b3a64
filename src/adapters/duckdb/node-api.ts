import { createRequire } from 'node:module';
import type * as nodeApi from '@duckdb/node-api';

/** DuckDB's binding, which is loaded when a warehouse is opened and not before: it takes a while. */
export type NodeApi = typeof nodeApi;

/**
 * Loads DuckDB's binding. By `require`, because for an `import` Node first looks through all of the CommonJS package's
 * files for the names they export, which takes longer than running them.
 */
export function loadNodeApi(): NodeApi {
  return createRequire(import.meta.url)('@duckdb/node-api') as NodeApi;
}
