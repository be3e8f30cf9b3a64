import { isSqlNode } from '../../core/node.js';
import type { Dialect, TableColumns, TypedColumn } from '../../core/adapter.js';
import type { Catalog } from '../../core/catalog.js';
import { errorDiagnostic, warningDiagnostic } from '../../core/diagnostic.js';
import type { Graph } from '../../core/graph.js';
import type {
  ColumnProperties,
  ModelNode,
  NodeConfig,
  ParsedNode,
  SourceNode,
  TestNode,
} from '../../core/node.js';
import { relationKey } from '../../core/relation.js';
import { failure, success } from '../../core/result.js';
import type { SqlToolkit } from '../../core/sql-toolkit.js';
import { defaultConfig } from '../../core/testing/nodes.js';
import { indexLines, locateSpan } from '../../core/text-position.js';
import type { CompileOptions } from '../compile-options.js';
import { createTemplateEngine } from '../create-template-engine.js';
import { testContext } from '../template/testing/engine.js';

const config: NodeConfig = { ...defaultConfig, materialized: 'view' };

/** A model or test as a test writes it. */
export interface TestModel {
  readonly sql: string;
  readonly config?: Partial<NodeConfig>;
  readonly columns?: readonly ColumnProperties[];
}

/** A small project in memory. */
export interface TestProject {
  readonly models?: Readonly<Record<string, TestModel | string>>;
  readonly tests?: Readonly<Record<string, string>>;
  /** Generic tests: their SQL; they are asked for in `models/schema.yml`, line 7. */
  readonly genericTests?: Readonly<Record<string, string>>;
  /** Keyed `source.table`: columns with their types. */
  readonly sources?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly macros?: string;
}

/** Returns a column as YAML declares it. */
export function columnOf(name: string, data_type?: string): ColumnProperties {
  return {
    name,
    description: '',
    tags: [],
    meta: {},
    ...(data_type !== undefined && { data_type }),
  };
}

function base(kind: string, name: string, path: string, sql: string) {
  return {
    uniqueId: `${kind}.stedi.${name}`,
    name,
    packageName: 'stedi',
    path,
    fqn: ['stedi', name],
    description: '',
    tags: [],
    patchPath: null,
    rawSql: sql,
    language: 'sql' as const,
    config,
    refs: [],
    sources: [],
    macros: [],
    vars: [],
    unrenderedConfig: {},
    checksum: '',
  };
}

function modelOf(name: string, model: TestModel | string): ModelNode {
  const { sql, config: changes, columns } = typeof model === 'string' ? { sql: model } : model;
  return {
    ...base('model', name, `models/${name}.sql`, sql),
    resourceType: 'model',
    config: { ...config, ...changes },
    columns: columns ?? [],
    relation: { database: 'warehouse', schema: 'main', identifier: name },
  };
}

function testOf(name: string, sql: string, isGeneric: boolean): TestNode {
  const path = isGeneric ? 'models/schema.yml' : `tests/${name}.sql`;
  return {
    ...base('test', name, path, sql),
    resourceType: 'test',
    generic: isGeneric
      ? {
          testName: 'not_null',
          columnName: 'id',
          attachedNode: 'model.stedi.a',
          arguments: {},
          metadata: { name: 'not_null', namespace: null, kwargs: {} },
        }
      : null,
    severity: 'error',
    location: isGeneric
      ? { path, line: 7, column: 11, sourceLine: '        - not_null' }
      : { path },
  };
}

function sourceOf(key: string, columns: Readonly<Record<string, string>>): SourceNode {
  const [sourceName = '', name = ''] = key.split('.');
  return {
    resourceType: 'source',
    uniqueId: `source.stedi.${key}`,
    name,
    packageName: 'stedi',
    path: 'models/sources.yml',
    fqn: ['stedi', sourceName, name],
    description: '',
    tags: [],
    patchPath: null,
    sourceName,
    unrenderedConfig: {},
    columns: Object.entries(columns).map(([column, type]) => columnOf(column, type)),
    relation: { database: 'warehouse', schema: sourceName, identifier: name },
  };
}

/**
 * A dialect that leaves SQL as it is but for a first line of its own, so that the way back matters. It refuses the word
 * `bad_function`, warns of `odd_function`, and knows one column, `id`, of the type that a cast to it names.
 */
