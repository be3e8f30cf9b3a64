import type { CatalogContext, TableFormat } from '../core/table-format.js';
import { alterTable } from './alter-table.js';
import { appendRows, replaceFiles } from './change-rows.js';
import { createTable, createTableAs } from './create-table.js';
import { describeTable } from './describe-table.js';
import { dropTable } from './drop-table.js';
import { readMetadataTable } from './metadata-tables.js';
import { optimizeTable } from './optimize-table.js';
import { readRows } from './read-table.js';
import type { IcebergContext } from './table-state.js';
import { loadState } from './table-state.js';
import { vacuumTable } from './vacuum-table.js';

export interface IcebergOptions {
  /** The time of commits and of VACUUM; the system's if left out. */
  readonly now?: () => Date;
  /** Files that one VACUUM removes; 1000 if left out (users' reports of `ICEBERG_VACUUM_MORE_RUNS_NEEDED`). */
  readonly vacuumFileLimit?: number;
}

/**
 * Iceberg's table format, version 2, as Athena keeps it: metadata, manifests and Parquet files as the specification has
 * them, the current state of a table being what its Glue parameter `metadata_location` points to. A commit never removes
 * or changes a file, so that several Glue tables may point to the same metadata and go their own ways from there.
 */
export function createIcebergFormat(options: IcebergOptions = {}): TableFormat {
  const { now = () => new Date(), vacuumFileLimit = 1000 } = options;
  const extend = <Context extends CatalogContext>(context: Context): Context & IcebergContext => ({
    ...context,
    now,
    vacuumFileLimit,
  });
  return {
    async read(context, table, { asOf, metadata } = {}) {
      const state = await loadState(context, table);
      return metadata === undefined
        ? readRows(extend(context), state, asOf)
        : readMetadataTable(extend(context), state, metadata, asOf);
    },
    create: (context, table) => createTable(extend(context), table),
    createAs: (context, table, sql) => createTableAs(extend(context), table, sql),
    append: (context, table, sql) => appendRows(extend(context), table, sql),
    replaceFiles: (context, table, change) => replaceFiles(extend(context), table, change),
    alter: (context, table, change) => alterTable(extend(context), table, change),
    optimize: (context, table, where) => optimizeTable(extend(context), table, where),
    vacuum: (context, table) => vacuumTable(extend(context), table),
    drop: dropTable,
    describe: describeTable,
  };
}
