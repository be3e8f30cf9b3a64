import { describe, expect, it } from 'vitest';
import type { TypedColumn } from '../core/adapter.js';
import type { Constraint, ContractColumn } from '../core/contract.js';
import type { ModelNode } from '../core/node.js';
import { failure, success } from '../core/result.js';
import { modelNode } from '../core/testing/nodes.js';
import { planContract } from './contract.js';
import { modelPlanInput, type ShortColumns } from './testing/model-plan-input.js';

const location = { path: 'models/schema.yml' };
/** The engine of these tests knows types of one word. */
const known = /^SELECT CAST\(NULL AS (bigint|integer|varchar|date)\) AS c$/;

function plan(
  promised: ShortColumns,
  query: ShortColumns | undefined,
  {
    materialized = 'table',
    aliasTypes = true,
    constraints = [],
  }: {
    readonly materialized?: string;
    readonly aliasTypes?: boolean;
    readonly constraints?: readonly Partial<Constraint>[];
  } = {},
) {
  const input = modelPlanInput({}, query);
  const columns: ContractColumn[] = Object.entries(promised).map(([name, data_type]) => ({
    name,
    data_type,
    location,
  }));
  const node: ModelNode = {
    ...modelNode('m', { materialized }),
    contract: { aliasTypes, checksum: '', location, columns },
    constraints: constraints.map((each) => ({
      type: 'not_null',
      to_columns: [],
      columns: [],
      warn_unenforced: true,
      warn_unsupported: true,
      location,
      ...each,
    })),
  };
  return planContract({
    ...input,
    node,
    dialect: {
      ...input.dialect,
      translate: (sql) => {
        const kind = known.exec(sql)?.[1];
        const type = { kind } as TypedColumn['type'];
        return kind === undefined
          ? failure([])
          : success({ sql, toOriginal: () => undefined, columns: [{ name: 'c', type }] });
      },
      writers: {
        ...input.dialect.writers,
        selectColumns: (sql, names) => `select ${names.join()}\nfrom (\n${sql}\n)`,
      },
    },
  });
}

const saidOf = (planned: ReturnType<typeof plan>): readonly string[] =>
  planned.diagnostics.map(({ code, message }) => `${code}: ${message.split('\n')[0]}`);

describe('planContract', () => {
  it('puts the columns of a table into the order of the contract, not those of a view', () => {
    const columns = [
      { id: 'bigint', day: 'date' },
      { day: 'date', id: 'bigint' },
    ] as const;
    const sqlOf = (planned: ReturnType<typeof plan>) =>
      planned.ok ? planned.value.compiled.engineSql : '';
    expect(sqlOf(plan(...columns))).toBe('select id,day\nfrom (\nquery\n)');
    expect(sqlOf(plan(...columns, { materialized: 'view' }))).toBe('query');
    expect(sqlOf(plan(columns[0], columns[0]))).toBe('query');
  });

  it('leaves nothing to look at where all is known', () => {
    const planned = plan({ id: 'bigint' }, { ID: 'bigint' });
    expect(planned.ok && planned.value.check).toBeUndefined();
  });

  it('compares what is built where a name or a type is not known', () => {
    for (const query of [undefined, { id: 'any' }]) {
      const planned = plan({ id: 'bigint' }, query);
      expect(planned.ok && planned.value.check?.columns?.map(({ name }) => name)).toEqual(['id']);
    }
    // What is known and wrong is told at once.
    expect(saidOf(plan({ id: 'bigint', day: 'date' }, { id: 'integer', day: 'any' }))).toEqual([
      "contract-mismatch: the columns of model 'm' are not those of its contract:",
    ]);
  });

  it("reads other engines' words for types, if it may", () => {
    const words = { a: 'string', b: 'int', c: 'TEXT' };
    const query = { a: 'varchar', b: 'integer', c: 'varchar' };
    expect(saidOf(plan(words, query))).toEqual([]);
    expect(saidOf(plan(words, query, { aliasTypes: false }))).toEqual(
      ['string', 'int', 'TEXT'].map((word, index) =>
        [
          `contract-invalid: the data_type '${word}' of column '${'abc'[index]}' of model 'm'`,
          'is no type of the models’ SQL',
        ].join(' '),
      ),
    );
  });

  it('looks at not_null and check, and warns of the others', () => {
    const constraints = [
      { columns: ['id'] },
      { type: 'check', name: 'positive', expression: 'id > 0' },
      { type: 'unique', columns: ['id'] },
      { type: 'foreign_key', warn_unenforced: false },
    ] as const;
    const planned = plan({ id: 'bigint' }, { id: 'bigint' }, { constraints });
    expect(planned.ok && planned.value.check?.constraints).toMatchObject([
      { violatedWhen: '"id" IS NULL of the table', title: "not_null of 'id'" },
      { violatedWhen: 'NOT (id > 0\n) of the table', title: "check 'positive' (id > 0)" },
    ]);
    expect(saidOf(planned)).toEqual([
      "constraint-not-enforced: the unique constraint of model 'm' is not enforced",
    ]);
    const view = plan({ id: 'bigint' }, { id: 'bigint' }, { constraints, materialized: 'view' });
    expect(view.ok && view.value.check).toBeUndefined();
    expect(saidOf(view)).toHaveLength(4);
  });
});
