import type { QueryExecution } from '@aws-sdk/client-athena';
import type { CallOptions } from '../client/api-call.js';
import type { ApiResult } from '../client/api-error.js';
import type { TableName } from '../client/glue-partitions.js';
import type { AthenaClient } from '../client/open-client.js';
import { formatS3Location, parseS3Location, type S3Location } from '../client/s3-files.js';

/** What became of the files of queries. */
export interface TakenBack {
  /** Queries that were stopped and of which Athena does not tell what they had written by then. */
  readonly unknown: readonly string[];
  /** Files that could not be removed, with S3's reasons. */
  readonly stuck: readonly string[];
}

/** Whether a query is an INSERT into the table: nothing else's files are ever removed by its manifest. */
function isInsertInto({ Query: sql = '' }: QueryExecution, { database, name }: TableName): boolean {
  const [head = ''] = sql.split('\n', 1);
  return (
    /^INSERT INTO /i.test(head) &&
    head.toLowerCase().includes(`"${database}"."${name}" (`.toLowerCase())
  );
}

/** Where Athena says that the list of a query's files is, or where such lists lie beside the results. */
function manifestOf({
  QueryExecutionId: id = '',
  Statistics,
  ResultConfiguration,
}: QueryExecution): S3Location | undefined {
  const { DataManifestLocation: told } = Statistics ?? {};
  if (told !== undefined) return parseS3Location(told);
  const output = ResultConfiguration?.OutputLocation;
  if (output === undefined) return undefined;
  return parseS3Location(`${output.slice(0, output.lastIndexOf('/') + 1)}${id}-manifest.csv`);
}

/** Returns the addresses that a manifest lists, one a line; `undefined` if it is something else. */
export function readManifest(text: string): readonly S3Location[] | undefined {
  const lines = text
    .split('\n')
    .map((line) => line.trim().replace(/^"(.*)"$/, '$1'))
    .filter((line) => line !== '');
  const files = lines.flatMap((line) => {
    const at = parseS3Location(line);
    return at === undefined || at.key === '' || at.key.endsWith('/') ? [] : [at];
  });
  return files.length === lines.length ? files : undefined;
}

/**
 * Removes the files that INSERTs into a Hive table wrote or meant to write, as Athena's own manifest of each query lists them,
 * and no others. A query that failed and has no manifest wrote nothing. Source: Athena User Guide, "INSERT INTO" and
 * "Identify query output files" (the manifest); Athena API, QueryExecutionStatistics, DataManifestLocation.
 */
export async function takeBackFiles(
  { files, queries }: AthenaClient,
  table: TableName,
  { queryIds, signal }: CallOptions & { readonly queryIds: readonly string[] },
): Promise<ApiResult<TakenBack>> {
  const unknown: string[] = [];
  const stuck: string[] = [];
  for (const queryId of queryIds) {
    const ended = await queries.wait(queryId, { signal });
    if (!ended.ok) {
      if (ended.error.kind !== 'refused') return ended;
      // Athena forgets queries after 45 days.
      unknown.push(queryId);
      continue;
    }
    const execution = ended.value;
    const at = manifestOf(execution);
    const text = at && (await files.getText(at, { signal }));
    if (text !== undefined && !text.ok) return text;
    const list = text?.value;
    if (list === undefined) {
      const { State: state } = execution.Status ?? {};
      const hasRun = (execution.Statistics?.EngineExecutionTimeInMillis ?? 0) > 0;
      if (state === 'CANCELLED' && hasRun) unknown.push(queryId);
      continue;
    }
    const written = isInsertInto(execution, table) ? readManifest(list) : undefined;
    if (written === undefined) {
      unknown.push(queryId);
      continue;
    }
    for (const bucket of new Set(written.map((each) => each.bucket))) {
      const keys = written.filter((each) => each.bucket === bucket).map(({ key }) => key);
      const removed = await files.remove(bucket, keys, { signal });
      if (!removed.ok) return removed;
      stuck.push(
        ...removed.value.map(
          ({ key, code, message }) => `${formatS3Location({ bucket, key })}: ${code}: ${message}`,
        ),
      );
    }
  }
  return { ok: true, value: { unknown, stuck } };
}
