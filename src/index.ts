/**
 * stedi-sql as a library: the stages of the command as functions, and by themselves `translateSql` and `openDuckDb`, for
 * Athena's SQL on DuckDB without a project.
 *
 * Every function that can meet a user's mistake returns a `Result`: a value, or the errors that prevented one, in both
 * cases with all diagnostics. Exceptions are bugs. Durations are in milliseconds and say so in their names.
 *
 * @example Build a project
 * ```ts
 * import {
 *   createProjectCompiler,
 *   createSqlToolkit,
 *   createDuckDbDialect,
 *   executePlan,
 *   formatDiagnostics,
 *   loadProjectGraph,
 *   openWarehouse,
 *   planRun,
 *   selectNodes,
 * } from 'stedi-sql';
 *
 * const loaded = await loadProjectGraph({ cwd: process.cwd(), env: process.env });
 * if (!loaded.ok) throw new Error(formatDiagnostics(loaded.diagnostics, { color: false }));
 * const { graph, project } = loaded.value;
 *
 * const selected = selectNodes(graph, { select: ['+people'], resourceTypes: ['model', 'test'] });
 * if (!selected.ok) throw new Error(formatDiagnostics(selected.diagnostics, { color: false }));
 *
 * const toolkit = createSqlToolkit();
 * const dialect = createDuckDbDialect(toolkit);
 * const opened = await openWarehouse(loaded.value, { dialect });
 * if (!opened.ok) throw new Error(formatDiagnostics(opened.diagnostics, { color: false }));
 * const { adapter, catalog } = opened.value;
 *
 * const compiler = createProjectCompiler(loaded.value, { toolkit, dialect, catalog, fullRefresh: false });
 * const compiled = compiler.compileNodes(selected.value);
 * if (!compiled.ok) throw new Error(formatDiagnostics(compiled.diagnostics, { color: false }));
 *
 * const plan = planRun({
 *   graph,
 *   selection: selected.value,
 *   compiled: new Map(compiled.value.map((each) => [each.node.uniqueId, each])),
 *   catalog,
 *   dialect,
 *   capabilities: adapter.capabilities,
 *   command: 'build',
 *   auditGate: true,
 *   fullRefresh: false,
 *   runStartedAt: new Date().toISOString(),
 *   compileAudit: (test, relations) => compiler.compileTest(test, relations),
 * });
 * if (!plan.ok) throw new Error(formatDiagnostics(plan.diagnostics, { color: false }));
 *
 * const run = await executePlan(plan.value, adapter, {
 *   threads: project.target.threads,
 *   failFast: false,
 *   signal: new AbortController().signal,
 *   sink: (event) => {
 *     if (event.kind === 'node-finished') console.log(event.result.node.name, event.result.status);
 *   },
 *   now: () => Date.now(),
 * });
 * await adapter.close();
 * console.log(run.results.length, 'nodes');
 * ```
 *
 * @module
 */

import { createDuckDbDialect } from './adapters/duckdb/dialect.js';
import { openDuckDb as openAdapter, type DuckDbConfig } from './adapters/duckdb/index.js';
import { locateFailure } from './cli/locate-failure.js';
import { createTypeReader } from './compile/table-columns.js';
import type { Adapter, QueryRows, TranslatedSql } from './core/adapter.js';
import { failure, success, type Result } from './core/result.js';
import { createSqlToolkit } from './sql/index.js';

// The words that all stages share.
export type * from './core/adapter.js';
export type * from './core/catalog.js';
export type * from './core/compiled-node.js';
export { diagnosticCodes, type DiagnosticCode } from './core/diagnostic-codes.js';
export {
  errorDiagnostic,
  hasErrors,
  warningDiagnostic,
  type Diagnostic,
  type DiagnosticDetails,
  type RelatedLocation,
  type Severity,
  type SourceLocation,
} from './core/diagnostic.js';
export type * from './core/event.js';
export type * from './core/graph.js';
export type * from './core/node.js';
export type * from './core/parsed-project.js';
export type * from './core/plan.js';
export type * from './core/project.js';
export { displayRelation, relationKey, type Relation, type RelationType } from './core/relation.js';
export type { Result } from './core/result.js';
export type * from './core/run-results.js';
export type * from './core/sql-toolkit.js';
export type * from './core/sql-type.js';
export type * from './core/template.js';

// The stages, in order: load → parse → graph → select → open → compile → plan → execute → write.
export {
  loadProjectGraph,
  type ProjectGraph,
  type ProjectRequest,
} from './cli/load-project-graph.js';
export { selectNodes, type SelectOptions } from './graph/select-nodes.js';
export { openWarehouse, type OpenWarehouse } from './cli/warehouse.js';
export { createProjectCompiler, type CompilerSetup } from './cli/create-project-compiler.js';
export type { Compiler } from './compile/create-compiler.js';
export { planRun, planToJson, type PlanInput } from './plan/index.js';
export { executePlan, type ExecuteOptions } from './run/index.js';
export { toManifest, type ManifestInput } from './report/artifacts/to-manifest.js';
export { toRunResults, type RunResultsInput } from './report/artifacts/to-run-results.js';
export { writeArtifacts, type Artifacts } from './report/artifacts/write-artifacts.js';
export { createRedactor, type Redactor } from './report/redact.js';
export {
  formatDiagnostic,
  formatDiagnostics,
  type DiagnosticFormat,
} from './report/diagnostics/format-diagnostic.js';

