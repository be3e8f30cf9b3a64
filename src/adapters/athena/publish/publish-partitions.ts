import type { Partition } from '@aws-sdk/client-glue';
import type { EngineResult, StepOutcome } from '../../../core/adapter.js';
import type { Step } from '../../../core/plan.js';
import { displayRelation, type Relation } from '../../../core/relation.js';
import type { ApiError } from '../client/api-error.js';
import { toEngineResult } from '../client/api-failure.js';
import { toPartitionInput, type PartitionFailure } from '../client/glue-partitions.js';
import { isProjected, isUnfinished, tableTypeOf } from '../markers.js';
import { stepFailure, stepOutcome, type NodeWork } from '../node-work.js';
import { forgetRelation, tableName } from '../run-context.js';
import { explainConflict } from './explain-conflict.js';
import { findInterrupted } from './find-interrupted.js';
import { findReplaced } from './find-replaced.js';
import { keyOf, placeOf } from './partition-places.js';

type PublishPartitionsStep = Extract<Step, { kind: 'publish-partitions' }>;

/** Texts with numbers in them by these: `2030-9` before `2030-10`. */
const collator = new Intl.Collator('en', { numeric: true });

function comparePartitions(one: Partition, other: Partition): number {
  const [left = [], right = []] = [one.Values, other.Values];
  const at = left.findIndex((value, index) => value !== right[index]);
  return at < 0 ? 0 : collator.compare(left[at] ?? '', right[at] ?? '');
}

/** How far the partitions of a table were switched when some of them could not be. */
interface Progress {
  readonly act: 'switched' | 'removed';
  /** Partitions that show what the new table has. */
  readonly done: number;
  readonly all: number;
}

/** Returns the failure of partitions that were not carried out, after the client's own tries; says what is published. */
function checkEntries(
  published: Relation,
  failures: readonly PartitionFailure[],
  { act, done, all }: Progress,
): EngineResult<undefined> {
  if (failures.length === 0) return { ok: true, value: undefined };
  const shown = failures
    .slice(0, 5)
    .map(({ values, code, message }) => `(${values.join(', ')}): ${code}: ${message}`);
  const more = failures.length > shown.length ? `, and ${failures.length - shown.length} more` : '';
  const what =
    act === 'switched'
      ? `published: the new rows of ${done} of ${all} partitions; not published: those of the other ${all - done}, which are as they were, or not there yet`
      : `published: the new rows of all partitions; still there: ${all - done} partitions that the new table does not have`;
  return stepFailure(
    'engine-error',
    `${failures.length} partitions of ${displayRelation(published)} could not be ${act}: ${shown.join('; ')}${more}`,
    {
      hint: `${what}. Run the command again: it ${act === 'switched' ? 'switches' : 'removes'} all of them`,
    },
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

/** Fails if the published table is no longer this run's. */
type RequireOurs = () => Promise<EngineResult<unknown>>;

/** Partitions between two looks at whose the table is: what one call to Glue takes. */
const partitionsPerLook = 100;

function slices<T>(all: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / partitionsPerLook) }, (_, index) =>
    all.slice(index * partitionsPerLook, (index + 1) * partitionsPerLook),
  );
}

/** How partitions are written, and what to do with one that another writer made or removed since they were listed. */
const acts = [
  { act: 'update', overtaken: 'EntityNotFoundException', instead: 'create' },
  { act: 'create', overtaken: 'AlreadyExistsException', instead: 'update' },
] as const;

interface WrittenPartitions {
  readonly failures: readonly PartitionFailure[];
  /** Keys of those that another writer had made or removed meanwhile. */
  readonly overtaken: ReadonlySet<string>;
}

/** Writes partitions of the published table. */
async function writePartitions(
  work: NodeWork,
  published: Relation,
  {
    act,
    overtaken,
    instead,
    some,
    requireOurs,
  }: (typeof acts)[number] & {
    readonly some: readonly Partition[];
    readonly requireOurs: RequireOurs | undefined;
  },
): Promise<EngineResult<WrittenPartitions>> {
  const { partitions } = work.context.client;
  const table = tableName(published);
  const done = await partitions[act](table, some.map(toPartitionInput));
  if (!done.ok) return callFailure(work, published, done.error);
  const others = done.value.filter(({ code }) => code === overtaken);
  const failures = done.value.filter(({ code }) => code !== overtaken);
  if (others.length === 0) return { ok: true, value: { failures, overtaken: new Set() } };
  const ours = await requireOurs?.();
  if (ours?.ok === false) return ours;
  const keys = new Set(others.map(({ values }) => keyOf({ Values: [...values] })));
  const again = some.filter((partition) => keys.has(keyOf(partition)));
  const mended = await partitions[instead](table, again.map(toPartitionInput));
  return mended.ok
    ? { ok: true, value: { failures: [...failures, ...mended.value], overtaken: keys } }
    : callFailure(work, published, mended.error);
}

