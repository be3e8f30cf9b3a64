import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { DuckDBInstance } from '@duckdb/node-api';
import { errorDiagnostic } from '../../core/diagnostic.js';
import { failure, success, type Result } from '../../core/result.js';
import { catalogName } from './catalog-name.js';
import { isInMemory, type DuckDbConfig } from './config.js';
import { createConnection, type Connection } from './connection.js';
import { installMacros, type DuckDbMacros } from './install-macros.js';
import { loadNodeApi, type NodeApi } from './node-api.js';
import { describeOpenFailure } from './open-failure.js';
import { openProfileSession } from './open-profile-session.js';
import type { ProfileSession } from './profile-session.js';
import { searchPathStatements } from './search-path.js';

/** An open warehouse. */
export interface Client {
  /** The catalog's name. */
  readonly database: string;
  /** Absolute; what relative locations start from. */
  readonly root: string;
  connect(): Promise<Connection>;
  /** Runs changes of the catalog one after another, so that parallel sessions do not run into each other. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  close(): void;
}

/** DuckDB writes errors as JSON with the place in bytes; times are UTC, as on Athena. */
const sessionStatements = ['set errors_as_json = true', "set TimeZone = 'UTC'"];

function engineOptions(config: DuckDbConfig, path: string): Record<string, string> {
  return {
    access_mode: config.readOnly === true ? 'READ_ONLY' : 'READ_WRITE',
    // Nothing is downloaded unasked: json, parquet, icu and core_functions are built in, and no more is relied on.
    allow_community_extensions: String(
      config.session?.extensions.some(({ repository }) => repository === 'community') === true,
    ),
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // Macros with typed parameters need it; DuckDB 1.4 and later read it.
    storage_compatibility_version: 'v1.4.0',
    temp_directory: `${path}.tmp`,
    ...(config.memoryLimit !== undefined && { memory_limit: config.memoryLimit }),
    ...config.session?.configOptions,
  };
}

async function openInstance(
  api: NodeApi,
  config: DuckDbConfig,
  root: string,
): Promise<Result<DuckDBInstance>> {
  if (isInMemory(config)) {
    const options = engineOptions(
      { ...config, readOnly: false },
      resolve(root, 'target', 'memory'),
    );
    try {
      return success(await api.DuckDBInstance.create(config.path, options));
    } catch (error) {
      return failure([describeOpenFailure(error, { path: config.path, root })]);
    }
  }
  const path = resolve(root, config.path);
  try {
    if (config.readOnly !== true) mkdirSync(dirname(path), { recursive: true });
    // Two instances over one file in one process would destroy it; the cache gives the second caller the first one's.
    return success(await api.DuckDBInstance.fromCache(path, engineOptions(config, path)));
  } catch (error) {
    return failure([describeOpenFailure(error, { path, root })]);
  }
}

async function openSessionOf(
  instance: DuckDBInstance,
  session: ProfileSession | undefined,
  place: { readonly root: string; readonly readOnly: boolean },
): Promise<Result<readonly string[]>> {
  if (session === undefined) return success([]);
  const connection = await instance.connect();
  await connection.run('set errors_as_json = true');
  const opened = await openProfileSession(connection, session, place);
  connection.closeSync();
  return opened;
}

/**
 * Opens the warehouse and puts the macros in; `null` for a project whose SQL is DuckDB's own. Codes: `connection-failed`,
 * `capability-missing`, `warehouse-locked`, `disk-full`.
 */
export async function openClient(
  config: DuckDbConfig,
  macros: DuckDbMacros | null,
): Promise<Result<Client>> {
  const root = resolve(config.root ?? '.');
  const database = config.database ?? catalogName(config.path);
  if (config.unreachable !== undefined) {
    const message = `the warehouse cannot be opened: ${config.unreachable}`;
    const hint = 'use an output of the profile that is a file on this machine: --target';
    return failure([errorDiagnostic('connection-failed', message, { hint })]);
  }
  const place = { root, readOnly: config.readOnly === true };
  const api = loadNodeApi();
  const opened = await openInstance(api, config, root);
  if (!opened.ok) return opened;
  const instance = opened.value;
  const prepared = await openSessionOf(instance, config.session, place);
  if (!prepared.ok) {
    instance.closeSync();
    return prepared;
  }
  const settings = prepared.value;
  const connections = new Set<Connection>();
  let changes: Promise<unknown> = Promise.resolve();
  const ownStatements = macros
    ? (macros.sessionStatements ?? [])
    : // Files that models read are found from the project folder, wherever the command was started.
      searchPathStatements(root);

  async function connect(): Promise<Connection> {
    const raw = await instance.connect();
    for (const statement of [...sessionStatements, ...ownStatements, ...settings]) {
      await raw.run(statement);
    }
    const connection = createConnection(api, raw, { root, macros: macros && macros.statements });
    const tracked: Connection = {
      ...connection,
      close: () => {
        if (connections.delete(tracked)) connection.close();
      },
    };
    connections.add(tracked);
    return tracked;
  }

  const client: Client = {
    database,
    root,
    connect,
    exclusively: (work) => {
      const result = changes.then(work);
      changes = result.catch(() => undefined);
      return result;
    },
    close: () => {
      for (const connection of [...connections]) connection.close();
      instance.closeSync();
    },
  };

  if (macros === null) return success(client, prepared.diagnostics);
  const connection = await connect();
  const installed = await installMacros(connection, macros, {
    database,
    readOnly: config.readOnly === true,
  });
  connection.close();
  if (installed.ok) return success(client);
  client.close();
  return installed;
}
