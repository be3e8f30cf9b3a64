import { randomUUID } from 'node:crypto';
import { apiDiagnostic } from '../client/api-failure.js';
import type { AthenaClient } from '../client/open-client.js';
import { formatS3Location } from '../client/s3-files.js';
import type { AthenaConfig } from '../config.js';
import type { Diagnostic } from '../../../core/diagnostic.js';
import { failure, success, type Result } from '../../../core/result.js';
import { journalLocation, writeJournal } from '../journal.js';
import { readCatalogId } from '../read-catalog-id.js';
import { stagedSuffix } from '../run-context.js';

/** The entries that `debug` makes and removes again, recorded beforehand as those of a run are, so that `gc` knows them. */
export interface Trial {
  readonly run: string;
  /** Returns the name under which an entry for a table of this name is made. */
  readonly nameOf: (identifier: string) => string;
  /** Removes the record; it stays if `isClean` is false, for `gc` to remove what is left. Codes: those of `apiDiagnostic`. */
  readonly end: (isClean: boolean) => Promise<readonly Diagnostic[]>;
}

/** Records entries for tables, `identifier`s by database, before they are made. Codes: those of `apiDiagnostic`. */
export async function beginTrial(
  client: AthenaClient,
  config: AthenaConfig,
  {
    project,
    tried,
    signal,
  }: {
    readonly project: string;
    readonly tried: readonly { readonly database: string; readonly identifier: string }[];
    readonly signal: AbortSignal;
  },
): Promise<Result<Trial>> {
  const run = randomUUID();
  const nameOf = (identifier: string): string => `${identifier.toLowerCase()}${stagedSuffix(run)}`;
  const catalog = await readCatalogId(client, config, { signal });
  if (!catalog.ok) return failure([apiDiagnostic(catalog.error)]);
  const written = await writeJournal(
    { client, config, project, invocationId: run },
    {
      version: 1,
      project,
      invocation: run,
      catalog: catalog.value,
      startedAt: new Date().toISOString(),
      finishedAt: null,
      staged: tried.map(({ database, identifier }) => ({ database, name: nameOf(identifier) })),
      prefixes: [],
    },
    signal,
  );
  if (!written.ok) return written;
  return success({
    run,
    nameOf,
    end: async (isClean) => {
      if (!isClean) return [];
      const at = journalLocation(config, { project, invocationId: run });
      const removed = await client.api.call(
        { service: 's3', operation: 'DeleteObject', subject: formatS3Location(at) },
        (s3, http) => s3.deleteObject({ Bucket: at.bucket, Key: at.key }, http),
      );
      return removed.ok ? [] : [apiDiagnostic(removed.error)];
    },
  });
}
