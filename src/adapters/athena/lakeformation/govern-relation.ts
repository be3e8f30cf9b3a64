import type { Column, Table, TableInput } from '@aws-sdk/client-glue';
import type { EngineResult } from '../../../core/adapter.js';
import type { BuiltNode } from '../../../core/node.js';
import { displayRelation, relationKey, type Relation } from '../../../core/relation.js';
import { toEngineResult } from '../client/api-failure.js';
import { toTableInput } from '../client/glue-tables.js';
import { isView, ownerMarkers } from '../markers.js';
import { stepFailure, type NodeWork } from '../node-work.js';
import { explainConflict, lookUpTable } from '../publish/explain-conflict.js';
import { findReplaced } from '../publish/find-replaced.js';
import { tableName } from '../run-context.js';
import { governedColumns, isGoverned, readGovernance, type Governance } from './governance.js';
import { readRecord, writeRecord, type GovernanceRecord } from './governance-record.js';
import {
  createLakeFormation,
  type ActionFailure,
  type GovernedTable,
  type LakeFormation,
} from './lake-formation.js';
import { planGovernance, type GovernanceAction, type GovernancePlan } from './plan-governance.js';

/** A relation that is about to change for its readers. */
export interface GovernedChange {
  readonly model: BuiltNode;
  readonly published: Relation;
  /** What holds the new rows, if they are published by giving them the name. */
  readonly staged?: Relation;
  /** The table that has the name, where the caller knows it better than the run's catalog. */
  readonly before?: Table;
  /** Whether the node may be run again if somebody else was faster; it may not if left out. */
  readonly mayRepeat?: boolean;
}

const retry = 'repair it and run the command again';

function failActions(
  published: Relation,
  failures: readonly ActionFailure[],
  when: 'before' | 'after',
): { readonly ok: false; readonly failure: ReturnType<typeof stepFailure>['failure'] } {
  const shown = failures
    .slice(0, 5)
    .map(({ what, code, message }) => `${what}: ${code}: ${message}`);
  const more = failures.length > shown.length ? `, and ${failures.length - shown.length} more` : '';
  const isDenied = failures.some(({ code }) => code === 'AccessDeniedException');
  const isMissing = failures.some(({ code }) => code === 'EntityNotFoundException');
  const name = displayRelation(published);
  return stepFailure(
    isDenied ? 'access-denied' : 'engine-error',
    when === 'before'
      ? `${name} was not published, because Lake Formation did not carry out ${shown.join('; ')}${more}`
      : `the rows of ${name} are in place, but Lake Formation did not carry out ${shown.join('; ')}${more}`,
    {
      hint: isDenied
        ? `give the role ASSOCIATE on the tag, or SELECT with the grant option on the table, in Lake Formation; then ${retry}`
        : isMissing
          ? `LF-tags, their values and principals must be there before they are used: create them in Lake Formation, or correct the model's configuration`
          : retry,
    },
  );
}

/** Carries out actions one after the other. What failed may be done all the same: what is left to do tells. */
async function carryOut(
  lake: LakeFormation,
  table: GovernedTable,
  {
    actions,
    published,
    when,
    leftToDo,
  }: {
    readonly actions: readonly GovernanceAction[];
    readonly published: Relation;
    readonly when: 'before' | 'after';
    readonly leftToDo: () => Promise<EngineResult<readonly GovernanceAction[]>>;
  },
): Promise<EngineResult<undefined>> {
  const failures: ActionFailure[] = [];
  for (const action of actions) {
    const done = await lake.apply(table, action);
    if (!done.ok) return toEngineResult(done);
    failures.push(...done.value);
    // Nothing is opened or taken away on top of what failed.
    if (done.value.length > 0) break;
  }
  if (failures.length === 0) return { ok: true, value: undefined };
  const left = await leftToDo();
  if (!left.ok) return left;
  return left.value.length === 0
    ? { ok: true, value: undefined }
    : failActions(published, failures, when);
}

