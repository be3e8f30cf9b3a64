import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../core/diagnostic.js';
import type { Graph } from '../core/graph.js';
import type { ParsedNode } from '../core/node.js';
import { buildGraph } from './build-graph.js';
import { genericTest, model, refCall, singularTest, source } from './testing/parsed-nodes.js';

function build(nodes: readonly ParsedNode[], disabled: readonly ParsedNode[] = []) {
  return buildGraph({ nodes, macros: [], disabled });
}

function graphOf(...nodes: readonly ParsedNode[]): Graph {
  const result = build(nodes);
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
}

function complaints(...nodes: readonly ParsedNode[]): readonly Diagnostic[] {
  return build(nodes).diagnostics;
}

describe('buildGraph', () => {
  it('resolves refs and sources to unique ids, each once, in the order written', () => {
    const graph = graphOf(
      model('b', { refs: ['a', 'c', 'a'], sources: [['raw', 'customer']] }),
      model('a'),
      model('c'),
      source('raw', 'customer'),
    );
    expect(graph.parents.get('model.stedi.b')).toEqual([
      'model.stedi.a',
      'model.stedi.c',
      'source.stedi.raw.customer',
    ]);
    expect(graph.children.get('source.stedi.raw.customer')).toEqual(['model.stedi.b']);
    expect(graph.modelsByName.get('a')).toBe('model.stedi.a');
    expect(graph.sourcesByName.get('raw.customer')).toBe('source.stedi.raw.customer');
  });

  it("resolves a ref with the project's own name before it", () => {
    const own = { ...refCall('a', 'models/b.sql', 1), package: 'stedi' };
    const graph = graphOf({ ...model('b'), refs: [own] }, model('a'));
    expect(graph.parents.get('model.stedi.b')).toEqual(['model.stedi.a']);
  });

  it('orders by generation, ties by project order', () => {
    const graph = graphOf(
      model('z', { refs: ['m'] }),
      model('m'),
      model('k'),
      model('y', { refs: ['k', 'm'] }),
      model('a', { refs: ['y'] }),
      genericTest('trusted', 'unique', { refs: ['k'] }),
    );
    expect(graph.order).toEqual([
      'model.stedi.m',
      'model.stedi.k',
      'model.stedi.z',
      'model.stedi.y',
      'test.stedi.unique_k.0123456789',
      'model.stedi.a',
    ]);
  });

  it('gives an empty project an empty graph', () => {
    expect(graphOf().order).toEqual([]);
  });

  it('survives a chain of 20,000 models', () => {
    const length = 20_000;
    const chain = Array.from({ length }, (_, index) =>
      model(`m${index}`, { refs: index + 1 < length ? [`m${index + 1}`] : [] }),
    );
    const { order } = graphOf(...chain);
    expect(order[0]).toBe(`model.stedi.m${length - 1}`);
    expect(order.at(-1)).toBe('model.stedi.m0');
  });

  describe('refs that cannot be resolved', () => {
    it('points at a name that is not in the project and suggests one', () => {
      expect(complaints(model('trusted/b', { refs: ['custmer'] }), model('customer'))).toEqual([
        {
          code: 'ref-not-found',
          severity: 'error',
          message: "model 'b' refs 'custmer', which is not in the project",
          location: {
            path: 'models/trusted/b.sql',
            line: 1,
            column: 13,
            length: 7,
            sourceLine: "from {{ ref('custmer') }}",
          },
          hint: "did you mean 'customer'?",
        },
      ]);
    });

    it('knows the table of a source', () => {
      const [complaint] = complaints(model('b', { refs: ['orders'] }), source('raw', 'orders'));
      expect(complaint?.hint).toBe("'orders' is a source: write source('raw', 'orders')");
    });

    it('has no hint where nothing is near', () => {
      const [complaint] = complaints(model('b', { refs: ['entirely_else'] }));
      expect(complaint).not.toHaveProperty('hint');
    });

    it('refuses another package', () => {
      const foreign = { ...refCall('a', 'models/b.sql', 1), package: 'utils' };
      const [complaint] = complaints({ ...model('b'), refs: [foreign] }, model('a'));
      expect(complaint).toMatchObject({
        code: 'ref-not-found',
        message: "model 'b' refs 'a' of the package 'utils', which is not in the project",
        hint: "the project's own models are named ref('a') or ref('stedi', 'a')",
      });
    });

    it('refuses a data test', () => {
      const test = singularTest('no_nulls', { refs: ['a'] });
      const [complaint] = complaints(model('a'), model('b', { refs: ['no_nulls'] }), test);
      expect(complaint).toMatchObject({
        code: 'ref-not-found',
        message: "model 'b' refs 'no_nulls', which is a data test",
        hint: 'only models, seeds and snapshots can be the object of a ref',
      });
    });

    it('refuses a disabled model', () => {
      const { ok, diagnostics } = build([model('b', { refs: ['a'] })], [model('old/a')]);
      expect(ok).toBe(false);
      expect(diagnostics).toMatchObject([
        {
          code: 'ref-disabled',
          severity: 'error',
          message: "model 'b' refs 'a', which is disabled",
          hint: "enable 'a', or disable 'b' as well",
          related: [{ message: 'disabled here', location: { path: 'models/old/a.sql' } }],
        },
      ]);
    });

    it('leaves out a data test of a disabled model, with a warning', () => {
      const test = genericTest('trusted', 'relationships', { refs: ['b', 'a'] });
      const result = build([model('b'), test], [model('a')]);
      expect(result.diagnostics).toMatchObject([
        {
          code: 'ref-disabled',
          severity: 'warning',
          message: "test 'relationships_b_a' refs 'a', which is disabled; the test will not run",
        },
      ]);
      expect(result.ok && result.value.order).toEqual(['model.stedi.b']);
      expect(result.ok && result.value.children.get('model.stedi.b')).toEqual([]);
    });

    it('prefers the enabled one of two models of a name', () => {
      const result = build([model('b', { refs: ['a'] }), model('a')], [model('old/a')]);
      expect(result.ok).toBe(true);
    });

    it('points at a source that is not defined', () => {
      const [typo, unknown] = complaints(
        model('b', { sources: [['raw', 'custmer']] }),
        model('c', { sources: [['elsewhere', 'thing']] }),
        source('raw', 'customer'),
      );
      expect(typo).toEqual({
        code: 'source-not-found',
        severity: 'error',
        message: "model 'b' uses the source 'raw.custmer', which is not defined",
        location: { path: 'models/b.sql', line: 9, column: 17, length: 3 },
        hint: "did you mean 'raw.customer'?",
      });
      expect(unknown?.hint).toBe('define it under `sources:` in a YAML file');
    });

    it('reports all of them, circles too', () => {
      const codes = complaints(
        model('a', { refs: ['b', 'nope_nope'] }),
        model('b', { refs: ['a'], sources: [['x', 'y']] }),
      ).map(({ code }) => code);
      expect(codes).toEqual(['ref-not-found', 'source-not-found', 'graph-cycle']);
    });
  });

  describe('circles', () => {
    it('shows the path and the place of each ref', () => {
      const [complaint, ...others] = complaints(
        model('c', { refs: ['a'] }),
        model('a', { refs: ['start', 'b'] }),
        model('b', { refs: ['c'] }),
        model('start'),
        model('after', { refs: ['c'] }),
      );
      expect(others).toEqual([]);
      expect(complaint).toMatchObject({
        code: 'graph-cycle',
        severity: 'error',
        message: 'models depend on each other in a circle: c → a → b → c',
        location: { path: 'models/c.sql', line: 1, column: 13, length: 1 },
        hint: 'remove one of these refs, or move what both need into a model of its own',
        related: [
          { message: "'a' refs 'b'", location: { path: 'models/a.sql', line: 2 } },
          { message: "'b' refs 'c'", location: { path: 'models/b.sql', line: 1 } },
        ],
      });
    });

    it('has its own words for a model that refs itself', () => {
      const [complaint] = complaints(model('a', { refs: ['a'] }));
      expect(complaint).toMatchObject({
        code: 'graph-cycle',
        message: "model 'a' refs itself",
        location: { path: 'models/a.sql', line: 1 },
        hint: 'an incremental model reads its own rows through {{ this }}',
      });
    });

    const paths = (...nodes: readonly ParsedNode[]) =>
      complaints(...nodes).map(({ message }) => message.replace(/^.*circle: /, ''));

    it.each<[string, Readonly<Record<string, readonly string[]>>, readonly string[]]>([
      ['two that share a model', { a: ['b', 'c'], b: ['a'], c: ['a'] }, ['a → b → a', 'a → c → a']],
      [
        'two that share a ref',
        { a: ['b', 'c'], b: ['d'], c: ['d'], d: ['a'] },
        ['a → b → d → a', 'a → c → d → a'],
      ],
      [
        'a short one inside a long one',
        { a: ['b'], b: ['c', 'a'], c: ['a'] },
        ['a → b → a', 'a → b → c → a'],
      ],
      ['two apart', { a: ['b'], b: ['a'], c: ['d'], d: ['c'] }, ['a → b → a', 'c → d → c']],
      [
        'two in a row',
        { a: ['b'], b: ['a', 'm'], m: ['c'], c: ['d'], d: ['c'] },
        ['a → b → a', 'c → d → c'],
      ],
    ])('reports each once: %s', (_, refs, expected) => {
      const nodes = Object.entries(refs).map(([name, names]) => model(name, { refs: names }));
      expect(paths(...nodes)).toEqual(expected);
    });

    it('survives a circle of 20,000 models, and shows where it begins and ends', () => {
      const length = 20_000;
      const ring = Array.from({ length }, (_, index) =>
        model(`m${index}`, { refs: [`m${(index + 1) % length}`] }),
      );
      const [complaint, ...others] = complaints(...ring);
      expect(others).toEqual([]);
      expect(complaint?.message).toBe(
        'models depend on each other in a circle: m0 → m1 → m2 → m3 → m4 → m5 → m6 → m7 → … 19991 more … → m19999 → m0',
      );
      expect(complaint?.related).toHaveLength(10);
    });

    it('ends early where everything refs everything', () => {
      const names = Array.from({ length: 60 }, (_, index) => `m${index}`);
      const all = names.map((name) => model(name, { refs: names.filter((each) => each !== name) }));
      expect(complaints(...all)).toHaveLength(100);
    });
  });
});
