import type { QueryExecution } from '@aws-sdk/client-athena';
import type { Answer, ScriptedCall } from './scripted-aws.js';

/** A query of the scripted Athena. */
export interface ScriptedQuery {
  readonly id: string;
  readonly sql: string;
  readonly token: string;
  /** How often it was looked at. */
  looks: number;
  stopped: boolean;
}

/** What a look shows of a query; `undefined` leaves it out of a batch. */
export type Look = (query: ScriptedQuery) => Partial<QueryExecution> | undefined;

/** An Athena whose queries go as a test says. Tokens, batches and stops work as Athena's do. */
export interface ScriptedAthena {
  readonly queries: readonly ScriptedQuery[];
  answer(call: ScriptedCall): Answer;
}

/** A query that ended well. */
export const succeeded: Partial<QueryExecution> = {
  StatementType: 'DML',
  SubstatementType: 'CREATE_TABLE_AS_SELECT',
  Status: { State: 'SUCCEEDED' },
  Statistics: {
    DataScannedInBytes: 1000,
    QueryQueueTimeInMillis: 10,
    QueryPlanningTimeInMillis: 20,
    EngineExecutionTimeInMillis: 30,
    TotalExecutionTimeInMillis: 70,
  },
};

export const running: Partial<QueryExecution> = {
  StatementType: 'DML',
  Status: { State: 'RUNNING' },
};

/** Returns a query that failed. */
export function failedWith(
  reason: string,
  { type, category }: { readonly type: number; readonly category: number },
): Partial<QueryExecution> {
  return {
    ...succeeded,
    Status: {
      State: 'FAILED',
      StateChangeReason: reason,
      AthenaError: { ErrorType: type, ErrorCategory: category, ErrorMessage: reason },
    },
  };
}

/** Returns an Athena where `look` says what each look shows; a stopped query is CANCELLED. */
export function createScriptedAthena(look: Look): ScriptedAthena {
  const queries: ScriptedQuery[] = [];

  function start({ input }: ScriptedCall): Answer {
    const token = String(input['ClientRequestToken']);
    let query = queries.find((each) => each.token === token);
    if (query === undefined) {
      const id = `q${queries.length + 1}`;
      query = { id, sql: String(input['QueryString']), token, looks: 0, stopped: false };
      queries.push(query);
    }
    return { body: { QueryExecutionId: query.id } };
  }

  function show(id: unknown): object | undefined {
    const query = queries.find((each) => each.id === id);
    if (query === undefined) return undefined;
    query.looks += 1;
    const shown = query.stopped
      ? { ...running, Status: { State: 'CANCELLED' as const } }
      : look(query);
    return shown && { ...shown, QueryExecutionId: query.id };
  }

  return {
    queries,
    answer: (call) => {
      switch (call.operation) {
        case 'StartQueryExecution':
          return start(call);
        case 'GetQueryExecution':
          return { body: { QueryExecution: show(call.input['QueryExecutionId']) } };
        case 'BatchGetQueryExecution': {
          const ids = call.input['QueryExecutionIds'] as readonly string[];
          const shown = ids.map((id) => [id, show(id)] as const);
          return {
            body: {
              QueryExecutions: shown.flatMap(([, each]) => (each === undefined ? [] : [each])),
              UnprocessedQueryExecutionIds: shown.flatMap(([id, each]) =>
                each === undefined
                  ? [{ QueryExecutionId: id, ErrorCode: 'ThrottlingException' }]
                  : [],
              ),
            },
          };
        }
        case 'StopQueryExecution': {
          const query = queries.find((each) => each.id === call.input['QueryExecutionId']);
          if (query !== undefined) query.stopped = true;
          return { body: {} };
        }
        default:
          return { error: { code: 'UnknownOperationException' } };
      }
    },
  };
}
