import { describe, expect, it } from 'vitest';
import { modelNode } from '../core/testing/nodes.js';
import type { Plan, PlannedNode } from '../core/plan.js';
import { createSchedule } from './schedule.js';

/** A plan of models, in this order, each with the models that it waits for. */
function planOf(parents: Readonly<Record<string, readonly string[]>>): Plan {
  const idOf = (name: string): string => modelNode(name).uniqueId;
  const nodes = Object.entries(parents).map(([name, waitsFor]): PlannedNode => ({
    uniqueId: idOf(name),
    node: modelNode(name),
    dependsOn: waitsFor.map(idOf),
    steps: [],
    engineSql: '',
    toSource: () => undefined,
    compiledSql: '',
  }));
  return { nodes, diagnostics: [] };
}

const diamond = planOf({ short: [], long: [], middle: ['long'], end: ['middle', 'short'] });

const namesOf = (nodes: readonly PlannedNode[]): readonly string[] =>
  nodes.map(({ node }) => node.name);

/** Runs a plan one node after another and returns the order. */
function runThrough(plan: Plan, options: Parameters<typeof createSchedule>[1]): readonly string[] {
  const schedule = createSchedule(plan, options);
  const order: PlannedNode[] = [];
  for (let next = schedule.take(); next !== undefined; next = schedule.take()) {
    order.push(next);
    schedule.release(next.uniqueId);
  }
  expect(schedule.isEmpty()).toBe(true);
  return namesOf(order);
}

describe('what starts first', () => {
  it('is the node with the most nodes behind it', () => {
    expect(runThrough(diamond, { threads: 2, expectedMs: new Map() })).toEqual([
      'long',
      'short',
      'middle',
      'end',
    ]);
  });

  it('is the node with the longest time behind it, where the times are known', () => {
    const expectedMs = new Map([
      [modelNode('short').uniqueId, 5000],
      [modelNode('long').uniqueId, 10],
      [modelNode('middle').uniqueId, 10],
    ]);
    expect(runThrough(diamond, { threads: 2, expectedMs })[0]).toBe('short');
  });

  it('is of ways of equal length the one that more nodes wait for, near or far', () => {
    const plan = planOf({
      narrow: [],
      wide: [],
      next: ['narrow'],
      left: ['wide'],
      right: ['wide'],
      end: ['next', 'left'],
      // Told once, though two ways lead there.
      other: ['left', 'right'],
    });
    const order = runThrough(plan, { threads: 2, expectedMs: new Map() });
    expect(order.slice(0, 3)).toEqual(['wide', 'narrow', 'left']);
    const many = planOf(
      Object.fromEntries(
        Array.from({ length: 80 }, (_, index) => [
          `model_${index}`,
          index < 40 ? [] : index < 79 ? ['model_39'] : ['model_38'],
        ]),
      ),
    );
    expect(runThrough(many, { threads: 2, expectedMs: new Map() }).slice(0, 2)).toEqual([
      'model_39',
      'model_38',
    ]);
  });

  it('is the first of the plan with one thread, and among equals', () => {
    const inOrder = ['short', 'long', 'middle', 'end'];
    expect(runThrough(diamond, { threads: 1, expectedMs: new Map() })).toEqual(inOrder);
    const equals = planOf({ b: [], a: [], c: [] });
    expect(runThrough(equals, { threads: 2, expectedMs: new Map() })).toEqual(['b', 'a', 'c']);
  });
});

it('gives a node only when all that it waits for has ended', () => {
  const schedule = createSchedule(diamond, { threads: 4, expectedMs: new Map() });
  expect(namesOf([schedule.take(), schedule.take()].flatMap((each) => each ?? []))).toEqual([
    'long',
    'short',
  ]);
  expect(schedule.take()).toBeUndefined();
  schedule.release(modelNode('short').uniqueId);
  expect(schedule.take()).toBeUndefined();
  schedule.release(modelNode('long').uniqueId);
  expect(schedule.take()?.node.name).toBe('middle');
});

it('takes out what waits for a failed node, directly or not, and nothing else', () => {
  const schedule = createSchedule(diamond, { threads: 4, expectedMs: new Map() });
  expect(schedule.take()?.node.name).toBe('long');
  expect(namesOf(schedule.takeBlocked(modelNode('long').uniqueId))).toEqual(['middle', 'end']);
  expect(schedule.take()?.node.name).toBe('short');
  schedule.release(modelNode('short').uniqueId);
  expect(schedule.take()).toBeUndefined();
  expect(schedule.isEmpty()).toBe(true);
});

it('takes out the rest in the order of the plan', () => {
  const schedule = createSchedule(diamond, { threads: 4, expectedMs: new Map() });
  schedule.take();
  expect(namesOf(schedule.takeRest())).toEqual(['short', 'middle', 'end']);
  expect(schedule.take()).toBeUndefined();
  expect(schedule.isEmpty()).toBe(true);
});
