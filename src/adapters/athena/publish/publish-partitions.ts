import type { Partition } from '@aws-sdk/client-glue';
import type { EngineResult, StepOutcome } from '../../../core/adapter.js';
import type { Step } from '../../../core/plan.js';
import { displayRelation, type Relation } from '../../../core/relation.js';
import type { ApiError } from '../client/api-error.js';
import { toEngineResult } from '../client/api-failure.js';
import { toPartitionInput, type PartitionFailure } from '../client/glue-partitions.js';
import { isProjected, tableTypeOf } from '../markers.js';
import { stepFailure, stepOutcome, type NodeWork } from '../node-work.js';
import { forgetRelation, tableName } from '../run-context.js';
import { explainConflict } from './explain-conflict.js';
import { findReplaced } from './find-replaced.js';

type PublishPartitionsStep = Extract<Step, { kind: 'publish-partitions' }>;

function keyOf({ Values: values = [] }: Partition): string {
  return JSON.stringify(values);
}

/** Texts with numbers in them by these: `2030-9` before `2030-10`. */
const collator = new Intl.Collator('en', { numeric: true });

function comparePartitions(one: Partition, other: Partition): number {
  const [left = [], right = []] = [one.Values, other.Values];
  const at = left.findIndex((value, index) => value !== right[index]);
  return at < 0 ? 0 : collator.compare(left[at] ?? '', right[at] ?? '');
}

/** Returns the failure of a batch whose entries were not all carried out, after the client's own tries. */
function checkEntries(
  published: Relation,
  failures: readonly PartitionFailure[],
): EngineResult<undefined> {
  if (failures.length === 0) return { ok: true, value: undefined };
  const shown = failures
    .slice(0, 5)
    .map(({ values, code, message }) => `(${values.join(', ')}): ${code}: ${message}`);
  const more = failures.length > shown.length ? `, and ${failures.length - shown.length} more` : '';
  return stepFailure(
    'engine-error',
    `${failures.length} partitions of ${displayRelation(published)} could not be switched: ${shown.join('; ')}${more}`,
    { hint: 'the others are switched; run the command again, which switches all of them' },
  );
}

/** Returns why a call on the published table's partitions failed: without the table, somebody has dropped it. */
async function callFailure(
  work: NodeWork,
  published: Relation,
  error: ApiError,
): Promise<EngineResult<never>> {
  return error.code === 'EntityNotFoundException'
    ? explainConflict(work, published, { seen: undefined, mayRepeat: false })
    : toEngineResult<never>({ ok: false, error });
}

/** Points the published table's partitions to the staged ones: first those that are there, then the new ones. */
async function switchPartitions(
  work: NodeWork,
  {
    published,
    staged,
    there,
  }: {
    readonly published: Relation;
    readonly staged: readonly Partition[];
    readonly there: readonly Partition[];
  },
): Promise<EngineResult<undefined>> {
  const { partitions } = work.context.client;
  const table = tableName(published);
  const known = new Set(there.map(keyOf));
  // In their order: a model that goes on after the highest value finds none missing below it, whenever this ends.
  const sorted = [...staged].sort(comparePartitions);
  const changed = sorted.filter((partition) => known.has(keyOf(partition)));
  const added = sorted.filter((partition) => !known.has(keyOf(partition)));
  for (const { act, some, overtaken, instead } of [
    {
      act: 'update',
      some: changed,
      overtaken: 'EntityNotFoundException',
      instead: 'create',
    },
    {
      act: 'create',
      some: added,
      overtaken: 'AlreadyExistsException',
      instead: 'update',
    },
  ] as const) {
    if (some.length === 0) continue;
    const done = await partitions[act](table, some.map(toPartitionInput));
    if (!done.ok) return callFailure(work, published, done.error);
    const others = done.value.filter(({ code }) => code === overtaken);
    const failures = done.value.filter(({ code }) => code !== overtaken);
    if (others.length > 0) {
      // Another writer made or removed these since they were listed.
      const keys = new Set(others.map(({ values }) => keyOf({ Values: [...values] })));
      const again = some.filter((partition) => keys.has(keyOf(partition)));
      const mended = await partitions[instead](table, again.map(toPartitionInput));
      if (!mended.ok) return callFailure(work, published, mended.error);
      failures.push(...mended.value);
    }
    const checked = checkEntries(published, failures);
    if (!checked.ok) return checked;
  }
  return { ok: true, value: undefined };
}

