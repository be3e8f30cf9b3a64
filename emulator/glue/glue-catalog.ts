import type {
  Database,
  DatabaseInput,
  Partition,
  Table,
  TableInput,
  TableVersion,
} from '@aws-sdk/client-glue';
import { accountId as ownAccount } from '../core/account.js';
import { GlueError, type GlueCatalog } from '../core/glue-catalog.js';
import { createPartitionCalls } from './partitions.js';
import { copy, entityNotFound, errorEntry, omit } from './values.js';
import { checkDatabaseInput, checkTableInput } from './validate.js';

/** A table with all that belongs to it: what a DeleteTable takes along. */
export interface TableEntry {
  readonly current: Table;
  /** Old versions, oldest first. */
  readonly archived: readonly Table[];
  /** By the JSON of their values. */
  readonly partitions: Map<string, Partition>;
}

interface DatabaseEntry {
  readonly current: Database;
  readonly tables: Map<string, TableEntry>;
}

/** A catalog that tells when tables go. */
export interface LocalGlueCatalog extends GlueCatalog {
  /** Called after a table is gone, alone or with its database. */
  onTableDropped(listener: (database: string, table: string) => void): void;
}

/**
 * Returns an empty catalog, the account's own if `account` is left out. Every method is synchronous, so calls never mix; values are frozen copies. Texts of errors
 * are Glue's where they are known from its users' logs: `Entity Not Found`, `Database x not found.`, `Table already
 * exists.`, `Update table failed due to concurrent modifications.`
 */
