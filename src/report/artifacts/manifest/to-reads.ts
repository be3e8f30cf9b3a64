import type { SqlNode } from '../../../core/node.js';
import type { Json } from './manifest-input.js';

/** Returns what a node calls by `ref` and `source`, as dbt's manifest has it. */
export function toReads({ refs, sources }: Pick<SqlNode, 'refs' | 'sources'>): Json {
  return {
    refs: refs.map((ref) => ({
      name: ref.name,
      package: ref.package ?? null,
      version: ref.version ?? null,
    })),
    sources: sources.map(({ source, table }) => [source, table]),
  };
}
