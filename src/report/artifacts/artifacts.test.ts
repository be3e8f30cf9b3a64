import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CompiledNode } from '../../core/compiled-node.js';
import type { MacroNode } from '../../core/node.js';
import type { Project } from '../../core/project.js';
import { displayRelation } from '../../core/relation.js';
import { createRedactor } from '../redact.js';
import { graphOf, modelNode, sourceNode, testNode } from '../../core/testing/nodes.js';
import { nodeResult } from '../testing/node-result.js';
import { compiledPath } from './artifact-paths.js';
import { toManifest, type ManifestInput } from './to-manifest.js';
import { toRunResults } from './to-run-results.js';
import { createArtifactWriter, writeArtifacts, type Artifacts } from './write-artifacts.js';

const schemas = new URL('../../../../shared/dbt-schemas/', import.meta.url);
const haveSchemas = existsSync(schemas);

const invocation = {
  invocationId: '00000000-0000-4000-8000-000000000000',
  generatedAt: '2026-01-01T00:00:01.000Z',
  startedAt: '2026-01-01T00:00:00.000Z',
};

const project = {
  name: 'stedi',
  root: '/somewhere/stedi',
  targetPath: 'target',
  target: {
    name: 'local',
    type: 'embedded',
    schema: 'main',
    database: 'warehouse',
    threads: 4,
    options: {},
  },
  vars: { cutoff: 3 },
  paths: {
    models: ['models'],
    macros: ['macros'],
    tests: ['tests'],
    seeds: ['seeds'],
    snapshots: ['snapshots'],
  },
} satisfies Partial<Project>;

const landing = modelNode('customer_landing', {
  schema: 'landing',
  materialized: 'external_table',
});
const trusted = modelNode('customer_trusted', {
  extra: {
    columns: [{ name: 'email', description: 'key', data_type: 'varchar', tags: ['pii'], meta: {} }],
    refs: [{ name: 'customer_landing', location: { path: 'models/trusted/customer_trusted.sql' } }],
    sources: [{ source: 'raw', table: 'events', location: { path: 'x' } }],
    patchPath: 'models/trusted/schema.yml',
  },
});
const inline = modelNode('inline', { materialized: 'ephemeral' });
const disabled = modelNode('old', { schema: 'trusted' });
const generic = testNode('not_null_customer_trusted_email', { attachedTo: 'customer_trusted' });
const singular = testNode('one_owner');
const source = sourceNode();
const macro: MacroNode = {
  resourceType: 'macro',
  uniqueId: 'macro.stedi.cents',
  name: 'cents',
  packageName: 'stedi',
  path: 'macros/cents.sql',
  fqn: ['stedi', 'cents'],
  description: '',
  tags: [],
  patchPath: null,
  arguments: ['column'],
  macroSql: '{% macro cents(column) %}{% endmacro %}',
};

const compiledTrusted: CompiledNode = {
  node: trusted,
  compiledSql: 'select 1 -- kept',
  engineSql: 'select 1',
  toSource: () => undefined,
  diagnostics: [],
};

const manifestInput: ManifestInput = {
  project,
  graph: graphOf([source, landing, trusted, inline, generic, singular], {
    [trusted.uniqueId]: [landing.uniqueId, source.uniqueId],
    [generic.uniqueId]: [trusted.uniqueId],
  }),
  macros: [macro],
  disabled: [disabled],
  compiled: new Map([[trusted.uniqueId, compiledTrusted]]),
  renderRelation: (relation) => `"${displayRelation(relation)}"`,
  invocation,
};

function validate(schemaFile: string, value: unknown): readonly unknown[] {
  const schema = JSON.parse(readFileSync(new URL(schemaFile, schemas), 'utf8')) as object;
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  const check = ajv.compile(schema);
  return check(JSON.parse(JSON.stringify(value))) ? [] : (check.errors ?? []);
}

const results = [
  nodeResult(landing, { rowsAffected: null }),
  nodeResult(trusted, { status: 'error', message: 'no file /somewhere/stedi/data/x.json' }),
  nodeResult(generic, { status: 'fail', failures: 3, message: 'Got 3 results' }),
  nodeResult(singular, { status: 'warn', failures: 1 }),
  nodeResult(inline, { status: 'skipped', startedAt: null, completedAt: null, compiledSql: null }),
  nodeResult(disabled, { status: 'cancelled' }),
];