export function createGlueCatalog(account = ownAccount): LocalGlueCatalog {
  const databases = new Map<string, DatabaseEntry>();
  const dropListeners: ((database: string, table: string) => void)[] = [];

  function findDatabase(name: string): DatabaseEntry {
    const found = databases.get(name.toLowerCase());
    if (found === undefined) {
      throw entityNotFound(`Database ${name.toLowerCase()} not found.`);
    }
    return found;
  }

  function findEntry(database: string, table: string, missing?: string): TableEntry {
    const found = findDatabase(database).tables.get(table.toLowerCase());
    if (found === undefined) {
      throw entityNotFound(missing ?? `Table ${table.toLowerCase()} not found.`);
    }
    return found;
  }

  function createDatabase(input: DatabaseInput): void {
    checkDatabaseInput(input);
    const name = lower(input.Name);
    if (databases.has(name)) {
      throw new GlueError('AlreadyExistsException', 'Database already exists.');
    }
    const current = describeDatabase(account, input, new Date());
    databases.set(name, { current, tables: new Map() });
  }

  function createTable(database: string, input: TableInput): void {
    checkTableInput(input);
    const { tables } = findDatabase(database);
    const name = lower(input.Name);
    if (tables.has(name)) {
      throw new GlueError('AlreadyExistsException', 'Table already exists.');
    }
    const now = new Date();
    const current = describeTable(account, database, input, {
      createdAt: now,
      updatedAt: now,
      version: 0,
    });
    tables.set(name, { current, archived: [], partitions: new Map() });
  }

  function updateTable(
    database: string,
    input: TableInput,
    options: { readonly versionId?: string; readonly skipArchive?: boolean } = {},
  ): void {
    checkTableInput(input);
    const { tables } = findDatabase(database);
    const name = lower(input.Name);
    const { current, archived, partitions } = findEntry(database, name);
    if (options.versionId !== undefined && options.versionId !== current.VersionId) {
      throw new GlueError(
        'ConcurrentModificationException',
        'Update table failed due to concurrent modifications.',
      );
    }
    const next = describeTable(account, database, input, {
      createdAt: current.CreateTime ?? new Date(),
      updatedAt: new Date(),
      version: Number(current.VersionId) + 1,
    });
    tables.set(name, {
      current: next,
      archived: options.skipArchive === true ? archived : [...archived, current],
      partitions,
    });
  }

  function dropTable(database: string, table: string): void {
    const name = table.toLowerCase();
    findEntry(database, name);
    findDatabase(database).tables.delete(name);
    dropListeners.forEach((listener) => listener(database.toLowerCase(), name));
  }

  function deleteTableVersion(database: string, table: string, versionId: string): void {
    const entry = findEntry(database, table);
    if (entry.current.VersionId === versionId) {
      // Glue refuses this; its own text is not sourced.
      throw new GlueError('InvalidInputException', 'Cannot delete the current version of a table.');
    }
    const archived = entry.archived.filter((version) => version.VersionId !== versionId);
    if (archived.length === entry.archived.length) {
      throw entityNotFound('Version not found.');
    }
    findDatabase(database).tables.set(table.toLowerCase(), { ...entry, archived });
  }

  return {
    createDatabase,
    updateDatabase(name, input) {
      checkDatabaseInput(input);
      const entry = findDatabase(name);
      const current = describeDatabase(
        account,
        { ...input, Name: entry.current.Name },
        entry.current.CreateTime ?? new Date(),
      );
      databases.set(name.toLowerCase(), { ...entry, current });
    },
    deleteDatabase(name) {
      // Glue takes the tables of a database along.
      const { tables } = findDatabase(name);
      [...tables.keys()].forEach((table) => dropTable(name, table));
      databases.delete(name.toLowerCase());
    },
    getDatabase: (name) => findDatabase(name).current,
    listDatabases: () => [...databases.values()].map((entry) => entry.current).sort(byName),
    createTable,
    updateTable,
    deleteTable: dropTable,
    batchDeleteTable: (database, names) => {
      findDatabase(database);
      return names.flatMap((name) => {
        try {
          dropTable(database, name);
          return [];
        } catch (error) {
          return [{ TableName: name, ErrorDetail: errorEntry(error) }];
        }
      });
    },
    getTable: (database, name) => findEntry(database, name, 'Entity Not Found').current,
    findTable: (database, name) =>
      databases.get(database.toLowerCase())?.tables.get(name.toLowerCase())?.current,
    listTables: (database) =>
      [...findDatabase(database).tables.values()].map((entry) => entry.current).sort(byName),
    listTableVersions: (database, name) => {
      const { current, archived } = findEntry(database, name);
      return [current, ...[...archived].reverse()].map((table): TableVersion => {
        return copy({ Table: table, VersionId: table.VersionId });
      });
    },
    deleteTableVersion,
    ...createPartitionCalls(account, findEntry),
    onTableDropped: (listener) => void dropListeners.push(listener),
  };
}

function describeDatabase(account: string, input: DatabaseInput, createdAt: Date): Database {
  return copy({
    // What a database grants on new tables where Lake Formation is not asked to.
    CreateTableDefaultPermissions: [
      {
        Principal: { DataLakePrincipalIdentifier: 'IAM_ALLOWED_PRINCIPALS' },
        Permissions: ['ALL'],
      },
    ],
    ...omit(input, 'FederatedDatabase'),
    Name: lower(input.Name),
    CreateTime: createdAt,
    CatalogId: account,
  } satisfies Database);
}

function describeTable(
  account: string,
  database: string,
  input: TableInput,
  facts: { readonly createdAt: Date; readonly updatedAt: Date; readonly version: number },
): Table {
  return copy({
    Retention: 0,
    ...omit(input, 'ViewDefinition'),
    Name: lower(input.Name),
    DatabaseName: database.toLowerCase(),
    CreateTime: facts.createdAt,
    UpdateTime: facts.updatedAt,
    CreatedBy: `arn:aws:iam::${ownAccount}:user/local`,
    IsRegisteredWithLakeFormation: false,
    CatalogId: account,
    VersionId: String(facts.version),
  } satisfies Table);
}

function lower(name: string | undefined): string {
  return (name ?? '').toLowerCase();
}

function byName(left: { Name?: string | undefined }, right: { Name?: string | undefined }): number {
  return (left.Name ?? '') < (right.Name ?? '') ? -1 : 1;
}
