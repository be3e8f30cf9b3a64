import type { Table } from '@aws-sdk/client-glue';
import { runHook } from './run-hook.js';
import type { EngineResult, Session, StepOutcome } from '../../core/adapter.js';
import type { BuiltNode, UniqueId } from '../../core/node.js';
import type { Step } from '../../core/plan.js';
import { relationKey, type Relation } from '../../core/relation.js';
import { toEngineResult } from './client/api-failure.js';
import { columnsOf } from './describe-table.js';
import { createQueryAccount } from './client/query-cost.js';
import { governRelation, tagStaged } from './lakeformation/govern-relation.js';
import { isGoverned, readGovernance } from './lakeformation/governance.js';
import { ownerOf, tableTypeOf } from './markers.js';
import { readModelConfig } from './model-config.js';
import { createNodeWork, responseOf, stepOutcome, withResponse } from './node-work.js';
import { addHiveColumns, alterClone } from './publish/alter-columns.js';
import { commitClone, openClone, type Clone } from './publish/clone.js';
import { lookUpTable } from './publish/explain-conflict.js';
import { findReplaced } from './publish/find-replaced.js';
import { publishPartitions } from './publish/publish-partitions.js';
import { publishRelation } from './publish/publish-relation.js';
import { replaceRows } from './publish/replace-rows.js';
import { isSameTable } from './publish/same-table.js';
import { storeFailures } from './publish/store-failures.js';
import { stageExternal, stageTable, stageView } from './publish/stage-relation.js';
import { writeRows } from './publish/write-rows.js';
import type { RunContext } from './run-context.js';

type StepOf<Kind extends Step['kind']> = Extract<Step, { kind: Kind }>;

/** Creates a schema that no other node of the run has seen; two runs may do so at once. */
async function createSchema(
  context: RunContext,
  { schema }: Relation,
  signal: AbortSignal,
): Promise<EngineResult<unknown>> {
  const { databases, creating } = context;
  const name = schema.toLowerCase();
  if (databases.has(name)) return { ok: true, value: undefined };
  // Nodes that start together ask once. Whoever waited for one that failed asks again, and is told why.
  const others = creating.get(name);
  if (others !== undefined) {
    const theirs = await others;
    if (theirs.ok) return theirs;
  }
  const created = createDatabase(context, name, signal);
  creating.set(name, created);
  return created;
}

async function createDatabase(
  { databases, listed, client }: RunContext,
  name: string,
  signal: AbortSignal,
): Promise<EngineResult<unknown>> {
  // Where the run looked for its tables, it knows that it is not there.
  const there = listed.has(name)
    ? ({ ok: true, value: undefined } as const)
    : toEngineResult(await client.tables.getDatabase(name, { signal }));
  if (!there.ok) return there;
  if (there.value === undefined) {
    const created = toEngineResult(await client.tables.createDatabase({ Name: name }, { signal }));
    if (!created.ok) return created;
  }
  databases.add(name);
  return { ok: true, value: undefined };
}

