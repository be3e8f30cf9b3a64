import { createHash } from 'node:crypto';
import type { JsonValue } from '../../core/node.js';
import type {
  ColumnEntry,
  FolderConfig,
  ModelEntry,
  Project,
  PropertiesFile,
  SourceEntry,
  TestEntry,
  SourceFileKind,
} from '../../core/project.js';
import type { ConfigIssue } from '../../core/config-issue.js';
import type { ParseOptions } from '../parse-options.js';
import { standInEngine } from './stand-in-engine.js';

type Mapping = Readonly<Record<string, JsonValue>>;

/** A project as tests sketch it: SQL by path, properties files as the objects that YAML would give. */
export interface ProjectSketch {
  readonly files?: Readonly<Record<string, string>>;
  readonly yaml?: Readonly<Record<string, Mapping>>;
  readonly models?: FolderSketch;
  readonly tests?: FolderSketch;
  readonly seeds?: FolderSketch;
  readonly snapshots?: FolderSketch;
  readonly vars?: Mapping;
}

/** `+key` entries are settings, others folders. */
export interface FolderSketch {
  readonly [key: string]: JsonValue | FolderSketch;
}

function kindOf(path: string): SourceFileKind {
  if (path.endsWith('.csv')) return 'seed';
  if (path.startsWith('snapshots/')) return 'snapshot';
  return path.startsWith('tests/') ? 'test' : 'model';
}

/** Returns the project `stedi` with the target schema `stedi`. */
export function sampleProject(sketch: ProjectSketch): Project {
  const files = Object.entries(sketch.files ?? {}).map(([path, content]) => ({
    path,
    kind: kindOf(path),
    content,
  }));
  return {
    root: '/project',
    name: 'stedi',
    version: '1.0.0',
    configPath: 'stedi_project.yml',
    vars: sketch.vars ?? {},
    models: folderOf(sketch.models ?? {}),
    tests: folderOf(sketch.tests ?? {}),
    seeds: folderOf(sketch.seeds ?? {}),
    snapshots: folderOf(sketch.snapshots ?? {}),
    target: {
      name: 'local',
      type: 'engine',
      schema: 'stedi',
      database: 'warehouse',
      threads: 4,
      options: {},
    },
    targetPath: 'target',
    files,
    properties: Object.entries(sketch.yaml ?? {}).map(([path, raw]) => propertiesFile(path, raw)),
    selectors: [],
    paths: {
      models: ['models'],
      macros: ['macros'],
      tests: ['tests'],
      seeds: ['seeds'],
      snapshots: ['snapshots'],
    },
  };
}

/** Returns the options of `parseProject`: the stand-in engine, a small validator, the real hash. */
export function sampleOptions(vars: Mapping = {}): ParseOptions {
  return {
    engine: standInEngine,
    context: { projectName: 'stedi', vars, env: {}, target: {} },
    validateConfig,
    hash: (text) => createHash('sha256').update(text).digest('hex'),
    md5: (text) => createHash('md5').update(text).digest('hex'),
  };
}

const labels: readonly string[] = ['enabled', 'meta', 'tags'];
const knownKeys = {
  model: ['materialized', 'schema', 'alias', 'enabled', 'tags', 'meta', 'location', 'format'],
  test: ['severity', 'where', 'limit', 'enabled', 'tags', 'meta', 'description'],
  seed: ['schema', 'alias', 'enabled', 'tags', 'meta', 'column_types', 'delimiter'],
  snapshot: [
    'strategy',
    'unique_key',
    'updated_at',
    'check_cols',
    'hard_deletes',
    'invalidate_hard_deletes',
    'dbt_valid_to_current',
    'snapshot_meta_column_names',
    'target_schema',
    'schema',
    'enabled',
    'tags',
  ],
  source: [...labels],
  exposure: [...labels],
  unit_test: [...labels],
};

const validateConfig: ParseOptions['validateConfig'] = (entries, { resource, convertible }) => {
  const issues: ConfigIssue[] = [];
  const config: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(entries)) {
    if (key === 'store_failures') {
      issues.push({ path: [key], kind: 'unsupported', message: `'${key}' is not supported yet` });
    } else if (!knownKeys[resource].includes(key)) {
      issues.push({ path: [key], kind: 'unknown-key', message: `unknown key '${key}'` });
    } else if (key === 'enabled' && typeof value !== 'boolean') {
      if (convertible?.([key]) === true) config[key] = value === 'true';
      else issues.push({ path: [key], kind: 'invalid-value', message: `'${key}' must be boolean` });
    } else config[key] = key === 'tags' ? [value].flat() : value;
  }
  return { config, issues };
};

