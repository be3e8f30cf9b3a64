import type { Table, TableInput } from '@aws-sdk/client-glue';
import type { EngineFailure, EngineResult, StepOutcome } from '../../../core/adapter.js';
import type { BuiltNode } from '../../../core/node.js';
import type { Step } from '../../../core/plan.js';
import { displayRelation, type Relation } from '../../../core/relation.js';
import { toEngineResult } from '../client/api-failure.js';
import { toTableInput } from '../client/glue-tables.js';
import { finishedParameters, isProjected, isView, ownerOf } from '../markers.js';
import { stepFailure, stepOutcome, type NodeWork } from '../node-work.js';
import { forgetRelation, tableName } from '../run-context.js';
import { explainConflict, lookUpTable } from './explain-conflict.js';
import { findReplaced } from './find-replaced.js';
import { replacePartitions } from './publish-partitions.js';
import { publishedInput } from './published-input.js';
import { isSameDefinition, isSameTable } from './same-table.js';

type PublishStep = Extract<Step, { kind: 'publish' }>;

/** A staged table and the name that it is to have. */
export interface Switch {
  readonly staged: Relation;
  readonly published: Relation;
  readonly model: BuiltNode;
  /** The table that has the name, in the version that the switch expects; `undefined` if there is none. */
  readonly before: Table | undefined;
  /** Whether the node may be run again if somebody else was faster. */
  readonly mayRepeat: boolean;
}

/** What has the published name now, and what is staged; one call for both. */
async function lookUpBoth(
  work: NodeWork,
  { staged, published, before }: Switch,
): Promise<EngineResult<{ readonly made: Table | undefined; readonly now: Table | undefined }>> {
  const { tables } = work.context.client;
  const { database, name } = tableName(published);
  const { name: stagedName } = tableName(staged);
  if (before === undefined) {
    const made = await lookUpTable(work, staged);
    return made.ok ? { ok: true, value: { made: made.value, now: undefined } } : made;
  }
  const found = toEngineResult(await tables.findTables(database, [stagedName, name]));
  if (!found.ok) return found;
  const find = (wanted: string): Table | undefined =>
    found.value.find(({ Name = '' }) => Name.toLowerCase() === wanted);
  return { ok: true, value: { made: find(stagedName), now: find(name) } };
}

/**
 * Gives the published name to what is staged, by one Glue call that expects the version the run knows: readers see the old
 * relation until then, and the new one from then on. Files of the old one stay. Returns the staged table.
 */
export async function switchTable(work: NodeWork, task: Switch): Promise<EngineResult<Table>> {
  const { context, owner } = work;
  const { staged, published, model, before } = task;
  const { database, name } = tableName(published);
  const both = await lookUpBoth(work, task);
  if (!both.ok) return both;
  const { made, now } = both.value;
  if (made === undefined) {
    return stepFailure(
      'publish-conflict',
      `${displayRelation(published)} was not published, because somebody dropped ${displayRelation(staged)}, under which it was built`,
      { hint: 'run the command again', conflict: true },
    );
  }
  const unreadable = checkColumns(made, published);
  if (unreadable !== undefined) return unreadable;

  const isUnfinished = isFinishedLater(model, made);
  const input = publishedInput(made, { name, model, owner, before, isUnfinished });
  const lost = (): Promise<EngineResult<Table>> =>
    loseRace(work, task, { made, input: publishedInput(made, { name, model, owner, before }) });
  // The version alone does not tell a table from one that was made in its place.
  if (before !== undefined && (now === undefined || !isSameTable(before, now))) return lost();
  // Published relations are switched in one call that must not be stopped half way: no signal.
  const switched =
    before === undefined
      ? await context.client.tables.createTable(database, input)
      : await context.client.tables.updateTable(database, input, {
          // A version without which Glue would let the last writer win.
          ...(before.VersionId !== undefined && { versionId: before.VersionId }),
          // Its old version would keep files alive that nothing reads.
          skipArchive: true,
        });
  if (!switched.ok) return toEngineResult(switched);
  const outcome = switched.value;
  if (outcome === 'unknown') {
    const after = await lookUpTable(work, published);
    if (!after.ok) return after;
    const { run, node } = after.value === undefined ? {} : ownerOf(after.value);
    // Our mark gets there by this call alone: it had its effect, and somebody changed what we published.
    const isOurs = run === owner.run && node === owner.node;
    if (!isOurs || (before !== undefined && ownerOf(before).run === owner.run)) {
      return explainConflict(work, published, { seen: before, mayRepeat: false, isUnknown: true });
    }
  } else if (outcome !== 'created' && outcome !== 'updated') {
    return lost();
  }
  // It has a new version now; who needs it asks.
  forgetRelation(context, published);
  return { ok: true, value: made };
}

