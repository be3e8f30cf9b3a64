import type { Partition, Table } from '@aws-sdk/client-glue';
import { warningDiagnostic, type Diagnostic } from '../../../core/diagnostic.js';
import { displayRelation, type Relation } from '../../../core/relation.js';
import { parseS3Location } from '../client/s3-files.js';
import { journalFolder } from '../journal.js';
import type { NodeWork } from '../node-work.js';
import { shortRunId, tableName, type RunContext } from '../run-context.js';
import { keyOf, placeOf } from './partition-places.js';

/** What the next build of an `insert_overwrite` model knows of the table's partitions. */
export interface PartitionsOfBuild {
  /** Those that this build has rows for. */
  readonly staged: readonly Partition[];
  /** Those of the published table. */
  readonly there: readonly Partition[];
}

/** The tables that earlier runs staged for a relation and left behind, with the run's part of their names. */
function findLeftovers(
  { seen }: RunContext,
  published: Relation,
  own: Relation,
): readonly { readonly table: Table; readonly run: string }[] {
  const { database, name } = tableName(published);
  const beginning = `${name}__staged_`;
  return [...seen.values()].flatMap((table) => {
    const found = (table.Name ?? '').toLowerCase();
    const isLeft =
      table.DatabaseName?.toLowerCase() === database &&
      found.startsWith(beginning) &&
      found !== tableName(own).name &&
      (table.PartitionKeys ?? []).length > 0;
    return isLeft ? [{ table, run: found.slice(beginning.length) }] : [];
  });
}

/** When the journal of each run was last written, by the run's part of names; milliseconds since 1970 UTC. */
async function readRunTimes({
  client,
  config,
  project,
}: RunContext): Promise<ReadonlyMap<string, number>> {
  const folder = parseS3Location(journalFolder(config, project));
  const listed = folder && (await client.files.list(folder));
  if (listed?.ok !== true) return new Map();
  return new Map(
    listed.value.map(({ key, lastModified }) => {
      const invocation = (key.split('/').at(-1) ?? '').replace(/\.json$/u, '');
      return [shortRunId(invocation), lastModified.getTime()];
    }),
  );
}

/** The run whose folder a partition's rows are in, as `runPrefix` names it. */
function runOfPlace(place: string): string | undefined {
  return /\/([0-9a-f]{8})-[0-9]+(?:\/|$)/u.exec(place)?.[1];
}

/**
 * Returns warnings of partitions that a run would have overwritten if it had not been stopped between two batches, and that no
 * run has overwritten since, this one included: they show the rows from before that run, and nothing but another query brings
 * the newer ones (ADR 6). Asks nothing of anybody where no run left a staged table. What cannot be found out is no warning.
 * Code: `engine-error`, a warning.
 */
export async function findInterrupted(
  { context }: Pick<NodeWork, 'context'>,
  { published, own }: { readonly published: Relation; readonly own: Relation },
  { staged, there }: PartitionsOfBuild,
): Promise<readonly Diagnostic[]> {
  const leftovers = findLeftovers(context, published, own);
  if (leftovers.length === 0) return [];
  const places = new Map(there.map((each) => [keyOf(each), placeOf(each)]));
  const given = new Set(staged.map(keyOf));
  const times = await readRunTimes(context);
  const warnings: Diagnostic[] = [];
  for (const { table, run } of leftovers) {
    const stoppedAt = times.get(run);
    if (stoppedAt === undefined) continue;
    const { database } = tableName(published);
    const listed = await context.client.partitions.list({ database, name: table.Name ?? '' });
    if (!listed.ok) continue;
    const waiting = listed.value.filter((each) => places.get(keyOf(each)) !== placeOf(each));
    const switched = listed.value.length - waiting.length;
    if (switched === 0) continue;
    /** Whether a partition is as it was before the run: whoever has written a journal since may have written it, too. */
    const isOld = (partition: Partition): boolean => {
      const place = places.get(keyOf(partition));
      if (place === undefined) return true;
      const writer = runOfPlace(place);
      return writer !== undefined && (times.get(writer) ?? 0) < stoppedAt;
    };
    const old = waiting.filter((each) => !given.has(keyOf(each)) && isOld(each));
    if (old.length > 0) warnings.push(describeOld(published, run, { switched, old }));
  }
  return warnings;
}

const shownAtMost = 5;

function describeOld(
  published: Relation,
  run: string,
  { switched, old }: { readonly switched: number; readonly old: readonly Partition[] },
): Diagnostic {
  const names = old
    .slice(0, shownAtMost)
    .map(({ Values: values = [] }) => `(${values.join(', ')})`);
  const more = old.length > shownAtMost ? `, and ${old.length - shownAtMost} more` : '';
  return warningDiagnostic(
    'engine-error',
    `an earlier run (${run}) was stopped when ${switched} partitions of ${displayRelation(published)} had its rows, and ${old.length} had not; this build has no rows for them, so they are as they were before that run, or not there: ${names.join(', ')}${more}`,
    {
      hint: 'if their rows are wanted, let the query read that far back once, or build with --full-refresh; the warning goes with `gc --apply`',
    },
  );
}
