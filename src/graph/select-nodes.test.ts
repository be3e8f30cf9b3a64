import { describe, expect, it } from 'vitest';
import type { Graph } from '../core/graph.js';
import {
  resourceTypeNames,
  selectorMethodNames,
  type IndirectSelection,
} from '../core/selector-definition.js';
import { buildGraph } from './build-graph.js';
import { selectNodes, type SelectOptions } from './select-nodes.js';
import { genericTest, model, singularTest, source } from './testing/parsed-nodes.js';

/**
 * A diamond: `top` needs `left` and `right`, which need `base`, which needs the source `raw.files`. Tests hang on
 * `base`, on `left` and `right` together, and on `top`; `lone` stands apart.
 */
const names: Readonly<Record<string, string>> = {
  'source.stedi.raw.files': 'files',
  'model.stedi.base': 'base',
  'model.stedi.left': 'left',
  'model.stedi.right': 'right',
  'model.stedi.top': 'top',
  'model.stedi.lone': 'lone',
  'test.stedi.unique_base.0123456789': 'u_base',
  'test.stedi.relationships_left_right.0123456789': 'r_left_right',
  'test.stedi.no_loss': 's_top',
};
const everything = [
  'files',
  'base',
  'left',
  'right',
  'top',
  'lone',
  'u_base',
  'r_left_right',
  's_top',
];

function diamond(): Graph {
  const result = buildGraph({
    macros: [],
    disabled: [],
    nodes: [
      source('raw', 'files'),
      model('landing/base', {
        sources: [['raw', 'files']],
        config: {
          materialized: 'table',
          tags: ['nightly', 'raw'],
          meta: { owner: 'ann', pii: true },
        },
        patchPath: 'models/landing/_models.yml',
      }),
      model('trusted/left', {
        refs: ['base'],
        config: { tags: ['nightly'], unique_key: ['id', 'day'] },
      }),
      model('trusted/deep/right', {
        refs: ['base'],
        config: { materialized: 'incremental', rank: 3 },
      }),
      model('curated/top', {
        refs: ['left', 'right'],
        config: { tags: ['weekly'], schema: 'gold' },
      }),
      model('lone'),
      genericTest('landing', 'unique', { refs: ['base'] }),
      genericTest('trusted', 'relationships', { refs: ['left', 'right'], severity: 'warn' }),
      singularTest('no_loss', { refs: ['top'], config: { tags: ['weekly'] } }),
    ],
  });
  if (!result.ok) throw new Error('the diamond does not hold');
  return result.value;
}

const graph = diamond();

function select(options: SelectOptions) {
  const result = selectNodes(graph, options);
  const ids = result.ok ? [...result.value] : [];
  return {
    ok: result.ok,
    names: ids.map((id) => names[id]).sort(),
    diagnostics: result.diagnostics,
  };
}

type Case = readonly [string | readonly string[], readonly string[]];
const listed = (value: string | readonly string[]) => (typeof value === 'string' ? [value] : value);