// The parts of the first stages, for who needs them one by one.
export { createTemplateEngine } from './compile/create-template-engine.js';
export { parseProject } from './parse/parse-project.js';
export { buildGraph } from './graph/build-graph.js';

// The adapter of Amazon Athena.
export { createAthenaDialect, type AthenaDialectOptions } from './adapters/athena/dialect.js';
export { openAthena, type AthenaConfig, type OpenAthenaOptions } from './adapters/athena/index.js';

// Athena's SQL on DuckDB.
export { createDuckDbDialect, createSqlToolkit, type DuckDbConfig };

/** What a translation may be told. */
export interface TranslateOptions {
  /** How diagnostics name the text; `query` if left out. */
  readonly path?: string;
  /**
   * The columns of tables and their types in Athena's spelling, by table name as the query writes it, such as
   * `{ 'shop.orders': { id: 'bigint', tags: 'array(varchar)' } }`. The more is known, the less must be refused.
   */
  readonly tables?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const dialect = createDuckDbDialect(createSqlToolkit());
const readType = createTypeReader(dialect);

/**
 * Translates one query from Athena's SQL to DuckDB's. What cannot be translated so that it gives the same result is a
 * diagnostic that names it, with line and column. The translation calls macros that `openDuckDb` provides.
 * Codes: `model-empty`, `sql-syntax`, `sql-unsupported`, `sql-type-mismatch`, `column-not-found`, `function-unsupported`,
 * `function-unknown`, `sql-several-statements`.
 *
 * @example
 * ```ts
 * import { translateSql } from 'stedi-sql';
 *
 * const translated = translateSql('select qty / 2 as half from shop.orders', {
 *   tables: { 'shop.orders': { qty: 'bigint' } },
 * });
 * if (translated.ok) console.log(translated.value.sql);
 * else for (const { code, message, hint } of translated.diagnostics) console.error(code, message, hint);
 * ```
 */
export function translateSql(sql: string, options: TranslateOptions = {}): Result<TranslatedSql> {
  const { path = 'query', tables = {} } = options;
  const columnsByTable = new Map(
    Object.entries(tables).map(([table, columns]) => [
      table.toLowerCase(),
      Object.entries(columns).map(([name, type]) => ({ name, type: readType(type) })),
    ]),
  );
  return dialect.translate(sql, {
    path,
    tableColumns: (name) => columnsByTable.get(name.join('.').toLowerCase()),
  });
}

/** How a query is run. */
export interface QueryOptions extends TranslateOptions {
  /** How many rows to read at most; all if left out. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** A DuckDB database that is asked in Athena's SQL. */
export interface DuckDb {
  /**
   * Translates a query and returns its rows; bigints and decimals that a double would not hold are strings.
   * Codes: those of `translateSql`, `engine-error`, `disk-full`.
   */
  query(sql: string, options?: QueryOptions): Promise<Result<QueryRows>>;
  /** The adapter below, which speaks DuckDB's own SQL and carries out plans. */
  readonly adapter: Adapter;
  close(): Promise<void>;
}

/**
 * Opens a DuckDB database, or one in memory with the path `:memory:`, with the macros that translated queries need.
 * Codes: `connection-failed`, `warehouse-locked`, `disk-full`.
 *
 * @example
 * ```ts
 * import { openDuckDb } from 'stedi-sql';
 *
 * const opened = await openDuckDb({ path: ':memory:' });
 * if (!opened.ok) throw new Error(opened.diagnostics[0]?.message);
 * const db = opened.value;
 *
 * // Athena divides integers without a remainder, and counts array elements from 1.
 * const answer = await db.query("select 7 / 2 as half, element_at(split('a,b', ','), 2) as second");
 * if (answer.ok) console.log(answer.value.rows); // [ [ 3, 'b' ] ]
 * await db.close();
 * ```
 */
export async function openDuckDb(config: DuckDbConfig): Promise<Result<DuckDb>> {
  const opened = await openAdapter(config, { dialect });
  if (!opened.ok) return opened;
  const adapter = opened.value;
  return success(
    {
      adapter,
      query: async (sql, options = {}) => {
        const translated = translateSql(sql, options);
        if (!translated.ok) return translated;
        const session = await adapter.openSession();
        const { limit = null, signal = new AbortController().signal } = options;
        const rows = await session.query(translated.value.sql, { limit, signal });
        await session.close();
        if (rows.ok) return success(rows.value, translated.diagnostics);
        const diagnostic = locateFailure(rows.failure, {
          path: options.path ?? 'query',
          text: sql,
          toSource: translated.value.toOriginal,
        });
        return failure([...translated.diagnostics, diagnostic]);
      },
      close: () => adapter.close(),
    },
    opened.diagnostics,
  );
}
