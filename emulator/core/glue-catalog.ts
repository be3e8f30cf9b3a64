import type {
  BatchUpdatePartitionFailureEntry,
  Database,
  DatabaseInput,
  Partition,
  PartitionError,
  PartitionInput,
  Table,
  TableError,
  TableInput,
  TableVersion,
} from '@aws-sdk/client-glue';

/** An error that the Glue API answers with: `EntityNotFoundException`, `AlreadyExistsException`… */
export class GlueError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = code;
  }
}

export interface UpdateTableOptions {
  /** Refuses with `ConcurrentModificationException` if the table has another version. */
  readonly versionId?: string;
  readonly skipArchive?: boolean;
}

/**
 * Databases, tables and partitions of one account's Glue catalog, shared by Glue's API and by the engine, each call
 * atomic. Names are kept in lower case. Methods throw `GlueError`. Returned values are copies that nothing changes later.
 */
export interface GlueCatalog {
  createDatabase(input: DatabaseInput): void;
  updateDatabase(name: string, input: DatabaseInput): void;
  deleteDatabase(name: string): void;
  getDatabase(name: string): Database;
  listDatabases(): readonly Database[];

  createTable(database: string, input: TableInput): void;
  updateTable(database: string, input: TableInput, options?: UpdateTableOptions): void;
  deleteTable(database: string, name: string): void;
  batchDeleteTable(database: string, names: readonly string[]): readonly TableError[];
  getTable(database: string, name: string): Table;
  findTable(database: string, name: string): Table | undefined;
  listTables(database: string): readonly Table[];
  listTableVersions(database: string, name: string): readonly TableVersion[];
  deleteTableVersion(database: string, name: string, versionId: string): void;

  createPartitions(
    database: string,
    table: string,
    inputs: readonly PartitionInput[],
  ): readonly PartitionError[];
  updatePartition(
    database: string,
    table: string,
    values: readonly string[],
    input: PartitionInput,
  ): void;
  batchUpdatePartitions(
    database: string,
    table: string,
    entries: readonly { readonly values: readonly string[]; readonly input: PartitionInput }[],
  ): readonly BatchUpdatePartitionFailureEntry[];
  deletePartitions(
    database: string,
    table: string,
    values: readonly (readonly string[])[],
  ): readonly PartitionError[];
  getPartition(database: string, table: string, values: readonly string[]): Partition;
  /** All partitions in the order of their values. */
  listPartitions(database: string, table: string): readonly Partition[];
}
