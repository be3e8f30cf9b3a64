import { randomUUID } from 'node:crypto';
import type { ResultConfiguration, StartQueryExecutionInput } from '@aws-sdk/client-athena';
import type { Latency } from '../core/emulator.js';
import { EngineError, type Engine, type StatementKind } from '../core/engine.js';
import { ownCatalogName, type DataCatalogs } from '../core/data-catalogs.js';
import type { ObjectStore } from '../core/object-store.js';
import { ServiceError } from '../core/service.js';
import { invalidRequest } from './api-error.js';
import { parameterSql } from './execution-parameters.js';
import { hasManifest } from './has-manifest.js';
import { workGroupDisabled } from './named-queries.js';
import { readStatement, type Statement } from './read-statement.js';
import type { QueryFaults } from './query-faults.js';
import type { PreparedStatements } from './prepared-statements.js';
import type { Query, QueryStore } from './query-store.js';
import { partsOf } from './result-files.js';
import { findReusable } from './result-reuse.js';
import { traitsOf, type StatementTraits } from './statement-kind.js';
import { checkOutputLocation, type KnownWorkGroup, type WorkGroups } from './work-groups.js';

export interface StartContext {
  readonly objects: ObjectStore;
  readonly catalogs: DataCatalogs;
  readonly engine: Engine;
  readonly workGroups: WorkGroups;
  readonly preparedStatements: PreparedStatements;
  readonly queries: QueryStore;
  readonly tokens: RequestTokens;
  readonly latency: (sql: string) => Latency;
  readonly faults: QueryFaults;
  readonly quotas: { readonly dml: number; readonly ddl: number };
}

/** The query that each ClientRequestToken started, with what a repetition must not change. */
export type RequestTokens = Map<string, { readonly id: string; readonly request: string }>;

/**
 * Returns the id of the query that the request starts, or started before with the same token. Throws
 * `InvalidRequestException` for what Athena does not start at all, syntax errors among them, and
 * `TooManyRequestsException` when too many queries are queued or run. `run` gets the new query.
 */
export function startQuery(
  request: StartQueryExecutionInput,
  context: StartContext,
  run: (query: Query) => void,
): string {
  const token = request.ClientRequestToken;
  if (token === undefined) {
    throw invalidRequest('INVALID_INPUT', 'clientRequestToken is null or empty');
  }
  const { objects, workGroups, queries, tokens } = context;
  const group = workGroups.get(request.WorkGroup);
  const known = knownQuery(tokens, token, request);
  if (known !== undefined) return known;
  if (group.State === 'DISABLED') throw workGroupDisabled();
  const place = resultPlace(request, group);
  if (place.outputLocation !== undefined) checkBucket(place.outputLocation, objects);
  const query = newQuery(request, group, place, context);
  const reused = findReusable(query, () => queries.all(), Date.now());
  if (reused?.status.state === 'SUCCEEDED') {
    const completedAt = new Date();
    query.status = { ...reused.status, completedAt, reused };
    query.timeline = { ...query.timeline, completed: completedAt.getTime() };
  } else {
    checkQuota(query.traits.quota, context);
  }
  tokens.set(token, { id: query.id, request: fingerprint(request) });
  queries.add(query);
  if (reused === undefined) run(query);
  return query.id;
}

function newQuery(
  request: StartQueryExecutionInput,
  group: KnownWorkGroup,
  place: ResultPlace,
  context: StartContext,
): Query {
  const id = randomUUID();
  const { QueryString: text = '', ExecutionParameters: parameters = [] } = request;
  const read = (sql: string) => classify(sql, context.engine);
  const statement = readStatement(text, parameters, {
    workGroup: group.Name,
    prepared: context.preparedStatements,
    classify: read,
  });
  const kind = statement.builtIn?.kind ?? read(statement.sql);
  const traits = traitsOf(kind, id);
  checkParameters(statement, traits);
  const abort = new AbortController();
  const limit = group.Configuration.BytesScannedCutoffPerQuery;
  const { Catalog = ownCatalogName, Database: named } = request.QueryExecutionContext ?? {};
  // awswrangler sends the name in backticks for statements of Hive's kind, and Athena takes it.
  const database = named?.replace(/^`(.*)`$/, '$1');
  return {
    id,
    request,
    sql: statement.sql,
    parameters: statement.parameters,
    kind,
    traits,
    workGroup: group.Name,
    outputLocation: place.outputLocation,
    results: place.results,
    hasManifest: hasManifest(statement.sql, kind, {
      catalog: Catalog,
      database,
      catalogs: context.catalogs,
    }),
    scanLimit: limit,
    latency: context.latency(statement.sql),
    abort,
    run: () =>
      context.faults.run(statement.sql, () =>
        statement.builtIn !== undefined
          ? Promise.resolve(statement.builtIn.run())
          : context.engine.execute({
              queryId: id,
              sql: statement.sql,
              catalog: Catalog,
              database,
              parameters: statement.parameters.map(parameterSql),
              outputLocation: place.outputLocation ?? '',
              enforcesOutput: place.enforcesOutput,
              ...(limit !== undefined && { scannedBytesLimit: limit }),
              signal: abort.signal,
            }),
      ),
    status: { state: 'QUEUED' },
    timeline: { submitted: Date.now() },
    written: { files: [] },
  };
}

