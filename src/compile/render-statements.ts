import type { BuiltNode, JsonValue, UniqueId } from '../core/node.js';
import { configOf } from '../core/node-view.js';
import { once } from '../core/once.js';
import { success, type Result } from '../core/result.js';
import type { RenderBindings, TemplateSource } from '../core/template.js';
import type { RenderedStatements } from './compile-hooks.js';
import { knownTables } from './known-tables.js';
import { viewRendered, type Referrer } from './name-bindings.js';
import { renderText } from './render-text.js';
import type { Surroundings } from './surroundings.js';
import { createTableColumns } from './table-columns.js';

type Bindings = Omit<RenderBindings, 'ref' | 'source' | 'onStatement'>;

/** Renders a text of statements that may read `own` besides what it refs. */
function render(
  source: TemplateSource,
  referrer: Referrer,
  bindings: Bindings,
  surroundings: Surroundings,
  own: readonly UniqueId[] = [],
): Result<RenderedStatements> {
  const asked: string[] = [];
  const onStatement = (sql: string): unknown => asked.push(sql);
  const rendered = renderText(source, referrer, { ...bindings, onStatement }, surroundings.options);
  if (!rendered.ok) return rendered;
  const tables = knownTables([...rendered.value.read, ...own], surroundings);
  return success(
    {
      sql: rendered.value.template.sql,
      asked,
      tableColumns: createTableColumns(tables, surroundings.otherTables),
    },
    rendered.diagnostics,
  );
}

/** Renders the text of a hook, whose `this` is the published relation. Diagnostics as for `renderText`. */
export function renderStatements(
  content: string,
  node: BuiltNode,
  {
    isIncremental,
    surroundings,
  }: { readonly isIncremental: boolean; readonly surroundings: Surroundings },
): Result<RenderedStatements> {
  const { options } = surroundings;
  return render(
    { path: node.path, content },
    {
      title: `${node.resourceType} '${node.name}'`,
      parents: options.graph.parents.get(node.uniqueId) ?? [],
      packageName: node.packageName,
    },
    {
      this: { relation: node.relation, sql: options.dialect.renderRelation(node.relation) },
      isIncremental,
      config: once(() => configOf(node)),
      model: once(() => viewRendered(node, options)),
    },
    surroundings,
    [node.uniqueId],
  );
}

/** What a text of statements that is no node's sees besides the context. */
export interface LooseText {
  readonly path: string;
  readonly content: string;
  readonly packageName: string;
  readonly extra: Readonly<Record<string, JsonValue>>;
}

/** Renders a hook around a run, or an operation: it may ref every model and source, and has no `this`. Diagnostics as for `renderText`. */
export function renderLooseStatements(
  { path, content, packageName, extra }: LooseText,
  surroundings: Surroundings,
): Result<RenderedStatements> {
  return render(
    { path, content },
    { title: 'the statement', parents: null, packageName },
    { this: null, isIncremental: false, config: () => ({}), extra },
    surroundings,
  );
}
