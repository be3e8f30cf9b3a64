import type { UniqueId } from '../core/node.js';
import { success, type Result } from '../core/result.js';
import {
  contextOf,
  type RenderBindings,
  type RenderedTemplate,
  type TemplateSource,
} from '../core/template.js';
import type { CompileOptions } from './compile-options.js';
import { bindNames, type Referrer } from './name-bindings.js';

/** SQL that is rendered, with what it reads. */
export interface RenderedText {
  readonly template: RenderedTemplate;
  readonly read: ReadonlySet<UniqueId>;
}

/**
 * Renders a text. `columnsFor` answers questions about the columns of relations, as far as they are read. Diagnostics: those of the
 * template engine, `ref-not-found`, `source-not-found`.
 */
export function renderText(
  source: TemplateSource,
  referrer: Referrer,
  bindings: Omit<RenderBindings, 'ref' | 'source'>,
  options: CompileOptions,
  columnsFor?: (read: ReadonlySet<UniqueId>) => NonNullable<RenderBindings['columnsOf']>,
): Result<RenderedText> {
  const read = new Set<UniqueId>();
  const names = bindNames(referrer, options, (id) => read.add(id));
  const context = contextOf(options.context, referrer.packageName ?? options.context.projectName);
  const result = options.engine.render(source, context, {
    ...bindings,
    ...names,
    ...(columnsFor && { columnsOf: columnsFor(read) }),
    ...(options.graphView && { graph: options.graphView }),
  });
  return result.ok ? success({ template: result.value, read }, result.diagnostics) : result;
}
