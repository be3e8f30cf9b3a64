import { success, type Result } from '../../core/result.js';
import type { RenderBindings, RenderedTemplate, ResolvedReference } from '../../core/template.js';
import { emptyGraph, type ContextBindings } from './context-functions.js';
import type { RootNode } from './nodes.js';
import { rememberValue } from './native-value.js';
import { createMappedOutput } from './output.js';
import type { Globals } from './run.js';
import { relationValue } from './relation-value.js';
import { runTemplate } from './run-template.js';
import { TemplateProblem } from './template-problem.js';
import type { TemplateText } from './template-text.js';
import type { Value } from './values.js';

function referenceValue(reference: ResolvedReference): Value {
  if (typeof reference === 'string') return relationValue({ sql: reference, relation: null });
  if (!('problem' in reference)) return relationValue(reference);
  const { code, message, hint, location } = reference.problem;
  throw new TemplateProblem(code, message, { hint, ...(location && { location }) });
}

function docReader(doc: NonNullable<RenderBindings['doc']>): NonNullable<ContextBindings['doc']> {
  return (call) => {
    const found = doc(call);
    if (typeof found === 'string') return found;
    const { code, message, hint, location } = found.problem;
    throw new TemplateProblem(code, message, { hint, ...(location && { location }) });
  };
}

/** Returns dbt's context for a render with `bindings`. */
export function renderBindings(bindings: RenderBindings): ContextBindings {
  return {
    ref: (call) => referenceValue(bindings.ref(call)),
    source: (call) => referenceValue(bindings.source(call)),
    ...(bindings.doc && { doc: docReader(bindings.doc) }),
    graph: bindings.graph ?? (() => emptyGraph),
    this: bindings.this ? relationValue(bindings.this) : undefined,
    isIncremental: () => bindings.isIncremental,
    model: bindings.model,
    setConfig: ({ sql_header: header }) => {
      if (typeof header === 'string') bindings.onHeader?.(header);
    },
    getConfig: (name) => {
      const config = bindings.config();
      return Object.hasOwn(config, name) ? config[name] : undefined;
    },
  };
}

/** Returns the rendered template with the way back to its file. */
export function renderTemplate(
  root: RootNode,
  template: TemplateText,
  globals: Globals,
  { native = false }: { readonly native?: boolean } = {},
): Result<RenderedTemplate> {
  const output = createMappedOutput();
  const remembered = native ? rememberValue(output) : undefined;
  const run = runTemplate(root, template, globals, remembered?.output ?? output);
  if (!run.ok) return run;
  const value = remembered?.value(run.value);
  return success(
    {
      sql: output.text(),
      toSource: output.toSource(template),
      macros: [...run.value.macrosCalled],
      ...(value !== undefined && { value }),
    },
    run.diagnostics,
  );
}
