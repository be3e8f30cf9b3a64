import type { JsonValue } from '../core/node.js';
import type { DispatchRule } from '../core/project.js';
import { failure, resultOf, success, type Result } from '../core/result.js';
import type {
  RenderBindings,
  TemplateContext,
  TemplateEngine,
  TemplateSource,
} from '../core/template.js';
import { builtin, callableOf } from './template/arguments.js';
import { adapterObject } from './template/adapter-object.js';
import { adapterWithColumns } from './template/column-value.js';
import { dataFunctions, type OutsideFunctions } from './template/data-functions.js';
import { createMacroPackages } from './template/macro-packages.js';
import { withBatch } from './template/batch-value.js';
import { captureTemplate } from './template/capture-template.js';
import { dbtMacroTexts } from './template/dbt-macros.js';
import { apiObject } from './template/dbt-objects.js';
import { contextValues, type ContextBindings } from './template/context-functions.js';
import { checkFilter } from './template/filters.js';
import { globalFunctions, refusedNames } from './template/global-functions.js';
import { loadMacros } from './template/load-macros.js';
import type { RootNode } from './template/nodes.js';
import { parsingNames } from './template/parsing-names.js';
import { hasPlainNames } from './template/plain-names.js';
import { renderPlainTemplate } from './template/render-plain-template.js';
import { createRelation } from './template/relation-value.js';
import { renderBindings, renderTemplate } from './template/render-template.js';
import type { Globals } from './template/run.js';
import { fromJson } from './template/json-values.js';
import { createGlobals } from './template/run-template.js';
import { parseTemplate } from './template/template-parser.js';
import { TemplateProblem } from './template/template-problem.js';
import { loadTemplate, type TemplateText } from './template/template-text.js';
import { ownRelation } from './template/own-relation.js';
import { statementNames } from './template/statement-names.js';
import { checkTest } from './template/tests.js';
import type { Value } from './template/values.js';

const none: ReadonlyMap<string, Value> = new Map();

/** Names of dbt's context that are no functions; a macro cannot take them. */
const contextNames = [
  'flags',
  'project_name',
  'this',
  'target',
  'adapter',
  'api',
  'builtins',
  'dbt_version',
  'invocation_id',
  'model',
  'modules',
  'run_started_at',
];

/** Functions whose place a macro may take, as in dbt; it has them as members of `builtins`, as far as dbt has them there. */
const contextFunctions: ReadonlySet<string> = new Set([
  ...['ref', 'source', 'config', 'var', 'env_var', 'is_incremental'],
]);

/** Returns the macros that stand in the place of functions of the context. */
function takePlaces(macros: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  return new Map([...macros].filter(([name]) => contextFunctions.has(name)));
}

/**
 * Returns the engine that renders all templates of a project. Templates are untrusted: they see plain values, macros
 * and dbt's pure functions, and can reach nothing else (docs/adr/0003).
 * Diagnostics: those of the macro files, `macro-invalid`, `template-syntax`, `template-unsupported`,
 * `template-undefined`.
 */
