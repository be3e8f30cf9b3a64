import type { EngineResult, StepOutcome } from '../../../core/adapter.js';
import { readExternalTable } from '../../../core/external-table.js';
import { warningDiagnostic } from '../../../core/diagnostic.js';
import type { Step } from '../../../core/plan.js';
import { relationKey, type Relation } from '../../../core/relation.js';
import { toEngineResult } from '../client/api-failure.js';
import type { StatementRequest } from '../client/query-runner.js';
import { parseS3Location } from '../client/s3-files.js';
import { readModelConfig, type ModelStorage } from '../model-config.js';
import { stepOutcome, type NodeWork } from '../node-work.js';
import { quoteDdlRelation, quoteRelation } from '../quote.js';
import { tableName } from '../run-context.js';
import { castQuery } from '../storage/cast-query.js';
import { createExternalTable } from '../storage/create-external-table.js';
import { createTableAs } from '../storage/create-table-as.js';
import { declaredColumns } from '../storage/declared-columns.js';
import { countRows } from './count-rows.js';
import { planBatches } from './plan-batches.js';
import { readWorkGroup } from './work-group.js';

type StepOf<Kind extends Step['kind']> = Extract<Step, { kind: Kind }>;

/** A strategy's own rows: the types of the model's table, and nothing else of its storage. */
function storageOfRows({ tableType, dataDir, workGroup }: ModelStorage): ModelStorage {
  return {
    tableType,
    format: 'parquet',
    partitionedBy: [],
    tableProperties: {},
    keepHistory: false,
    persistDocs: { relation: false, columns: false },
    ...(dataDir !== undefined && { dataDir }),
    ...(workGroup !== undefined && { workGroup }),
  };
}

/** Removes a relation's entry that an earlier attempt of this run made. Files are left to `gc`. */
async function removeEntry(
  { context }: NodeWork,
  staged: Relation,
  signal: AbortSignal,
): Promise<EngineResult<unknown>> {
  const { database, name } = tableName(staged);
  return toEngineResult(await context.client.tables.deleteTable(database, name, { signal }));
}

/** Notes that the run is about to make a relation of its own; what it made under that name before is removed. */
export async function claimStaged(
  work: NodeWork,
  staged: Relation,
  signal: AbortSignal,
): Promise<EngineResult<unknown>> {
  const { context } = work;
  const key = relationKey(staged);
  const removed = context.staged.has(key)
    ? await removeEntry(work, staged, signal)
    : ({ ok: true, value: undefined } as const);
  context.staged.set(key, staged);
  return removed;
}

/** A new attempt begins without what the failed one may have left. */
function afterRemoval(
  work: NodeWork,
  staged: Relation,
  { signal, sql }: { readonly signal: AbortSignal; readonly sql: () => string },
): NonNullable<StatementRequest['nextAttempt']> {
  return async () => {
    const removed = await removeEntry(work, staged, signal);
    return removed.ok ? { ok: true, value: sql() } : removed;
  };
}

/**
 * Builds a table under its staged name, in a folder that nothing was written to. More partitions than one statement may
 * write are written by several; nobody reads the table before all are.
 */
export async function stageTable(
  work: NodeWork,
  step: StepOf<'stage'>,
  signal: AbortSignal,
): Promise<EngineResult<StepOutcome>> {
  const { context } = work;
  const { staged, model } = step;
  const read = readModelConfig(model).storage;
  const storage = step.as === 'rows' ? storageOfRows(read) : read;
  const claimed = await claimStaged(work, staged, signal);
  if (!claimed.ok) return claimed;

  const placed = await readWorkGroup(work, { storage, signal });
  if (!placed.ok) return placed;
  const query = { sql: step.sql, ...(step.columns && { columns: step.columns }) };
  const planned = await planBatches(work, {
    from: `FROM (\n${step.sql}\n) AS _source`,
    ...(step.columns && { columns: step.columns }),
    storage,
    limit: storage.partitionsLimit ?? context.config.partitionsLimit,
    schema: staged.schema,
    signal,
  });
  if (!planned.ok) return planned;

  const [first = {}, ...rest] = planned.value;
  const castOptions = {
    tableType: storage.tableType,
    lastColumns:
      storage.tableType === 'hive' ? storage.partitionedBy.map(({ column }) => column) : [],
  };
  const createStatement = (): string =>
    createTableAs({
      relation: staged,
      storage,
      location: placed.value.choosesLocation ? null : context.nextLocation(model.relation, storage),
      query: castQuery(query, { ...castOptions, ...first }),
    });
  const created = await work.run(createStatement(), {
    signal,
    schema: staged.schema,
    nextAttempt: afterRemoval(work, staged, { signal, sql: createStatement }),
  });
  if (!created.ok) return created;
  const runs = [created.value];
  for (const batch of rest) {
    const rows = castQuery(query, { ...castOptions, ...batch });
    const inserted = await work.run(`INSERT INTO ${quoteRelation(staged)}\n${rows}`, {
      signal,
      schema: staged.schema,
    });
    if (!inserted.ok) return inserted;
    runs.push(inserted.value);
  }

  return stepOutcome(
    work,
    runs.map(({ sql }) => sql),
    // Tests need not wait for their number.
    { rowsAffected: countRows(work, runs, signal) },
  );
}

