import type { AwsApi, CallOptions } from './api-call.js';
import type { ApiError, ApiResult } from './api-error.js';
import { toStartInput, type StatementStart } from './statement.js';

/** Reads nothing, and is no statement that anybody else gives a token. */
const harmless = 'SELECT 1 AS token_is_used_up';

function isOtherStatement({ reason, message }: ApiError): boolean {
  return (
    reason === 'IDEMPOTENT_PARAMETER_MISMATCH' ||
    /idempotent parameters? do not match/i.test(message)
  );
}

/**
 * Returns the id of the query that a statement with this token was started as; `undefined` if it never was, and then it never
 * will be: the token is used up. Athena runs a token once and refuses it for another statement, so a harmless statement is
 * started with it first: if that is refused, the statement itself was started before, and starting it again gives its id.
 * Source: Athena API, StartQueryExecution, ClientRequestToken.
 */
export async function findStarted(
  api: AwsApi,
  statement: StatementStart,
  options?: CallOptions,
): Promise<ApiResult<string | undefined>> {
  const start = (sql: string) =>
    api.call(
      { service: 'athena', operation: 'StartQueryExecution', subject: sql },
      (client, http) => client.startQueryExecution(toStartInput({ ...statement, sql }), http),
      options,
    );
  const used = await start(harmless);
  if (used.ok) return { ok: true, value: undefined };
  if (!isOtherStatement(used.error)) return used;
  const started = await start(statement.sql);
  return started.ok ? { ok: true, value: started.value.QueryExecutionId } : started;
}
