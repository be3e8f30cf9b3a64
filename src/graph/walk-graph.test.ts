import { expect, it } from 'vitest';
import { buildGraph } from './build-graph.js';
import { model } from './testing/parsed-nodes.js';
import { collectAncestors, collectDescendants, topologicalOrder } from './walk-graph.js';

const result = buildGraph({
  macros: [],
  disabled: [],
  nodes: [model('c', { refs: ['b'] }), model('b', { refs: ['a'] }), model('a'), model('lone')],
});
if (!result.ok) throw new Error('the graph does not hold');
const graph = result.value;
const id = (name: string) => `model.stedi.${name}`;

it('collects what a node needs, without the node', () => {
  expect([...collectAncestors(graph, [id('c')])]).toEqual([id('b'), id('a')]);
  expect([...collectAncestors(graph, [id('c')], { depth: 1 })]).toEqual([id('b')]);
  expect([...collectAncestors(graph, [id('c'), id('b')])].sort()).toEqual([id('a'), id('b')]);
});

it('collects what needs a node', () => {
  expect([...collectDescendants(graph, [id('a')])]).toEqual([id('b'), id('c')]);
  expect([...collectDescendants(graph, [id('a')], { depth: 0 })]).toEqual([]);
  expect([...collectDescendants(graph, [id('lone')])]).toEqual([]);
});

it('puts a set in topological order', () => {
  expect(topologicalOrder(graph, new Set([id('c'), id('lone'), id('a')]))).toEqual([
    id('a'),
    id('lone'),
    id('c'),
  ]);
});
