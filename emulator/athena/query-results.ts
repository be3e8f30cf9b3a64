import type { GetQueryResultsInput, GetQueryResultsOutput, Row } from '@aws-sdk/client-athena';
import type { StatementOutcome } from '../core/engine.js';
import type { ObjectStore } from '../core/object-store.js';
import { invalidRequest } from './api-error.js';
import { columnInfo, columnsOf } from './column-info.js';
import { offsetOf, tokenOf } from './paging.js';
import { isHiveFailure, partsOf, resultAddress, resultRows } from './result-files.js';
import type { Query } from './query-store.js';

const maxRows = 1000;

/**
 * Returns one page of a result. Checks, their order and texts are measured: the size, then the query's state, then the
 * token; a full page always has a token, and the one after the last row is empty.
 */
export function queryResults(
  query: Query,
  input: GetQueryResultsInput,
  objects: ObjectStore,
): GetQueryResultsOutput {
  const size = input.MaxResults ?? maxRows;
  if (size > maxRows) {
    throw invalidRequest(
      'INVALID_INPUT',
      `MaxResults is more than maximum allowed length ${maxRows}`,
    );
  }
  if (query.status.state === 'FAILED' && isHiveFailure(query.status.error.message)) {
    return { ResultSet: { Rows: [] } };
  }
  const outcome = outcomeOf(query, objects);
  if (input.QueryResultType === 'DATA_MANIFEST') return manifestPage(query, input, size);
  const shown = page(resultRows(query, outcome), input.NextToken, size);
  const updateCount = updateCountOf(query, outcome);
  return {
    ...(updateCount !== undefined && { UpdateCount: updateCount }),
    ...shown,
    ResultSet: {
      ...shown.ResultSet,
      ResultSetMetadata: { ColumnInfo: columnsOf(outcome).map(columnInfo) },
    },
  };
}

/** Throws for a query without a result, or one whose file somebody removed. */
function outcomeOf(query: Query, objects: ObjectStore): StatementOutcome {
  const { status } = query;
  switch (status.state) {
    case 'QUEUED':
    case 'RUNNING':
      throw invalidRequest(
        'INVALID_QUERY_EXECUTION_STATE',
        `Query has not yet finished. Current state: ${status.state}`,
      );
    case 'FAILED':
      throw invalidRequest(
        'INVALID_QUERY_EXECUTION_STATE',
        `Query did not finish successfully. Final query state: ${status.state}`,
      );
    case 'CANCELLED':
      throw noResults();
    case 'SUCCEEDED': {
      const source = status.reused ?? query;
      const address = resultAddress(source);
      if (address === undefined || !source.traits.writesResultFile) return status.outcome;
      const { bucket, key } = partsOf(address);
      const isThere = objects.buckets.has(bucket) && objects.head(bucket, key) !== undefined;
      if (!isThere) throw noResults();
      return status.outcome;
    }
  }
}

function noResults() {
  return invalidRequest('RESULT_NOT_FOUND', 'Could not find results');
}

/**
 * 0 for what has rows, the number of rows for what writes, and none for DDL and EXPLAIN (measured). What DESCRIBE and SHOW
 * CREATE TABLE have depends on the table's format on Athena; here they have none, as on a Hive table.
 */
function updateCountOf({ kind }: Query, outcome: StatementOutcome): number | undefined {
  if (outcome.updateCount !== null) return outcome.updateCount;
  const isUncounted = ['EXPLAIN', 'DESCRIBE_TABLE', 'SHOW_CREATE_TABLE'].includes(
    kind.substatementType,
  );
  return kind.statementType === 'DDL' || isUncounted ? undefined : 0;
}

/** The addresses of the written files, one a row; the shape is not sourced. */
function manifestPage(
  query: Query,
  { NextToken: token }: GetQueryResultsInput,
  size: number,
): GetQueryResultsOutput {
  if (query.traits.manifestFile === undefined) {
    // That it is for CTAS, INSERT and UNLOAD alone is the service model's; the text is not known.
    throw invalidRequest('INVALID_INPUT', 'This query has no data manifest');
  }
  return page(
    query.written.files.map((file) => [file]),
    token,
    size,
  );
}

function page(
  rows: readonly (readonly (string | null)[])[],
  token: string | undefined,
  size: number,
): GetQueryResultsOutput {
  // A result without rows does not look at its token (measured).
  const start = rows.length === 0 ? 0 : offsetOf(token, rows.length);
  const shown = rows.slice(start, start + size);
  return {
    ...(shown.length === size && { NextToken: tokenOf(start + size) }),
    ResultSet: { Rows: shown.map(row) },
  };
}

function row(values: readonly (string | null)[]): Row {
  return { Data: values.map((value) => (value === null ? {} : { VarCharValue: value })) };
}
