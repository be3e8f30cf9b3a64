import { append } from './append.js';
import { deleteInsert } from './delete-insert.js';
import { insertOverwrite } from './insert-overwrite.js';
import { merge } from './merge.js';
import type { Strategy } from './strategy.js';

/** The incremental strategies by name. */
export const strategies: ReadonlyMap<string, Strategy> = new Map(
  [append, merge, deleteInsert, insertOverwrite].map((strategy) => [strategy.name, strategy]),
);

/** The names a model's config may use; microbatch is planned by itself. */
export const incrementalStrategyNames: readonly string[] = [...strategies.keys(), 'microbatch'];
