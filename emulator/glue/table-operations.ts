import type * as Glue from '@aws-sdk/client-glue';
import { GlueError, type GlueCatalog } from '../core/glue-catalog.js';
import type { Operations } from './operations.js';
import { takePage } from './paging.js';
import { checkCount, checkName, checkText } from './validate.js';
import { entityNotFound, errorEntry } from './values.js';

const compareNames = (left: string, right: string): number =>
  left === right ? 0 : left < right ? -1 : 1;
const byName = {
  max: 100,
  nameOf: (item: { Name?: string | undefined }): string => item.Name ?? '',
  compare: compareNames,
};

/** The operations about databases. */
export function databaseOperations(catalog: GlueCatalog): Operations {
  return {
    CreateDatabase(input: Glue.CreateDatabaseRequest) {
      catalog.createDatabase(input.DatabaseInput ?? { Name: undefined });
      return {};
    },
    UpdateDatabase(input: Glue.UpdateDatabaseRequest) {
      checkName(input.Name, 'name');
      catalog.updateDatabase(input.Name ?? '', input.DatabaseInput ?? { Name: undefined });
      return {};
    },
    DeleteDatabase(input: Glue.DeleteDatabaseRequest) {
      checkName(input.Name, 'name');
      catalog.deleteDatabase(input.Name ?? '');
      return {};
    },
    GetDatabase(input: Glue.GetDatabaseRequest) {
      checkName(input.Name, 'name');
      return { Database: catalog.getDatabase(input.Name ?? '') };
    },
    GetDatabases(input: Glue.GetDatabasesRequest) {
      const page = takePage(catalog.listDatabases(), input, byName);
      return { DatabaseList: page.items, ...page.token };
    },
  };
}

