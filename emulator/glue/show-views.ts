import type * as Glue from '@aws-sdk/client-glue';

/**
 * Returns what Glue answers as Trino can read it. Its Glue client takes the description of a table for its comment, by which
 * it knows its views, so that a view with a description is no table to it. Athena reads such views: dbt-athena's
 * `persist_docs` gives a description and a comment of its own to every view.
 * Source: https://github.com/trinodb/trino, plugin/trino-hive, metastore/glue, GlueConverter
 */
export function showViews(answer: object): object {
  const { Table, TableList } = answer as { Table?: Glue.Table; TableList?: readonly Glue.Table[] };
  return {
    ...answer,
    ...(Table && { Table: withoutDescription(Table) }),
    ...(TableList && { TableList: TableList.map(withoutDescription) }),
  };
}

function withoutDescription(table: Glue.Table): Glue.Table {
  return table.TableType === 'VIRTUAL_VIEW' ? { ...table, Description: undefined } : table;
}
