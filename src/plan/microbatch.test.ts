import { describe, expect, it } from 'vitest';
import type { Isolation } from '../core/adapter.js';
import { batchLabel, parseTime } from '../core/event-time.js';
import type { JsonValue } from '../core/node.js';
import type { Step } from '../core/plan.js';
import { relationKey } from '../core/relation.js';
import { incremental } from './materializations/incremental.js';
import { modelPlanInput, tableOf, type ShortColumns } from './testing/model-plan-input.js';

const settings = { event_time: 'at', begin: '2024-01-01', batch_size: 'day' };

function plan(
  days: readonly string[],
  {
    exists = false,
    isolation = 'transaction',
    query = { id: 'bigint', at: 'timestamp' },
    extra = {},
  }: {
    readonly exists?: boolean;
    readonly isolation?: Isolation;
    readonly query?: ShortColumns | undefined;
    readonly extra?: Readonly<Record<string, JsonValue>>;
  } = {},
) {
  const input = modelPlanInput({ ...settings, ...extra }, query);
  const batches = days.map((date) => {
    const start = parseTime(date)!;
    return {
      window: { start, end: start + 86_400_000 },
      label: batchLabel(start, 'day'),
      compiledSql: '',
      engineSql: `query of ${date}`,
      toSource: () => undefined,
    };
  });
  const table = tableOf({ id: 'bigint', at: 'timestamp' });
  const existing = { ...table, relation: { ...table.relation, type: 'table' as const } };
  return incremental.plan({
    ...input,
    node: {
      ...input.node,
      config: { ...input.node.config, unique_key: [], incremental_strategy: 'microbatch' },
    },
    compiled: { ...input.compiled, batches },
    catalog: {
      relations: exists ? new Map([[relationKey(existing.relation), existing]]) : new Map(),
    },
    dialect: {
      ...input.dialect,
      isolation: () => isolation,
      writers: {
        ...input.dialect.writers,
        insert: (target, sql) => `insert ${target.identifier}: ${sql}`,
        selectAll: ({ identifier }) => `all of ${identifier}`,
        selectWhere: (sql) => `${sql}, in time`,
        deleteWhere: (target) => `delete ${target.identifier}`,
      },
    },
  });
}

const stepsOf = (planned: ReturnType<typeof plan>): readonly Step[] =>
  planned.ok && planned.value ? [...planned.value.write, ...planned.value.publish] : [];
const outline = (planned: ReturnType<typeof plan>): readonly string[] =>
  stepsOf(planned).map((step) => {
    const batch =
      'batch' in step && step.batch
        ? ` [${step.batch.index}${step.batch.mayFail ? ' may fail' : ''}]`
        : '';
    return `${step.kind}${'sql' in step && step.sql !== null ? ` ${step.sql}` : ''}${batch}`;
  });
const saidOf = (planned: ReturnType<typeof plan>): readonly string[] =>
  planned.diagnostics.map(({ message }) => message);

describe('a microbatch model', () => {
  it('is made by its first batch, to which the others add', () => {
    expect(outline(plan(['2024-01-01', '2024-01-02']))).toEqual([
      'create-schema',
      'stage query of 2024-01-01, in time [0]',
      'write insert m__staged: query of 2024-01-02, in time [1 may fail]',
      'publish',
    ]);
    // A failed INSERT leaves files behind where rows cannot change.
    expect(outline(plan(['2024-01-01', '2024-01-02'], { isolation: 'none' }))[2]).toContain('[1]');
  });

  it.each<[Isolation, string]>([
    ['transaction', 'm'],
    ['clone', 'm__staged'],
  ])('runs all queries, then replaces all batches at once: %s', (isolation, target) => {
    expect(outline(plan(['2024-01-01', '2024-01-02'], { exists: true, isolation }))).toEqual([
      'stage query of 2024-01-01 [0 may fail]',
      'stage query of 2024-01-02 [1 may fail]',
      'begin',
      `write delete ${target} [0]`,
      `write insert ${target}: all of m__rows0, in time [0]`,
      'discard [0]',
      `write delete ${target} [1]`,
      `write insert ${target}: all of m__rows1, in time [1]`,
      'discard [1]',
      'commit',
    ]);
  });

  it('does nothing without batches', () => {
    expect([outline(plan([])), outline(plan([], { exists: true }))]).toEqual([[], []]);
  });

  it('refuses what it cannot do faithfully', () => {
    expect(saidOf(plan(['2024-01-01'], { exists: true, isolation: 'none' }))).toEqual([
      "microbatch model 'm' is stored as a table whose rows cannot be replaced on this target",
    ]);
    expect(saidOf(plan(['2024-01-01'], { query: { id: 'bigint' } }))).toEqual([
      "the event_time 'at' of microbatch model 'm' is no column of its query",
    ]);
    expect(saidOf(plan(['2024-01-01'], { extra: { merge_update_columns: ['id'] } }))).toEqual([
      "incremental model 'm' has 'merge_update_columns', which the strategy 'microbatch' does not read",
    ]);
  });
});