/** Returns a session for a node. What it stages stays until the run ends: `removeStaged` takes all of it away at once. */
export function openSession(context: RunContext, node: UniqueId): Session {
  const work = createNodeWork(context, node);
  const clones = new Map<string, Clone>();
  /** Published tables as they were when rows for them were computed, by `relationKey`. */
  const expected = new Map<string, Table>();
  /** The models whose rows were staged apart, by the relation that holds them. */
  let model: BuiltNode | undefined;

  async function stage(
    step: StepOf<'stage'>,
    signal: AbortSignal,
  ): Promise<EngineResult<StepOutcome>> {
    if (step.as === 'view') return stageView(work, step, signal);
    if (step.as === 'rows') {
      const noted = await noteTarget(step.model, signal);
      if (!noted.ok) return noted;
    }
    const replaced = await replaceRows(work, step, signal);
    if (!replaced.ok) return replaced;
    if (replaced.value === undefined) return stageTable(work, step, signal);
    clones.set(relationKey(step.staged), replaced.value.clone);
    return { ok: true, value: replaced.value.outcome };
  }

  /** The query may read the table that its rows are then added to: they are right for this state of it, and no other. */
  async function noteTarget(of: BuiltNode, signal: AbortSignal): Promise<EngineResult<undefined>> {
    const { relation } = of;
    if (readModelConfig(of).storage.tableType !== 'hive') {
      return { ok: true, value: undefined };
    }
    const found = await findReplaced(work, relation, signal);
    if (!found.ok) return found;
    if (found.value !== undefined) expected.set(relationKey(relation), found.value);
    return { ok: true, value: undefined };
  }

  async function commit(
    staged: Relation,
    of: BuiltNode,
    { mayRepeat }: { readonly mayRepeat: boolean },
  ): Promise<EngineResult<StepOutcome>> {
    const clone = clones.get(relationKey(staged));
    if (clone === undefined) throw new Error(`nothing was begun under ${staged.identifier}`);
    const { target: published, source } = clone;
    const change = { model: of, published, staged, before: source, mayRepeat };
    const committed = await governRelation(work, change, (prepared = source) =>
      commitClone(work, { ...clone, source: prepared }, { model: of, mayRepeat }),
    );
    clones.delete(relationKey(staged));
    return committed.ok ? stepOutcome(work, []) : committed;
  }

  /** What is staged gets the tags of its model at once. */
  async function tagged(
    staged: Parameters<typeof tagStaged>[1],
    done: EngineResult<StepOutcome>,
  ): Promise<EngineResult<StepOutcome>> {
    if (!done.ok) return done;
    const result = await tagStaged(work, staged);
    return result.ok ? done : result;
  }

  async function write(
    step: StepOf<'write'>,
    signal: AbortSignal,
  ): Promise<EngineResult<StepOutcome>> {
    const { relation } = step;
    const key = relationKey(relation);
    const clone = clones.get(key);
    const rows = (): Promise<EngineResult<StepOutcome>> =>
      writeRows(work, { ...step, clone, expected: expected.get(key), model, signal });
    const isPublished = clone === undefined && !context.staged.has(key);
    if (!isPublished || model === undefined || !isGoverned(readGovernance(model).governance)) {
      return rows();
    }
    const now = await lookUpTable(work, relation);
    if (!now.ok) return now;
    const before = now.value;
    if (before === undefined || ownerOf(before).project !== work.owner.project) return rows();
    const change = { model, published: relation, before, mayRepeat: true };
    return governRelation(work, change, (prepared) => {
      const seen = expected.get(key);
      // Only the version is another: the rows were computed for this table.
      if (prepared !== undefined && seen !== undefined && isSameTable(seen, before)) {
        expected.set(key, prepared);
      }
      return rows();
    });
  }

  async function executeStep(
    step: Parameters<Session['execute']>[0],
    signal: AbortSignal,
  ): Promise<EngineResult<StepOutcome>> {
    if ('model' in step) {
      model = step.model;
      work.workGroup.current = readModelConfig(model).storage.workGroup ?? context.config.workGroup;
    }
    switch (step.kind) {
      case 'create-schema': {
        const created = await createSchema(context, step.relation, signal);
        return created.ok ? stepOutcome(work, []) : created;
      }
      case 'stage':
        return tagged(step, await stage(step, signal));
      case 'stage-external':
        return tagged(step, await stageExternal(work, step, signal));
      case 'publish':
        return clones.has(relationKey(step.staged))
          ? // Rebuilt whole, on a clone for its history's sake: what others did meanwhile stays in place.
            commit(step.staged, step.model, { mayRepeat: false })
          : governRelation(work, step, () => publishRelation(work, step, signal));
      case 'publish-file':
        throw new Error('files are not published here: refuseModel says so');
      case 'publish-partitions':
        return governRelation(work, step, () => publishPartitions(work, step, signal));
      case 'begin': {
        const { target, staged } = step;
        const opened = await openClone(work, { target, staged, signal });
        if (!opened.ok) return opened;
        clones.set(relationKey(staged), opened.value);
        const present = columnsOf(opened.value.source).map(({ name }) => name);
        return tagged({ staged, model: step.model, present }, stepOutcome(work, []));
      }
      case 'commit':
        return commit(step.staged, step.model, { mayRepeat: true });
      case 'alter-columns': {
        const clone = clones.get(relationKey(step.relation));
        if (clone !== undefined) {
          const present = [
            ...columnsOf(clone.source).map(({ name }) => name),
            ...step.alteration.add.map(({ name }) => name),
          ];
          const done = await alterClone(work, clone, { step, signal });
          return tagged({ staged: clone.staged, model: step.model, present }, done);
        }
        const key = relationKey(step.relation);
        const altered = await addHiveColumns(work, step, expected.get(key));
        if (!altered.ok) return altered;
        if (altered.value.reserved !== undefined) expected.set(key, altered.value.reserved);
        return altered.value.outcome;
      }
      case 'write':
        return write(step, signal);
      case 'hook':
        return runHook(work, step.hook, signal);
      case 'store-failures': {
        const created = await createSchema(context, step.published, signal);
        if (!created.ok) return created;
        return storeFailures(createNodeWork(context, step.test.uniqueId), step, signal);
      }
      case 'discard':
        // The entry is removed with the run's others; its files are garbage.
        return stepOutcome(work, []);
    }
  }

  return {
    execute: async (step, signal) => withResponse(await executeStep(step, signal), work.account),
    describe: async (relation) => {
      const found = await lookUpTable(work, relation);
      if (!found.ok || found.value === undefined) return { ...found, value: undefined };
      const attributes = { table_type: tableTypeOf(found.value) };
      return { ok: true, value: { relation, columns: columnsOf(found.value), attributes } };
    },
    // Each query reports for itself: those of a node's tests belong to the tests.
    query: async (sql, { limit, signal }) => {
      const account = createQueryAccount(context.config);
      const done = await work.run(sql, {
        signal,
        account,
        nextAttempt: () => Promise.resolve({ ok: true, value: sql }),
      });
      const rows = done.ok
        ? await context.client.queries.readRows(done.value, { limit, signal })
        : done;
      return rows.ok
        ? { ok: true, value: { ...rows.value, response: responseOf(account) } }
        : withResponse(rows, account);
    },
    close: () => Promise.resolve(),
  };
}
