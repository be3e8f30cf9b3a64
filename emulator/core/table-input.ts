import type { Table, TableInput } from '@aws-sdk/client-glue';

/** Returns what `updateTable` and `createTable` take, of what `getTable` gave. */
export function toTableInput(table: Table): TableInput {
  const { Name, ...rest } = table;
  const input: Omit<TableInput, 'Name'> = {
    Description: rest.Description,
    Owner: rest.Owner,
    LastAccessTime: rest.LastAccessTime,
    LastAnalyzedTime: rest.LastAnalyzedTime,
    Retention: rest.Retention,
    StorageDescriptor: rest.StorageDescriptor,
    PartitionKeys: rest.PartitionKeys,
    ViewOriginalText: rest.ViewOriginalText,
    ViewExpandedText: rest.ViewExpandedText,
    TableType: rest.TableType,
    Parameters: rest.Parameters,
    TargetTable: rest.TargetTable,
  };
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  return { Name, ...Object.fromEntries(given) };
}