/** A name without rows: nothing can be read by it, but its columns can be tagged. */
function placeholderInput(
  staged: Table,
  {
    name,
    work,
    record,
  }: { readonly name: string; readonly work: NodeWork; readonly record: GovernanceRecord },
): TableInput {
  const columns: readonly Column[] = [
    ...(staged.StorageDescriptor?.Columns ?? []),
    ...(staged.PartitionKeys ?? []),
  ];
  return {
    Name: name,
    TableType: 'EXTERNAL_TABLE',
    StorageDescriptor: { Columns: columns.map(({ Name, Type }) => ({ Name, Type })) },
    Parameters: { ...ownerMarkers(work.owner, { unfinished: true }), ...writeRecord(record) },
  };
}

function columnNames(table: Table): readonly string[] {
  return [...(table.StorageDescriptor?.Columns ?? []), ...(table.PartitionKeys ?? [])].map(
    ({ Name = '' }) => Name.toLowerCase(),
  );
}

/** Returns the table as it is, if it is as this run left it. */
async function lookAgain(
  work: NodeWork,
  published: Relation,
  input: TableInput,
): Promise<EngineResult<Table>> {
  const now = await lookUpTable(work, published);
  if (!now.ok) return now;
  const table = now.value;
  const isOurs =
    table !== undefined &&
    Object.entries(input.Parameters ?? {}).every(
      ([key, value]) => table.Parameters?.[key] === value,
    );
  if (!isOurs) return explainConflict(work, published, { seen: undefined, mayRepeat: false });
  work.context.seen.set(relationKey(published), table);
  work.context.stale.delete(relationKey(published));
  return { ok: true, value: table };
}

/** Changes what Glue says of the published table besides its rows. */
async function updateEntry(
  work: NodeWork,
  published: Relation,
  {
    table,
    input,
    mayRepeat = false,
  }: {
    readonly table: Table;
    readonly input: TableInput;
    readonly mayRepeat?: boolean | undefined;
  },
): Promise<EngineResult<Table>> {
  const { database } = tableName(published);
  const updated = await work.context.client.tables.updateTable(database, input, {
    ...(table.VersionId !== undefined && { versionId: table.VersionId }),
    skipArchive: true,
  });
  if (!updated.ok) return toEngineResult(updated);
  return updated.value === 'updated' || updated.value === 'unknown'
    ? lookAgain(work, published, input)
    : explainConflict(work, published, { seen: table, mayRepeat });
}

/** Makes the name of a relation that is not there, so that it has its tags before it has rows. */
async function createPlaceholder(
  work: NodeWork,
  { published, staged }: GovernedChange,
  record: GovernanceRecord,
): Promise<EngineResult<Table>> {
  const made = staged === undefined ? undefined : await lookUpTable(work, staged);
  if (made?.ok === false) return made;
  if (made?.value === undefined) {
    return explainConflict(work, published, { seen: undefined, mayRepeat: false });
  }
  const { database, name } = tableName(published);
  const input = placeholderInput(made.value, { name, work, record });
  const created = await work.context.client.tables.createTable(database, input);
  return created.ok ? lookAgain(work, published, input) : toEngineResult(created);
}

