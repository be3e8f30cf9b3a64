import type * as nodeApi from '@duckdb/node-api';

/** DuckDB's binding, which is loaded when a warehouse is opened and not before: it takes a while. */
export type NodeApi = typeof nodeApi;

/** Loads DuckDB's binding. */
export function loadNodeApi(): Promise<NodeApi> {
  return import('@duckdb/node-api');
}