function folderOf(sketch: FolderSketch): FolderConfig {
  const entries = Object.entries(sketch);
  return {
    settings: Object.fromEntries(
      entries.flatMap(([key, value]) => (key.startsWith('+') ? [[key.slice(1), value]] : [])),
    ),
    children: Object.fromEntries(
      entries.flatMap(([key, value]) =>
        key.startsWith('+') ? [] : [[key, folderOf(value as FolderSketch)]],
      ),
    ),
  };
}

/** A place tells its path into the file as the source line, `~` before it for a key. */
function propertiesFile(path: string, raw: Mapping): PropertiesFile {
  return {
    path,
    value: {
      models: items(raw.models).map((each, index) => modelOf(each, ['models', index])),
      sources: items(raw.sources).map((each, index) => sourceOf(each, ['sources', index])),
      seeds: items(raw.seeds).map((each, index) => modelOf(each, ['seeds', index])),
      snapshots: items(raw.snapshots).map((each, index) => ({
        ...modelOf(each, ['snapshots', index]),
        relation: typeof each.relation === 'string' ? each.relation : null,
      })),
    },
    locate(steps, { key = false } = {}) {
      let value: JsonValue | undefined = raw;
      let depth = 0;
      for (const step of steps) {
        const next: JsonValue | undefined = (value as Readonly<Record<string, JsonValue>>)[step];
        if (next === undefined || typeof value !== 'object') break;
        value = next;
        depth += 1;
      }
      const sourceLine = `${key ? '~' : ''}${steps.slice(0, depth).join('.')}`;
      return { path, line: 1, column: 1, length: sourceLine.length, sourceLine };
    },
  };
}

function items(value: JsonValue | undefined): readonly Mapping[] {
  return (value ?? []) as readonly Mapping[];
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function modelOf(raw: Mapping, yamlPath: readonly (string | number)[]): ModelEntry {
  return {
    name: text(raw.name),
    description: text(raw.description),
    config: (raw.config ?? {}) as Mapping,
    columns: columnsOf(raw, yamlPath),
    tests: testsOf(raw, yamlPath),
    yamlPath,
  };
}

function sourceOf(raw: Mapping, yamlPath: readonly (string | number)[]): SourceEntry {
  return {
    name: text(raw.name),
    schema: text(raw.schema ?? raw.name),
    database: typeof raw.database === 'string' ? raw.database : null,
    description: '',
    tables: items(raw.tables).map((table, index) => ({
      name: text(table.name),
      identifier: text(table.identifier ?? table.name),
      description: text(table.description),
      columns: columnsOf(table, [...yamlPath, 'tables', index]),
      tests: testsOf(table, [...yamlPath, 'tables', index]),
      yamlPath: [...yamlPath, 'tables', index],
    })),
    yamlPath,
  };
}

function columnsOf(raw: Mapping, yamlPath: readonly (string | number)[]): readonly ColumnEntry[] {
  return items(raw.columns).map((column, index) => ({
    name: text(column.name),
    description: text(column.description),
    ...(column.data_type !== undefined && { data_type: text(column.data_type) }),
    tags: (column.tags ?? []) as readonly string[],
    meta: {},
    tests: testsOf(column, [...yamlPath, 'columns', index]),
  }));
}

function testsOf(raw: Mapping, yamlPath: readonly (string | number)[]): readonly TestEntry[] {
  return ((raw.data_tests ?? []) as readonly JsonValue[]).map((entry, index) => {
    const path = [...yamlPath, 'data_tests', index];
    const own = { name: null, yamlPath: path, arguments: {}, config: {} };
    if (typeof entry === 'string') return { ...own, testName: entry };
    const [testName = '', body] = Object.entries(entry as Mapping)[0] ?? [];
    const { name, config, arguments: given } = (body ?? {}) as Mapping;
    return {
      ...own,
      testName,
      ...(typeof name === 'string' && { name }),
      arguments: (given ?? {}) as Mapping,
      config: (config ?? {}) as Mapping,
    };
  });
}
