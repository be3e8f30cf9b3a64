import type { Column, Table, TableInput } from '@aws-sdk/client-glue';
import { formatType, type SqlType } from '../../../src/core/sql-type.js';
import { hiveTypeText } from '../hive/hive-type.js';

/** What Athena keeps of a view, in the text of Glue's table. */
export interface PrestoView {
  readonly originalSql: string;
  readonly catalog: string;
  readonly schema: string;
  /** Types in Trino's spelling. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** Returns what a view is, or `undefined` if the table's text is no view of Athena's. */
export function readPrestoView(table: Table): PrestoView | undefined {
  const [, encoded] = /^\/\* Presto View: (\S+) \*\/$/.exec(table.ViewOriginalText ?? '') ?? [];
  if (encoded === undefined) return undefined;
  return JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as PrestoView;
}

/** Returns Glue's table for a view. Hive's type of a column that no table can hold is `string`, as nobody reads it. */
export function prestoViewTable(
  name: string,
  view: Omit<PrestoView, 'columns'> & {
    readonly columns: readonly { readonly name: string; readonly type: SqlType }[];
    readonly comment?: string;
  },
): TableInput {
  const { columns, comment, ...rest } = view;
  const text = JSON.stringify({
    ...rest,
    columns: columns.map((column) => ({ name: column.name, type: formatType(column.type) })),
    ...(comment !== undefined && { comment }),
  });
  const glueColumns = columns.map((column): Column => ({
    Name: column.name,
    Type: hiveTypeText(column.type) ?? 'string',
  }));
  return {
    Name: name,
    TableType: 'VIRTUAL_VIEW',
    ViewOriginalText: `/* Presto View: ${Buffer.from(text).toString('base64')} */`,
    ViewExpandedText: '/* Presto View */',
    StorageDescriptor: { Columns: glueColumns, Location: '', SerdeInfo: {} },
    PartitionKeys: [],
    Parameters: { presto_view: 'true', comment: comment ?? 'Presto View' },
  };
}