const runResults = toRunResults({
  results: { results, startedAt: invocation.startedAt, elapsedMs: 1234, cancelled: false },
  invocation,
  args: { which: 'build', select: ['customer_trusted'] },
  renderRelation: displayRelation,
  root: project.root,
});

describe('toManifest', () => {
  const manifest = toManifest(manifestInput);

  it.skipIf(!haveSchemas)("is valid by dbt's schema (skipped where ../shared is missing)", () => {
    expect(validate('manifest-v12.json', manifest)).toEqual([]);
  });

  it('tells the paths as dbt does', () => {
    expect(manifest).toMatchObject({
      metadata: { project_name: 'stedi', invocation_id: invocation.invocationId },
      nodes: {
        'model.stedi.customer_trusted': {
          path: 'trusted/customer_trusted.sql',
          original_file_path: 'models/trusted/customer_trusted.sql',
          patch_path: 'stedi://models/trusted/schema.yml',
          compiled_path: 'target/compiled/stedi/models/trusted/customer_trusted.sql',
          compiled_code: 'select 1 -- kept',
          relation_name: '"trusted.customer_trusted"',
          sources: [['raw', 'events']],
          depends_on: { nodes: ['model.stedi.customer_landing', 'source.stedi.raw.events'] },
        },
        'model.stedi.inline': { relation_name: null, compiled_path: null },
        'test.stedi.not_null_customer_trusted_email.0123456789': {
          path: 'not_null_customer_trusted_email.sql',
          attached_node: 'model.stedi.customer_trusted',
          column_name: 'email',
          test_metadata: { name: 'not_null' },
        },
      },
      disabled: { 'model.stedi.old': [{ name: 'old' }] },
      parent_map: { 'model.stedi.customer_landing': [] },
      child_map: { 'model.stedi.customer_landing': ['model.stedi.customer_trusted'] },
    });
  });

  it('holds no absolute path', () => {
    expect(JSON.stringify(manifest)).not.toContain(project.root);
  });
});

describe('toRunResults', () => {
  it.skipIf(!haveSchemas)("is valid by dbt's schema (skipped where ../shared is missing)", () => {
    expect(validate('run-results-v6.json', runResults)).toEqual([]);
  });

  it('uses seconds, dbt statuses and relative paths', () => {
    expect(runResults).toMatchObject({
      elapsed_time: 1.234,
      args: { which: 'build' },
      results: [
        { status: 'success', execution_time: 0.05 },
        { status: 'error', message: 'no file data/x.json' },
        { status: 'fail', failures: 3 },
        { status: 'warn' },
        { status: 'skipped', timing: [], compiled: false, relation_name: null },
        { status: 'skipped' },
      ],
    });
  });
});

describe('compiledPath', () => {
  it.each([
    [trusted, 'target/compiled/stedi/models/trusted/customer_trusted.sql'],
    [
      generic,
      'target/compiled/stedi/models/trusted/schema.yml/not_null_customer_trusted_email.sql',
    ],
    [singular, 'target/compiled/stedi/tests/one_owner.sql'],
    [
      { ...landing, path: 'models/landing.yml' },
      'target/compiled/stedi/models/landing.yml/customer_landing.sql',
    ],
    [
      { ...generic, name: '../../../etc/x y' },
      'target/compiled/stedi/models/trusted/schema.yml/__.._.._etc_x_y.sql',
    ],
  ])('%#: %s', (node, expected) => {
    expect(compiledPath(project, node)).toBe(expected);
  });

  it('shortens names that no file system takes', () => {
    const long = { ...generic, name: `${'é'.repeat(200)}a` };
    const name = compiledPath(project, long).split('/').at(-1) ?? '';
    expect(Buffer.byteLength(name)).toBeLessThan(255);
    expect(name).toMatch(/^é+_b{16}\.sql$/u);
  });
});

