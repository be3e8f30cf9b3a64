import type { NodeConfig } from '../core/node.js';
import { mergeNodeConfig, toNodeConfig, type ConfigEntries } from '../core/node-config.js';

/** The resolved configuration of a data test. */
export interface TestSettings {
  readonly config: NodeConfig;
  readonly severity: 'error' | 'warn';
  readonly description: string;
  /** A condition in SQL: only rows that meet it are tested. */
  readonly where: string | null;
}

/** Returns the configuration of a data test from its levels, the least specific first. */
export function toTestSettings(levels: readonly ConfigEntries[]): TestSettings {
  const { severity, description, ...entries } = mergeNodeConfig(levels);
  const { where } = entries;
  return {
    config: toNodeConfig(entries, { materialized: 'test' }),
    severity: severity === 'warn' ? 'warn' : 'error',
    description: typeof description === 'string' ? description : '',
    where: typeof where === 'string' ? where : null,
  };
}
