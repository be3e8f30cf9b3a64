import type { Table } from '@aws-sdk/client-glue';
import { warningDiagnostic, errorDiagnostic, type Diagnostic } from '../../../core/diagnostic.js';
import type { Garbage, GarbageItem, GarbageRequest } from '../../../core/operations.js';
import { failure, success, type Result } from '../../../core/result.js';
import type { ApiError, ApiResult } from '../client/api-error.js';
import { apiDiagnostic } from '../client/api-failure.js';
import type { AthenaClient } from '../client/open-client.js';
import { parseS3Location } from '../client/s3-files.js';
import type { AthenaConfig } from '../config.js';
import { journalFolder, journalLocation, readJournal, type Journal } from '../journal.js';
import { isProjected, isStaged, isView, ownerOf, tableTypeOf } from '../markers.js';
import { findGarbage, type RecordedRun, type References } from './find-garbage.js';
import { findIcebergFiles } from './iceberg-files.js';

/** What was refused by AWS; caught in `collectGarbage` only. */
class CallFailed extends Error {
  constructor(readonly error: ApiError) {
    super(error.message);
  }
}

function valueOf<T>(result: ApiResult<T>): T {
  if (!result.ok) throw new CallFailed(result.error);
  return result.value;
}

interface Named {
  readonly database: string;
  readonly table: Table;
}

/** Prefixes that we write: nothing else is ever listed, let alone removed. */
const runFolder = /^s3:\/\/[^/]+\/.*\/[0-9a-f]{8}-$/;

async function readJournals(
  client: AthenaClient,
  config: AthenaConfig,
  { projectName, signal }: GarbageRequest,
): Promise<readonly Journal[]> {
  const folder = parseS3Location(journalFolder(config, projectName));
  if (folder === undefined) return [];
  const found = valueOf(await client.files.list(folder, { signal }));
  const journals: Journal[] = [];
  for (const { key } of found) {
    if (!key.endsWith('.json')) continue;
    const read = valueOf(await client.files.getJson({ bucket: folder.bucket, key }, { signal }));
    const journal = readJournal(read?.value);
    if (journal?.project === projectName) journals.push(journal);
  }
  return journals;
}

/** All tables of the account: any of them may read what we are about to remove. */
async function readTables(client: AthenaClient, signal: AbortSignal): Promise<readonly Named[]> {
  const databases = valueOf(await client.tables.getDatabases({ signal }));
  const tables: Named[] = [];
  for (const { Name: database = '' } of databases) {
    const found = valueOf(await client.tables.getTables(database, { signal }));
    tables.push(...(found ?? []).map((table) => ({ database, table })));
  }
  return tables;
}

function withSlash(address: string): string {
  return address.endsWith('/') ? address : `${address}/`;
}

/** Returns what tables refer to; those of partitions that lie elsewhere than their table included. */
async function readReferences(
  client: AthenaClient,
  tables: readonly Named[],
  { projectName, signal }: GarbageRequest,
): Promise<{ readonly references: References; readonly diagnostics: readonly Diagnostic[] }> {
  const folders: string[] = [];
  const unreadable: string[] = [];
  const files = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  const readObject = async (address: string): Promise<Uint8Array> => {
    const at = parseS3Location(address.replace(/^s3[an]:/, 's3:'));
    if (at === undefined) throw new Error(`not a place in S3: ${address}`);
    const object = await client.api.call(
      { service: 's3', operation: 'GetObject', subject: address },
      async (s3, http) => {
        const { Body: body } = await s3.getObject({ Bucket: at.bucket, Key: at.key }, http);
        return body?.transformToByteArray();
      },
      { signal },
    );
    return valueOf(object) ?? new Uint8Array();
  };

  for (const { database, table } of tables) {
    if (isView(table)) continue;
    const location = table.StorageDescriptor?.Location;
    const metadata = table.Parameters?.metadata_location;
    if (tableTypeOf(table) === 'iceberg' && metadata !== undefined) {
      try {
        for (const file of await findIcebergFiles(metadata, readObject)) files.add(file);
      } catch (error) {
        if (signal.aborted) throw error;
        const shown = `${database}.${table.Name ?? ''}`;
        diagnostics.push(
          warningDiagnostic(
            'engine-error',
            `the files of the Iceberg table ${shown} are not known, so nothing near them is removed: ${error instanceof Error ? error.message : String(error)}`,
            { hint: 'drop the table if its metadata is lost for good' },
          ),
        );
        unreadable.push(withSlash(metadata.slice(0, metadata.lastIndexOf('/metadata/') + 1)));
        if (location !== undefined) unreadable.push(withSlash(location));
      }
      continue;
    }
    const isListed = (table.PartitionKeys ?? []).length > 0 && !isProjected(table);
    // A table whose partitions are listed reads those folders only. Of tables that are not ours, who knows.
    const readsFolder = !isListed || ownerOf(table).project !== projectName;
    if (readsFolder && location !== undefined && location !== '') folders.push(withSlash(location));
    if (isListed) {
      const name = { database, name: table.Name ?? '' };
      const partitions = valueOf(await client.partitions.list(name, { signal }));
      for (const { StorageDescriptor: descriptor } of partitions) {
        if (descriptor?.Location !== undefined) folders.push(withSlash(descriptor.Location));
      }
    }
  }
  return { references: { folders, files, unreadable }, diagnostics };
}