/** Returns the table with what is recorded, and with the columns that tags or filters name and that it does not have yet. */
async function prepareInput(
  work: NodeWork,
  { published, staged, model }: GovernedChange,
  {
    table,
    governance,
    plan,
  }: { readonly table: Table; readonly governance: Governance; readonly plan: GovernancePlan },
): Promise<EngineResult<TableInput | undefined>> {
  const there = columnNames(table);
  const missing = governedColumns(governance).filter((name) => !there.includes(name));
  const isRecorded =
    JSON.stringify(plan.pending) === JSON.stringify(readRecord(table)) ||
    (plan.before.length === 0 && plan.after.length === 0);
  if (missing.length === 0 && isRecorded) return { ok: true, value: undefined };
  const made =
    missing.length === 0 || staged === undefined ? undefined : await lookUpTable(work, staged);
  if (made?.ok === false) return made;
  const all = [
    ...(made?.value?.StorageDescriptor?.Columns ?? []),
    ...(made?.value?.PartitionKeys ?? []),
  ];
  const added = missing.flatMap(
    (name) => all.find(({ Name = '' }) => Name.toLowerCase() === name) ?? [],
  );
  if (added.length < missing.length || (missing.length > 0 && isView(table))) {
    const shown = displayRelation(published);
    const message = isView(table)
      ? `${shown} is a view, whose columns cannot be tagged before the table takes its place`
      : `tags or filters of model '${model.name}' name columns that ${shown} does not have: ${missing.join(', ')}`;
    const hint = isView(table)
      ? 'drop the view first, or give the model another alias'
      : 'correct the names under lf_tags_config and lf_grants';
    return stepFailure('materialization-invalid', message, { hint });
  }
  const input = toTableInput(table);
  return {
    ok: true,
    value: {
      ...input,
      Name: tableName(published).name,
      ...(added.length > 0 && {
        StorageDescriptor: {
          ...input.StorageDescriptor,
          Columns: [
            ...(input.StorageDescriptor?.Columns ?? []),
            ...added.map(({ Name, Type }) => ({ Name, Type })),
          ],
        },
      }),
      Parameters: { ...table.Parameters, ...writeRecord(plan.pending) },
    },
  };
}

/**
 * Publishes rows with what Lake Formation is to know of them. Before: tags, changed filters and what is taken from principals
 * altogether. After: new filters and grants, then tags, filters and grants that the model no longer gives. A relation that is
 * not there gets its name first, without rows. Nothing is asked of Lake Formation if the model says nothing of it. `publish` is
 * given the published table's entry if it changed meanwhile. Codes: `engine-error`, `access-denied`, `publish-conflict`, `materialization-invalid`.
 */
export async function governRelation<T>(
  work: NodeWork,
  change: GovernedChange,
  publish: (prepared?: Table) => Promise<EngineResult<T>>,
): Promise<EngineResult<T>> {
  const { model, published } = change;
  const { governance } = readGovernance(model);
  if (!isGoverned(governance)) return publish();

  const lake = createLakeFormation(work.context.client.api);
  const found =
    change.before === undefined
      ? await findReplaced(work, published)
      : ({ ok: true, value: change.before } as const);
  if (!found.ok) return found;
  const nothing = { database: {}, table: {}, columns: {}, filters: [], grants: {} };
  const first = planGovernance(governance, { recorded: readRecord({}), state: nothing });
  const entry =
    found.value === undefined
      ? await createPlaceholder(work, change, first.pending)
      : ({ ok: true, value: found.value } as const);
  if (!entry.ok) return entry;

  const { CatalogId: catalogId } = entry.value;
  const governed: GovernedTable = {
    ...tableName(published),
    ...(catalogId !== undefined && { catalogId }),
  };
  const recorded = readRecord(entry.value);
  const look = async (): Promise<EngineResult<GovernancePlan>> => {
    const state = toEngineResult(await lake.read(governed, governance));
    return state.ok
      ? { ok: true, value: planGovernance(governance, { recorded, state: state.value }) }
      : state;
  };
  const planned = await look();
  if (!planned.ok) return planned;
  const plan = planned.value;
  if (plan.foreignFilters.length > 0) {
    return stepFailure(
      'relation-not-owned',
      `${displayRelation(published)} has data filters of the model's names that this project did not make, and that say something else: ${plan.foreignFilters.join(', ')}`,
      { hint: 'give the filters other names, or delete those in Lake Formation' },
    );
  }
  const input = await prepareInput(work, change, { table: entry.value, governance, plan });
  if (!input.ok) return input;
  const updated =
    input.value === undefined
      ? undefined
      : await updateEntry(work, published, {
          table: entry.value,
          input: input.value,
          mayRepeat: change.mayRepeat,
        });
  if (updated?.ok === false) return updated;

  const restricted = await carryOut(lake, governed, {
    actions: plan.before,
    published,
    when: 'before',
    leftToDo: async () => {
      const again = await look();
      return again.ok ? { ok: true, value: again.value.before } : again;
    },
  });
  if (!restricted.ok) return restricted;

  const done = await publish(
    updated?.value ?? (found.value === undefined ? entry.value : undefined),
  );
  if (!done.ok || plan.after.length === 0) return done;

  const after = await omitGoneColumns(work, published, plan.after);
  if (!after.ok) return after;
  const opened = await carryOut(lake, governed, {
    actions: after.value,
    published,
    when: 'after',
    leftToDo: async () => {
      const again = await look();
      return again.ok ? { ok: true, value: again.value.after } : again;
    },
  });
  if (!opened.ok) return opened;
  const recordedNow = await finishRecord(work, published, plan);
  return recordedNow.ok ? done : recordedNow;
}

