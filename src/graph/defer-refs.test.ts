import { describe, expect, it } from 'vitest';
import type { ModelNode } from '../core/node.js';
import type { PreviousState } from '../core/previous-state.js';
import { relationKey, type Relation } from '../core/relation.js';
import { buildGraph } from './build-graph.js';
import { deferRefs, listDeferrable, type DeferOptions } from './defer-refs.js';
import { genericTest, model } from './testing/parsed-nodes.js';

/** `base` → `mid`, which is ephemeral → `top`; `side` → `top`; a test reads `base` and `top`. */
const nodes = [
  model('base'),
  model('mid', { refs: ['base'], config: { materialized: 'ephemeral' } }),
  model('side'),
  model('top', { refs: ['mid', 'side'] }),
  genericTest('', 'relationships', { refs: ['base', 'top'] }),
];
const built = buildGraph({ nodes, macros: [], disabled: [] });
if (!built.ok) throw new Error('the graph does not hold');
const graph = built.value;

const prod = (identifier: string, database = 'warehouse'): Relation => ({
  database,
  schema: 'prod',
  identifier,
});
const idOf = (name: string) =>
  nodes.find((node) => node.name === name || node.name.startsWith(`${name}_`))?.uniqueId ?? name;

function stateOf(relations: Readonly<Record<string, Relation | null>>): PreviousState {
  const empty = {
    resourceType: 'model',
    fqn: [],
    rawSql: '',
    unrenderedConfig: {},
    description: '',
    columns: {},
    macros: [],
  };
  return {
    folder: 'prod_state',
    nodes: new Map(
      Object.entries(relations).map(([name, relation]) => [idOf(name), { ...empty, relation }]),
    ),
    macros: new Map(),
    vars: null,
    results: null,
  };
}

const catalogOf = (...relations: readonly Relation[]): DeferOptions['catalog'] => ({
  relations: new Map(
    relations.map((relation) => [
      relationKey(relation),
      { relation: { ...relation, type: 'table' }, columns: [] },
    ]),
  ),
});

const own = (name: string): Relation =>
  (nodes.find((node) => node.name === name) as ModelNode).relation;

function defer(names: readonly string[], options: Partial<DeferOptions> = {}) {
  const state = stateOf({ base: prod('base'), mid: null, side: prod('side'), top: prod('top') });
  const result = deferRefs(graph, {
    selection: new Set(names.map(idOf)),
    catalog: catalogOf(prod('base'), prod('side'), prod('top')),
    state,
    favorState: false,
    mustExist: true,
    onlyDatabase: 'warehouse',
    ...options,
  });
  return {
    deferred: result.ok ? [...result.value.keys()].map((id) => graph.nodes.get(id)?.name) : [],
    messages: result.diagnostics.map(({ message }) => message),
  };
}

describe('deferRefs', () => {
  it.each<readonly [readonly string[], readonly string[]]>([
    [['base'], []],
    // through the ephemeral model
    [['top'], ['side', 'base']],
    [['top', 'side'], ['base']],
    [['base', 'side', 'top'], []],
    [['relationships'], ['base', 'top']],
    [
      ['relationships', 'top'],
      ['base', 'side'],
    ],
  ])('of %j, reads %j from the other state', (selection, expected) => {
    expect(defer(selection).deferred.toSorted()).toEqual(expected.toSorted());
  });

  it('reads what is built here, unless the other state is favoured', () => {
    const catalog = catalogOf(own('side'), prod('base'), prod('side'));
    expect(defer(['top'], { catalog }).deferred).toEqual(['base']);
    expect(defer(['top'], { catalog, favorState: true }).deferred.toSorted()).toEqual([
      'base',
      'side',
    ]);
  });

  it('leaves alone what the other state does not have, or has in the same place', () => {
    const state = stateOf({ side: own('side') });
    expect(defer(['top'], { state })).toEqual({ deferred: [], messages: [] });
  });

  it('refuses what cannot be read', () => {
    const far = stateOf({ base: prod('base', 'elsewhere') });
    expect(defer(['top'], { state: far }).messages).toEqual([
      "model 'base' is not built here, and the target cannot read 'elsewhere.prod.base' in its place",
    ]);
    const everywhere = catalogOf(prod('base', 'elsewhere'));
    expect(
      defer(['top'], { state: far, onlyDatabase: null, catalog: everywhere }).deferred,
    ).toEqual(['base']);
    const state = stateOf({ side: prod('side') });
    expect(defer(['top'], { state, catalog: catalogOf() }).messages).toEqual([
      "model 'side' is not built here, nor is 'prod.side' there in its place",
    ]);
    expect(defer(['top'], { state, catalog: catalogOf(), mustExist: false }).deferred).toEqual([
      'side',
    ]);
  });

  it('names the relations whose schemas are worth looking at', () => {
    const state = stateOf({ base: prod('base'), top: prod('top') });
    const selection = new Set([idOf('top')]);
    expect(listDeferrable(graph, { selection, state })).toEqual([prod('base')]);
  });
});
