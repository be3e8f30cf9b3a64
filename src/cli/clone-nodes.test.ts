import { describe, expect, it } from 'vitest';
import type { Catalog } from '../core/catalog.js';
import type { Graph } from '../core/graph.js';
import type { PreviousNode, PreviousState } from '../core/previous-state.js';
import { relationKey, type Relation } from '../core/relation.js';
import { modelNode } from '../core/testing/nodes.js';
import { buildGraph } from '../graph/build-graph.js';
import { cloneNodes } from './clone-nodes.js';

const orders = modelNode('orders');
const own = orders.relation;
const prod: Relation = { ...own, schema: 'prod' };

function graphOf(): Graph {
  const built = buildGraph({
    nodes: [orders],
    macros: [],
    disabled: [],
    packages: [],
  } as unknown as Parameters<typeof buildGraph>[0]);
  if (!built.ok) throw new Error('no graph');
  return built.value;
}

function stateWith(relation: Relation | null): PreviousState {
  const node = { relation } as unknown as PreviousNode;
  return {
    folder: 'prod_state',
    nodes: new Map([[orders.uniqueId, node]]),
    macros: new Map(),
    vars: null,
    results: null,
  };
}

function catalogOf(...relations: readonly Relation[]): Catalog {
  return {
    relations: new Map(
      relations.map((relation) => [relationKey(relation), { relation, columns: [] }]),
    ),
  };
}

function clone(
  other: Relation | null,
  catalog: Catalog,
  options: { readonly replace?: boolean; readonly onlyDatabase?: string | null } = {},
) {
  return cloneNodes(graphOf(), {
    selection: new Set([orders.uniqueId]),
    state: stateWith(other),
    catalog,
    replace: options.replace ?? false,
    onlyDatabase: options.onlyDatabase ?? null,
    renderRelation: ({ schema, identifier }) => `"${schema}"."${identifier}"`,
  });
}

describe('cloneNodes', () => {
  it('makes a view of the relation of the other state', () => {
    const cloned = clone(prod, catalogOf(prod));
    if (!cloned.ok) throw new Error('refused');
    expect(cloned.diagnostics).toEqual([]);
    expect(cloned.value.graph.nodes.get(orders.uniqueId)).toMatchObject({
      rawSql: `select * from "prod"."orders"\n`,
      config: { materialized: 'view' },
    });
    expect([...cloned.value.selection]).toEqual([orders.uniqueId]);
  });

  it('leaves what is there, unless it is to be replaced', () => {
    const both = catalogOf(prod, { ...own, type: 'table' });
    const left = clone(prod, both);
    expect(left).toMatchObject({ ok: true, value: { idle: [{ message: 'No-op' }] } });
    expect(left.ok && left.value.selection.size).toBe(0);
    const replaced = clone(prod, both, { replace: true });
    expect(replaced.ok && replaced.value.selection.size).toBe(1);
  });

  it('warns where there is nothing to clone, and of a view of itself', () => {
    for (const other of [null, own]) {
      const { ok, diagnostics } = clone(other, catalogOf(own), { replace: true });
      expect([ok, diagnostics.map(({ code }) => code)]).toEqual([true, ['clone-skipped']]);
    }
  });

  it('refuses what the target cannot read', () => {
    for (const refused of [
      clone(prod, catalogOf()),
      clone(prod, catalogOf(prod), { onlyDatabase: 'another' }),
    ]) {
      expect([refused.ok, refused.diagnostics.map(({ code }) => code)]).toEqual([
        false,
        ['defer-unreachable'],
      ]);
    }
  });
});
