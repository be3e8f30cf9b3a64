import type * as Glue from '@aws-sdk/client-glue';
import type { GlueCatalog } from '../core/glue-catalog.js';
import type { Operations } from './operations.js';

interface Place {
  readonly DatabaseName?: string | undefined;
  readonly TableName?: string | undefined;
  readonly PartitionValues?: readonly string[] | undefined;
}

type Named = Place & { readonly ColumnName?: string | undefined };
type Listed = Place & { readonly ColumnNames?: readonly string[] | undefined };
type Given = Place & {
  readonly ColumnStatisticsList?: readonly Glue.ColumnStatistics[] | undefined;
};

/** The operations about statistics of columns, which Trino writes with the rows of a Hive table. */
export function columnStatisticsOperations(catalog: GlueCatalog): Operations {
  const stored = new Map<string, ReadonlyMap<string, Glue.ColumnStatistics>>();

  /** A table that was dropped and made again has none of the old statistics. Throws where there is no such table. */
  function keyOf({ DatabaseName = '', TableName = '', PartitionValues }: Place): string {
    const { CreateTime } = catalog.getTable(DatabaseName, TableName);
    if (PartitionValues !== undefined) {
      catalog.getPartition(DatabaseName, TableName, PartitionValues);
    }
    return JSON.stringify([DatabaseName, TableName, CreateTime, PartitionValues ?? []]);
  }

  function get(input: Listed): object {
    const columns = stored.get(keyOf(input));
    const found = (input.ColumnNames ?? []).flatMap((name) => columns?.get(name) ?? []);
    return { ColumnStatisticsList: found, Errors: [] };
  }

  function update(input: Given): object {
    const key = keyOf(input);
    const given = (input.ColumnStatisticsList ?? []).map(
      (each) => [each.ColumnName ?? '', each] as const,
    );
    stored.set(key, new Map([...(stored.get(key) ?? []), ...given]));
    return { Errors: [] };
  }

  function remove(input: Named): object {
    const key = keyOf(input);
    const columns = new Map(stored.get(key));
    columns.delete(input.ColumnName ?? '');
    stored.set(key, columns);
    return {};
  }

  return {
    GetColumnStatisticsForTable: get,
    GetColumnStatisticsForPartition: get,
    UpdateColumnStatisticsForTable: update,
    UpdateColumnStatisticsForPartition: update,
    DeleteColumnStatisticsForTable: remove,
    DeleteColumnStatisticsForPartition: remove,
  };
}
