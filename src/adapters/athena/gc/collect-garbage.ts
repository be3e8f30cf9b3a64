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
import { readCatalogId } from '../read-catalog-id.js';
import { stagedSuffix } from '../run-context.js';
import { readLease } from '../append/append-lease.js';
import { settleAppend } from '../append/settle-append.js';
import { findGarbage, hasPassed, type RecordedRun, type References } from './find-garbage.js';
import { findIcebergFiles } from './iceberg-files.js';
import { readStoreTime } from './read-store-time.js';
import { notesLocation, readNotes, writeNotes } from './unread-notes.js';

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

/** A run's machine may have a clock that is slow: a journal was not written earlier than S3 says. */
function timeByStore(journal: Journal, writtenAt: Date): Journal {
  const latest = (time: string): string =>
    new Date(Math.max(Date.parse(time), writtenAt.getTime())).toISOString();
  return journal.finishedAt === null
    ? { ...journal, startedAt: latest(journal.startedAt) }
    : { ...journal, finishedAt: latest(journal.finishedAt) };
}

/**
 * Returns the journals of the project's runs on this catalog. What other targets of the project recorded in the same bucket
 * is theirs: whether their tables read it cannot be seen from here.
 */
async function readJournals(
  client: AthenaClient,
  config: AthenaConfig,
  { projectName, signal }: GarbageRequest,
): Promise<{
  readonly journals: readonly Journal[];
  readonly diagnostics: readonly Diagnostic[];
  /** From `readCatalogId`. */
  readonly catalog: string;
}> {
  const catalog = valueOf(await readCatalogId(client, config, { signal }));
  const folder = parseS3Location(journalFolder(config, projectName));
  if (folder === undefined) return { journals: [], diagnostics: [], catalog };
  const found = valueOf(await client.files.list(folder, { signal }));
  const journals: Journal[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { key, lastModified } of found) {
    if (!key.endsWith('.json')) continue;
    const read = await client.files.getJson({ bucket: folder.bucket, key }, { signal });
    if (!read.ok && read.error.code !== 'InvalidJson') throw new CallFailed(read.error);
    // Gone meanwhile: another gc was faster.
    if (read.ok && read.value === undefined) continue;
    const journal = read.ok ? readJournal(read.value?.value) : undefined;
    if (journal?.project === projectName && journal.catalog === catalog) {
      journals.push(timeByStore(journal, lastModified));
    }
    if (journal === undefined || journal.catalog === null) {
      diagnostics.push(
        warningDiagnostic(
          'engine-error',
          `the journal s3://${folder.bucket}/${key} ${journal === undefined ? 'cannot be read' : 'does not say which Glue catalog its run was on'}, so what its run left behind is not removed`,
          { hint: 'a newer stedi-sql may have written it; remove it if its run is long over' },
        ),
      );
    }
  }
  return { journals, diagnostics, catalog };
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

/** Other engines name places by S3's other schemes, which are the same places. */
function toFolder(address: string): string {
  const normal = address.replace(/^s3[an]?:\/\//i, 's3://');
  return normal.endsWith('/') ? normal : `${normal}/`;
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
    const at = parseS3Location(address.replace(/^s3[an]?:/i, 's3:'));
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
        unreadable.push(toFolder(metadata.slice(0, metadata.lastIndexOf('/metadata/') + 1)));
        if (location !== undefined) unreadable.push(toFolder(location));
      }
      continue;
    }
    const isListed = (table.PartitionKeys ?? []).length > 0 && !isProjected(table);
    // A table whose partitions are listed reads those folders only. Of tables that are not ours, who knows.
    const readsFolder = !isListed || ownerOf(table).project !== projectName;
    if (readsFolder && location !== undefined && location !== '') folders.push(toFolder(location));
    if (isListed) {
      const name = { database, name: table.Name ?? '' };
      const partitions = valueOf(await client.partitions.list(name, { signal }));
      for (const { StorageDescriptor: descriptor } of partitions) {
        if (descriptor?.Location !== undefined) folders.push(toFolder(descriptor.Location));
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
    const at = parseS3Location(prefix);
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
  const folder = parseS3Location(journalFolder(config, projectName));
  const now = folder && valueOf(await readStoreTime(client.api, folder, { signal }));
  if (now === undefined) {
    // Nothing is old by a clock that nobody knows; this machine's may be wrong.
    return failure([
      errorDiagnostic(
        'engine-error',
        "S3's answer does not tell the time, by which ages are counted",
        {
          hint: 'look at what stands between here and S3: its answers have a header `Date`',
        },
      ),
    ]);
  }
  const { journals, diagnostics: warnings, catalog } = await readJournals(client, config, request);
  const notes = notesLocation(config, { project: projectName, catalog });
  const noted = valueOf(await readNotes(client.files, notes, { signal }));
  const mayRun = (journal: Journal): boolean =>
    journal.finishedAt === null && !hasPassed(Date.parse(journal.startedAt), { now, graceMs });
  const running = new Set(journals.filter(mayRun).map(({ invocation }) => invocation));
  const over = journals.filter((journal) => !mayRun(journal));

  const tables = await readTables(client, signal);
  const leftNames = new Map<string, Journal>(
    over.flatMap((journal) =>
      journal.staged.map(({ database, name }) => [`${database}.${name}`, journal] as const),
    ),
  );
  const journalOf = ({ database, table }: Named): Journal | undefined =>
    leftNames.get(`${database}.${table.Name ?? ''}`.toLowerCase());
  const isLeftOver = (named: Named): boolean => {
    const { table } = named;
    const { project, run = '' } = ownerOf(table);
    // What somebody registered or published under such a name is his.
    if (project !== undefined && (project !== projectName || !isStaged(table))) return false;
    if (journalOf(named) !== undefined) return true;
    // A run with a journal elsewhere, or one that began after the journals were read, is known by its mark and age alone.
    const changedAt = (table.UpdateTime ?? table.CreateTime)?.getTime();
    const isAbandoned = changedAt !== undefined && hasPassed(changedAt, { now, graceMs });
    const isOurs = isStaged(table) && (table.Name ?? '').endsWith(stagedSuffix(run));
    return isOurs && isAbandoned && !running.has(run);
  };
  const leftTables = tables.filter(isLeftOver);
  const leftAppends = tables.filter(({ table }) => {
    const lease = ownerOf(table).project === projectName ? readLease(table) : undefined;
    return lease !== undefined && lease !== 'unreadable' && !running.has(lease.run);
  });
  // Listed before the tables are asked what they read: what is published in between is read.
  const runs: RecordedRun[] = [];
  for (const journal of over) runs.push(await listRun(client, journal, signal));

  const problems: Diagnostic[] = [...warnings];
  const report = (place: string, code: string, message: string): void => {
    problems.push(
      errorDiagnostic('write-failed', `${place} could not be removed: ${code}: ${message}`, {
        hint: 'run the command again, or check the rights of the role',
      }),
    );
  };
  const stuck = new Set<Journal>();
  if (apply) {
    for (const { database, table } of leftAppends) {
      const place = { database, name: table.Name ?? '' };
      const { how, details } = valueOf(await settleAppend(client, place, table, { signal }));
      if (how === 'stuck')
        report(`${database}.${place.name}`, 'rows of a failed INSERT', details.join('; '));
      if (how === 'unknown') {
        problems.push(
          warningDiagnostic(
            'engine-error',
            `some rows of an INSERT that was stopped (query ${details.join(', ')}) may be in ${database}.${place.name}: Athena does not tell what it wrote`,
            { hint: 'look at the rows of the table, or build it anew with --full-refresh' },
          ),
        );
      }
    }
  }
  // Entries first: a table whose files are gone would fail its readers, files without a table harm nobody. And without its
  // entry, a run that still goes on after all cannot publish what is removed next.
  if (apply) {
    for (const database of new Set(leftTables.map((each) => each.database))) {
      const here = leftTables.filter((each) => each.database === database);
      const names = here.map(({ table }) => table.Name ?? '');
      for (const failed of valueOf(await client.tables.deleteTables(database, names, { signal }))) {
        const left = here.find(({ table }) => table.Name === failed.name);
        const journal = left && journalOf(left);
        if (journal !== undefined) stuck.add(journal);
        report(`${database}.${failed.name}`, failed.code, failed.message);
      }
    }
  }
  const { references, diagnostics } = await readReferences(
    client,
    apply ? await readTables(client, signal) : tables.filter((each) => !isLeftOver(each)),
    request,
  );
  problems.push(...diagnostics);
  const found = findGarbage(runs, references, { now, graceMs, unreadSince: noted });

  const items: GarbageItem[] = [
    ...leftTables.map(({ database, table }) => ({
      place: `${database}.${table.Name ?? ''}`,
      reason: 'a table that a run built and did not publish',
    })),
    ...leftAppends.map(({ database, table }) => ({
      place: `${database}.${table.Name ?? ''}`,
      reason:
        'rows that a run was adding when it ended: all are kept, or the files of those that are there are removed',
    })),
    ...found.garbage.map(({ folder, journal, objects }) => ({
      place: folder,
      reason: `written by run ${journal.invocation} of ${journal.startedAt.slice(0, 10)}, read by no table`,
      files: objects.length,
      bytes: objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    })),
  ];
  const garbage: Garbage = { items, young: found.young + running.size };
  if (!apply) return success(garbage, problems);

  // Before anything goes: what is noted now counts from now, also if this is stopped.
  if (found.unreadSince.size > 0 || noted.size > 0) {
    valueOf(await writeNotes(client.files, notes, { unreadSince: found.unreadSince, signal }));
  }
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
