import type { Table, TableInput } from '@aws-sdk/client-glue';

/** Returns what Glue takes of a table that is to be changed. */
export function toTableInput(table: Table): TableInput {
  const {
    Name,
    Description,
    Owner,
    Retention,
    StorageDescriptor,
    PartitionKeys,
    ViewOriginalText,
  } = table;
  const { ViewExpandedText, TableType, Parameters } = table;
  return {
    Name,
    ...(Description !== undefined && { Description }),
    ...(Owner !== undefined && { Owner }),
    ...(Retention !== undefined && { Retention }),
    ...(StorageDescriptor !== undefined && { StorageDescriptor }),
    ...(PartitionKeys !== undefined && { PartitionKeys }),
    ...(ViewOriginalText !== undefined && { ViewOriginalText }),
    ...(ViewExpandedText !== undefined && { ViewExpandedText }),
    ...(TableType !== undefined && { TableType }),
    ...(Parameters !== undefined && { Parameters }),
  };
}
