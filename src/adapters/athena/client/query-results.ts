import type { ColumnInfo } from '@aws-sdk/client-athena';
import type { QueryRows } from '../../../core/adapter.js';
import type { AwsApi, CallOptions } from './api-call.js';
import type { ApiResult } from './api-error.js';
import { decodeRow, readColumns, withoutHeader, type StatementKind } from './values.js';

/** GetQueryResults gives that many rows a page at most (Athena API). */
const rowsPerPage = 1000;

function readResults(
  api: AwsApi,
  {
    queryId,
    rows,
    token,
  }: {
    readonly queryId: string;
    readonly rows: number;
    readonly token?: string | undefined;
  },
  options: CallOptions,
) {
  return api.call(
    { service: 'athena', operation: 'GetQueryResults', subject: queryId },
    (client, http) =>
      client.getQueryResults(
        {
          QueryExecutionId: queryId,
          MaxResults: rows,
          ...(token !== undefined && { NextToken: token }),
        },
        http,
      ),
    options,
  );
}

/** Returns how many rows a statement wrote; `null` where Athena does not say. One call. */
export async function readUpdateCount(
  api: AwsApi,
  queryId: string,
  options: CallOptions = {},
): Promise<ApiResult<number | null>> {
  const result = await readResults(api, { queryId, rows: 1 }, options);
  return result.ok ? { ok: true, value: result.value.UpdateCount ?? null } : result;
}

/** Returns the first `limit` rows of a query's result, or all. */
export async function readRows(
  api: AwsApi,
  statement: StatementKind & { readonly queryId: string },
  { limit, signal }: CallOptions & { readonly limit: number | null },
): Promise<ApiResult<QueryRows>> {
  const rows: (readonly unknown[])[] = [];
  const wanted = limit ?? Infinity;
  let columns: readonly ColumnInfo[] = [];
  let token: string | undefined;
  let firstPage = true;
  do {
    const missing = wanted - rows.length + (firstPage ? 1 : 0);
    const page = await readResults(
      api,
      { queryId: statement.queryId, rows: Math.min(rowsPerPage, Math.max(1, missing)), token },
      { signal },
    );
    if (!page.ok) return page;
    const { ResultSet, NextToken } = page.value;
    columns = ResultSet?.ResultSetMetadata?.ColumnInfo ?? columns;
    const some = withoutHeader(ResultSet?.Rows ?? [], { columns, statement, firstPage });
    for (const row of some) {
      if (rows.length < wanted) rows.push(decodeRow(row, columns));
    }
    token = NextToken;
    firstPage = false;
  } while (token !== undefined && rows.length < wanted);
  return { ok: true, value: { columns: readColumns(columns), rows } };
}
