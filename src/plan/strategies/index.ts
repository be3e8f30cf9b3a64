import { append } from './append.js';
import { deleteInsert } from './delete-insert.js';
import { merge } from './merge.js';
import type { Strategy } from './strategy.js';

/** The incremental strategies by name. */
export const strategies: ReadonlyMap<string, Strategy> = new Map(
  [append, merge, deleteInsert].map((strategy) => [strategy.name, strategy]),
);

/** The names a model's config may use. */
export const strategyNames: readonly string[] = [...strategies.keys()];
