import type { Adapter, Dialect } from '../../core/adapter.js';
import { failure, success, type Result } from '../../core/result.js';
import { readCatalogs } from './catalog.js';
import { openClient } from './client.js';
import { duckDbCapabilities, threadsOf, type DuckDbConfig } from './config.js';
import type { DuckDbMacros } from './install-macros.js';
import { openSession } from './session.js';

export { catalogName } from './catalog-name.js';
export { duckDbTargetType, toDuckDbConfig, type DuckDbConfig } from './config.js';
export type { DuckDbMacros } from './install-macros.js';

/** Returns the macros that the dialect's translations call. */
async function dialectMacros(): Promise<DuckDbMacros> {
  const { installMacroStatements, macroSchema, macroVersion } = await import('./macros.js');
  return { version: macroVersion, schema: macroSchema, statements: installMacroStatements };
}

/**
 * Opens a DuckDB warehouse. The file and its folder are created if they are not there. `macros` are those of the dialect
 * unless others are given.
 * Codes: `connection-failed`, `warehouse-locked`, `disk-full`, and `engine-error` if a macro cannot be made.
 */
export async function openDuckDb(
  config: DuckDbConfig,
  options: { readonly dialect: Dialect; readonly macros?: DuckDbMacros },
): Promise<Result<Adapter>> {
  const { dialect } = options;
  // What authors wrote for DuckDB calls no macro of ours.
  const macros = options.macros ?? (dialect.native ? null : await dialectMacros());
  const opened = await openClient(config, macros);
  if (!opened.ok) return opened;
  const client = opened.value;
  return success(
    {
      name: 'duckdb',
      dialect,
      capabilities: duckDbCapabilities,
      threads: threadsOf(config),
      database: client.database,
      readCatalog: async (schemas, others = []) => {
        const connection = await client.connect();
        const catalog = await readCatalogs(connection, client.database, schemas, others);
        connection.close();
        return catalog.ok ? success(catalog.value) : failure([catalog.failure.diagnostic]);
      },
      openSession: () => openSession(client),
      close: () => {
        client.close();
        return Promise.resolve();
      },
    },
    opened.diagnostics,
  );
}