/**
 * Compared are text, catalog, database and output location as they were sent; parameters and workgroup are not (measured).
 */
function fingerprint({
  QueryString,
  QueryExecutionContext,
  ResultConfiguration,
}: StartQueryExecutionInput) {
  const { Catalog, Database } = QueryExecutionContext ?? {};
  return JSON.stringify([QueryString, Catalog, Database, ResultConfiguration?.OutputLocation]);
}

function knownQuery(
  tokens: RequestTokens,
  token: string,
  request: StartQueryExecutionInput,
): string | undefined {
  const known = tokens.get(token);
  if (known !== undefined && known.request !== fingerprint(request)) {
    throw invalidRequest('IDEMPOTENT_PARAMETER_MISMATCH', 'Idempotent parameters do not match');
  }
  return known?.id;
}

interface ResultPlace extends Pick<Query, 'outputLocation' | 'results'> {
  readonly enforcesOutput: boolean;
}

/**
 * Returns where results go: the workgroup's settings where it enforces them, silently; otherwise the request's before the
 * workgroup's. With managed results Athena keeps them, whatever the request says (that it is not refused is not sourced).
 */
function resultPlace(request: StartQueryExecutionInput, group: KnownWorkGroup): ResultPlace {
  const settings = group.Configuration;
  const ofGroup: ResultConfiguration = settings.ResultConfiguration ?? {};
  if (settings.ManagedQueryResultsConfiguration?.Enabled === true) {
    return { outputLocation: undefined, results: {}, enforcesOutput: false };
  }
  const asked = request.ResultConfiguration ?? {};
  if (asked.OutputLocation !== undefined) checkOutputLocation(asked.OutputLocation);
  const enforces =
    settings.EnforceWorkGroupConfiguration === true && ofGroup.OutputLocation !== undefined;
  const results = enforces ? ofGroup : { ...ofGroup, ...asked };
  if (results.OutputLocation === undefined) {
    // Measured, with its two spaces.
    throw invalidRequest(
      'INVALID_INPUT',
      'No output location provided. You did not provide an output location for  your query results. Either specify an S3 bucket location or enable Athena managed query results in your workgroup settings.',
    );
  }
  const outputLocation = results.OutputLocation.replace(/\/*$/, '/');
  return { outputLocation, results, enforcesOutput: enforces };
}

/** Text and reasons: AWS re:Post, "Unable to verify/create output bucket". */
function checkBucket(outputLocation: string, objects: ObjectStore): void {
  const { bucket } = partsOf(outputLocation);
  if (!objects.buckets.has(bucket)) {
    throw invalidRequest('INVALID_INPUT', `Unable to verify/create output bucket ${bucket}`);
  }
}

/** A statement that cannot be read is never started (measured). */
function classify(sql: string, engine: Engine): StatementKind {
  try {
    return engine.classify(sql);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw invalidRequest('MALFORMED_QUERY', error.message.replace(/^SYNTAX_ERROR: /, ''));
  }
}

/** That they are for four kinds of statements is the User Guide's; the text is not known. */
function checkParameters({ sql, parameters }: Statement, traits: StatementTraits): void {
  if (parameters.length > 0 && sql.includes('?') && !traits.takesParameters) {
    throw invalidRequest(
      'INVALID_INPUT',
      'Execution parameters are supported only for SELECT, INSERT INTO, CTAS and UNLOAD statements.',
    );
  }
}

function checkQuota(quota: 'dml' | 'ddl', { queries, quotas }: StartContext): void {
  const active = queries.active().filter(({ traits }) => traits.quota === quota).length;
  if (active < quotas[quota]) return;
  throw new ServiceError(
    'TooManyRequestsException',
    'You have exceeded the limit for the number of queries you can run concurrently. Reduce the number of concurrent queries submitted by this account. Contact customer support to request a concurrent query limit increase.',
    400,
    { Reason: 'CONCURRENT_QUERY_LIMIT_EXCEEDED' },
  );
}
