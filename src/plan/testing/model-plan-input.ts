import type { Dialect, TableColumnRules, TypedColumn } from '../../core/adapter.js';
import type { CatalogRelation } from '../../core/catalog.js';
import type { JsonValue } from '../../core/node.js';
import { success } from '../../core/result.js';
import { modelNode } from '../../core/testing/nodes.js';
import type { ModelPlanInput } from '../materialization.js';

/** Tables of this test's engine spell types as Athena does, and cannot lose the column `fixed`. */
const rules: TableColumnRules = {
  readType: ({ type }) => ({ kind: type }) as TypedColumn['type'],
  storedType: (type) => type,
  refuse: ({ drop }) => drop.filter((name) => name === 'fixed').map(() => "'fixed' stays"),
};

const dialect: Dialect = {
  name: 'test',
  renderRelation: ({ identifier }) => identifier,
  translate: () => {
    throw new Error('planning translates nothing');
  },
  isolation: () => 'transaction',
  writers: {
    insert: () => '',
    merge: () => '',
    deleteMatching: () => '',
    selectColumns: (query, columns) => `select ${columns.join()} from (${query})`,
    deleteWhere: (target, condition) => `delete ${target.identifier} where ${condition}`,
    selectWhere: (query, condition) => `${query} where ${condition}`,
    selectAll: () => '',
  },
  tableColumnRules: rules,
  translatePredicate: (sql, { source }) =>
    success(`${sql} of ${source === null ? 'the table' : 'both'}`),
};

/** Columns as `name type` in short: `{ id: 'bigint' }`. */
export type ShortColumns = Readonly<Record<string, string>>;

/** Returns what an incremental model `m` is planned from; `query` is `undefined` where its columns are not known. The engine `lacks` something. */
export function modelPlanInput(
  extra: Readonly<Record<string, JsonValue>>,
  query: ShortColumns | undefined,
  { lacks }: { readonly lacks?: keyof Dialect } = {},
): ModelPlanInput {
  const able = Object.fromEntries(Object.entries(dialect).filter(([key]) => key !== lacks));
  const node = modelNode('m', { materialized: 'incremental' });
  const columns =
    query && Object.entries(query).map(([name, kind]) => ({ name, type: { kind } }) as TypedColumn);
  return {
    node: { ...node, config: { ...node.config, unique_key: ['id'], extra } },
    compiled: {
      node,
      compiledSql: '',
      engineSql: 'query',
      toSource: () => undefined,
      diagnostics: [],
      ...(columns && { columns }),
    },
    staged: { ...node.relation, identifier: 'm__staged' },
    rows: { ...node.relation, identifier: 'm__rows' },
    batchRows: (index) => ({ ...node.relation, identifier: `m__rows${index}` }),
    catalog: { relations: new Map() },
    dialect: able as unknown as Dialect,
    capabilities: { merge: true, deleteInsert: true, externalTables: true },
    fullRefresh: false,
    runStartedAt: '2026-01-31T12:00:00.000Z',
  };
}

/** Returns a table with these columns. */
export function tableOf(columns: ShortColumns): CatalogRelation {
  return {
    relation: modelNode('m').relation,
    columns: Object.entries(columns).map(([name, type]) => ({ name, type })),
  };
}
