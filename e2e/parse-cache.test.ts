import { afterEach, describe, expect, it } from 'vitest';
import { createProject, type TestProject } from './testing/project.js';

let project: TestProject;
afterEach(() => {
  project.remove();
});

const files = {
  'stedi_project.yml': 'name: shop\nvars:\n  unit: km\n',
  'macros/in_unit.sql':
    "{% macro in_unit(column) %}{{ column }} as {{ column }}_{{ var('unit') }}{% endmacro %}\n",
  'models/trips.sql': 'select 1 as id, 2 as distance\n',
  'models/distances.sql': "select id, {{ in_unit('distance') }} from {{ ref('trips') }}\n",
  'models/schema.yml':
    'models:\n  - name: trips\n    columns:\n      - name: id\n        data_tests: [unique, not_null]\n',
};

/** The manifest without what every invocation writes anew. */
function readManifest(): unknown {
  return JSON.parse(
    project
      .read('target/manifest.json')
      .replace(/"(generated_at|invocation_started_at|invocation_id)":"[^"]*"/g, '"$1":""')
      .replace(/"created_at":[\d.]+/g, '"created_at":0'),
  );
}

describe('parse', () => {
  it('writes the same manifest with what it kept and without, and clean removes both', () => {
    project = createProject(files);
    expect(project.run(['parse', '--no-partial-parse'])).toEqual({
      code: 0,
      stdout: 'Parsed 4 nodes to target/manifest.json.\n',
      stderr: '',
    });
    expect(project.list('target')).toEqual(['manifest.json']);
    const without = readManifest();
    for (let time = 0; time < 2; time++) {
      expect(project.run(['parse']).stderr).toBe('');
      expect(readManifest()).toEqual(without);
    }
    expect(project.list('target/.cache')).toEqual([
      'parse/captures.cache',
      'parse/listing.cache',
      'parse/project.cache',
      'parse/properties.cache',
    ]);
    const asMiles = ['compile', '--select', 'distances', '--vars', '{unit: miles}'];
    expect(project.run(asMiles).stdout).toContain('distance_miles');
    project.write(
      'macros/in_unit.sql',
      '{% macro in_unit(column) %}{{ column }} as length{% endmacro %}\n',
    );
    expect(project.run(asMiles).stdout).toContain('distance as length');
    expect(project.run(['clean']).code).toBe(0);
    expect(project.exists('target')).toBe(false);
  });

  it('leaves a manifest that is right, and puts an edited text into it', () => {
    project = createProject(files);
    const parse = (): string => {
      expect(project.run(['parse']).code).toBe(0);
      return project.read('target/manifest.json');
    };
    const first = parse();
    expect(parse()).toBe(first);
    project.write('models/trips.sql', 'select 1 as id, 22 as distance\n');
    expect(parse()).not.toBe(first);
    const edited = readManifest();
    project.run(['parse', '--no-partial-parse']);
    expect(edited).toEqual(readManifest());
    // What `compile` writes has compiled SQL in it; `parse` has none.
    project.run(['compile']);
    expect(readManifest()).not.toEqual(edited);
    parse();
    expect(readManifest()).toEqual(edited);
  });

  it('says what is wrong each time', () => {
    project = createProject({ ...files, 'models/lost.sql': "select * from {{ ref('trip') }}\n" });
    const first = project.run(['parse']);
    expect(first.code).toBe(2);
    expect(first.stderr).toContain("did you mean 'trips'?");
    expect(project.run(['parse'])).toEqual(first);
    expect(project.exists('target/manifest.json')).toBe(false);
  });
});

describe('ls', () => {
  it('prints what it prints of a project that it loads, and touches nothing', () => {
    project = createProject(files);
    const outputs = [
      ['ls'],
      ['ls', '--output', 'path', '--select', 'trips+'],
      ['ls', '--output', 'name', '--resource-type', 'test'],
      ['ls', '--output', 'json'],
      ['ls', '--output', 'json', '--output-keys', 'name raw_code', '--exclude', 'test_type:data'],
      ['ls', '--select', 'trip'],
      ['ls', '--select', 'state:modified'],
    ];
    const expectSame = (): void => {
      const kept = project.read('target/.cache/parse/listing.cache');
      for (const words of outputs) {
        expect(project.run(words)).toEqual(project.run([...words, '--no-partial-parse']));
      }
      expect(project.read('target/.cache/parse/listing.cache')).toBe(kept);
    };
    project.run(['parse']);
    expectSame();
    project.write('models/trips.sql', 'select 1 as id, 22 as distance\n');
    expectSame();
    project.write('models/third.sql', "select * from {{ ref('trips') }}\n");
    expectSame();
    expect(project.run(['ls', '--output', 'name', '--select', 'third']).stdout).toBe('third\n');
  });
});

describe('compile', () => {
  it('gives the SQL of a project that nothing is kept of, also of models below an edited one', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 150 }, (_, index) => [
        `models/m${index}.sql`,
        index === 0
          ? 'select 7 as n\n'
          : `select n, n / 2 as half from {{ ref('m${index - 1}') }}\n`,
      ]),
    );
    project = createProject({
      ...chain,
      'stedi_project.yml': `name: shop
targets:
  dev: { type: duckdb, path: target/a.duckdb, schema: dev }
  other: { type: duckdb, path: target/b.duckdb, schema: other }
target: dev
`,
    });
    const words = ['compile', '--engine', '--output', 'json'];
    const compile = (...more: readonly string[]): string => {
      const kept = project.run([...words, ...more]);
      expect(kept).toEqual(project.run([...words, ...more, '--no-partial-parse']));
      expect(kept.code).toBe(0);
      return kept.stdout;
    };
    const whole = compile();
    expect(project.list('target/.cache')).toContain('parse/translations.cache');
    expect(compile()).toBe(whole);
    project.write('models/m0.sql', 'select 7e0 as n\n');
    const edited = compile();
    // The query of the last model is what it was, and its division is another one.
    expect(edited.split('\n').at(-2)).not.toBe(whole.split('\n').at(-2));
    compile('--select', 'm149');
    expect(compile()).toBe(edited);
    compile('--target', 'other');
    project.write('models/m100.sql', "select n from {{ ref('m99') }} where nn > 1\n");
    const broken = project.run(words);
    expect(broken).toEqual(project.run([...words, '--no-partial-parse']));
    expect(broken.code).not.toBe(0);
    project.write('models/m100.sql', "select 1.5 as n from {{ ref('m99') }}\n");
    compile();
  }, 120_000);
});