async function listBoth(
  work: NodeWork,
  staged: Relation,
  published: Relation,
): Promise<
  EngineResult<{ readonly staged: readonly Partition[]; readonly there: readonly Partition[] }>
> {
  const { partitions } = work.context.client;
  const [made, there] = await Promise.all([
    partitions.list(tableName(staged)),
    partitions.list(tableName(published)),
  ]);
  if (!made.ok) return toEngineResult(made);
  if (!there.ok) return callFailure(work, published, there.error);
  return { ok: true, value: { staged: made.value, there: there.value } };
}

/**
 * `insert_overwrite` on a Hive table: the partitions that the query returned rows for take the place of those of the same
 * values, each at once for readers; the others stay, and no file is removed.
 */
export async function publishPartitions(
  work: NodeWork,
  { staged, published }: PublishPartitionsStep,
): Promise<EngineResult<StepOutcome>> {
  // Partitions have no version to expect: whose the table is now must be asked.
  forgetRelation(work.context, published);
  const before = await findReplaced(work, published);
  if (!before.ok) return before;
  const keys = before.value?.PartitionKeys ?? [];
  if (before.value === undefined || tableTypeOf(before.value) !== 'hive' || keys.length === 0) {
    return stepFailure(
      'materialization-invalid',
      `partitions of ${displayRelation(published)} are to be overwritten, but it is no Hive table with partitions`,
      { hint: 'build it anew with --full-refresh' },
    );
  }
  if (isProjected(before.value)) {
    return stepFailure(
      'materialization-invalid',
      `partitions of ${displayRelation(published)} are to be overwritten, but its readers compute where they lie (projection.enabled)`,
      {
        hint: "use materialized: table, or take 'projection.enabled' out of table_properties and build it anew with --full-refresh",
      },
    );
  }
  const listed = await listBoth(work, staged, published);
  if (!listed.ok) return listed;
  const switched = await switchPartitions(work, { published, ...listed.value });
  return switched.ok ? stepOutcome(work, []) : switched;
}

/**
 * After a partitioned Hive table was switched: its partitions are listed in Glue one by one and follow it in batches. What
 * is there is updated first, new ones are added, and last those are removed that the new table does not have.
 */
export async function replacePartitions(
  work: NodeWork,
  {
    staged,
    published,
    hasPartitions,
  }: {
    readonly staged: Relation;
    readonly published: Relation;
    /** Whether the new table lists partitions at all. */
    readonly hasPartitions: boolean;
  },
): Promise<EngineResult<undefined>> {
  const listed = hasPartitions
    ? await listBoth(work, staged, published)
    : await listPublished(work, published);
  if (!listed.ok) return listed;
  const { staged: made, there } = listed.value;
  // Another number of values: the table had other partition keys, and such a partition cannot become one of the new.
  const width = made[0]?.Values?.length;
  const alike = there.filter(({ Values: values = [] }) => values.length === width);
  const switched = await switchPartitions(work, { published, staged: made, there: alike });
  if (!switched.ok) return switched;
  const kept = new Set(made.map(keyOf));
  const gone = there.filter((partition) => !kept.has(keyOf(partition)));
  if (gone.length === 0) return { ok: true, value: undefined };
  const removed = await work.context.client.partitions.remove(
    tableName(published),
    gone.map(({ Values: values = [] }) => values),
  );
  return removed.ok
    ? checkEntries(published, removed.value)
    : callFailure(work, published, removed.error);
}

async function listPublished(
  work: NodeWork,
  published: Relation,
): Promise<
  EngineResult<{ readonly staged: readonly Partition[]; readonly there: readonly Partition[] }>
> {
  const there = await work.context.client.partitions.list(tableName(published));
  return there.ok
    ? { ok: true, value: { staged: [], there: there.value } }
    : callFailure(work, published, there.error);
}