export function createTestDialect(): Dialect & {
  /** The look-up given with the last query of a file. */
  readonly tableColumnsOf: ReadonlyMap<string, TableColumns | undefined>;
} {
  const tableColumnsOf = new Map<string, TableColumns | undefined>();
  return {
    name: 'test',
    tableColumnsOf,
    isolation: () => 'transaction',
    renderRelation: ({ database, schema, identifier }) =>
      [database, schema, identifier].map((part) => `"${part}"`).join('.'),
    translate(sql, { path, tableColumns }) {
      tableColumnsOf.set(path, tableColumns);
      const lines = indexLines(sql);
      const report = (word: string) =>
        [...sql.matchAll(new RegExp(word, 'g'))].map(({ index }) =>
          locateSpan(lines, path, { start: index, end: index + word.length }),
        );
      const errors = report('bad_function').map((location) =>
        errorDiagnostic('function-unknown', "there is no function 'bad_function'", {
          location,
          related: [{ message: 'see here', location }],
        }),
      );
      const warnings = report('odd_function').map((location) =>
        warningDiagnostic('function-unsupported', 'odd', { location }),
      );
      if (errors.length > 0) return failure([...errors, ...warnings]);
      const kind = /cast\(\w+ as (bigint|date)\)/i.exec(sql)?.[1];
      const columns: TypedColumn[] | undefined =
        kind === 'bigint' || kind === 'date' ? [{ name: 'id', type: { kind } }] : undefined;
      const translated = {
        sql: `-- test\n${sql}`,
        toOriginal: (line: number, column: number) =>
          line === 1 ? undefined : { line: line - 1, column },
        ...(columns && { columns }),
      };
      return success(translated, warnings);
    },
    writers: {
      insert: () => '',
      merge: () => '',
      deleteMatching: () => '',
      selectColumns: (query, columns) => `select ${columns.join()} from (${query})`,
      deleteWhere: (target, condition) => `delete ${target.identifier} where ${condition}`,
      selectWhere: (query, condition) => `${query} where ${condition}`,
      selectAll: () => '',
    },
  };
}

/** Puts CTEs before the text, each on lines of its own. */
export const addCtes: SqlToolkit['addCtes'] = (sql, ctes) => {
  const added = ctes.map(({ name, query }) => `${name} as (\n${query}\n)`).join(', ');
  const count = `with ${added}\n`.split('\n').length - 1;
  return success({
    sql: `with ${added}\n${sql}`,
    toOriginal: (line, column) => (line > count ? { line: line - count, column } : undefined),
  });
};

/** Returns a project ready to compile: its DAG is made from what the engine captures. */
export function testProject(
  project: TestProject,
  changes: Partial<Omit<CompileOptions, 'dialect'>> = {},
): CompileOptions & { readonly dialect: ReturnType<typeof createTestDialect> } {
  const created = createTemplateEngine({
    macroFiles: [{ path: 'macros/m.sql', content: project.macros ?? '' }],
    projectName: 'stedi',
  });
  if (!created.ok) throw new Error(JSON.stringify(created.diagnostics));
  const engine = created.value;
  const context = testContext();
  const nodes: readonly ParsedNode[] = [
    ...Object.entries(project.sources ?? {}).map(([key, columns]) => sourceOf(key, columns)),
    ...Object.entries(project.models ?? {}).map(([name, model]) => modelOf(name, model)),
    ...Object.entries(project.tests ?? {}).map(([name, sql]) => testOf(name, sql, false)),
    ...Object.entries(project.genericTests ?? {}).map(([name, sql]) => testOf(name, sql, true)),
  ];
  const parents = new Map(
    nodes.map((node) => {
      if (!isSqlNode(node)) return [node.uniqueId, []];
      const captured = engine.capture({ path: node.path, content: node.rawSql }, context);
      if (!captured.ok) return [node.uniqueId, []];
      return [
        node.uniqueId,
        [
          ...captured.value.refs.map(({ name }) => `model.stedi.${name}`),
          ...captured.value.sources.map(({ source, table }) => `source.stedi.${source}.${table}`),
        ],
      ];
    }),
  );
  const graph: Graph = {
    nodes: new Map(nodes.map((node) => [node.uniqueId, node])),
    parents,
    children: new Map(),
    // Tests write their models parents first.
    order: nodes.map((node) => node.uniqueId),
    modelsByName: new Map(
      nodes.flatMap((node) => (node.resourceType === 'model' ? [[node.name, node.uniqueId]] : [])),
    ),
    sourcesByName: new Map(
      nodes.flatMap((node) =>
        node.resourceType === 'source' ? [[`${node.sourceName}.${node.name}`, node.uniqueId]] : [],
      ),
    ),
  };
  const dialect = createTestDialect();
  return {
    graph,
    engine,
    context,
    addCtes,
    catalog: catalogOf([]),
    fullRefresh: false,
    ...changes,
    dialect,
  };
}

/** Returns a catalog of tables of the schema `main`, or of `schema.table`. */
export function catalogOf(
  names: readonly string[],
  { type = 'table', columns = [] }: { type?: 'table' | 'view'; columns?: readonly string[] } = {},
): Catalog {
  const relations = names.map((name) => {
    const [identifier = '', schema = 'main'] = name.split('.').reverse();
    return { database: 'warehouse', schema, identifier, type };
  });
  return {
    relations: new Map(
      relations.map((relation) => [
        relationKey(relation),
        { relation, columns: columns.map((name) => ({ name, type: 'ENGINE TYPE' })) },
      ]),
    ),
  };
}
