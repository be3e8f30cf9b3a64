import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { configurationPage } from './configuration-page.js';
import { projectJsonSchema, propertiesJsonSchema, selectorsJsonSchema } from './json-schema.js';
import { readProperties } from './read-properties.js';
import { readSelectors } from './read-selectors.js';
import { boxType, load, writeFolder } from './testing/temp-project.js';
import { parseYaml } from './yaml-document.js';

const ajv = new Ajv({ strict: false });
const isProject = ajv.compile(projectJsonSchema([boxType]));
const isProperties = ajv.compile(propertiesJsonSchema([boxType]));
const isSelectors = ajv.compile(selectorsJsonSchema());

function parse(text: string) {
  const parsed = parseYaml(text, 'a.yml');
  if (!parsed.ok) throw new Error(text);
  return parsed.value;
}

describe('the JSON Schema of stedi_project.yml agrees with loadProject', () => {
  it.each([
    'name: a',
    'name: a\nversion: 1\nmodel-paths: [x]\nvars: {a: [1, {b: null}]}\ntests:\ntargets:',
    'name: a\nmodels: {+materialized: table, a: {b: {+tags: x, +enabled: false}, c: }}',
    'name: a\nmodels: {+enabled: "{{ x }}", +schema: "{{ x }}"}',
    'name: a\ntests: {+severity: warn, a: {+limit: 3}}',
    'name: a\ntarget: b\ntargets: {b: {type: box, path: x, threads: 2}}',
    'name: a\ntargets: {b: {type: box, size: 3, shiny: true, schema: s}}',
  ])('%j is right', async (text) => {
    expect((await load(writeFolder({ 'stedi_project.yml': text }))).ok).toBe(true);
    expect(isProject(parse(text).value), JSON.stringify(isProject.errors)).toBe(true);
  });

  it.each([
    'version: 1',
    'name: A',
    'name: a\nnme: b',
    'name: a\nmetrics: {}',
    'name: a\nmodel-paths: x',
    'name: a\nmodels: {+materialised: table}',
    'name: a\nmodels: {a: {+enabled: x}}',
    'name: a\nmodels: {a: 3}',
    'name: a\nmodels: {+severity: warn}',
    'name: a\ntests: {+severity: fatal}',
    'name: a\ntargets: {b: {type: bax}}',
    'name: a\ntargets: {b: {path: x}}',
    'name: a\ntargets: {b: {type: box, pth: x}}',
    'name: a\ntargets: {b: {type: box, threads: 0}}',
  ])('%j is wrong', async (text) => {
    expect((await load(writeFolder({ 'stedi_project.yml': text }))).ok).toBe(false);
    expect(isProject(parse(text).value)).toBe(false);
  });
});

describe('the JSON Schema of selectors.yml agrees with readSelectors', () => {
  const isRight = (text: string) => readSelectors(parse(text)).diagnostics.length === 0;
  const define = (definition: string) => `selectors: [{name: a, definition: ${definition}}]`;

  it.each([
    'version: 2\nselectors: []',
    'selectors: [{name: a, description: b, default: true, definition: "x+ y"}]',
    define('{tag: nightly}'),
    define('{config.materialized: table}'),
    define('{method: tag, value: a, parents: true, parents_depth: 1, indirect_selection: empty}'),
    define('{method: tag, value: a, childrens_parents: true, exclude: ["b", {tag: c}]}'),
    define('{union: ["a", {tag: b}, {intersection: ["c", "d"]}, {exclude: ["e"]}]}'),
  ])('%j is right', (text) => {
    expect(isRight(text)).toBe(true);
    expect(isSelectors(parse(text).value), JSON.stringify(isSelectors.errors)).toBe(true);
  });

  it.each([
    'selector: []',
    'selectors: [{name: a}]',
    'selectors: [{definition: "x"}]',
    'selectors: [{name: a, definition: "x", defualt: true}]',
    define('3'),
    define('{tga: nightly}'),
    define('{method: tag}'),
    define('{method: tag, value: a, parent: true}'),
    define('{method: tag, value: a, children_depth: all}'),
    define('{method: tag, value: a, indirect_selection: some}'),
    define('{union: "a"}'),
    define('{union: ["a"], exclude: ["b"]}'),
    define('{unoin: ["a"]}'),
  ])('%j is wrong', (text) => {
    expect(isRight(text)).toBe(false);
    expect(isSelectors(parse(text).value)).toBe(false);
  });
});

describe('the JSON Schema of properties files agrees with readProperties', () => {
  const isRight = (text: string) =>
    readProperties({ document: parse(text), extraConfigKeys: [] }).diagnostics.length === 0;

  it.each([
    'version: 2\nmodels:\nsources:\nmacros:',
    'models: [{name: a, description: b, tags: c, meta: {d: 1}, docs: {show: true}}]',
    'models: [{name: a, config: {materialized: table, enabled: "{{ x }}", unique_key: [a]}}]',
    'models: [{name: a, columns: [{name: b, data_type: c, config: {tags: [d]}}]}]',
    'models: [{name: a, data_tests: [b, {c: }, {d: {x: 1, severity: warn}}]}]',
    'models: [{name: a, tests: [{d: {arguments: {x: 1}, config: {where: y}, name: z}}]}]',
    'models: [{name: a, tests: [{test_name: b, name: c, x: 1}]}]',
    'sources: [{name: a, schema: b, database: c, tables: [{name: d, identifier: e, columns: [{name: f}]}]}]',
    'macros: [{name: a, arguments: [{name: b, type: c, description: d}]}]',
  ])('%j is right', (text) => {
    expect(isRight(text)).toBe(true);
    const document = parse(text);
    expect(isProperties(document.value), JSON.stringify(isProperties.errors)).toBe(true);
  });

  it.each([
    'model: []',
    'semantic_models: []',
    'version: 3',
    'models: {}',
    'models: [{description: a}]',
    'models: [{name: 3}]',
    'models: [{name: a, materialized: b}]',
    'models: [{name: a, config: {materialised: b}}]',
    'models: [{name: a, columns: [{nme: b}]}]',
    'models: [{name: a, tests: [3]}]',
    'models: [{name: a, tests: [{b: 1, c: 2}]}]',
    'models: [{name: a, tests: [{b: {config: {severty: warn}}}]}]',
    'sources: [{name: a, tables: [{nme: b}]}]',
    'sources: [{name: a, external: {}}]',
    'macros: [{name: a, arguments: [b]}]',
  ])('%j is wrong', (text) => {
    expect(isRight(text)).toBe(false);
    expect(isProperties(parse(text).value)).toBe(false);
  });
});

describe('the reference page', () => {
  const page = configurationPage([boxType]);

  it.each([
    '| `name` ',
    '| `config-version` | `2` ',
    '| `threads` | whole number | `4` ',
    '#### Type `box`',
    '| `size` ',
    '| `severity` ',
    '### Keys of the engines',
    '| `padding` ',
    '| `identifier` ',
  ])('has %s', (text) => {
    expect(page.replaceAll(/ {2,}/g, ' ')).toContain(text);
  });

  it('gives every key a type and a description', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    expect(rows.length).toBeGreaterThan(60);
    for (const row of rows) {
      const cells = row
        .slice(2, -2)
        .split(' | ')
        .map((cell) => cell.trim());
      expect(cells.length, row).toBeGreaterThanOrEqual(3);
      expect([cells[0], cells[1], cells.at(-1)], row).not.toContain('');
    }
  });
});
