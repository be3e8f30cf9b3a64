import type { Column, StorageDescriptor, Table } from '@aws-sdk/client-glue';
import type { FormatColumn } from '../../core/table-format.js';
import { emulatorLimitation, userError } from '../errors.js';
import { readHiveType } from './hive-type.js';

/** How the files of a table are read. */
export type FileFormat = 'parquet' | 'json' | 'text' | 'csv';

const serdes: Readonly<Record<string, FileFormat>> = {
  'org.apache.hadoop.hive.ql.io.parquet.serde.parquethiveserde': 'parquet',
  'org.openx.data.jsonserde.jsonserde': 'json',
  'org.apache.hive.hcatalog.data.jsonserde': 'json',
  'org.apache.hadoop.hive.serde2.jsonserde': 'json',
  'org.apache.hadoop.hive.serde2.lazy.lazysimpleserde': 'text',
  'org.apache.hadoop.hive.serde2.opencsvserde': 'csv',
};

/** Returns how a storage descriptor's files are read. */
export function fileFormat(storage: StorageDescriptor | undefined): FileFormat {
  const name = storage?.SerdeInfo?.SerializationLibrary ?? '';
  const format = serdes[name.toLowerCase()];
  if (format !== undefined) return format;
  if (name === '') {
    throw userError(
      'schema',
      'HIVE_UNSUPPORTED_FORMAT: Unable to create input format: the table has no SerDe',
    );
  }
  throw emulatorLimitation(`tables of the SerDe ${name} cannot be read`);
}

/** Returns Glue's columns with Athena's types. */
export function formatColumns(columns: readonly Column[] | undefined): readonly FormatColumn[] {
  return (columns ?? []).map(({ Name = '', Type = '', Comment }) => {
    const type = readHiveType(Type);
    if (type === undefined) {
      throw userError(
        'schema',
        `HIVE_INVALID_METADATA: Error: type expected at the position 0 of '${Type}' but '${Type}' is found.`,
      );
    }
    return { name: Name.toLowerCase(), type, ...(Comment !== undefined && { comment: Comment }) };
  });
}

/** Returns whether a table of Glue is an Iceberg table. */
export function isIceberg(table: Table): boolean {
  return table.Parameters?.['table_type']?.toUpperCase() === 'ICEBERG';
}

/** Returns whether a table of Glue is a view. */
export function isView(table: Table): boolean {
  return table.TableType === 'VIRTUAL_VIEW';
}
