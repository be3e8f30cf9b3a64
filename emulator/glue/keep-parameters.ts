import type * as Glue from '@aws-sdk/client-glue';
import type { GlueCatalog } from '../core/glue-catalog.js';

/**
 * Returns an UpdateTable of Trino's as Athena would make it. Trino's Iceberg connector writes a table anew with each commit;
 * Athena keeps what others noted on it (dbt-adapters issue 1325: a parameter of one's own is there after OPTIMIZE, VACUUM and
 * inserts, as in Iceberg's GlueTableOperations), except comments of columns.
 */
export function keepParameters(
  catalog: GlueCatalog,
  input: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { DatabaseName = '', TableInput: table } = input as Partial<Glue.UpdateTableRequest>;
  const parameters = table?.Parameters;
  if (parameters?.['table_type']?.toUpperCase() !== 'ICEBERG') return input;
  const before = catalog.findTable(DatabaseName, table?.Name ?? '');
  if (before === undefined) return input;
  const { Description, Owner, Retention } = before;
  return {
    ...input,
    TableInput: {
      ...(Description !== undefined && { Description }),
      ...(Owner !== undefined && { Owner }),
      ...(Retention !== undefined && { Retention }),
      ...table,
      Name: table?.Name,
      Parameters: { ...before.Parameters, ...parameters },
    },
  };
}
