import { hasSql } from '../core/compiled-node.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { intersectWindows, isMicrobatch } from '../core/event-time.js';
import {
  type AnalysisNode,
  type BuiltNode,
  type ModelNode,
  type SnapshotNode,
  type SqlNode,
  type TestNode,
  type UniqueId,
} from '../core/node.js';
import { isBuilt } from '../core/is-built.js';
import { configOf } from '../core/node-view.js';
import { once } from '../core/once.js';
import { relationKey } from '../core/relation.js';
import { failure, success, type Result } from '../core/result.js';
import type { NamedQuery } from '../core/sql-toolkit.js';
import type { RenderBindings, TemplateSource } from '../core/template.js';
import { authorFileOf, reportInFile, type AuthorFile } from './author-file.js';
import { compileBatches } from './compile-batches.js';
import type { CompileOptions } from './compile-options.js';
import { compileNodeHooks } from './compile-hooks.js';
import { compileHeader } from './compile-header.js';
import { compileJudgement } from './compile-judgement.js';
import { compileSeed } from './compile-seed.js';
import { compileUnitTest } from './compile-unit-test.js';
import { compileSql, type CompiledSql } from './compile-sql.js';
import {
  cteNameOf,
  isEphemeral,
  isIncrementalRun,
  viewRendered,
  type Referrer,
} from './name-bindings.js';
import { columnsForRows, knownTables } from './known-tables.js';
import { refuseAlone } from './refuse-alone.js';
import { findRelationColumns } from './relation-columns.js';
import { renderStatements } from './render-statements.js';
import { renderText, type RenderedText } from './render-text.js';
import type { CompiledNode } from '../core/compiled-node.js';
import type { Outcome, Surroundings } from './surroundings.js';
import { createTableColumns, type KnownTable } from './table-columns.js';

/** Returns the ephemeral models that must stand before SQL that reads `ids`. */
function listCtes(ids: Iterable<UniqueId>, { options, outcomeOf }: Surroundings): UniqueId[] {
  const all = new Set<UniqueId>();
  for (const id of ids) {
    if (!isEphemeral(options.graph.nodes.get(id))) continue;
    for (const below of outcomeOf(id)?.cteIds ?? []) all.add(below);
    all.add(id);
  }
  return [...all];
}

/** Returns the CTEs, or `undefined` if one of them could not be rendered, which was reported for itself. */
function toCtes(ids: readonly UniqueId[], surroundings: Surroundings): NamedQuery[] | undefined {
  const ctes: NamedQuery[] = [];
  for (const id of ids) {
    const query = surroundings.outcomeOf(id)?.ownSql ?? null;
    const node = surroundings.options.graph.nodes.get(id);
    if (query === null || node === undefined) return undefined;
    ctes.push({ name: cteNameOf(node), query });
  }
  return ctes;
}

/** What is known of a text besides what it says. */
interface TextPurpose {
  /** The table that an incremental model adds to. */
  readonly ownTables?: readonly KnownTable[];
  /** The result becomes a table or view. */
  readonly storesResult?: boolean;
}

/** Returns compiled SQL of a text that was rendered, and the ephemeral models that stand before it. */
function finishText(
  { template, read }: RenderedText,
  file: AuthorFile,
  surroundings: Surroundings,
  { ownTables = [], storesResult = false }: TextPurpose = {},
): { readonly cteIds: readonly UniqueId[]; readonly result: Result<CompiledSql> } {
  const cteIds = listCtes(read, surroundings);
  const ctes = toCtes(cteIds, surroundings);
  if (ctes === undefined) return { cteIds, result: failure([]) };
  // What ephemeral parents read is read here, inside of their CTEs.
  const { graph } = surroundings.options;
  const below = cteIds.flatMap((id) => graph.parents.get(id) ?? []);
  const tables = [...knownTables(new Set([...read, ...below]), surroundings), ...ownTables];
  const known = cteIds.flatMap((id) => surroundings.outcomeOf(id)?.result.diagnostics ?? []);
  const result = compileSql(
    {
      sql: template.sql,
      toSource: template.toSource,
      file,
      ctes,
      tableColumns: createTableColumns(tables, surroundings.otherTables),
      known,
      storesResult,
    },
    surroundings.options,
  );
  return { cteIds, result };
}

