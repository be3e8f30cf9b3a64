import { describe, expect, it } from 'vitest';
import type { MacroNode, ModelNode, ParsedNode } from '../../core/node.js';
import type { PreviousNode, PreviousState } from '../../core/previous-state.js';
import { buildGraph } from '../build-graph.js';
import { model, singularTest, source } from '../testing/parsed-nodes.js';
import { createStateComparer } from './compare-state.js';

/** The model that changes. */
const base: ModelNode = {
  ...model('trusted/orders', { config: { materialized: 'table', tags: ['a'] } }),
  rawSql: "select {{ cents('x') }} from t where d > {{ var('since') }}",
  columns: [{ name: 'id', description: 'key', data_type: 'bigint', tags: [], meta: {} }],
};

function macro(name: string, macroSql: string): MacroNode {
  return {
    resourceType: 'macro',
    uniqueId: `macro.stedi.${name}`,
    name,
    packageName: 'stedi',
    path: `macros/${name}.sql`,
    fqn: ['stedi', name],
    description: '',
    tags: [],
    patchPath: null,
    arguments: [],
    macroSql,
  };
}

/** `cents` calls `times`, which reads the variable `factor`; `other` is called by nobody. */
const macros = {
  cents: '{% macro cents(c) %}{{ times(c) }}{% endmacro %}',
  times: "{% macro times(c) %}{{ c }} * {{ var('factor', 100) }}{% endmacro %}",
  other: '{% macro other() %}{% endmacro %}',
};
const vars = { since: 3, factor: 100, unused: 1 };

function toPrevious(node: Exclude<ParsedNode, { resourceType: 'exposure' }>): PreviousNode {
  const isSource = node.resourceType === 'source';
  return {
    resourceType: node.resourceType,
    fqn: node.fqn,
    rawSql: isSource ? '' : node.rawSql,
    unrenderedConfig: node.unrenderedConfig,
    relation: null,
    description: node.description,
    columns: Object.fromEntries(
      (node.resourceType === 'test' ? [] : node.columns).map((column) => [
        column.name,
        { description: column.description, dataType: column.data_type ?? null },
      ]),
    ),
    macros: isSource ? [] : node.macros,
  };
}

function stateOf(
  node: Exclude<ParsedNode, { resourceType: 'exposure' }>,
  changes: Partial<PreviousState> = {},
): PreviousState {
  return {
    folder: 'prod',
    nodes: new Map([[node.uniqueId, toPrevious(node)]]),
    macros: new Map(
      Object.entries(macros).map(([name, macroSql]) => [`macro.stedi.${name}`, macroSql]),
    ),
    vars,
    results: null,
    ...changes,
  };
}

interface Now {
  readonly node?: ParsedNode;
  readonly macros?: Partial<typeof macros>;
  readonly vars?: Readonly<Record<string, number>>;
  readonly state?: PreviousState;
}

function changesOf({ node = base, state = stateOf(base), ...now }: Now): readonly string[] {
  const graph = buildGraph({ nodes: [node], macros: [], disabled: [] });
  if (!graph.ok) throw new Error('the graph does not hold');
  const current = {
    macros: Object.entries({ ...macros, ...now.macros }).map(([name, sql]) => macro(name, sql)),
    vars: now.vars ?? vars,
  };
  return [...createStateComparer(graph.value, { state, current })(node.uniqueId)].sort();
}

const persisted = { extra: { persist_docs: { relation: true, columns: true } } };
const promised = { contract: { enforced: true } };

