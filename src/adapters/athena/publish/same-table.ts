import { isDeepStrictEqual } from 'node:util';
import type { Column, StorageDescriptor, Table, TableInput } from '@aws-sdk/client-glue';
import { definitionMarks, ownerOf, withoutMarkers } from '../markers.js';

/**
 * Whether a table is still the one that was seen. Its version alone does not tell: a table that was dropped and made again
 * counts from 0 once more, so when it was made, where its rows are and whose it is must be the same as well.
 */
export function isSameTable(seen: Table, now: Table): boolean {
  const facts = (table: Table): readonly unknown[] => [
    table.VersionId,
    table.CreateTime?.getTime(),
    table.TableType,
    table.StorageDescriptor?.Location,
    table.Parameters?.metadata_location,
    ownerOf(table).run,
  ];
  const before = facts(seen);
  return facts(now).every((fact, index) => fact === before[index]);
}

/** What Hive's DDL notes of the moment. */
const momentary: ReadonlySet<string> = new Set(['transient_lastDdlTime']);

function columnsOf(columns: readonly Column[] = []): readonly unknown[] {
  return columns.map(({ Name = '', Type = '', Comment = '' }) => [Name, Type, Comment]);
}

function storageOf({
  Columns,
  Location,
  InputFormat,
  OutputFormat,
  SerdeInfo,
}: StorageDescriptor): readonly unknown[] {
  return [
    columnsOf(Columns),
    Location ?? '',
    InputFormat ?? '',
    OutputFormat ?? '',
    SerdeInfo?.SerializationLibrary ?? '',
    Object.entries(SerdeInfo?.Parameters ?? {}).sort(),
  ];
}

/** Whether a view or a declared table is what `input` would make of it; who made it, and when, may differ. */
export function isSameDefinition(table: Table, input: TableInput): boolean {
  const facts = (each: Table | TableInput): unknown => [
    each.TableType ?? '',
    each.ViewOriginalText ?? '',
    each.Description ?? '',
    storageOf(each.StorageDescriptor ?? {}),
    columnsOf(each.PartitionKeys),
    Object.entries(withoutMarkers(each.Parameters))
      .filter(([name]) => !momentary.has(name))
      .sort(),
    definitionMarks(each.Parameters),
  ];
  return isDeepStrictEqual(facts(table), facts(input));
}