/** Renders and translates text that is not a node: `show --inline`. Diagnostics as for `compileNode`. */
export function compileText(
  source: TemplateSource,
  file: AuthorFile,
  surroundings: Surroundings,
): { readonly cteIds: readonly UniqueId[]; readonly result: Result<CompiledSql> } {
  const rendered = renderText(
    source,
    { title: 'the query', parents: null },
    { this: null, isIncremental: false, config: () => ({}) },
    surroundings.options,
    (read) => (relation) =>
      findRelationColumns(relation, { isIncremental: false, read }, surroundings),
  );
  if (!rendered.ok) return { cteIds: [], result: rendered };
  const { cteIds, result } = finishText(rendered.value, file, surroundings);
  return { cteIds, result: withDiagnostics(rendered.diagnostics, result) };
}

/**
 * Renders and translates one node whose ancestors are compiled. Diagnostics, in the node's file: those of the template
 * engine, `ref-not-found`, `source-not-found`, and those of `compileSql`.
 */
export function compileNode(node: SqlNode, surroundings: Surroundings): Outcome {
  const outcome = refuseAlone(node, compileOwn(node, surroundings), surroundings);
  const { result } = outcome;
  if (!('relation' in node) || isEphemeral(node) || !result.ok) return outcome;
  if (!hasSql(result.value)) return outcome;
  const isIncremental = isIncrementalRun(node, surroundings.options);
  const hooks = compileNodeHooks(
    node,
    (sql) => renderStatements(sql, node, { isIncremental, surroundings }),
    surroundings.options,
  );
  const diagnostics = [...result.diagnostics, ...hooks.diagnostics];
  if (!hooks.ok) return { ...outcome, result: failure(diagnostics) };
  const { hooks: found, refused } = hooks.value;
  if (found.length === 0 && hooks.diagnostics.length === 0 && !refused) return outcome;
  const all = [...(result.value.hooks ?? []), ...found];
  return {
    ...outcome,
    result: success(
      { ...result.value, hooks: all, ...(refused && { refused }), diagnostics },
      diagnostics,
    ),
  };
}

function compileOwn(node: SqlNode, surroundings: Surroundings): Outcome {
  if (node.resourceType === 'test' && node.unit !== undefined) {
    const columnsOf = (id: UniqueId) => columnsForRows(id, surroundings);
    const result = compileUnitTest(node, node.unit, surroundings, columnsOf);
    return { result, ownSql: null, cteIds: [] };
  }
  if (node.resourceType === 'seed') {
    return { result: compileSeed(node, surroundings.options), ownSql: null, cteIds: [] };
  }
  if (node.language === 'python') {
    const sql = { compiledSql: node.rawSql, engineSql: '', toSource: () => undefined };
    return { result: success({ node, ...sql, diagnostics: [] }, []), ownSql: null, cteIds: [] };
  }
  const isIncremental = isIncrementalRun(node, surroundings.options);
  if (node.resourceType === 'model' && isMicrobatch(node.config)) {
    return compileBatches(node, surroundings, (which, batch) =>
      compileQuery(node, { isIncremental: which, ...(batch && { batch }) }, surroundings),
    );
  }
  return compileQuery(node, { isIncremental }, surroundings);
}

/** Returns a node's query, of one batch or of all time. */
function compileQuery(
  node: ModelNode | SnapshotNode | TestNode | AnalysisNode,
  { isIncremental, batch }: Rendering,
  surroundings: Surroundings,
): Outcome {
  const headers: string[] = [];
  const rendered = renderNode(
    node,
    { isIncremental, onHeader: (sql) => headers.push(sql), ...(batch && { batch }) },
    surroundings,
  );
  const file = authorFileOf(node);
  const reported = rendered.diagnostics.map((each) => reportInFile(each, file));
  if (!rendered.ok) return { result: failure(reported), ownSql: null, cteIds: [] };

  const { template } = rendered.value;
  if (node.config.materialized === 'external_table') {
    const sql = { compiledSql: template.sql, engineSql: '', toSource: template.toSource };
    return {
      result: success({ node, ...sql, diagnostics: reported }, reported),
      ownSql: template.sql,
      cteIds: [],
    };
  }
  const ownTables = isIncremental ? tablesOfThis(node, surroundings) : [];
  const { cteIds, result } = finishText(rendered.value, file, surroundings, {
    ownTables,
    storesResult: node.resourceType !== 'test' && !isEphemeral(node),
  });
  const bound =
    node.resourceType === 'test'
      ? undefined
      : surroundings.options.boundColumns?.get(node.uniqueId);
  const judged =
    result.ok && node.resourceType === 'test'
      ? compileJudgement(node, result.value.columns, surroundings.options.dialect)
      : success(undefined);
  const diagnostics = [...reported, ...result.diagnostics, ...judged.diagnostics];
  return {
    result:
      result.ok && judged.ok
        ? success(
            {
              node,
              ...result.value,
              ...headerOf(node, headers, surroundings),
              ...(bound && { columns: bound }),
              ...(judged.value !== undefined && { judgementSql: judged.value }),
              diagnostics,
            },
            diagnostics,
          )
        : failure(diagnostics),
    ownSql: template.sql,
    cteIds,
  };
}

