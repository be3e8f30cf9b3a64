import { describe, expect, it } from 'vitest';
import type { ColumnProperties, JsonValue, ModelNode } from '../../core/node.js';
import type { PreviousNode, PreviousState } from '../../core/previous-state.js';
import { buildGraph } from '../build-graph.js';
import { selectNodes } from '../select-nodes.js';
import { model } from '../testing/parsed-nodes.js';

const contract = { enforced: true };
const id: ColumnProperties = {
  name: 'id',
  description: '',
  data_type: 'bigint',
  tags: [],
  meta: {},
};
const plain = model('orders', { config: { materialized: 'table' } });
const base: ModelNode = {
  ...plain,
  columns: [id],
  config: { ...plain.config, extra: { ...plain.config.extra, contract } },
};

/** What the other state promised. */
function earlierOf(changes: Partial<PreviousNode> = {}): PreviousNode {
  return {
    resourceType: 'model',
    fqn: base.fqn,
    rawSql: base.rawSql,
    unrenderedConfig: { materialized: 'table', contract },
    relation: null,
    description: '',
    columns: { id: { description: '', dataType: 'bigint' } },
    macros: [],
    ...changes,
  };
}

function compare(node: ModelNode, earlier: PreviousNode, select = 'state:modified') {
  const built = buildGraph({ nodes: [node], macros: [], disabled: [] });
  if (!built.ok) throw new Error('no graph');
  const state: PreviousState = {
    folder: 'before',
    nodes: new Map([[node.uniqueId, earlier]]),
    macros: new Map(),
    vars: {},
    results: null,
  };
  const result = selectNodes(built.value, { select: [select], state });
  const about = result.diagnostics.filter(({ code }) => code === 'contract-broken');
  return { ok: result.ok, said: about.map(({ severity, message }) => `${severity}: ${message}`) };
}

const column = (changes: Readonly<Record<string, JsonValue>>): PreviousNode =>
  earlierOf({ columns: { id: { description: '', dataType: 'bigint', ...changes } } });
const notNull = { type: 'not_null' };

describe('contract-broken', () => {
  it.each<readonly [string, ModelNode, PreviousNode]>([
    ["the column 'id' was integer and is bigint", base, column({ dataType: 'integer' })],
    [
      "the column 'old' was removed",
      base,
      earlierOf({
        columns: {
          id: { description: '', dataType: 'bigint' },
          old: { description: '', dataType: 'date' },
        },
      }),
    ],
    ['its contract is not enforced any more', { ...base, config: plain.config }, earlierOf()],
    ["the column 'id' lost its constraint not_null", base, column({ constraints: [notNull] })],
    [
      'it lost its constraint check (id > 0)',
      base,
      earlierOf({ constraints: [{ type: 'check', expression: 'id > 0' }] }),
    ],
    [
      'it was table and is view, which keeps no constraints',
      { ...base, config: { ...base.config, materialized: 'view' } },
      earlierOf({ constraints: [{ type: 'primary_key', columns: ['id'] }] }),
    ],
  ])('%s', (reason, node, earlier) => {
    const message = `model 'orders' breaks the contract that it has in 'before': ${reason}`;
    expect(compare(node, earlier)).toEqual({ ok: true, said: [`warning: ${message}`] });
    const versioned: ModelNode = { ...node, version: { v: 1, latest: 1 } };
    const error = message.replace('orders', 'orders.v1');
    expect(compare(versioned, earlier)).toEqual({ ok: false, said: [`error: ${error}`] });
  });

  it.each<readonly [string, ModelNode, PreviousNode]>([
    [
      'what is promised now alone',
      base,
      earlierOf({ unrenderedConfig: { materialized: 'table' } }),
    ],
    ['a column more', { ...base, columns: [id, { ...id, name: 'more' }] }, earlierOf()],
    ['a constraint that nobody looks at', base, column({ constraints: [{ type: 'unique' }] })],
    [
      'a constraint of a view',
      base,
      {
        ...column({ constraints: [notNull] }),
        unrenderedConfig: { materialized: 'view', contract },
      },
    ],
  ])('is not said of %s', (_, node, earlier) => {
    expect(compare({ ...node, version: { v: 1, latest: 1 } }, earlier)).toEqual({
      ok: true,
      said: [],
    });
  });

  it('is looked for where contracts are compared alone', () => {
    const broken = column({ dataType: 'integer' });
    const said = (select: string) => compare(base, broken, select).said.length;
    expect(['state:modified.contract', 'state:unmodified'].map(said)).toEqual([1, 1]);
    expect(['state:new', 'orders', 'state:modified.body'].map(said)).toEqual([0, 0, 0]);
  });
});