/** Returns the actions without tags of columns that went with the old rows: nobody can take those away any more. */
async function omitGoneColumns(
  work: NodeWork,
  published: Relation,
  actions: readonly GovernanceAction[],
): Promise<EngineResult<readonly GovernanceAction[]>> {
  const isOfColumns = (action: GovernanceAction): boolean =>
    action.kind === 'untag' && action.columns !== null;
  if (!actions.some(isOfColumns)) return { ok: true, value: actions };
  const now = await lookUpTable(work, published);
  if (!now.ok) return now;
  const there = now.value === undefined ? [] : columnNames(now.value);
  const left = actions.flatMap((action): readonly GovernanceAction[] => {
    if (action.kind !== 'untag' || action.columns === null) return [action];
    const columns = action.columns.filter((name) => there.includes(name));
    return columns.length === 0 ? [] : [{ ...action, columns }];
  });
  return { ok: true, value: left };
}

/** What was taken away is no longer the project's: whoever gives it again keeps it. */
async function finishRecord(
  work: NodeWork,
  published: Relation,
  { pending, record }: GovernancePlan,
): Promise<EngineResult<unknown>> {
  if (JSON.stringify(pending) === JSON.stringify(record)) return { ok: true, value: undefined };
  const now = await lookUpTable(work, published);
  if (!now.ok || now.value === undefined) return now;
  const input = {
    ...toTableInput(now.value),
    Parameters: { ...now.value.Parameters, ...writeRecord(record) },
  };
  return updateEntry(work, published, { table: now.value, input });
}

/**
 * Tags what a run stages as the published relation will be, because it holds the same rows: whoever may read all of a database
 * might find it. `present`: the columns that it has, where it may lack some of the model's. Codes: those of `governRelation`.
 */
export async function tagStaged(
  work: NodeWork,
  {
    staged,
    model,
    present,
  }: { readonly staged: Relation; readonly model: BuiltNode; readonly present?: readonly string[] },
): Promise<EngineResult<undefined>> {
  const { tags } = readGovernance(model).governance;
  if (tags === undefined) return { ok: true, value: undefined };
  const has = present?.map((name) => name.toLowerCase());
  const own = Object.fromEntries(
    Object.entries(tags.columns).filter(([name]) => has?.includes(name) ?? true),
  );
  const { catalogId } = work.context.config;
  const governed = { ...tableName(staged), ...(catalogId !== undefined && { catalogId }) };
  const state = { database: {}, table: {}, columns: {}, filters: [], grants: {} };
  const { before } = planGovernance(
    { tags: { ...tags, columns: own } },
    { recorded: readRecord({}), state },
  );
  return carryOut(createLakeFormation(work.context.client.api), governed, {
    actions: before,
    published: model.relation,
    when: 'before',
    leftToDo: () => Promise.resolve({ ok: true, value: before }),
  });
}