/** A header is run as a hook. */
function headerOf(
  node: SqlNode,
  headers: readonly string[],
  { options }: Surroundings,
): Pick<CompiledNode, 'hooks' | 'refused'> {
  const header = isEphemeral(node) ? undefined : compileHeader(node, headers, options);
  if (header === undefined) return {};
  return 'hook' in header ? { hooks: [header.hook] } : header;
}

/** As what a node is rendered. */
interface Rendering {
  readonly isIncremental: boolean;
  readonly onHeader?: (sql: string) => void;
  readonly batch?: NonNullable<RenderBindings['batch']>;
}

/** dbt cuts what models read, not what tests do. */
function windowOf(node: SqlNode, batch: Rendering['batch'], { sample }: CompileOptions) {
  if (node.resourceType !== 'model') return undefined;
  return batch && sample ? intersectWindows(batch.window, sample) : (batch?.window ?? sample);
}

function renderNode(
  node: SqlNode,
  { isIncremental, batch, onHeader }: Rendering,
  surroundings: Surroundings,
): Result<RenderedText> {
  const { options } = surroundings;
  const window = windowOf(node, batch, options);
  const referrer: Referrer = {
    title: `${node.resourceType} '${node.name}'`,
    parents: options.graph.parents.get(node.uniqueId) ?? [],
    ...(window && { window }),
    packageName: node.packageName,
  };
  return renderText(
    { path: node.path, content: node.rawSql },
    referrer,
    {
      this: isBuilt(node) ? renderThis(node, options) : null,
      ...(isBuilt(node) && options.dialect.native && { existing: findExisting(node, options) }),
      isIncremental,
      config: once(() => configOf(node)),
      model: once(() => viewRendered(node, options)),
      ...(onHeader && { onHeader }),
      ...(batch && { batch }),
      ...(node.resourceType === 'test' && node.generic && { extra: node.generic.arguments }),
    },
    options,
    (read) => (relation) =>
      findRelationColumns(relation, { node, isIncremental, read }, surroundings),
  );
}

/** What the node's relation is before it is built: what a model in the engine's own SQL may ask, as in dbt. */
function findExisting(
  { relation }: BuiltNode,
  { dialect, catalog }: CompileOptions,
): NonNullable<RenderBindings['existing']> {
  const there = catalog.relations.get(relationKey(relation));
  const found = there && (there.relation.type === 'view' ? 'view' : 'table');
  return { relation, sql: dialect.renderRelation(relation), found: found ?? null };
}

function renderThis(node: BuiltNode, { dialect }: CompileOptions): RenderBindings['this'] {
  return { relation: node.relation, sql: dialect.renderRelation(node.relation) };
}

/**
 * The columns of the table that an incremental model adds to: those that its query gives when it builds the table anew.
 * If that query is wrong they are not known.
 */
function tablesOfThis(node: SqlNode, surroundings: Surroundings): KnownTable[] {
  if (node.resourceType !== 'model') return [];
  const rendered = renderNode(node, { isIncremental: false }, surroundings);
  if (!rendered.ok) return [];
  const { result } = finishText(rendered.value, authorFileOf(node), surroundings);
  if (!result.ok || result.value.columns === undefined) return [];
  return [{ relation: node.relation, columns: result.value.columns }];
}

function withDiagnostics<T>(before: readonly Diagnostic[], result: Result<T>): Result<T> {
  const diagnostics = [...before, ...result.diagnostics];
  return result.ok ? success(result.value, diagnostics) : failure(diagnostics);
}