describe('selectNodes', () => {
  it.each<Case>([
    // names: tests come along with any of their parents
    ['top', ['top', 's_top']],
    ['base', ['base', 'u_base']],
    ['left', ['left', 'r_left_right']],
    ['lone', ['lone']],
    ['no_loss', ['s_top']],
    ['unique_base', ['u_base']],
    ['fqn:top', ['top', 's_top']],
    // folders and qualified names
    ['trusted', ['left', 'right', 'r_left_right']],
    ['stedi.trusted', ['left', 'right', 'r_left_right']],
    ['trusted.deep', ['right', 'r_left_right']],
    ['trusted.left', ['left', 'r_left_right']],
    ['stedi.trusted.deep.right', ['right', 'r_left_right']],
    ['stedi', everything.filter((name) => name !== 'files')],
    // union
    [
      ['top', 'lone'],
      ['top', 's_top', 'lone'],
    ],
    ['top lone', ['top', 's_top', 'lone']],
    [' top \n lone ', ['top', 's_top', 'lone']],
    [
      ['top lone', 'base'],
      ['top', 's_top', 'lone', 'base', 'u_base'],
    ],
    // intersection; tests come along before it
    ['tag:nightly,trusted', ['left', 'r_left_right']],
    ['left,right', ['r_left_right']],
    ['left+,right+', ['top', 's_top', 'r_left_right']],
    ['+top,tag:nightly,landing', ['base', 'u_base']],
    ['base,tag:nightly lone', ['base', 'u_base', 'lone']],
    // neighbours
    ['+left', ['files', 'base', 'left', 'u_base', 'r_left_right']],
    ['left+', ['left', 'top', 'r_left_right', 's_top']],
    ['+left+', ['files', 'base', 'left', 'top', 'u_base', 'r_left_right', 's_top']],
    ['1+top', ['left', 'right', 'top', 'r_left_right', 's_top']],
    ['2+top', ['base', 'left', 'right', 'top', 'u_base', 'r_left_right', 's_top']],
    ['3+top', ['files', 'base', 'left', 'right', 'top', 'u_base', 'r_left_right', 's_top']],
    ['base+1', ['base', 'left', 'right', 'u_base', 'r_left_right']],
    ['base+2', ['base', 'left', 'right', 'top', 'u_base', 'r_left_right', 's_top']],
    ['1+left+1', ['base', 'left', 'top', 'u_base', 'r_left_right', 's_top']],
    ['0+top', ['top', 's_top']],
    ['@left', ['files', 'base', 'left', 'right', 'top', 'u_base', 'r_left_right', 's_top']],
    ['@lone', ['lone']],
    ['@source:raw', everything.filter((name) => name !== 'lone')],
    ['1+tag:weekly', ['left', 'right', 'top', 'r_left_right', 's_top']],
    ['+no_loss', everything.filter((name) => name !== 'lone')],
    // wildcards
    ['l*', ['lone', 'base', 'u_base']],
    ['*e*t', ['left', 'right', 'r_left_right']],
    ['*.?op', ['top', 's_top']],
    ['lo?e', ['lone']],
    ['[bl]*e', ['base', 'lone', 'u_base']],
    ['curated.[!a-s]op', ['top', 's_top']],
    ['trusted.*', ['left', 'right', 'r_left_right']],
    ['trusted.d*', ['right', 'r_left_right']],
    ['*.deep.*', ['right', 'r_left_right']],
    ['stedi.*.top', ['top', 's_top']],
    ['tag:night*', ['base', 'left', 'u_base', 'r_left_right']],
    // methods
    ['tag:nightly', ['base', 'left', 'u_base', 'r_left_right']],
    ['path:models/trusted', ['left', 'right', 'r_left_right']],
    ['path:models/trusted/', ['left', 'right', 'r_left_right']],
    ['path:./models/curated/top.sql', ['top', 's_top']],
    ['path:models/*/left.sql', ['left', 'r_left_right']],
    ['path:models/**/right.sql', ['right', 'r_left_right']],
    ['path:models/landing/_models.yml', ['base', 'u_base']],
    ['path:tests', ['s_top']],
    ['path:.', everything],
    ['models/trusted', ['left', 'right', 'r_left_right']],
    ['models\\curated', ['top', 's_top']],
    ['+models/curated/top.sql', everything.filter((name) => name !== 'lone')],
    ['file:top.sql', ['top', 's_top']],
    ['file:t*.sql', ['top', 's_top']],
    ['file:top', ['top', 's_top']],
    ['top.sql', ['top', 's_top']],
    ['file:sources.yml', ['files']],
    ['source:raw', ['files']],
    ['source:raw.files', ['files']],
    ['source:stedi.raw.f*', ['files']],
    ['source:raw+', everything.filter((name) => name !== 'lone')],
    ['source:raw.files+1', ['files', 'base', 'u_base']],
    ['config.materialized:incremental', ['right', 'r_left_right']],
    ['config.materialized:test', ['u_base', 'r_left_right', 's_top']],
    ['config.schema:gold', ['top', 's_top']],
    ['config.tags:weekly', ['top', 's_top']],
    ['config.unique_key:day', ['left', 'r_left_right']],
    ['config.meta.owner:ann', ['base', 'u_base']],
    ['config.meta.pii:True', ['base', 'u_base']],
    ['config.rank:3', ['right', 'r_left_right']],
    ['config.severity:warn', ['r_left_right']],
    ['config.severity:WARN', ['r_left_right']],
    ['access:protected,top', ['top', 's_top']],
    ['version:none,lone', ['lone']],
    ['test_type:schema', ['u_base', 'r_left_right']],
    ['resource_type:model', everything.filter((name) => name !== 'files')],
    ['resource_type:source', ['files']],
    ['resource_type:test', ['u_base', 'r_left_right', 's_top']],
    ['test_type:generic', ['u_base', 'r_left_right']],
    ['test_type:singular', ['s_top']],
    ['test_type:data', ['u_base', 'r_left_right', 's_top']],
    ['test_name:unique', ['u_base']],
    ['test_name:rel*', ['r_left_right']],
    ['top,test_type:singular', ['s_top']],
    ['package:stedi', everything],
    ['package:this', everything],
  ])('selects by %j', (selector, expected) => {
    expect(select({ select: listed(selector) })).toEqual({
      ok: true,
      names: [...expected].sort(),
      diagnostics: [],
    });
  });

  it.each<readonly [string | readonly string[], string | readonly string[], readonly string[]]>([
    [[], [], everything],
    [[], 'top', everything.filter((name) => name !== 'top' && name !== 's_top')],
    [[], ['trusted', 'landing'], ['files', 'top', 's_top', 'lone']],
    [
      [],
      'tag:nightly,trusted',
      everything.filter((name) => name !== 'left' && name !== 'r_left_right'),
    ],
    [[], 'resource_type:test', ['files', 'base', 'left', 'right', 'top', 'lone']],
    // a test goes with any excluded parent
    ['left right', 'right', ['left']],
    ['+top', '1+top', ['files', 'base', 'u_base']],
    ['tag:weekly', 'test_type:singular', ['top']],
    ['@left', 'source:raw', ['base', 'left', 'right', 'top', 'u_base', 'r_left_right', 's_top']],
  ])('selects by %j without %j', (selector, exclude, expected) => {
    expect(select({ select: listed(selector), exclude: listed(exclude) })).toEqual({
      ok: true,
      names: [...expected].sort(),
      diagnostics: [],
    });
  });

  // dbt's four ways, on the diamond: `r_left_right` reads both sides.
  it.each<readonly [string | readonly string[], string, IndirectSelection, readonly string[]]>([
    ['left', '', 'eager', ['left', 'r_left_right']],
    ['left', '', 'cautious', ['left']],
    ['left', '', 'buildable', ['left']],
    ['left', '', 'empty', ['left']],
    ['base', '', 'cautious', ['base', 'u_base']],
    ['base', '', 'empty', ['base']],
    // the other parent comes from another word
    ['left right', '', 'cautious', ['left', 'right', 'r_left_right']],
    [['left', 'right'], '', 'cautious', ['left', 'right', 'r_left_right']],
    ['left right', '', 'empty', ['left', 'right']],
    // buildable: a parent may also lie above what is selected
    ['top', '', 'buildable', ['top', 's_top']],
    ['top left', '', 'cautious', ['top', 'left', 's_top']],
    ['top left', '', 'buildable', ['top', 'left', 's_top', 'r_left_right']],
    // tests that are named need no parents
    ['test_name:relationships', '', 'empty', ['r_left_right']],
    ['left,tag:nightly', '', 'cautious', ['left']],
    // what is excluded takes only those tests along that it would have brought
    ['left right', 'right', 'eager', ['left']],
    ['left base', 'base', 'cautious', ['left']],
    ['trusted', 'test_type:generic', 'cautious', ['left', 'right']],
  ])('selects by %j without %j, %s', (selector, exclude, indirectSelection, expected) => {
    const options = { select: listed(selector), indirectSelection };
    expect(select(exclude === '' ? options : { ...options, exclude: [exclude] }).names).toEqual(
      [...expected].sort(),
    );
  });

  it('keeps only the resource types asked for', () => {
    expect(select({ select: ['+top'], resourceTypes: ['model'] }).names).toEqual([
      'base',
      'left',
      'right',
      'top',
    ]);
    expect(select({ resourceTypes: ['test', 'source'] }).names).toEqual([
      'files',
      'r_left_right',
      's_top',
      'u_base',
    ]);
    expect(select({ select: ['left+'], excludeResourceTypes: ['test'] }).names).toEqual([
      'left',
      'top',
    ]);
  });

  it('returns the nodes in topological order', () => {
    const result = selectNodes(graph, { select: ['top', 'left', 'base', 'right'] });
    const order = result.ok ? [...result.value].map((id) => names[id]) : [];
    expect(order).toEqual(['base', 'left', 'right', 'u_base', 'top', 'r_left_right', 's_top']);
  });

  describe('selector-invalid', () => {
    const methods = `the methods are ${selectorMethodNames.join(', ')}`;
    const kinds = `the values of resource_type are ${resourceTypeNames.join(', ')}`;

    it.each<
      readonly [string, string, string | undefined, readonly [column: number, length: number]]
    >([
      ['', 'expected a selector, found nothing', 'name a model, or leave --select out', [1, 1]],
      ['  ', 'expected a selector, found nothing', 'name a model, or leave --select out', [1, 1]],
      ['+', 'expected a name or `method:value`', undefined, [2, 1]],
      ['top,', 'expected a name or `method:value`', undefined, [5, 1]],
      ['top,,left', 'expected a name or `method:value`', undefined, [5, 1]],
      ['lone tag:', "expected a value after 'tag:'", undefined, [10, 1]],
      ['lone tagg:x', "'tagg' is not a selector method", "did you mean 'tag'?", [6, 4]],
      ['top,2+quality:x', "'quality' is not a selector method", methods, [7, 7]],
      [
        'state:modified+',
        "the selector method 'state' compares with another state, and none was given",
        'name a folder with an earlier manifest.json: --state <folder>',
        [1, 14],
      ],
      [
        'state:modified.bodi',
        "'modified.bodi' is not a value of state",
        "did you mean 'modified.body'? (the values of state are new, old, modified, unmodified, modified.body, modified.configs, modified.relation, modified.persisted_descriptions, modified.macros, modified.contract)",
        [1, 19],
      ],
      [
        'result:error',
        "the selector method 'result' compares with another state, and none was given",
        'name a folder with an earlier run_results.json: --state <folder>',
        [1, 12],
      ],
      [
        'source_status:fresher+',
        "the selector method 'source_status' compares with another state, and none was given",
        'name a folder with an earlier sources.json: --state <folder>',
        [1, 21],
      ],
      [
        'selector:x',
        "there is no selector 'x'",
        'selectors are defined in selectors.yml beside the project file, which is not there',
        [1, 10],
      ],
      [
        'lone @top+1',
        '`@` before a selector and `+` after it contradict each other',
        'leave one of them out: `@` already takes the descendants',
        [6, 6],
      ],
      [
        'config:table',
        'expected a configuration key',
        'write config.<key>:table, for example config.materialized:table',
        [1, 12],
      ],
      ['tag.x:y', "the selector method 'tag' takes no '.x'", 'write tag:y', [1, 7]],
      [
        'resource_type:modell',
        "'modell' is not a value of resource_type",
        `did you mean 'model'? (${kinds})`,
        [1, 20],
      ],
      [
        'test_type:slow',
        "'slow' is not a value of test_type",
        'the values of test_type are generic, singular, data, unit, schema',
        [1, 14],
      ],
      [
        'source:a.b.c.d',
        "'a.b.c.d' is not the name of a source",
        'write source:name, source:name.table or source:package.name.table',
        [1, 14],
      ],
    ])('%j', (selector, message, hint, [column, length]) => {
      const { ok, diagnostics } = select({ select: [selector] });
      expect(ok).toBe(false);
      expect(diagnostics).toEqual([
        {
          code: 'selector-invalid',
          severity: 'error',
          message,
          location: { path: '--select', line: 1, column, length, sourceLine: selector },
          ...(hint !== undefined && { hint }),
        },
      ]);
    });

    it('reports all mistakes of both flags', () => {
      const { diagnostics } = select({ select: ['a:b', 'c:d e:'], exclude: ['+'] });
      expect(diagnostics.map(({ location }) => [location?.path, location?.column])).toEqual([
        ['--select', 1],
        ['--select', 1],
        ['--select', 7],
        ['--exclude', 2],
      ]);
    });

    it('shows a value over several lines as one', () => {
      const [complaint] = select({ select: ['top\n\ttga:x'] }).diagnostics;
      expect(complaint?.location).toMatchObject({ column: 6, sourceLine: 'top  tga:x' });
    });
  });

  describe('selection-empty', () => {
    const ls = '`stedi-sql ls` lists what there is to select';

    it.each<readonly [string, string, string, number]>([
      ['lefd', 'lefd', "did you mean 'left'?", 1],
      ['lone 2+trustd+', 'trustd', "did you mean 'trusted'?", 8],
      ['tag:nigthly', 'nigthly', "did you mean 'nightly'?", 5],
      ['source:raw.file', 'raw.file', "did you mean 'raw.files'?", 8],
      ['models/trustet', 'models/trustet', "did you mean 'models/trusted'?", 1],
      ['tpo.sql', 'tpo.sql', "did you mean 'top.sql'?", 1],
      ['test_name:uniqe', 'uniqe', "did you mean 'unique'?", 11],
      ['entirely_else', 'entirely_else', ls, 1],
      ['zz*', 'zz*', ls, 1],
      ['config.materialized:seed', 'seed', ls, 21],
      ['config.meta.owner.name:ann', 'ann', ls, 24],
      ['files', 'files', ls, 1],
      ['exposure:x', 'x', ls, 10],
      ['group:x', 'x', ls, 7],
      ['unit_test:x', 'x', ls, 11],
      ['version:latest', 'latest', ls, 9],
      ['resource_type:seed', 'seed', ls, 15],
    ])('warns of %j', (selector, value, hint, column) => {
      const { ok, diagnostics } = select({ select: [selector] });
      expect(ok).toBe(true);
      expect(diagnostics).toEqual([
        {
          code: 'selection-empty',
          severity: 'warning',
          message: `'${value}' matches nothing`,
          location: {
            path: '--select',
            line: 1,
            column,
            length: value.length,
            sourceLine: selector,
          },
          hint,
        },
      ]);
    });

    it('warns of an exclusion that excludes nothing', () => {
      const { names: selected, diagnostics } = select({ exclude: ['lefd'] });
      expect(selected).toHaveLength(everything.length);
      expect(diagnostics).toMatchObject([
        { code: 'selection-empty', location: { path: '--exclude' }, hint: "did you mean 'left'?" },
      ]);
    });

    it.each<readonly [SelectOptions, string]>([
      [{ select: ['left,lone'] }, 'the selection is empty'],
      [{ select: ['lone'], exclude: ['lone'] }, 'the selection is empty'],
      [{ select: ['lone'], resourceTypes: ['test'] }, 'the selection holds no tests'],
      [
        { select: ['source:raw'], resourceTypes: ['model', 'test'] },
        'the selection holds no models or tests',
      ],
      [{ select: ['lone'], resourceTypes: ['unit_test'] }, 'the selection holds no unit tests'],
    ])('warns of %j', (options, message) => {
      expect(select(options)).toEqual({
        ok: true,
        names: [],
        diagnostics: [{ code: 'selection-empty', severity: 'warning', message, hint: ls }],
      });
    });

    it('warns of a project without models', () => {
      const empty = buildGraph({ nodes: [], macros: [], disabled: [] });
      const result = empty.ok && selectNodes(empty.value, {});
      expect(result).toMatchObject({
        ok: true,
        diagnostics: [{ message: 'the project is empty' }],
      });
    });
  });

  it('selects among 10,000 models by a thousand names', () => {
    const models = Array.from({ length: 10_000 }, (_, index) =>
      model(`zone${index % 10}/m${index}`, { refs: index < 10 ? [] : [`m${index - 10}`] }),
    );
    const large = buildGraph({ nodes: models, macros: [], disabled: [] });
    if (!large.ok) throw new Error('the graph does not hold');
    const wanted = Array.from({ length: 1000 }, (_, index) => `m${index * 7}`).join(' ');
    const result = selectNodes(large.value, { select: [`${wanted} +m9999`] });
    expect(result.ok && result.value.size).toBe(1000 + 1000 - 100);
  });
});
