import type {
  Database,
  GetDatabaseInput,
  GetDataCatalogInput,
  GetTableMetadataInput,
  ListDatabasesInput,
  ListDataCatalogsInput,
  ListTableMetadataInput,
  TableMetadata,
} from '@aws-sdk/client-athena';
import type { Column, Database as GlueDatabase, Table } from '@aws-sdk/client-glue';
import { accountId } from '../core/account.js';
import { GlueError, type GlueCatalog } from '../core/glue-catalog.js';
import { invalidRequest, metadataNotFound } from './api-error.js';
import { inputShapes } from './input-shapes.js';
import { operation, type Operations } from './operation.js';
import { pageOf } from './paging.js';

/** The one data catalog of the local Athena. Names of catalogs are compared without regard to case (measured). */
const awsDataCatalog = {
  Name: 'AwsDataCatalog',
  Type: 'GLUE',
  Status: 'CREATE_COMPLETE',
  Parameters: { 'catalog-id': accountId },
} as const;

/** Returns the calls that read data catalogs, databases and tables. */
export function catalogOperations(glue: GlueCatalog): Operations {
  return {
    GetDataCatalog: operation<GetDataCatalogInput>(inputShapes.getDataCatalog, (input) => {
      if (!isAwsDataCatalog(input.Name)) {
        // The text is not known to be Athena's.
        throw invalidRequest('INVALID_INPUT', `DataCatalog ${input.Name ?? ''} was not found`);
      }
      return { DataCatalog: awsDataCatalog };
    }),
    ListDataCatalogs: operation<ListDataCatalogsInput>(inputShapes.listDataCatalogs, (input) => {
      const { Name: CatalogName, Type, Status } = awsDataCatalog;
      const { items, ...next } = pageOf([{ CatalogName, Type, Status }], input);
      return { DataCatalogsSummary: items, ...next };
    }),
    GetDatabase: operation<GetDatabaseInput>(inputShapes.getDatabase, (input) => {
      checkCatalog(input.CatalogName);
      return { Database: database(found(() => glue.getDatabase(lower(input.DatabaseName)))) };
    }),
    ListDatabases: operation<ListDatabasesInput>(inputShapes.listDatabases, (input) => {
      checkCatalog(input.CatalogName);
      const { items, ...next } = pageOf(glue.listDatabases(), input);
      return { DatabaseList: items.map(database), ...next };
    }),
    GetTableMetadata: operation<GetTableMetadataInput>(inputShapes.getTableMetadata, (input) => {
      checkCatalog(input.CatalogName);
      const table = found(() => glue.getTable(lower(input.DatabaseName), lower(input.TableName)));
      return { TableMetadata: tableMetadata(table) };
    }),
    ListTableMetadata: operation<ListTableMetadataInput>(inputShapes.listTableMetadata, (input) => {
      checkCatalog(input.CatalogName);
      const matches = expressionTest(input.Expression);
      const tables = found(() => glue.listTables(lower(input.DatabaseName)));
      const { items, ...next } = pageOf(
        tables.filter(({ Name = '' }) => matches(Name)),
        input,
      );
      return { TableMetadataList: items.map(tableMetadata), ...next };
    }),
  };
}

export function isAwsDataCatalog(name: string | undefined): boolean {
  return lower(name) === lower(awsDataCatalog.Name);
}

function checkCatalog(name: string | undefined): void {
  if (!isAwsDataCatalog(name)) {
    throw invalidRequest('DATACATALOG_NOT_FOUND', `Catalog '${name ?? ''}' does not exist`);
  }
}

function found<T>(look: () => T): T {
  try {
    return look();
  } catch (error) {
    if (error instanceof GlueError && error.code === 'EntityNotFoundException') {
      throw metadataNotFound();
    }
    throw error;
  }
}

/** The model calls it a regular expression, "*" alone being all names. */
function expressionTest(expression: string | undefined): (name: string) => boolean {
  if (expression === undefined || expression === '' || expression === '*') return () => true;
  try {
    const pattern = new RegExp(`^(?:${expression})$`, 'i');
    return (name) => pattern.test(name);
  } catch {
    throw invalidRequest('INVALID_INPUT', `Invalid expression ${expression}`);
  }
}

function database({ Name, Description, Parameters }: GlueDatabase): Database {
  return {
    Name,
    ...(Description !== undefined && { Description }),
    ...(Parameters !== undefined && { Parameters }),
  };
}

/** The storage is told in parameters, as Athena does (`location`, `inputformat`, `serde.…`). */
function tableMetadata(table: Table): TableMetadata {
  const storage = table.StorageDescriptor;
  const serde = storage?.SerdeInfo;
  return {
    Name: table.Name,
    CreateTime: table.CreateTime,
    LastAccessTime: table.LastAccessTime ?? new Date(0),
    TableType: table.TableType,
    Columns: columns(storage?.Columns),
    PartitionKeys: columns(table.PartitionKeys),
    Parameters: {
      ...table.Parameters,
      ...(storage?.InputFormat !== undefined && { inputformat: storage.InputFormat }),
      ...(storage?.Location !== undefined && { location: storage.Location }),
      ...(storage?.OutputFormat !== undefined && { outputformat: storage.OutputFormat }),
      ...(serde?.SerializationLibrary !== undefined && {
        'serde.serialization.lib': serde.SerializationLibrary,
      }),
      ...Object.fromEntries(
        Object.entries(serde?.Parameters ?? {}).map(([name, value]) => [
          `serde.param.${name}`,
          value,
        ]),
      ),
    },
  };
}

function columns(list: readonly Column[] | undefined): TableMetadata['Columns'] {
  return (list ?? []).map(({ Name, Type, Comment }) => ({
    Name,
    Type,
    ...(Comment !== undefined && { Comment }),
  }));
}

function lower(name: string | undefined): string {
  return (name ?? '').toLowerCase();
}