async function listRun(
  client: AthenaClient,
  journal: Journal,
  signal: AbortSignal,
): Promise<RecordedRun> {
  const objects: RecordedRun['objects'][number][] = [];
  for (const prefix of journal.prefixes) {
    const at = runFolder.test(prefix) ? parseS3Location(prefix) : undefined;
    if (at === undefined) continue;
    const { bucket } = at;
    for (const { key, sizeBytes, lastModified } of valueOf(
      await client.files.list(at, { signal }),
    )) {
      objects.push({ bucket, key, sizeBytes, modifiedAt: lastModified.getTime() });
    }
  }
  return { journal, objects };
}

/**
 * Returns what earlier runs of a project left behind: tables under names of their own, and folders that no table of the
 * account refers to. Only what a journal or a mark of this project names is looked at. With `apply`, it is removed.
 * Codes: those of a call to AWS; `write-failed` for what could not be removed.
 */
export async function collectGarbage(
  client: AthenaClient,
  config: AthenaConfig,
  request: GarbageRequest,
): Promise<Result<Garbage>> {
  try {
    return await collect(client, config, request);
  } catch (error) {
    if (error instanceof CallFailed) return failure([apiDiagnostic(error.error)]);
    throw error;
  }
}

async function collect(
  client: AthenaClient,
  config: AthenaConfig,
  request: GarbageRequest,
): Promise<Result<Garbage>> {
  const { projectName, graceMs, apply, signal } = request;
  const now = Date.now();
  const journals = await readJournals(client, config, request);
  const mayRun = (journal: Journal): boolean =>
    journal.finishedAt === null && now - Date.parse(journal.startedAt) < graceMs;
  const running = new Set(journals.filter(mayRun).map(({ invocation }) => invocation));
  const over = journals.filter((journal) => !mayRun(journal));

  const tables = await readTables(client, signal);
  const leftNames = new Set(
    over.flatMap(({ staged }) => staged.map(({ database, name }) => `${database}.${name}`)),
  );
  const isLeftOver = ({ database, table }: Named): boolean => {
    const { project, run = '' } = ownerOf(table);
    return (
      leftNames.has(`${database}.${table.Name ?? ''}`.toLowerCase()) ||
      (isStaged(table) && project === projectName && !running.has(run))
    );
  };
  const leftTables = tables.filter(isLeftOver);
  const { references, diagnostics } = await readReferences(
    client,
    tables.filter((table) => !isLeftOver(table)),
    request,
  );
  const runs: RecordedRun[] = [];
  for (const journal of over) runs.push(await listRun(client, journal, signal));
  // A run that is going on may have replaced what an older one made.
  const going = journals.filter(mayRun).map((journal) => ({ journal, objects: [] }));
  const found = findGarbage([...runs, ...going], references, { now, graceMs });

  const items: GarbageItem[] = [
    ...leftTables.map(({ database, table }) => ({
      place: `${database}.${table.Name ?? ''}`,
      reason: 'a table that a run built and did not publish',
    })),
    ...found.garbage.map(({ folder, journal, objects }) => ({
      place: folder,
      reason: `written by run ${journal.invocation} of ${journal.startedAt.slice(0, 10)}, read by no table`,
      files: objects.length,
      bytes: objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    })),
  ];
  const garbage: Garbage = { items, young: found.young + going.length };
  if (!apply) return success(garbage, diagnostics);

  const problems: Diagnostic[] = [...diagnostics];
  const report = (place: string, code: string, message: string): void => {
    problems.push(
      errorDiagnostic('write-failed', `${place} could not be removed: ${code}: ${message}`, {
        hint: 'run the command again, or check the rights of the role',
      }),
    );
  };
  // Entries first: a table whose files are gone would fail its readers, files without a table harm nobody.
  for (const database of new Set(leftTables.map((each) => each.database))) {
    const names = leftTables
      .filter((each) => each.database === database)
      .map(({ table }) => table.Name ?? '');
    for (const failed of valueOf(await client.tables.deleteTables(database, names, { signal }))) {
      report(`${database}.${failed.name}`, failed.code, failed.message);
    }
  }
  const stuck = new Set<Journal>();
  for (const { journal, objects } of found.garbage) {
    const bucket = objects[0]?.bucket ?? '';
    const keys = objects.map(({ key }) => key);
    for (const failed of valueOf(await client.files.remove(bucket, keys, { signal }))) {
      stuck.add(journal);
      report(`s3://${bucket}/${failed.key}`, failed.code, failed.message);
    }
  }
  // A journal goes last: without it, nothing below its prefixes would ever be found again.
  const journalKeys = found.empty
    .filter((journal) => !running.has(journal.invocation) && !stuck.has(journal))
    .map(({ invocation }) =>
      journalLocation(config, { project: projectName, invocationId: invocation }),
    );
  const [first] = journalKeys;
  if (first !== undefined) {
    const keys = journalKeys.map(({ key }) => key);
    for (const failed of valueOf(await client.files.remove(first.bucket, keys, { signal }))) {
      report(`s3://${first.bucket}/${failed.key}`, failed.code, failed.message);
    }
  }
  return { ok: true, value: garbage, diagnostics: problems };
}
