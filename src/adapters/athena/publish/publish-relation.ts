import type { Table } from '@aws-sdk/client-glue';
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

/**
 * Gives the published name to what is staged, by one Glue call that expects the version the run knows: readers see the old
 * relation until then, and the new one from then on. Files of the old one stay. Returns the staged table.
 */
export async function switchTable(
  work: NodeWork,
  { staged, published, model, before, mayRepeat }: Switch,
): Promise<EngineResult<Table>> {
  const { context, owner } = work;
  const { database, name } = tableName(published);
  const made = await lookUpTable(work, staged);
  if (!made.ok) return made;
  if (made.value === undefined) {
    return stepFailure(
      'publish-conflict',
      `${displayRelation(published)} was not published, because somebody dropped ${displayRelation(staged)}, under which it was built`,
      { hint: 'run the command again', conflict: true },
    );
  }
  const unreadable = checkColumns(made.value, published);
  if (unreadable !== undefined) return unreadable;

  const isUnfinished = isFinishedLater(model, made.value);
  const input = publishedInput(made.value, { name, model, owner, before, isUnfinished });
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
    const now = await lookUpTable(work, published);
    if (!now.ok) return now;
    const { run, node } = now.value === undefined ? {} : ownerOf(now.value);
    // Our mark gets there by this call alone: it had its effect, and somebody changed what we published.
    const isOurs = run === owner.run && node === owner.node;
    if (!isOurs || (before !== undefined && ownerOf(before).run === owner.run)) {
      return explainConflict(work, published, { seen: before, mayRepeat: false, isUnknown: true });
    }
  } else if (outcome !== 'created' && outcome !== 'updated') {
    return explainConflict(work, published, { seen: before, mayRepeat });
  }
  // It has a new version now; who needs it asks.
  forgetRelation(context, published);
  return { ok: true, value: made.value };
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

/** Takes the mark away, unless somebody has published another table since. */
async function finishTable(work: NodeWork, published: Relation): Promise<EngineResult<unknown>> {
  const { tables } = work.context.client;
  const now = await lookUpTable(work, published);
  if (!now.ok) return now;
  const { value: table } = now;
  if (table?.VersionId === undefined || ownerOf(table).run !== work.owner.run) return now;
  const { database, name } = tableName(published);
  const input = {
    ...toTableInput(table),
    Name: name,
    Parameters: finishedParameters(table),
  };
  const options = { versionId: table.VersionId, skipArchive: true };
  return toEngineResult(await tables.updateTable(database, input, options));
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
): Promise<EngineResult<StepOutcome>> {
  const before = await findReplaced(work, published);
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
    const replaced = await replacePartitions(work, { staged, published, hasPartitions });
    if (!replaced.ok) return replaced;
  }
  if (isFinishedLater(model, switched.value)) {
    const finished = await finishTable(work, published);
    if (!finished.ok) return finished;
  }
  return stepOutcome(work, []);
}
