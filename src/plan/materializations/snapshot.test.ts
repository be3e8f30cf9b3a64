import { describe, expect, it } from 'vitest';
import type { CatalogRelation } from '../../core/catalog.js';
import type { SnapshotNode, SnapshotRules } from '../../core/node.js';
import { relationKey } from '../../core/relation.js';
import { success } from '../../core/result.js';
import type { ModelPlanInput } from '../materialization.js';
import { modelPlanInput, tableOf, type ShortColumns } from '../testing/model-plan-input.js';
import { snapshot } from './snapshot.js';

const meta: ShortColumns = {
  dbt_scd_id: 'varchar',
  dbt_updated_at: 'timestamp',
  dbt_valid_from: 'timestamp',
  dbt_valid_to: 'timestamp',
};

/** Returns what the snapshot `m` of `query` is planned from; `table` is what it has in the warehouse. */
function inputOf({
  rules = {},
  query = { id: 'bigint', name: 'varchar', changed: 'timestamp' },
  table,
  more = {},
}: {
  readonly rules?: Partial<SnapshotRules>;
  readonly query?: ShortColumns | null;
  readonly table?: CatalogRelation;
  readonly more?: Partial<ModelPlanInput['dialect']>;
} = {}): ModelPlanInput {
  const input = modelPlanInput({}, query ?? undefined);
  const { resourceType, ...model } = input.node;
  const node: SnapshotNode = {
    ...model,
    resourceType: resourceType === 'model' ? 'snapshot' : 'snapshot',
    location: { path: 'snapshots/m.yml', line: 3 },
    isYaml: true,
    rules: {
      strategy: 'timestamp',
      updatedAt: 'changed',
      checkColumns: [],
      hardDeletes: 'ignore',
      validToCurrent: null,
      columns: {
        scdId: 'dbt_scd_id',
        updatedAt: 'dbt_updated_at',
        validFrom: 'dbt_valid_from',
        validTo: 'dbt_valid_to',
        isDeleted: 'dbt_is_deleted',
      },
      ...rules,
    },
  };
  return {
    ...input,
    node,
    catalog: { relations: new Map(table ? [[relationKey(node.relation), table]] : []) },
    // What a full refresh would do to a model.
    fullRefresh: true,
    dialect: {
      ...input.dialect,
      translate: (sql) => success({ sql, toOriginal: () => undefined }),
      writers: { ...input.dialect.writers, hash: (parts) => `hash(${parts.join()})` },
      ...more,
    },
  };
}

function kindsOf(input: ModelPlanInput): readonly string[] {
  const planned = snapshot.plan(input);
  if (!planned.ok) throw new Error(planned.diagnostics.map(({ message }) => message).join());
  const { write, publish } = planned.value ?? { write: [], publish: [] };
  return [...write, ...publish].map((step) =>
    step.kind === 'stage' ? `stage ${step.as}` : step.kind,
  );
}

function refusalOf(input: ModelPlanInput): readonly (readonly [string, string])[] {
  return snapshot.plan(input).diagnostics.map(({ code, message }) => [code, message] as const);
}

const complete = { ...meta, id: 'bigint', name: 'varchar', changed: 'timestamp' };

