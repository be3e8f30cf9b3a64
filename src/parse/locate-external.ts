import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import { locateConfigKey } from '../core/locate-config-key.js';
import type { BuiltNode } from '../core/node.js';
import { configOf, viewNode } from '../core/node-view.js';
import type { ParseOptions } from './parse-options.js';

const macroName = 'external_location';

/**
 * Returns the node with the place of its file, where it is a model with the materialization `external` of a project in the
 * engine's own SQL: as in dbt-duckdb, `location` is a template, and what is left out is what the project's macro
 * `external_location(relation, config)` says, if there is one. Diagnostics: those of rendering.
 */
export function locateExternal<Node extends BuiltNode>(
  node: Node,
  { engine, context, readNativeType }: ParseOptions,
): { readonly node: Node; readonly diagnostics: readonly Diagnostic[] } {
  const unchanged = { node, diagnostics: [] };
  if (node.resourceType !== 'model' || readNativeType === undefined) return unchanged;
  const { materialized, location, enabled } = node.config;
  if (materialized !== 'external' || !enabled) return unchanged;
  const macro = engine.macros.find(
    (each) => each.packageName === context.projectName && each.name === macroName,
  );
  const written = location?.includes('{') === true;
  if (location === null ? macro === undefined : !written) return unchanged;

  const refuse = (call: string) => ({
    problem: errorDiagnostic('template-forbidden', `the place of a file cannot depend on ${call}`, {
      hint: 'use target, var(), this and the model',
    }),
  });
  const { database, schema, identifier } = node.relation;
  const sql = [database, schema, identifier].map((part) => `"${part}"`).join('.');
  const source =
    location === null
      ? {
          path: macro?.path ?? node.path,
          content: `{{ ${context.projectName}.${macroName}(this, config) }}`,
        }
      : { path: node.path, content: location };
  const result = engine.render(source, context, {
    ref: ({ name }) => refuse(`ref('${name}')`),
    source: (call) => refuse(`source('${call.source}', '${call.table}')`),
    this: { sql, relation: node.relation },
    isIncremental: false,
    config: () => configOf(node),
    model: () => viewNode(node),
  });
  const place = locateConfigKey(node, location === null ? 'materialized' : 'location');
  const diagnostics = result.diagnostics.map((each) => ({
    ...each,
    message: `the place of the file of model '${node.name}': ${each.message}`,
    ...(location !== null && { location: place }),
  }));
  if (!result.ok) return { node, diagnostics };
  const text = result.value.sql.trim();
  return {
    node: { ...node, config: { ...node.config, location: text === '' ? null : text } },
    diagnostics,
  };
}