/** Points the published table's partitions to the staged ones: first those that are there, then the new ones. */
async function switchPartitions(
  work: NodeWork,
  {
    published,
    staged,
    there,
    requireOurs,
  }: {
    readonly published: Relation;
    readonly staged: readonly Partition[];
    readonly there: readonly Partition[];
    /** Left out where the table's partitions may come from several runs. */
    readonly requireOurs?: RequireOurs;
  },
): Promise<EngineResult<undefined>> {
  const known = new Set(there.map(keyOf));
  // In their order: a model that goes on after the highest value finds none missing below it, whenever this ends.
  const sorted = [...staged].sort(comparePartitions);
  const all = sorted.length;
  let done = 0;
  for (const each of acts) {
    const isUpdate = each.act === 'update';
    const chosen = sorted.filter((partition) => known.has(keyOf(partition)) === isUpdate);
    for (const some of slices(chosen)) {
      const ours = await requireOurs?.();
      if (ours?.ok === false) return ours;
      const written = await writePartitions(work, published, { ...each, some, requireOurs });
      if (!written.ok) return written;
      const { failures } = written.value;
      done += some.length - failures.length;
      if (failures.length === 0) continue;
      if (!isUpdate) done -= await takeBackAfter(work, published, { some, ...written.value });
      return checkEntries(published, failures, { act: 'switched', done, all });
    }
  }
  return { ok: true, value: undefined };
}

/**
 * Removes those new partitions that come after one which could not be made: an incremental model that goes on after the
 * highest value would never bring the missing one. They were not there before. Returns how many went.
 */
async function takeBackAfter(
  work: NodeWork,
  published: Relation,
  { some, failures, overtaken }: WrittenPartitions & { readonly some: readonly Partition[] },
): Promise<number> {
  const failed = new Set(failures.map(({ values }) => keyOf({ Values: [...values] })));
  const first = some.findIndex((partition) => failed.has(keyOf(partition)));
  const later = some
    .slice(first)
    .map(keyOf)
    .filter((key) => !failed.has(key) && !overtaken.has(key));
  const removed = await work.context.client.partitions.remove(
    tableName(published),
    later.map((key) => JSON.parse(key) as readonly string[]),
  );
  return removed.ok ? later.length - removed.value.length : 0;
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
  signal: AbortSignal,
): Promise<EngineResult<StepOutcome>> {
  // Partitions have no version to expect: whose the table is now must be asked.
  forgetRelation(work.context, published);
  const before = await findReplaced(work, published, signal);
  if (!before.ok) return before;
  const keys = before.value?.PartitionKeys ?? [];
  if (before.value === undefined || tableTypeOf(before.value) !== 'hive' || keys.length === 0) {
    return stepFailure(
      'materialization-invalid',
      `partitions of ${displayRelation(published)} are to be overwritten, but it is no Hive table with partitions`,
      { hint: 'build it anew with --full-refresh' },
    );
  }
  if (isUnfinished(before.value)) {
    return explainConflict(work, published, { seen: before.value, mayRepeat: false });
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
  if (!switched.ok) return switched;
  const warnings = await findInterrupted(work, { published, own: staged }, listed.value);
  return stepOutcome(work, [], { ...(warnings.length > 0 && { warnings }) });
}

/** How often partitions are compared with what they should be, once they were switched. */
const comparisons = 3;

/**
 * After a partitioned Hive table was switched: its partitions are listed in Glue one by one and follow it in batches. What
 * is there is updated first, new ones are added, and last those are removed that the new table does not have. In the end they
 * are compared: another build of the table may have been writing its own when this one was published.
 */
export async function replacePartitions(
  work: NodeWork,
  {
    staged,
    published,
    hasPartitions,
    requireOurs,
  }: {
    readonly staged: Relation;
    readonly published: Relation;
    /** Whether the new table lists partitions at all. */
    readonly hasPartitions: boolean;
    readonly requireOurs: RequireOurs;
  },
): Promise<EngineResult<undefined>> {
  const listed = hasPartitions
    ? await listBoth(work, staged, published)
    : await listPublished(work, published);
  if (!listed.ok) return listed;
  const made = listed.value.staged;
  const locations = new Map(made.map((each) => [keyOf(each), placeOf(each)]));
  let { there } = listed.value;
  for (let comparison = 0; comparison <= comparisons; comparison += 1) {
    const right = new Set(
      there.filter((each) => locations.get(keyOf(each)) === placeOf(each)).map(keyOf),
    );
    const gone = there.filter((each) => !locations.has(keyOf(each)));
    const missing = made.filter((each) => !right.has(keyOf(each)));
    if (missing.length === 0 && gone.length === 0) return { ok: true, value: undefined };
    // Another number of values: the table had other partition keys, and such a partition cannot become one of the new.
    const width = made[0]?.Values?.length;
    const alike = there.filter(({ Values: values = [] }) => values.length === width);
    const switched = await switchPartitions(work, {
      published,
      staged: missing,
      there: alike,
      requireOurs,
    });
    if (!switched.ok) return switched;
    const removed = await removePartitions(work, published, { gone, requireOurs });
    if (!removed.ok) return removed;
    const now = await listPublished(work, published);
    if (!now.ok) return now;
    ({ there } = now.value);
  }
  return explainConflict(work, published, { seen: undefined, mayRepeat: false, isPartial: true });
}

async function removePartitions(
  work: NodeWork,
  published: Relation,
  {
    gone,
    requireOurs,
  }: {
    readonly gone: readonly Partition[];
    readonly requireOurs: RequireOurs;
  },
): Promise<EngineResult<undefined>> {
  for (const [at, some] of slices(gone).entries()) {
    const ours = await requireOurs();
    if (!ours.ok) return ours;
    const removed = await work.context.client.partitions.remove(
      tableName(published),
      some.map(({ Values: values = [] }) => values),
    );
    if (!removed.ok) return callFailure(work, published, removed.error);
    const done = at * partitionsPerLook + some.length - removed.value.length;
    const checked = checkEntries(published, removed.value, {
      act: 'removed',
      done,
      all: gone.length,
    });
    if (!checked.ok) return checked;
  }
  return { ok: true, value: undefined };
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