/** Creates a view under its staged name. */
export async function stageView(
  work: NodeWork,
  { staged, sql }: StepOf<'stage'>,
  signal: AbortSignal,
): Promise<EngineResult<StepOutcome>> {
  const claimed = await claimStaged(work, staged, signal);
  if (!claimed.ok) return claimed;
  const statement = `CREATE OR REPLACE VIEW ${quoteRelation(staged)} AS\n${sql}`;
  const created = await work.run(statement, {
    signal,
    schema: staged.schema,
    nextAttempt: () => Promise.resolve({ ok: true, value: statement }),
  });
  return created.ok ? stepOutcome(work, [created.value.sql]) : created;
}

/** Declares an external table under its staged name; partitions that are folders (`day=…/`) are registered. */
export async function stageExternal(
  work: NodeWork,
  step: StepOf<'stage-external'>,
  signal: AbortSignal,
): Promise<EngineResult<StepOutcome>> {
  const { staged, model } = step;
  const { storage } = readModelConfig(model);
  const claimed = await claimStaged(work, staged, signal);
  if (!claimed.ok) return claimed;
  const { table: files } = readExternalTable({ ...model, columns: step.columns });
  const statement = createExternalTable({
    relation: staged,
    files,
    tableProperties: storage.tableProperties,
    columns: declaredColumns(step),
    location: step.location,
  });
  const statements = [statement];
  // Partition projection computes partitions from the table's properties; otherwise Glue must list them.
  if (files.partitions.length > 0 && files.projection === undefined) {
    statements.push(`MSCK REPAIR TABLE ${quoteDdlRelation(staged)}`);
  }
  const executed: string[] = [];
  for (const sql of statements) {
    const done = await work.run(sql, {
      signal,
      schema: staged.schema,
      nextAttempt:
        sql === statement
          ? afterRemoval(work, staged, { signal, sql: () => sql })
          : () => Promise.resolve({ ok: true, value: sql }),
    });
    if (!done.ok) return done;
    executed.push(done.value.sql);
  }
  const empty = await isEmpty(work, step.location, signal);
  if (!empty.ok) return empty;
  const warning = warningDiagnostic(
    'landing-empty',
    `its location ${step.location} holds no files, so it has no rows`,
    { hint: "bring files in with 'stedi-sql land', or correct `location:`" },
  );
  return stepOutcome(work, executed, empty.value ? { warnings: [warning] } : {});
}

/** Returns whether a location holds nothing that Athena reads: names that begin with `_` or `.` are invisible. */
async function isEmpty(
  { context }: NodeWork,
  location: string,
  signal: AbortSignal,
): Promise<EngineResult<boolean>> {
  const folder = parseS3Location(location.endsWith('/') ? location : `${location}/`);
  if (folder === undefined) return { ok: true, value: true };
  for await (const page of context.client.files.listPages(folder, { signal })) {
    if (!page.ok) return toEngineResult(page);
    const seen = page.value.some(
      ({ key, sizeBytes }) => sizeBytes > 0 && !/^[_.]/.test(key.split('/').at(-1) ?? ''),
    );
    if (seen) return { ok: true, value: false };
  }
  return { ok: true, value: true };
}