/**
 * Somebody else was faster. A view or a declared table that they left exactly as we wanted it is published all the same: there
 * are no rows of ours that it lacks.
 */
async function loseRace(
  work: NodeWork,
  { published, model, before, mayRepeat }: Switch,
  { made, input }: { readonly made: Table; readonly input: TableInput },
): Promise<EngineResult<Table>> {
  if (['view', 'external_table'].includes(model.config.materialized)) {
    const now = await lookUpTable(work, published);
    if (!now.ok) return now;
    if (now.value !== undefined && isSameDefinition(now.value, input)) {
      forgetRelation(work.context, published);
      return { ok: true, value: made };
    }
  }
  return explainConflict(work, published, { seen: before, mayRepeat });
}

function listsPartitions(table: Table): boolean {
  return (table.PartitionKeys ?? []).length > 0 && !isProjected(table) && !isView(table);
}

/**
 * Whether the published table is marked until its partitions have followed. If the run is killed before, rows are missing
 * that an incremental model would never bring: it is then built whole once more, as all other models are anyway.
 */
function isFinishedLater({ config }: BuiltNode, made: Table): boolean {
  return config.materialized === 'incremental' && listsPartitions(made);
}

const finishTries = 3;

/** Takes the mark away, unless somebody has published another table since. */
async function finishTable(work: NodeWork, published: Relation): Promise<EngineResult<undefined>> {
  const { tables } = work.context.client;
  const { database, name } = tableName(published);
  for (let attempt = 1; ; attempt += 1) {
    const found = await requireOurs(work, published);
    if (!found.ok) return found;
    const table = found.value;
    const input = { ...toTableInput(table), Name: name, Parameters: finishedParameters(table) };
    const put = toEngineResult(
      await tables.updateTable(database, input, {
        ...(table.VersionId !== undefined && { versionId: table.VersionId }),
        skipArchive: true,
      }),
    );
    if (!put.ok) return put;
    if (put.value === 'updated') return { ok: true, value: undefined };
    // Left on, the mark would have the next run build the table anew, which an incremental model may not be able to.
    if (attempt === finishTries) {
      return explainConflict(work, published, { seen: table, mayRepeat: false });
    }
  }
}

/** Returns the published table, if it is still the one that this run put there; otherwise partitions would be mixed. */
async function requireOurs(work: NodeWork, published: Relation): Promise<EngineResult<Table>> {
  const found = await lookUpTable(work, published);
  if (!found.ok) return found;
  const table = found.value;
  const { run, node } = table === undefined ? {} : ownerOf(table);
  if (table !== undefined && run === work.owner.run && node === work.owner.node) {
    return { ok: true, value: table };
  }
  return explainConflict(work, published, { seen: table, mayRepeat: false, isPartial: true });
}

/** An empty Hive CTAS has been reported to leave a table without columns, which no query could read. */
function checkColumns(
  made: Table,
  published: Relation,
): { readonly ok: false; readonly failure: EngineFailure } | undefined {
  if ((made.StorageDescriptor?.Columns ?? []).length > 0) return undefined;
  return stepFailure(
    'engine-error',
    `${displayRelation(published)} was not published, because Athena made a table without columns of its query`,
    { hint: 'a query without rows may do so on a Hive table; use table_type: iceberg' },
  );
}

/** Publishes a staged table, view or external table in place of what has the name. */
export async function publishRelation(
  work: NodeWork,
  { staged, published, model }: PublishStep,
  signal: AbortSignal,
): Promise<EngineResult<StepOutcome>> {
  // The last that may be stopped: rows that others are adding are waited for.
  const before = await findReplaced(work, published, signal);
  if (!before.ok) return before;
  const switched = await switchTable(work, {
    staged,
    published,
    model,
    before: before.value,
    mayRepeat: false,
  });
  if (!switched.ok) return switched;
  const hadPartitions = (before.value?.PartitionKeys ?? []).length > 0;
  const hasPartitions = listsPartitions(switched.value);
  if (hadPartitions || hasPartitions) {
    const replaced = await replacePartitions(work, {
      staged,
      published,
      hasPartitions,
      requireOurs: () => requireOurs(work, published),
    });
    if (!replaced.ok) return replaced;
  }
  if (isFinishedLater(model, switched.value)) {
    const finished = await finishTable(work, published);
    if (!finished.ok) return finished;
  }
  return stepOutcome(work, []);
}