describe('createStateComparer', () => {
  it.each<readonly [string, Now, readonly string[]]>([
    ['nothing', {}, []],
    ['a comment', { node: { ...base, rawSql: `${base.rawSql} -- why` } }, []],
    ['white space', { node: { ...base, rawSql: base.rawSql.replace('from', '\n  from') } }, []],
    ['the body', { node: { ...base, rawSql: base.rawSql.replace('from t', 'from u') } }, ['body']],
    // what a target decides is written the same
    ['the rendered configuration', { node: { ...base, config: model('x').config } }, []],
    [
      'the written configuration',
      { node: { ...base, unrenderedConfig: { materialized: 'view', tags: ['a'] } } },
      ['configs'],
    ],
    [
      'tags, which build nothing',
      { node: { ...base, unrenderedConfig: { materialized: 'table', tags: ['b'] } } },
      [],
    ],
    [
      'the schema',
      {
        node: {
          ...base,
          unrenderedConfig: { materialized: 'table', tags: ['a'], schema: 'gold' },
        },
      },
      ['relation'],
    ],
    [
      'the rendered schema',
      { node: { ...base, relation: { ...base.relation, schema: 'ci' } } },
      [],
    ],
    ['a folder', { node: { ...base, fqn: ['stedi', 'curated', 'orders'] } }, ['fqn']],
    [
      'a macro that is called',
      { macros: { cents: '{% macro cents(c) %}1{% endmacro %}' } },
      ['macros'],
    ],
    [
      'a macro that a macro calls',
      { macros: { times: macros.times.replace('*', '+') } },
      ['macros'],
    ],
    ['a comment in a macro', { macros: { times: `${macros.times}{# why #}` } }, []],
    ['a macro that nobody calls', { macros: { other: '{% macro other() %}1{% endmacro %}' } }, []],
    ['a variable', { vars: { ...vars, since: 4 } }, ['vars']],
    ['a variable of a macro', { vars: { ...vars, factor: 1 } }, ['vars']],
    ['a variable that is gone', { vars: { factor: 100, unused: 1 } }, ['vars']],
    ['a variable that nobody reads', { vars: { ...vars, unused: 2 } }, []],
    [
      'a variable with a name that was put together',
      { node: { ...base, vars: ['unused'] }, vars: { ...vars, unused: 2 } },
      ['vars'],
    ],
    [
      "variables, with a manifest of dbt's",
      { vars: { ...vars, since: 4 }, state: stateOf(base, { vars: null }) },
      [],
    ],
    ['a description', { node: { ...base, description: 'All orders' } }, []],
    [
      'a description that is persisted',
      { node: { ...base, description: 'All', config: { ...base.config, ...persisted } } },
      ['persisted_descriptions'],
    ],
    [
      "a column's description that is persisted",
      {
        node: {
          ...base,
          columns: base.columns.map((column) => ({ ...column, description: 'no key' })),
          config: { ...base.config, ...persisted },
        },
      },
      ['persisted_descriptions'],
    ],
    ['a type', { node: { ...base, columns: [] } }, []],
    [
      'a type that is promised',
      {
        node: {
          ...base,
          columns: [],
          config: { ...base.config, extra: promised },
          unrenderedConfig: promised,
        },
        state: stateOf({ ...base, unrenderedConfig: promised }),
      },
      ['contract'],
    ],
    ['a promise', { node: { ...base, config: { ...base.config, extra: promised } } }, ['contract']],
    [
      'the columns of an external table',
      {
        node: {
          ...base,
          columns: [],
          config: { ...base.config, materialized: 'external_table' },
        },
      },
      ['body'],
    ],
    ['a node that is new', { node: model('trusted/fresh') }, ['new']],
  ])('compares %s', (_, now, expected) => {
    expect(changesOf(now)).toEqual(expected);
  });

  it('compares sources by where they are', () => {
    const events = source('raw', 'events');
    const state = stateOf(events);
    expect(changesOf({ node: events, state })).toEqual([]);
    expect(changesOf({ node: { ...events, description: 'x', columns: [] }, state })).toEqual([]);
    const moved = { ...events, unrenderedConfig: { schema: 'raw', identifier: 'events_v2' } };
    expect(changesOf({ node: moved, state })).toEqual(['relation']);
  });

  it('compares data tests', () => {
    const noLoss = { ...singularTest('no_loss', {}), rawSql: 'select 1' };
    const state = stateOf(noLoss);
    expect(changesOf({ node: { ...noLoss, rawSql: 'select 1 -- x' }, state })).toEqual([]);
    expect(changesOf({ node: { ...noLoss, rawSql: 'select 2' }, state })).toEqual(['body']);
  });
});
