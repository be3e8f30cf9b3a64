import { randomUUID } from 'node:crypto';
import type { Database } from '@aws-sdk/client-glue';
import type { Diagnostic } from '../../../core/diagnostic.js';
import type { Check, OperatedProject } from '../../../core/operations.js';
import type { AthenaClient } from '../client/open-client.js';
import { createQueryAccount } from '../client/query-cost.js';
import type { AthenaConfig } from '../config.js';
import { checkTags } from '../lakeformation/check-tags.js';
import { landingLocations, workGroupsOf } from '../policy/find-needs.js';
import { checkReadablePrefix, checkWritablePrefix, failedCheck } from './check-buckets.js';
import { checkTableRights, type TriedRelation } from './check-table-rights.js';
import { checkWorkGroup } from './check-workgroup.js';
import { beginTrial } from './trial.js';

/** Returns who asks, as AWS knows them. */
async function checkIdentity({ api }: AthenaClient): Promise<Check> {
  const subject = 'identity';
  const asked = await api.call(
    { service: 'sts', operation: 'GetCallerIdentity', subject: '' },
    (sts, http) => sts.getCallerIdentity({}, http),
  );
  if (!asked.ok) return failedCheck(subject, 'unknown', asked.error);
  return { subject, finding: asked.value.Arn ?? '', diagnostics: [] };
}

/** Whether Lake Formation decides on new tables of a database, not IAM alone. */
function isGoverned({ CreateTableDefaultPermissions }: Database): boolean {
  return !(CreateTableDefaultPermissions ?? []).some(
    ({ Principal }) => Principal?.DataLakePrincipalIdentifier === 'IAM_ALLOWED_PRINCIPALS',
  );
}

/**
 * Returns whether a database can be seen with its tables, and written to where a model is `tried` in it; one that is not
 * there is made by a build.
 */
async function checkDatabase(
  { tables }: AthenaClient,
  name: string,
  tryTables: (() => Promise<readonly Diagnostic[]>) | undefined,
): Promise<readonly Check[]> {
  const subject = 'database';
  const asked = await tables.getDatabase(name);
  if (!asked.ok) return [failedCheck(subject, name, asked.error)];
  const database = asked.value;
  if (database === undefined) {
    return [{ subject, finding: `${name}, not there yet: build makes it`, diagnostics: [] }];
  }
  const listed = await tables.getTables(name);
  if (!listed.ok) return [failedCheck(subject, name, listed.error)];
  const count = listed.value?.length ?? 0;
  const diagnostics = tryTables === undefined ? [] : await tryTables();
  const isWritable = tryTables !== undefined && diagnostics.length === 0;
  const counted = `${name}, ${count} ${count === 1 ? 'table' : 'tables'}`;
  const found = { subject, finding: `${counted}${isWritable ? ', writable' : ''}`, diagnostics };
  if (!isGoverned(database)) return [found];
  const finding = `Lake Formation decides on ${name}: besides IAM, grant CREATE_TABLE and DESCRIBE on it, ALL on the project's tables, and DATA_LOCATION_ACCESS on the data prefix`;
  return [found, { subject: 'note', finding, diagnostics: [] }];
}

/** Looks at the databases of the project, and tries what a build does to tables in those that models are built in. */
async function* checkDatabases(
  client: AthenaClient,
  config: AthenaConfig,
  project: OperatedProject,
  signal: AbortSignal,
): AsyncGenerator<Check, void> {
  const built = project.models.filter(
    ({ config: { materialized } }) => materialized !== 'ephemeral',
  );
  const relations = [...project.models.map(({ relation }) => relation), ...project.sources];
  const tried = new Map<string, TriedRelation>();
  for (const { relation } of [...built].reverse()) {
    tried.set(relation.schema, { relation, project: project.name, dataDir: config.dataDir });
  }
  const trial = await beginTrial(client, config, {
    project: project.name,
    tried: [...tried.values()].map(({ relation }) => ({
      database: relation.schema.toLowerCase(),
      identifier: relation.identifier,
    })),
    signal,
  });
  let isClean = true;
  for (const name of new Set(relations.map(({ schema }) => schema))) {
    const relation = tried.get(name);
    const tryTables = async (triedRelation: TriedRelation): Promise<readonly Diagnostic[]> => {
      // What cannot be recorded is not made.
      if (!trial.ok) return trial.diagnostics;
      const found = await checkTableRights(client.tables, triedRelation, trial.value);
      isClean &&= !found.isLeft;
      return found.diagnostics;
    };
    yield* await checkDatabase(client, name, relation && (() => tryTables(relation)));
  }
  const left = trial.ok ? await trial.value.end(isClean) : [];
  if (left.length > 0) yield { subject: 'data', finding: config.dataDir, diagnostics: left };
}

/** Returns whether a statement runs to its end and its results can be read. */
async function checkQuery(
  { queries }: AthenaClient,
  config: AthenaConfig,
  signal: AbortSignal,
): Promise<Check> {
  const subject = 'query';
  const account = createQueryAccount({ pricePerTb: config.pricePerTb });
  const run = await queries.run(
    {
      sql: 'SELECT 1',
      identity: { invocationId: randomUUID(), node: 'debug', ordinal: 1 },
      catalog: config.catalog,
      workGroup: config.workGroup,
      outputLocation: config.resultsDir,
      signal,
    },
    account,
  );
  const finding = 'SELECT 1';
  if (!run.ok) return { subject, finding, diagnostics: [run.failure.diagnostic] };
  const rows = await queries.readRows(run.value, { limit: 1, signal });
  if (!rows.ok) return { subject, finding, diagnostics: [rows.failure.diagnostic] };
  const { queueMs, totalMs } = run.value.statistics;
  return { subject, finding: `${finding}, ${totalMs} ms (${queueMs} ms queued)`, diagnostics: [] };
}

/**
 * Looks at everything that a build needs, in the order in which it would be missed: identity, workgroups, places in S3,
 * databases, and a query. Makes two small objects below the project's data prefix, one of which records the entries that it
 * then makes in each of its databases, and removes them all; nothing else changes. Without an identity nothing more can be found out. Codes: those of `apiDiagnostic`, `connection-failed`, `workgroup-invalid`.
 */
export async function* diagnose(
  client: AthenaClient,
  config: AthenaConfig,
  project: OperatedProject,
  signal: AbortSignal,
): AsyncGenerator<Check, void> {
  const { api } = client;
  const region = config.endpoint === undefined ? config.region : undefined;
  const identity = await checkIdentity(client);
  yield identity;
  if (identity.diagnostics.length > 0) return;

  const places = new Set<string>();
  for (const name of workGroupsOf(config, project.models)) {
    const { check, place } = await checkWorkGroup(api, { name, resultsDir: config.resultsDir });
    yield check;
    if (place?.kind === 'prefix') places.add(place.address);
  }

  yield await checkWritablePrefix(api, {
    subject: 'data',
    address: config.dataDir,
    region,
    name: `.stedi-sql/${project.name}/debug-${randomUUID()}`,
  });
  for (const address of places)
    yield await checkReadablePrefix(api, { subject: 'results', address, region });
  for (const address of landingLocations(project.models)) {
    yield await checkReadablePrefix(api, { subject: 'landing', address, region });
  }

  yield* checkDatabases(client, config, project, signal);
  yield* checkTags(api, { catalogId: config.catalogId, project });
  yield await checkQuery(client, config, signal);
}