export function createTemplateEngine(options: {
  readonly macroFiles: readonly TemplateSource[];
  readonly projectName: string;
  /** The packages of the project. What is wrong in their macros is a warning: the project may never call them. */
  readonly packages?: readonly {
    readonly name: string;
    readonly macroFiles: readonly TemplateSource[];
  }[];
  /** `dispatch:` of the project. */
  readonly dispatch?: readonly DispatchRule[];
  /** The prefixes of macros that `adapter.dispatch` tries before `default`. */
  readonly dialects?: readonly string[];
  /** dbt's macros that are written otherwise in the SQL of this project, as in `dbtMacroTexts`. */
  readonly macroTexts?: Readonly<Record<string, string>>;
  /** Whether templates may make relations of names (`api.Relation.create`): where what they print goes to the engine as it is. */
  readonly createsRelations?: boolean;
  /** What `adapter.external_root()` says, where there is one. */
  readonly externalRoot?: string;
  readonly outside?: OutsideFunctions;
}): Result<TemplateEngine> {
  const { macroFiles, projectName } = options;
  const data = dataFunctions(options.outside ?? {});
  const reserved = new Set([...contextNames, ...globalFunctions.keys()]);
  const { macros, diagnostics } = loadMacros(macroFiles, projectName, reserved);
  const ofPackages = (options.packages ?? []).map(({ name, macroFiles: files }) => ({
    name,
    ...loadMacros(files, name, reserved),
  }));
  const installed = new Map([
    [projectName, macros.values],
    ...ofPackages.map((each) => [each.name, each.macros.values] as const),
  ]);
  const { builtins, dispatch, packages, typeString } = createMacroPackages(
    projectName,
    installed,
    options.dialects ?? [],
    {
      searchOrders: new Map(
        options.dispatch?.map(({ namespace, searchOrder }) => [namespace, searchOrder]),
      ),
      texts: { ...dbtMacroTexts, ...options.macroTexts },
    },
  );
  const inPlace = new Map([...installed].map(([name, values]) => [name, takePlaces(values)]));
  const adapterValue = adapterObject(
    dispatch,
    options.dialects?.[0] ?? 'athena',
    options.externalRoot,
  );
  const adapter = new Map<string, Value>([
    ['adapter', adapterValue],
    ['api', apiObject(typeString, options.createsRelations ? createRelation : undefined)],
  ]);

  function globalsFor(
    context: TemplateContext,
    bindings: ContextBindings,
    extra: RenderBindings['extra'] = {},
    {
      macroResults = {},
      batch,
      onStatement,
      onExecute,
      columnsOf,
      existing,
    }: Pick<RenderBindings, 'macroResults' | 'batch' | 'onStatement' | 'columnsOf' | 'existing'> & {
      /** While files are parsed: hears that a template asks whether it is executed. */
      readonly onExecute?: () => void;
    } = {},
  ): Globals {
    const replaced = new Map(
      Object.entries(macroResults).map(([name, result]) => {
        const answer = builtin('* **', (_, run) => fromJson(result, run));
        return [name, callableOf(name, answer)] as const;
      }),
    );
    const own = existing && ownRelation(adapterValue, existing);
    const asked = own?.adapter ?? adapterValue;
    const globals = createGlobals({
      extra,
      values: [
        replaced,
        ...(onStatement === undefined ? [] : [statementNames(onStatement)]),
        ...(onExecute === undefined ? [] : [parsingNames(adapterValue, onExecute)]),
        ...(columnsOf === undefined ? [] : [adapterWithColumns(asked, columnsOf)]),
        ...(own === undefined ? [] : [own.values]),
        ...(context.packageName === undefined ? [] : [inPlace.get(context.packageName) ?? none]),
        inPlace.get(projectName) ?? none,
        contextValues(context, bindings),
        globalFunctions,
        adapter,
        ...(context.packageName === undefined ? [] : [installed.get(context.packageName) ?? none]),
        macros.values,
        data,
        builtins,
        packages,
      ],
      data: plainData(context, bindings),
      refused: refusedNames,
    });
    return batch === undefined ? globals : withBatch(globals, batch);
  }

  const macroNodes = [...macros.nodes, ...ofPackages.flatMap((each) => each.macros.nodes)];
  const isPlain = hasPlainNames({ macros: macroNodes });
  const engine: TemplateEngine = {
    macros: macroNodes,
    capture: (source, context, bindings) =>
      withParsed(source, (root, template) =>
        captureTemplate(
          root,
          template,
          (recording, onExecute) => globalsFor(context, recording, bindings?.extra, { onExecute }),
          () => bindings?.model ?? modelOfFile(source.path),
        ),
      ),
    render(source, context, bindings) {
      const plain = isPlain ? renderPlainTemplate(source, bindings) : undefined;
      if (plain) return success(plain);
      return withParsed(source, (root, template) => {
        const globals = globalsFor(context, renderBindings(bindings), bindings.extra, bindings);
        return renderTemplate(root, template, globals, bindings);
      });
    },
  };
  return resultOf(engine, [
    ...diagnostics,
    ...ofPackages.flatMap((each) =>
      each.diagnostics.map((diagnostic) => ({ ...diagnostic, severity: 'warning' as const })),
    ),
  ]);
}

/** Returns what templates see as plain data. Each value is made when it is asked for: `graph` is as large as the project. */
function plainData(
  { target }: TemplateContext,
  { model, graph }: Pick<ContextBindings, 'model' | 'graph'>,
): Readonly<Record<string, JsonValue>> {
  if (model === undefined) {
    return {
      target,
      get graph() {
        return graph();
      },
    };
  }
  return {
    target,
    get model() {
      return model();
    },
    // Where the node's relation has no name yet, the target's, as in dbt.
    get schema() {
      return model()['schema'] ?? target['schema'] ?? null;
    },
    get database() {
      return model()['database'] ?? target['database'] ?? null;
    },
    get graph() {
      return graph();
    },
  };
}

/** What is known of a node before it is parsed; the rest is there when it is rendered. */
function modelOfFile(path: string): Readonly<Record<string, JsonValue>> {
  const file = path.split('/').at(-1) ?? path;
  return { name: file.replace(/\.[^.]*$/, ''), original_file_path: path, batch: null };
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
