import type {
  BatchGetQueryExecutionInput,
  GetQueryExecutionInput,
  GetQueryResultsInput,
  GetQueryRuntimeStatisticsInput,
  ListQueryExecutionsInput,
  StartQueryExecutionInput,
  StopQueryExecutionInput,
} from '@aws-sdk/client-athena';
import { inputShapes } from './input-shapes.js';
import { operation, type Operations } from './operation.js';
import { pageOf } from './paging.js';
import { queryExecution, runtimeStatistics } from './query-execution.js';
import { queryResults } from './query-results.js';
import type { Query } from './query-store.js';
import { stopQuery } from './run-query.js';
import { startQuery, type StartContext } from './start-query.js';

/** Returns the calls that start, watch and stop queries. `run` gets each new query. */
export function queryOperations(context: StartContext, run: (query: Query) => void): Operations {
  const { queries, workGroups, objects } = context;
  return {
    StartQueryExecution: operation<StartQueryExecutionInput>(
      inputShapes.startQueryExecution,
      (input) => ({ QueryExecutionId: startQuery(input, context, run) }),
    ),
    GetQueryExecution: operation<GetQueryExecutionInput>(inputShapes.queryId, (input) => ({
      QueryExecution: queryExecution(queries.get(input.QueryExecutionId)),
    })),
    BatchGetQueryExecution: operation<BatchGetQueryExecutionInput>(
      inputShapes.batchGetQueryExecution,
      ({ QueryExecutionIds: ids = [] }) => ({
        QueryExecutions: ids
          .flatMap((id) => queries.find(id) ?? [])
          .map((query) => queryExecution(query)),
        UnprocessedQueryExecutionIds: ids
          .filter((id) => queries.find(id) === undefined)
          .map((id) => ({
            QueryExecutionId: id,
            ErrorCode: 'QUERY_EXECUTION_NOT_FOUND',
            ErrorMessage: `QueryExecution ${id} was not found`,
          })),
      }),
    ),
    // A finished query stays what it is, and the call succeeds (measured).
    StopQueryExecution: operation<StopQueryExecutionInput>(inputShapes.queryId, (input) => {
      stopQuery(queries.get(input.QueryExecutionId));
      return {};
    }),
    ListQueryExecutions: operation<ListQueryExecutionsInput>(
      inputShapes.listQueryExecutions,
      (input) => {
        const newestFirst = queries.list(workGroups.get(input.WorkGroup).Name).toReversed();
        const { items, ...next } = pageOf(newestFirst, input);
        return { QueryExecutionIds: items.map(({ id }) => id), ...next };
      },
    ),
    GetQueryResults: operation<GetQueryResultsInput>(inputShapes.getQueryResults, (input) =>
      queryResults(queries.get(input.QueryExecutionId), input, objects),
    ),
    GetQueryRuntimeStatistics: operation<GetQueryRuntimeStatisticsInput>(
      inputShapes.queryId,
      (input) => ({
        QueryRuntimeStatistics: runtimeStatistics(queries.get(input.QueryExecutionId)),
      }),
    ),
  };
}