describe('writeArtifacts', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'stedi-artifacts-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const artifacts = (): Artifacts => ({
    project: { root, targetPath: 'target' },
    manifest: { hidden: 'a hunter2 "quoted"' },
    runResults,
    compiled: [
      { ...compiledTrusted, compiledSql: "select 'hunter2'" },
      { ...compiledTrusted, node: landing, compiledSql: '\n' },
    ],
    results: [nodeResult(trusted, { executedSql: ['begin', 'select 1 -- end;', 'commit;'] })],
    redact: createRedactor({ STEDI_ENV_SECRET_PASSWORD: 'hunter2' }),
  });
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');

  it('writes every file, without secrets and without leftovers', () => {
    expect(writeArtifacts(artifacts())).toEqual([]);
    expect(read('target/compiled/stedi/models/trusted/customer_trusted.sql')).toBe(
      "select '*****'\n",
    );
    expect(read('target/run/stedi/models/trusted/customer_trusted.sql')).toBe(
      'begin\n;\n\nselect 1 -- end\n;\n\ncommit\n;\n',
    );
    expect(existsSync(join(root, 'target/compiled/stedi/models/landing'))).toBe(false);
    expect(JSON.parse(read('target/manifest.json'))).toEqual({ hidden: 'a ***** "quoted"' });
    expect(JSON.parse(read('target/run_results.json'))).toMatchObject({ elapsed_time: 1.234 });
    expect(readdirSync(join(root, 'target')).sort()).toEqual([
      'compiled',
      'manifest.json',
      'run',
      'run_results.json',
    ]);
  });

  it('keeps the last run results when nothing ran', () => {
    writeArtifacts(artifacts());
    writeArtifacts({ ...artifacts(), runResults: null });
    expect(existsSync(join(root, 'target/run_results.json'))).toBe(true);
  });

  it('says what stands in the way, once', () => {
    writeFileSync(join(root, 'target'), 'a file');
    expect(writeArtifacts(artifacts())).toMatchObject([
      {
        code: 'write-failed',
        message: expect.stringMatching(
          /^target\/compiled\/.*customer_trusted\.sql could not be written: a .*; nor could 3 other files$/u,
        ) as string,
      },
    ]);
  });

  it('writes a file of the longest name', () => {
    const long = 'x'.repeat(251);
    const node = { ...landing, name: long, path: `models/${long}.sql` };
    const compiled = [{ ...compiledTrusted, node }];
    expect(writeArtifacts({ ...artifacts(), compiled, results: [] })).toEqual([]);
    expect(existsSync(join(root, `target/compiled/stedi/models/${long}.sql`))).toBe(true);
  });

  it('writes what it can', () => {
    mkdirSync(join(root, 'target/manifest.json'), { recursive: true });
    expect(writeArtifacts(artifacts())).toMatchObject([
      {
        message:
          'target/manifest.json could not be written: a folder stands where the file should be',
      },
    ]);
    expect(existsSync(join(root, 'target/run_results.json'))).toBe(true);
  });

  it('writes a little at a time what it is given, and tries again in the end what could not be written', () => {
    mkdirSync(join(root, 'target/a.json'), { recursive: true });
    const made: string[] = [];
    const writer = createArtifactWriter(root);
    writer.add(() => {
      made.push('first');
      return [
        { path: 'target/a.json', content: 'a' },
        { path: 'target/b.json', content: 'b' },
      ];
    });
    writer.add(() => {
      made.push('second');
      return [{ path: 'target/b.json', content: 'c' }];
    });
    expect(made).toEqual([]);
    // One file, which cannot be written yet.
    writer.writeFor(0);
    expect(existsSync(join(root, 'target/b.json'))).toBe(false);
    writer.writeFor(0);
    expect(read('target/b.json')).toBe('b');
    expect(made).toEqual(['first']);
    rmSync(join(root, 'target/a.json'), { recursive: true });
    expect(writer.end()).toEqual([]);
    expect(made).toEqual(['first', 'second']);
    expect([read('target/a.json'), read('target/b.json')]).toEqual(['a', 'c']);
    writer.writeFor(1000);
  });

  it('leaves a file that holds its text already, and replaces everything else in its place', () => {
    mkdirSync(join(root, 'target'));
    const names = ['same', 'other', 'as-long', 'link'].map((name) => `target/${name}.sql`);
    const [same = '', other = '', asLong = '', link = ''] = names;
    writeFileSync(join(root, same), 'select é');
    writeFileSync(join(root, other), 'select');
    writeFileSync(join(root, asLong), 'select ü');
    writeFileSync(join(root, 'elsewhere.sql'), 'select é');
    symlinkSync('../elsewhere.sql', join(root, link));
    const inodes = () => names.map((name) => lstatSync(join(root, name)).ino);
    const before = inodes();

    const writer = createArtifactWriter(root);
    writer.add(() => names.map((path) => ({ path, content: 'select é' })));
    expect(writer.end()).toEqual([]);

    expect(names.map(read)).toEqual(names.map(() => 'select é'));
    expect(inodes().map((inode, index) => inode === before[index])).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(lstatSync(join(root, link)).isSymbolicLink()).toBe(false);
  });
});
