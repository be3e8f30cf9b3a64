import { failure, resultOf, type Result } from '../core/result.js';
import type {
  RenderBindings,
  TemplateContext,
  TemplateEngine,
  TemplateSource,
} from '../core/template.js';
import { captureTemplate } from './template/capture-template.js';
import { contextValues, type ContextBindings } from './template/context-functions.js';
import { checkFilter } from './template/filters.js';
import { globalFunctions, refusedNames } from './template/global-functions.js';
import { loadMacros } from './template/load-macros.js';
import type { RootNode } from './template/nodes.js';
import { renderBindings, renderTemplate } from './template/render-template.js';
import type { Globals } from './template/run.js';
import { createGlobals } from './template/run-template.js';
import { parseTemplate } from './template/template-parser.js';
import { TemplateProblem } from './template/template-problem.js';
import { loadTemplate, type TemplateText } from './template/template-text.js';
import { checkTest } from './template/tests.js';
import { objectOf, type Value } from './template/values.js';

/** Names of dbt's context; a macro cannot take them. */
const contextNames = [
  'ref',
  'source',
  'config',
  'var',
  'env_var',
  'is_incremental',
  'project_name',
  'this',
  'target',
];

/**
 * Returns the engine that renders all templates of a project. Templates are untrusted: they see plain values, macros
 * and dbt's pure functions, and can reach nothing else (docs/adr/0003).
 * Diagnostics: those of the macro files, `macro-invalid`, `template-syntax`, `template-unsupported`,
 * `template-undefined`.
 */
export function createTemplateEngine(options: {
  readonly macroFiles: readonly TemplateSource[];
  readonly projectName: string;
}): Result<TemplateEngine> {
  const { macroFiles, projectName } = options;
  const reserved = new Set([...contextNames, ...globalFunctions.keys()]);
  const { macros, diagnostics } = loadMacros(macroFiles, projectName, reserved);
  const projectNamespace = new Map<string, Value>([
    [projectName, objectOf(`project '${projectName}'`, null, macros.values)],
  ]);

  function globalsFor(
    context: TemplateContext,
    bindings: ContextBindings,
    extra: RenderBindings['extra'] = {},
  ): Globals {
    return createGlobals({
      extra,
      values: [contextValues(context, bindings), globalFunctions, macros.values, projectNamespace],
      data: { target: context.target },
      refused: refusedNames,
    });
  }

  const engine: TemplateEngine = {
    macros: macros.nodes,
    capture: (source, context, bindings) =>
      withParsed(source, (root, template) =>
        captureTemplate(root, template, (recording) =>
          globalsFor(context, recording, bindings?.extra),
        ),
      ),
    render: (source, context, bindings) =>
      withParsed(source, (root, template) => {
        const globals = globalsFor(context, renderBindings(bindings), bindings.extra);
        return renderTemplate(root, template, globals);
      }),
  };
  return resultOf(engine, diagnostics);
}

function withParsed<T>(
  source: TemplateSource,
  use: (root: RootNode, template: TemplateText) => Result<T>,
): Result<T> {
  const template = loadTemplate(source);
  let root: RootNode;
  try {
    root = parseTemplate(template, { checkFilter, checkTest });
  } catch (thrown) {
    if (!(thrown instanceof TemplateProblem)) throw thrown;
    return failure([thrown.toDiagnostic({ path: source.path })]);
  }
  return use(root, template);
}