describe('snapshot', () => {
  it('builds its table only when there is none, after the rows are checked', () => {
    expect(kindsOf(inputOf())).toEqual([
      'create-schema',
      'stage rows',
      'check',
      'stage table',
      'discard',
      'publish',
    ]);
  });

  it('changes a table that is there in one transaction, also on a full refresh', () => {
    expect(kindsOf(inputOf({ table: tableOf(complete) }))).toEqual([
      'begin',
      'stage rows',
      'check',
      'write',
      'discard',
      'commit',
    ]);
  });

  it('adds what is new and widens what became wider, and leaves what is gone', () => {
    const table = tableOf({ ...meta, id: 'integer', gone: 'varchar', changed: 'timestamp' });
    const planned = snapshot.plan(inputOf({ table }));
    const alter = planned.ok && planned.value?.write.find(({ kind }) => kind === 'alter-columns');
    expect(alter).toMatchObject({
      alteration: {
        add: [{ name: 'name', type: { kind: 'varchar' } }],
        change: [{ name: 'id', type: { kind: 'bigint' } }],
        drop: [],
      },
    });
  });

  it('keeps dates in a table of dates, which dbt made of an updated_at that is one', () => {
    const times = { dbt_updated_at: 'date', dbt_valid_from: 'date', dbt_valid_to: 'date' };
    const table = tableOf({ ...complete, ...times, changed: 'date' });
    const query = { id: 'bigint', name: 'varchar', changed: 'date' };
    const rules = { hardDeletes: 'invalidate', validToCurrent: "date '9999-12-31'" } as const;
    const planned = snapshot.plan(inputOf({ query, table, rules }));
    const write = planned.ok && planned.value?.write.find(({ kind }) => kind === 'write');
    const sql = (write && 'sql' in write && write.sql) || '';
    expect(sql).toContain("SELECT CAST(date '9999-12-31' AS date) AS valid_to");
    expect(sql).toMatch(
      /CAST\(CAST\(TIMESTAMP '[^']+' AS timestamp\(6\)\) AS date\) AS "_snapshot_end"/u,
    );
    expect(sql).not.toMatch(/AS timestamp\(6\)\) AS "/u);
    // Of a moment it would lose the time.
    expect(refusalOf(inputOf({ table, rules }))).toMatchObject([
      ['snapshot-table-invalid', expect.stringContaining("keeps times in 'dbt_updated_at'")],
      ['snapshot-table-invalid', expect.stringContaining("keeps times in 'dbt_valid_from'")],
      ['snapshot-table-invalid', expect.stringContaining("keeps times in 'dbt_valid_to'")],
    ]);
  });

  it('asks the engine for the types that it does not know', () => {
    const query = { id: 'bigint', name: 'any', changed: 'timestamp' };
    const planned = snapshot.plan(inputOf({ query, table: tableOf(complete) }));
    const check = planned.ok && planned.value?.write.find(({ kind }) => kind === 'check');
    expect(check).toMatchObject({
      sql: expect.stringMatching(/information_schema[^]*name IN \('name'\)/) as string,
    });
  });

  it.each<[string, CatalogRelation]>([
    ['a view', { ...tableOf(complete), relation: { ...tableOf({}).relation, type: 'view' } }],
    ["it has no 'dbt_valid_to'", tableOf({ ...complete, dbt_valid_to: '' })],
    ["'dbt_scd_id', 'dbt_updated_at', 'dbt_valid_from'", tableOf({ id: 'bigint' })],
    [
      "keeps times in 'dbt_valid_from', which is date",
      tableOf({ ...complete, dbt_valid_from: 'date' }),
    ],
    [
      "'id' is bigint in the query and varchar in the table",
      tableOf({ ...complete, id: 'varchar' }),
    ],
  ])('leaves a table alone that is none of its own: %s', (message, table) => {
    const columns = table.columns.filter(({ type }) => type !== '');
    const [refusal] = refusalOf(inputOf({ table: { ...table, columns } }));
    expect(refusal?.[0]).toBe('snapshot-table-invalid');
    expect(refusal?.[1]).toContain(message);
  });

  it('wants the column of deleted rows for new_record', () => {
    const [refusal] = refusalOf(
      inputOf({ rules: { hardDeletes: 'new_record' }, table: tableOf(complete) }),
    );
    expect(refusal?.[1]).toContain("has no 'dbt_is_deleted'");
  });

  it.each<[string, Parameters<typeof inputOf>[0]]>([
    ["names 'chnged' in its updated_at", { rules: { updatedAt: 'chnged' } }],
    ["names 'nme' in its check_cols", { rules: { strategy: 'check', checkColumns: ['nme'] } }],
    ['which is varchar and no time', { rules: { updatedAt: 'name' } }],
    ["returns a column 'dbt_valid_to'", { query: { ...complete } }],
    ["a '*' hides some", { query: null }],
  ])('refuses what its query does not fit: %s', (message, input) => {
    const refusals = refusalOf(inputOf(input));
    expect(refusals.map(([code]) => code)).toContain('snapshot-invalid');
    expect(refusals.map(([, text]) => text).join()).toContain(message);
  });

  it('is refused where rows cannot change', () => {
    const input = inputOf({ table: tableOf(complete), more: { isolation: () => 'none' } });
    expect(refusalOf(input)[0]?.[0]).toBe('capability-missing');
  });
});
