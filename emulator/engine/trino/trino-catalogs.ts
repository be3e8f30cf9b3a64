import { createConnection } from 'node:net';
import { trinoAccessKey } from '../../core/account.js';
import type { TrinoClient } from './trino-client.js';

/** The one name that Athena's statements know; it shows Hive's tables and, by way of the other catalog, Iceberg's. */
export const athenaCatalog = 'awsdatacatalog';

/** How Trino calls the catalog behind it, by the port of the local AWS that it reads. */
export function icebergCatalog(port: number): string {
  return `iceberg_${port}`;
}

const region = 'us-east-1';

/** Where both connectors find their catalog and their objects. */
function sharedProperties(endpoint: string): Readonly<Record<string, string>> {
  return {
    'hive.metastore.glue.region': region,
    'hive.metastore.glue.endpoint-url': endpoint,
    'hive.metastore.glue.aws-access-key': trinoAccessKey,
    'hive.metastore.glue.aws-secret-key': trinoAccessKey,
    'fs.native-s3.enabled': 'true',
    's3.endpoint': endpoint,
    's3.region': region,
    's3.path-style-access': 'true',
    's3.aws-access-key': trinoAccessKey,
    's3.aws-secret-key': trinoAccessKey,
  };
}

function hiveProperties(endpoint: string, iceberg: string): Readonly<Record<string, string>> {
  return {
    ...sharedProperties(endpoint),
    'hive.metastore': 'glue',
    // Others switch tables by Glue's API: each statement has to see what is there now.
    'hive.metastore-cache-ttl': '0s',
    'hive.iceberg-catalog-name': iceberg,
    // All tables of Athena are external, and Athena reads every file below a location.
    'hive.non-managed-table-writes-enabled': 'true',
    'hive.recursive-directories': 'true',
    'hive.collect-column-statistics-on-write': 'false',
    'hive.partition-projection-enabled': 'true',
    'hive.max-partitions-per-writers': '100',
    'hive.timestamp-precision': 'MILLISECONDS',
  };
}

function icebergProperties(endpoint: string): Readonly<Record<string, string>> {
  return {
    ...sharedProperties(endpoint),
    'iceberg.catalog.type': 'glue',
    'iceberg.hive-catalog-name': athenaCatalog,
    'iceberg.metadata-cache.enabled': 'false',
    'iceberg.max-partitions-per-writer': '100',
    // Athena keeps its own table properties.
    'iceberg.allowed-extra-properties': '*',
    'iceberg.expire-snapshots.min-retention': '0s',
    'iceberg.remove-orphan-files.min-retention': '0s',
  };
}

function createCatalog(
  name: string,
  connector: string,
  properties: Readonly<Record<string, string>>,
): string {
  const list = Object.entries(properties).map(([key, value]) => `"${key}" = '${value}'`);
  return `CREATE CATALOG ${name} USING ${connector} WITH (${list.join(', ')})`;
}

/** Whether somebody listens on a port of this machine. */
function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/**
 * Makes Trino's catalogs those of the local AWS on `port`. One Trino serves one local Athena at a time, because Athena's
 * catalog has one name: it is an error if another one still runs. Catalogs of one that is gone are replaced; those for the
 * same port are kept, as making them takes seconds.
 */
export async function attachCatalogs(client: TrinoClient, port: number): Promise<void> {
  const { rows } = await client.run('SHOW CATALOGS');
  const there = rows.map(([name]) => name as string);
  const own = icebergCatalog(port);
  if (there.includes(athenaCatalog) && there.includes(own)) return;
  const others = there.filter((name) => /^iceberg_\d+$/.test(name) && name !== own);
  for (const name of others) {
    const other = Number(name.slice('iceberg_'.length));
    if (await isListening(other)) {
      throw new Error(
        `this Trino serves the local Athena on port ${other}; stop that one, or start another Trino (npm run trino:start -- --port …)`,
      );
    }
  }
  for (const name of [athenaCatalog, ...others]) {
    if (there.includes(name)) await client.run(`DROP CATALOG ${name}`);
  }
  const endpoint = `http://127.0.0.1:${port}`;
  if (!there.includes(own)) {
    await client.run(createCatalog(own, 'iceberg', icebergProperties(endpoint)));
  }
  await client.run(createCatalog(athenaCatalog, 'hive', hiveProperties(endpoint, own)));
}
