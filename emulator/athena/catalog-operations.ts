import type {
  CreateDataCatalogInput,
  Database,
  DataCatalog as AthenaDataCatalog,
  DeleteDataCatalogInput,
  GetDatabaseInput,
  GetDataCatalogInput,
  GetTableMetadataInput,
  ListDatabasesInput,
  ListDataCatalogsInput,
  ListTableMetadataInput,
  TableMetadata,
} from '@aws-sdk/client-athena';
import type { Column, Database as GlueDatabase, Table } from '@aws-sdk/client-glue';
import { ownCatalogName, type DataCatalog, type DataCatalogs } from '../core/data-catalogs.js';
import { GlueError, type GlueCatalog } from '../core/glue-catalog.js';
import { invalidRequest, metadataNotFound } from './api-error.js';
import { inputShapes } from './input-shapes.js';
import { operation, type Operations } from './operation.js';
import { pageOf } from './paging.js';

function describeCatalog({
  name,
  type,
  description,
  parameters,
}: DataCatalog): AthenaDataCatalog & { readonly Name: string } {
  return {
    Name: name,
    Type: type,
    Status: 'CREATE_COMPLETE',
    Parameters: { ...parameters },
    ...(description !== undefined && { Description: description }),
  };
}

/**
 * Returns the calls about data catalogs, and those that read databases and tables. Catalogs of other types than GLUE can
 * be registered, and nothing can be read of them.
 */
export function catalogOperations(catalogs: DataCatalogs): Operations {
  const glueOf = (name: string | undefined): GlueCatalog => {
    const glue = catalogs.findGlue(name ?? '');
    if (glue !== undefined) return glue;
    throw invalidRequest('DATACATALOG_NOT_FOUND', `Catalog '${name ?? ''}' does not exist`);
  };
  // The text is not known to be Athena's.
  const notFound = (name: string) =>
    invalidRequest('INVALID_INPUT', `DataCatalog ${name} was not found`);
  return {
    CreateDataCatalog: operation<CreateDataCatalogInput>(inputShapes.createDataCatalog, (input) => {
      const { Name: name = '', Type: type = 'GLUE', Description: description } = input;
      const parameters = input.Parameters ?? {};
      const account = parameters['catalog-id'];
      // The texts of both are not known to be Athena's.
      if (catalogs.find(name) !== undefined) {
        throw invalidRequest('INVALID_INPUT', `DataCatalog ${name} already exists`);
      }
      if (type === 'GLUE' && !/^[0-9]{12}$/.test(account ?? '')) {
        throw invalidRequest(
          'INVALID_INPUT',
          'A catalog of type GLUE needs the parameter catalog-id',
        );
      }
      if (type === 'GLUE' && account !== undefined) catalogs.openAccount(account);
      const catalog = { name, type, parameters, ...(description !== undefined && { description }) };
      catalogs.register(catalog);
      return { DataCatalog: describeCatalog(catalog) };
    }),
    DeleteDataCatalog: operation<DeleteDataCatalogInput>(inputShapes.deleteDataCatalog, (input) => {
      const { Name: name = '' } = input;
      // That one's own cannot be deleted is the User Guide's; its text is not known.
      if (name.toLowerCase() === ownCatalogName.toLowerCase() || !catalogs.remove(name)) {
        throw notFound(name);
      }
      return {};
    }),
    GetDataCatalog: operation<GetDataCatalogInput>(inputShapes.getDataCatalog, (input) => {
      const catalog = catalogs.find(input.Name ?? '');
      if (catalog === undefined) throw notFound(input.Name ?? '');
      return { DataCatalog: describeCatalog(catalog) };
    }),
    ListDataCatalogs: operation<ListDataCatalogsInput>(inputShapes.listDataCatalogs, (input) => {
      const { items, ...next } = pageOf(catalogs.list(), input);
      const summaries = items
        .map(describeCatalog)
        .map(({ Name: CatalogName, Type, Status }) => ({ CatalogName, Type, Status }));
      return { DataCatalogsSummary: summaries, ...next };
    }),
    GetDatabase: operation<GetDatabaseInput>(inputShapes.getDatabase, (input) => {
      const glue = glueOf(input.CatalogName);
      return { Database: database(found(() => glue.getDatabase(lower(input.DatabaseName)))) };
    }),
    ListDatabases: operation<ListDatabasesInput>(inputShapes.listDatabases, (input) => {
      const glue = glueOf(input.CatalogName);
      const { items, ...next } = pageOf(glue.listDatabases(), input);
      return { DatabaseList: items.map(database), ...next };
    }),
    GetTableMetadata: operation<GetTableMetadataInput>(inputShapes.getTableMetadata, (input) => {
      const glue = glueOf(input.CatalogName);
      const table = found(() => glue.getTable(lower(input.DatabaseName), lower(input.TableName)));
      return { TableMetadata: tableMetadata(table) };
    }),
    ListTableMetadata: operation<ListTableMetadataInput>(inputShapes.listTableMetadata, (input) => {
      const glue = glueOf(input.CatalogName);
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
