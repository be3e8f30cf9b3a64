import { describe, expect, it } from 'vitest';
import type { Project, PropertiesFile, SourceSettings } from '../core/project.js';
import { createDocTable, parseDocs } from './parse-docs.js';
import { readSourceDetails } from './source-details.js';
import { sampleProject } from './testing/sample-project.js';

function docsOf(content: string) {
  const project: Project = {
    ...sampleProject({}),
    files: [{ path: 'models/docs.md', kind: 'docs', content }],
  };
  const { blocks, diagnostics } = parseDocs(project);
  return { blocks, diagnostics, docs: createDocTable(blocks, project.name) };
}

describe('parseDocs', () => {
  it('returns the blocks without white space around them, what Jinja hides left out', () => {
    const { docs, blocks, diagnostics } = docsOf(
      [
        '{# {% docs hidden %} no {% enddocs %} #}',
        '{% raw %}{% docs raw %} no {% enddocs %}{% endraw %}',
        '{%- docs orders -%}',
        '# Orders',
        'with {{ braces }}',
        '{%- enddocs -%}',
        '{% docs empty %}{% enddocs %}',
      ].join('\n'),
    );
    expect(diagnostics).toEqual([]);
    expect(blocks.map(({ uniqueId, contents }) => [uniqueId, contents])).toEqual([
      ['doc.stedi.orders', '# Orders\nwith {{ braces }}'],
      ['doc.stedi.empty', ''],
    ]);
    expect(docs.find({ name: 'orders', package: 'stedi' })).toMatchObject({
      block: { name: 'orders' },
    });
    expect(docs.find({ name: 'orders', package: 'other' })).toMatchObject({
      problem: { code: 'doc-not-found' },
    });
  });

  it('refuses two blocks of one name, and one without a name', () => {
    expect(
      docsOf('{% docs a %}1{% enddocs %}{% docs a %}2{% enddocs %}').diagnostics,
    ).toMatchObject([{ code: 'duplicate-name', location: { line: 1, column: 27 } }]);
    expect(docsOf('{% docs %}1{% enddocs %}').diagnostics).toMatchObject([{ code: 'doc-invalid' }]);
  });
});

const properties: PropertiesFile = {
  path: 'models/sources.yml',
  value: { models: [], sources: [], seeds: [] },
  locate: (path) => ({ path: 'models/sources.yml', sourceLine: path.join('.') }),
};
const silent: SourceSettings = { tags: [], meta: {}, freshnessPath: [] };

function detailsOf(source: Partial<SourceSettings>, table: Partial<SourceSettings>) {
  const entry = {
    name: 'orders',
    identifier: 'orders',
    columns: [],
    tests: [],
    yamlPath: ['table'],
  };
  return readSourceDetails(
    {
      ...{ name: 'raw', schema: 'raw', database: null, description: '', tables: [] },
      ...{ yamlPath: ['source'], settings: { ...silent, ...source } },
    },
    { ...entry, description: '', settings: { ...silent, ...table } },
    properties,
  );
}

describe('readSourceDetails', () => {
  const day = { count: 1, period: 'day' };

  it.each([
    [{ warn_after: day }, undefined, { warnAfter: day, errorAfter: undefined, filter: null }],
    [{ warn_after: day }, null, null],
    [undefined, undefined, null],
    [{ warn_after: day }, { warn_after: null }, null],
    [
      { warn_after: day, filter: 'a' },
      { error_after: day, filter: 'b' },
      { warnAfter: day, errorAfter: day, filter: 'b' },
    ],
    [
      { warn_after: day },
      { warn_after: { count: 3 } },
      { warnAfter: { count: 3, period: 'day' }, errorAfter: undefined, filter: null },
    ],
    [{ filter: 'a' }, undefined, null],
  ])('merges the freshness %j of a source with %j of its table', (source, table, merged) => {
    const { details, diagnostics } = detailsOf(
      source === undefined ? {} : { freshness: source },
      table === undefined ? {} : { freshness: table },
    );
    expect(diagnostics).toEqual([]);
    expect(details.freshness).toEqual(merged);
  });

  it('has what a table says of its files before what its source says', () => {
    const { details, written } = detailsOf(
      { files: { external_location: '{name}.csv', formatter: 'oldstyle' } },
      { files: { formatter: 'newstyle' } },
    );
    const files = { external_location: '{name}.csv', formatter: 'newstyle' };
    expect(details.files).toEqual(files);
    expect(written).toEqual(files);
    expect(detailsOf({}, {}).details).not.toHaveProperty('files');
  });

  it('refuses a limit without a period, and two ways to tell when a table was loaded', () => {
    expect(
      detailsOf({}, { freshness: { warn_after: { count: 3 } }, freshnessPath: ['here'] })
        .diagnostics,
    ).toMatchObject([{ code: 'config-invalid-value', location: { sourceLine: 'here' } }]);
    expect(
      detailsOf({}, { loadedAtField: 'a', loadedAtQuery: 'select 1' }).diagnostics,
    ).toMatchObject([{ code: 'config-conflict' }]);
  });

  it('lets the table go before its source', () => {
    const above = { loadedAtField: 'at', tags: ['a'], meta: { x: 1, y: 1 }, loader: 'one' };
    expect(detailsOf(above, { tags: ['b'], meta: { y: 2 } })).toMatchObject({
      tags: ['a', 'b'],
      details: {
        loadedAtField: 'at',
        meta: { x: 1, y: 2 },
        sourceMeta: { x: 1, y: 1 },
        loader: 'one',
      },
    });
    expect(detailsOf(above, { loadedAtField: null }).details.loadedAtField).toBeNull();
    expect(detailsOf({ loadedAtQuery: 'select 1' }, { loadedAtField: 'at' }).details).toMatchObject(
      { loadedAtField: 'at', loadedAtQuery: null },
    );
  });
});