/** The operations about tables and their versions. */
export function tableOperations(catalog: GlueCatalog): Operations {
  return {
    CreateTable(input: Glue.CreateTableRequest) {
      checkName(input.DatabaseName, 'databaseName');
      if (input.OpenTableFormatInput !== undefined) {
        throw new GlueError(
          'InvalidInputException',
          'The local Glue makes no Iceberg metadata; create the table by a statement',
        );
      }
      catalog.createTable(input.DatabaseName ?? '', input.TableInput ?? { Name: undefined });
      return {};
    },
    UpdateTable(input: Glue.UpdateTableRequest) {
      checkName(input.DatabaseName, 'databaseName');
      checkText(input.VersionId, 'versionId', { min: 1, max: 255 });
      catalog.updateTable(input.DatabaseName ?? '', input.TableInput ?? { Name: undefined }, {
        ...(input.VersionId === undefined ? {} : { versionId: input.VersionId }),
        skipArchive: input.SkipArchive ?? false,
      });
      return {};
    },
    DeleteTable(input: Glue.DeleteTableRequest) {
      checkTableName(input.DatabaseName, input.Name, 'name');
      catalog.deleteTable(input.DatabaseName ?? '', input.Name ?? '');
      return {};
    },
    BatchDeleteTable(input: Glue.BatchDeleteTableRequest) {
      checkName(input.DatabaseName, 'databaseName');
      const names = input.TablesToDelete ?? [];
      checkCount(names, 'tablesToDelete', { max: 100 });
      return { Errors: catalog.batchDeleteTable(input.DatabaseName ?? '', names) };
    },
    GetTable(input: Glue.GetTableRequest) {
      checkTableName(input.DatabaseName, input.Name, 'name');
      return { Table: catalog.getTable(input.DatabaseName ?? '', input.Name ?? '') };
    },
    GetTables(input: Glue.GetTablesRequest) {
      checkName(input.DatabaseName, 'databaseName');
      checkText(input.Expression, 'expression', { max: 2048 });
      const pattern = readNamePattern(input.Expression);
      const tables = catalog
        .listTables(input.DatabaseName ?? '')
        .filter((table) => pattern?.test(table.Name ?? '') ?? true);
      const page = takePage(tables, input, byName);
      return { TableList: page.items, ...page.token };
    },
    SearchTables(input: Glue.SearchTablesRequest) {
      const text = input.SearchText?.toLowerCase().replace(/^"|"$/g, '') ?? '';
      const filters = input.Filters ?? [];
      const found = catalog
        .listDatabases()
        .flatMap((database) => catalog.listTables(database.Name ?? ''))
        .filter((table) =>
          `${table.Name ?? ''} ${table.Description ?? ''}`.toLowerCase().includes(text),
        )
        .filter((table) =>
          filters.every(({ Key, Value }) => Key !== 'DatabaseName' || table.DatabaseName === Value),
        );
      const page = takePage(found, input, {
        max: 1000,
        nameOf: (table) => `${table.DatabaseName ?? ''}.${table.Name ?? ''}`,
        compare: compareNames,
      });
      return { TableList: page.items, ...page.token };
    },
    GetTableVersion(input: Glue.GetTableVersionRequest) {
      checkTableName(input.DatabaseName, input.TableName, 'tableName');
      const versions = catalog.listTableVersions(input.DatabaseName ?? '', input.TableName ?? '');
      const wanted = input.VersionId ?? versions[0]?.VersionId;
      const found = versions.find((version) => version.VersionId === wanted);
      if (found === undefined) {
        throw entityNotFound('Version not found.');
      }
      return { TableVersion: found };
    },
    GetTableVersions(input: Glue.GetTableVersionsRequest) {
      checkTableName(input.DatabaseName, input.TableName, 'tableName');
      const versions = catalog.listTableVersions(input.DatabaseName ?? '', input.TableName ?? '');
      const page = takePage(versions, input, {
        max: 100,
        nameOf: (version) => version.VersionId ?? '',
        // The newest first.
        compare: (left, right) => Number(right) - Number(left),
      });
      return { TableVersions: page.items, ...page.token };
    },
    DeleteTableVersion(input: Glue.DeleteTableVersionRequest) {
      checkTableName(input.DatabaseName, input.TableName, 'tableName');
      checkName(input.VersionId, 'versionId');
      catalog.deleteTableVersion(
        input.DatabaseName ?? '',
        input.TableName ?? '',
        input.VersionId ?? '',
      );
      return {};
    },
    BatchDeleteTableVersion(input: Glue.BatchDeleteTableVersionRequest) {
      checkTableName(input.DatabaseName, input.TableName, 'tableName');
      const versions = input.VersionIds ?? [];
      checkCount(versions, 'versionIds', { max: 100 });
      catalog.getTable(input.DatabaseName ?? '', input.TableName ?? '');
      const errors = versions.flatMap((version) => {
        try {
          catalog.deleteTableVersion(input.DatabaseName ?? '', input.TableName ?? '', version);
          return [];
        } catch (error) {
          const detail = errorEntry(error);
          return [{ TableName: input.TableName, VersionId: version, ErrorDetail: detail }];
        }
      });
      return { Errors: errors };
    },
    GetTableOptimizer(input: Glue.GetTableOptimizerRequest) {
      catalog.getTable(input.DatabaseName ?? '', input.TableName ?? '');
      throw entityNotFound('Table optimizer not found.');
    },
    GetPartitionIndexes(input: Glue.GetPartitionIndexesRequest) {
      catalog.getTable(input.DatabaseName ?? '', input.TableName ?? '');
      return { PartitionIndexDescriptorList: [] };
    },
  };
}

/** Throws `ValidationException` where the database's or the table's name is missing or too long. */
export function checkTableName(
  database: string | undefined,
  table: string | undefined,
  path: string,
): void {
  checkName(database, 'databaseName');
  checkName(table, path);
}

/**
 * Reads the pattern of GetTables. It is a regular expression for the whole name; its users write `sales*` and `*sales*`,
 * too, so a `*` that repeats nothing sensible stands for anything. How Glue tells the two apart is not sourced.
 */
function readNamePattern(expression: string | undefined): RegExp | undefined {
  if (expression === undefined || expression === '') {
    return undefined;
  }
  try {
    return new RegExp(`^(?:${expression.replace(/(^|[^.\])\\])\*/g, '$1.*')})$`, 'i');
  } catch {
    throw new GlueError('InvalidInputException', `Invalid expression: ${expression}`);
  }
}
