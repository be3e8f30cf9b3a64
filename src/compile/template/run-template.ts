import { failure, success, type Result } from '../../core/result.js';
import { callBuiltin } from './arguments.js';
import { createBudget } from './budget.js';
import { captureBody, executeBody } from './execute.js';
import { checkFilter, filters } from './filters.js';
import { copyOnDemand } from './json-values.js';
import { ReturnSignal } from './macros.js';
import type { RootNode } from './nodes.js';
import type { Output } from './output.js';
import type { NamedValues } from './context-functions.js';
import { callStack, type Globals, type Run } from './run.js';
import { innerScope } from './scope.js';
import { isStackOverflow, nestingProblem, TemplateProblem } from './template-problem.js';
import { locatePlace, type TemplateText } from './template-text.js';
import { checkTest, tests } from './tests.js';
import { truthy } from './truth.js';
import type { JsonValue } from '../../core/node.js';

/** Names that one template sees, in the order in which they are looked for. */
export interface GlobalNames {
  /** Plain data for this template alone. */
  readonly extra: Readonly<Record<string, JsonValue>>;
  readonly values: readonly NamedValues[];
  /** More plain data, behind the values. */
  readonly data: Readonly<Record<string, JsonValue>>;
  readonly refused: ReadonlyMap<string, string>;
}

/** Returns the names that one render of a template finds besides its own variables. */
export function createGlobals({ extra, values, data, refused }: GlobalNames): Globals {
  const findExtra = copyOnDemand(extra);
  const findData = copyOnDemand(data);
  return {
    get(name, run) {
      const own = findExtra(name, run);
      if (own !== undefined) return own;
      for (const each of values) {
        const value = each.get(name);
        if (value !== undefined) return value;
      }
      return findData(name, run);
    },
    names: () => [
      ...Object.keys(extra),
      ...values.flatMap((each) => [...each.keys()]),
      ...Object.keys(data),
    ],
    refusal: (name) => refused.get(name),
  };
}

function createRun(
  template: TemplateText,
  globals: Globals,
  output: Output,
  strictUndefined: boolean,
): Run {
  return {
    budget: createBudget(),
    globals,
    output,
    template,
    place: { lineno: 0, colno: 0 },
    depth: 0,
    frames: [],
    warnings: new Map(),
    strictUndefined,
    notedUndefined: new WeakSet(),
    macrosCalled: new Set(),
    calledDirectly: new Set(),
    isInBuiltin: false,
    varsRead: new Set(),
    captureBody,
    applyFilter(name, input, args, run) {
      const definition = filters.get(name);
      if (definition === undefined) throw checkFilter(name) ?? new Error(name);
      return callBuiltin(
        name,
        definition,
        { ...args, positional: [input, ...args.positional] },
        run,
      );
    },
    applyTest(name, input, args, run) {
      const definition = tests.get(name);
      if (definition === undefined) throw checkTest(name) ?? new Error(name);
      const holds = callBuiltin(
        name,
        definition,
        { ...args, positional: [input, ...args.positional] },
        run,
      );
      return truthy(holds, run);
    },
  };
}

/**
 * Runs a template to its end; what it prints goes to `output`. The result is the state of the run, with the warnings of
 * the template as diagnostics; or the problem that stopped it, with its call stack.
 */
export function runTemplate(
  root: RootNode,
  template: TemplateText,
  globals: Globals,
  output: Output,
  { strictUndefined = false }: { readonly strictUndefined?: boolean } = {},
): Result<Run> {
  const run = createRun(template, globals, output, strictUndefined);
  try {
    executeBody(root, innerScope(null), run);
    return success(run, [...run.warnings.values()]);
  } catch (thrown) {
    const location = locatePlace(run.template, run.place);
    const problem = toProblem(thrown);
    return failure([...run.warnings.values(), problem.toDiagnostic(location, callStack(run))]);
  }
}

/** Returns the problem that was thrown; anything else is a bug and goes on. */
function toProblem(thrown: unknown): TemplateProblem {
  if (thrown instanceof TemplateProblem) return thrown;
  if (thrown instanceof ReturnSignal) {
    return new TemplateProblem('template-error', 'return() can only be used inside of a macro');
  }
  if (isStackOverflow(thrown)) return nestingProblem();
  throw thrown;
}
