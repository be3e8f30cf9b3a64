import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { installMacroStatements, macroSchema } from '../../../src/adapters/duckdb/macros.js';
import { loadNodeApi } from '../../../src/adapters/duckdb/node-api.js';

/** The catalog that holds the macros; statements have catalogs of their own. */
const macroCatalog = 'memory';

const macroPattern = new RegExp(`(?<![\\w."])${macroSchema}\\.`, 'g');

/** Returns translated SQL with its macros' names qualified, so that it means the same in a statement's own catalog. */
export function qualifyMacros(sql: string): string {
  return sql.replace(macroPattern, `${macroCatalog}.${macroSchema}.`);
}

/** One DuckDB for all statements. */
export interface DuckInstance {
  /** A connection of its own, in an empty catalog of its own; `close` takes both away. */
  open(): Promise<{
    readonly connection: DuckDBConnection;
    readonly catalog: string;
    close(): Promise<void>;
  }>;
  close(): void;
}

async function installMacros(instance: DuckDBInstance): Promise<void> {
  const connection = await instance.connect();
  for (const statement of installMacroStatements) {
    await connection.run(
      statement.startsWith('CREATE SCHEMA') ? statement : qualifyMacros(statement),
    );
  }
  connection.closeSync();
}

/** Opens DuckDB in memory with the macros of translated SQL. */
export async function openDuckInstance(): Promise<DuckInstance> {
  const api = loadNodeApi();
  const instance = await api.DuckDBInstance.create(':memory:', {
    allow_community_extensions: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  await installMacros(instance);
  let count = 0;
  return {
    async open() {
      const catalog = `stedi_statement_${++count}`;
      const connection = await instance.connect();
      for (const statement of [
        'set errors_as_json = true',
        "set TimeZone = 'UTC'",
        `attach ':memory:' as ${catalog}`,
        `use ${catalog}`,
      ]) {
        await connection.run(statement);
      }
      return {
        connection,
        catalog,
        async close() {
          await connection.run(`use ${macroCatalog}`);
          await connection.run(`detach ${catalog}`);
          connection.closeSync();
        },
      };
    },
    close: () => instance.closeSync(),
  };
}
