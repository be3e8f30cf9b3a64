import type {
  AthenaError,
  QueryExecution,
  QueryExecutionStatistics,
  QueryExecutionStatus,
  QueryRuntimeStatistics,
} from '@aws-sdk/client-athena';
import { resultAddress } from './result-files.js';
import type { Query } from './query-store.js';
import { engineVersion } from './work-groups.js';

/** Returns what GetQueryExecution shows of a query. */
export function queryExecution(query: Query): QueryExecution {
  const { request, results } = query;
  const { Catalog, Database } = request.QueryExecutionContext ?? {};
  // A reused result stays where it was first written; not sourced.
  const source = (query.status.state === 'SUCCEEDED' ? query.status.reused : undefined) ?? query;
  const address = resultAddress(source);
  return {
    QueryExecutionId: query.id,
    Query: request.QueryString,
    StatementType: query.traits.shownType,
    ...(query.outputLocation === undefined && {
      ManagedQueryResultsConfiguration: { Enabled: true },
    }),
    ResultConfiguration: { ...results, ...(address !== undefined && { OutputLocation: address }) },
    ResultReuseConfiguration: request.ResultReuseConfiguration ?? {
      ResultReuseByAgeConfiguration: { Enabled: false },
    },
    // The catalog in lower case, the database as sent, and neither if it was left out (measured).
    QueryExecutionContext: {
      ...(Database !== undefined && { Database }),
      ...(Catalog !== undefined && { Catalog: Catalog.toLowerCase() }),
    },
    Status: status(query),
    Statistics: statistics(query),
    WorkGroup: query.workGroup,
    EngineVersion: engineVersion,
    ...(request.ExecutionParameters !== undefined && {
      ExecutionParameters: request.ExecutionParameters,
    }),
    SubstatementType: query.kind.substatementType,
    QueryResultsS3AccessGrantsConfiguration: {
      EnableS3AccessGrants: false,
      CreateUserLevelPrefix: false,
      AuthenticationType: 'DIRECTORY_IDENTITY',
    },
  };
}

function status({ status: now, timeline }: Query): QueryExecutionStatus {
  const base = { State: now.state, SubmissionDateTime: new Date(timeline.submitted) };
  switch (now.state) {
    case 'QUEUED':
    case 'RUNNING':
      return base;
    case 'SUCCEEDED':
      return { ...base, CompletionDateTime: now.completedAt };
    case 'CANCELLED':
      // Without an AthenaError (measured).
      return { ...base, StateChangeReason: now.reason, CompletionDateTime: now.completedAt };
    case 'FAILED': {
      const athenaError: AthenaError = {
        ErrorCategory: now.error.category,
        ErrorType: now.error.type,
        Retryable: now.error.retryable,
        ErrorMessage: now.error.message,
      };
      return {
        ...base,
        StateChangeReason: now.error.message,
        CompletionDateTime: now.completedAt,
        AthenaError: athenaError,
      };
    }
  }
}

/** What a failed query had read is not known here. */
function scannedBytes(now: Query['status']): number {
  if (now.state === 'CANCELLED') return now.scannedBytes ?? 0;
  return now.state === 'SUCCEEDED' ? now.outcome.scannedBytes : 0;
}

/** Times so far. Planning is a part of the engine's time (service model). */
function statistics(query: Query): QueryExecutionStatistics {
  const { status: now, timeline, written } = query;
  const phases = durations(query);
  const reused = now.state === 'SUCCEEDED' && now.reused !== undefined;
  return {
    ...(timeline.queued !== undefined && {
      EngineExecutionTimeInMillis: phases.engine,
      DataScannedInBytes: reused ? 0 : scannedBytes(now),
    }),
    ...(written.manifest !== undefined && { DataManifestLocation: written.manifest }),
    TotalExecutionTimeInMillis: phases.total,
    QueryQueueTimeInMillis: phases.queue,
    ServicePreProcessingTimeInMillis: 0,
    ...(timeline.planned !== undefined && { QueryPlanningTimeInMillis: phases.planning }),
    ...(timeline.executed !== undefined && { ServiceProcessingTimeInMillis: phases.service }),
    ResultReuseInformation: { ReusedPreviousResult: reused },
  };
}

/** Returns what GetQueryRuntimeStatistics shows; the rows of a query only once it has succeeded. */
export function runtimeStatistics(query: Query): QueryRuntimeStatistics {
  const phases = durations(query);
  const outcome = query.status.state === 'SUCCEEDED' ? query.status.outcome : undefined;
  return {
    Timeline: {
      QueryQueueTimeInMillis: phases.queue,
      ServicePreProcessingTimeInMillis: 0,
      QueryPlanningTimeInMillis: phases.planning,
      EngineExecutionTimeInMillis: phases.engine,
      ServiceProcessingTimeInMillis: phases.service,
      TotalExecutionTimeInMillis: phases.total,
    },
    ...(outcome !== undefined && {
      Rows: {
        InputBytes: outcome.scannedBytes,
        OutputRows: outcome.updateCount ?? outcome.rows.length,
      },
    }),
  };
}

function durations({ timeline }: Query) {
  const { submitted, queued, planned, executed, completed } = timeline;
  const end = completed ?? Date.now();
  const engineStart = queued ?? end;
  const engineEnd = executed ?? end;
  return {
    queue: engineStart - submitted,
    planning: (planned ?? engineEnd) - engineStart,
    engine: engineEnd - engineStart,
    service: end - engineEnd,
    total: end - submitted,
  };
}
