import { describe, expect, it } from 'vitest';
import type { Constraint, ConstraintType } from '../core/contract.js';
import type { ColumnProperties, ModelNode } from '../core/node.js';
import { modelNode } from '../core/testing/nodes.js';
import { checkContract } from './contract.js';

const location = { path: 'models/schema.yml', line: 3 };
function constraint(type: ConstraintType, rest: Partial<Constraint> = {}): Constraint {
  const warnings = { warn_unenforced: true, warn_unsupported: true };
  return { type, to_columns: [], columns: [], location, ...warnings, ...rest };
}
function column(name: string, constraints: readonly Constraint[] = []): ColumnProperties {
  return { name, description: '', data_type: 'bigint', tags: [], meta: {}, constraints };
}
function promising(
  materialized: string,
  columns: readonly ColumnProperties[],
  rest: Partial<ModelNode> = {},
): ModelNode {
  const model = modelNode('m', { materialized });
  const contract = {
    aliasTypes: true,
    checksum: '',
    location,
    columns: columns.map(({ name, data_type }) => ({
      name,
      location,
      ...(data_type !== undefined && { data_type }),
    })),
  };
  return { ...model, columns, contract, ...rest };
}
const saidOf = (model: ModelNode): readonly string[] =>
  checkContract(model, undefined).map(({ message }) => message);

describe('checkContract', () => {
  it('is for tables, views and incremental models that follow their columns', () => {
    expect(saidOf(promising('table', [column('id')]))).toEqual([]);
    expect(saidOf(promising('view', [column('id')]))).toEqual([]);
    expect(saidOf(promising('ephemeral', [column('id')]))).toEqual([
      "model 'm' has an enforced contract, and is ephemeral",
    ]);
    expect(saidOf(promising('incremental', [column('id')]))).toEqual([
      "incremental model 'm' has an enforced contract and on_schema_change: ignore, so its table may not keep what the contract says",
    ]);
    const model = promising('incremental', [column('id')]);
    const config = { ...model.config, extra: { on_schema_change: 'fail' } };
    expect(saidOf({ ...model, config })).toEqual([]);
  });

  it('needs columns, and a type of each', () => {
    const untyped = { name: 'id', description: '', tags: [], meta: {} };
    expect(saidOf(promising('table', []))).toEqual([
      "model 'm' has an enforced contract, and no columns in YAML",
    ]);
    expect(saidOf(promising('table', [untyped]))).toEqual([
      "column 'id' of model 'm' has no data_type, which its contract needs",
    ]);
  });

  it('refuses constraints that cannot be', () => {
    const columns = [
      column('id', [constraint('primary_key')]),
      column('amount', [constraint('check'), constraint('primary_key')]),
    ];
    const constraints = [constraint('not_null'), constraint('unique', { columns: ['amuont'] })];
    expect(saidOf(promising('table', columns, { constraints }))).toEqual([
      "the check constraint of column 'amount' of model 'm' has no expression",
      "the not_null constraint of model 'm' names no columns",
      "the unique constraint of model 'm' names the column 'amuont', which it has not",
      "model 'm' has more than one primary_key",
    ]);
  });
});
