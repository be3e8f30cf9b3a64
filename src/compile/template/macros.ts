import type { UniqueId } from '../../core/node.js';
import { didYouMean } from '../../core/suggest.js';
import type { Arguments } from './arguments.js';
import { limits } from './budget.js';
import { dictOf } from './dicts.js';
import { evaluate } from './evaluate.js';
import {
  walkNodes,
  type BodyNode,
  type Expression,
  type ParameterList,
  type SymbolNode,
} from './nodes.js';
import { noteDirectCall, type Run } from './run.js';
import { innerScope, type Scope } from './scope.js';
import { TemplateProblem } from './template-problem.js';
import type { TemplateText } from './template-text.js';
import { tupleOf, type CallableValue, type Value } from './values.js';

interface Parameter {
  readonly name: string;
  readonly fallback: Expression | null;
}

/** A macro, or the body of a `call` block, which is one without a name. */
export interface MacroDefinition {
  readonly name: string;
  /** `null` for a macro that a model defines for itself. */
  readonly uniqueId: UniqueId | null;
  readonly parameters: readonly Parameter[];
  readonly body: BodyNode;
  readonly template: TemplateText;
  /** Whether the body uses `varargs`, `kwargs`, `caller`; only then may such arguments be given. */
  readonly uses: ReadonlySet<string>;
}

const specialNames: ReadonlySet<string> = new Set(['varargs', 'kwargs', 'caller']);

/** Returns the definition of a macro as it was parsed. */
export function defineMacro(
  name: string,
  uniqueId: UniqueId | null,
  source: { readonly args: ParameterList; readonly body: BodyNode },
  template: TemplateText,
): MacroDefinition {
  const uses = new Set<string>();
  for (const node of walkNodes(source.body)) {
    if (node.typename === 'Symbol' && specialNames.has(node.value)) uses.add(node.value);
  }
  return {
    name,
    uniqueId,
    parameters: listParameters(source.args),
    body: source.body,
    template,
    uses,
  };
}

function listParameters(list: ParameterList): Parameter[] {
  return list.children.flatMap((child): Parameter[] =>
    child.typename === 'Symbol'
      ? [{ name: child.value, fallback: null }]
      : child.children.map(({ key, value }) => ({
          name: (key as SymbolNode).value,
          fallback: value,
        })),
  );
}

/** Ends the macro that is running, with a value: dbt's `return`. It never leaves the engine. */
export class ReturnSignal extends Error {
  constructor(readonly value: Value) {
    super('return');
  }
}

/**
 * Returns the macro as a value that templates can call; `closure` is the scope it was defined in. `return()` inside the
 * body of a `call` block ends the macro that was called by the block, so that body does not catch it.
 */
export function macroValue(
  definition: MacroDefinition,
  closure: Scope | null,
  options: { readonly catchReturn: boolean },
): CallableValue {
  return {
    kind: 'callable',
    name: definition.name,
    call: (args, run) => callMacro(definition, { ...options, closure }, args, run),
    members: new Map<string, Value>([
      ['name', definition.name],
      ['arguments', tupleOf(definition.parameters.map((parameter) => parameter.name))],
      ['catch_kwargs', definition.uses.has('kwargs')],
      ['catch_varargs', definition.uses.has('varargs')],
      ['caller', definition.uses.has('caller')],
    ]),
  };
}

function callMacro(
  definition: MacroDefinition,
  { closure, catchReturn }: { readonly closure: Scope | null; readonly catchReturn: boolean },
  args: Arguments,
  run: Run,
): Value {
  const { template, place, depth } = run;
  const frameCount = run.frames.length;
  if (frameCount >= limits.macroDepth) {
    throw new TemplateProblem('template-error', 'macros call each other too deeply', {
      hint: `at most ${limits.macroDepth} calls can be inside each other; does '${definition.name}' end?`,
    });
  }
  run.budget.call();
  checkArguments(definition, args);
  if (definition.uniqueId !== null) {
    run.macrosCalled.add(definition.uniqueId);
    noteDirectCall(run, definition.uniqueId);
  }
  run.frames.push({ macro: definition.name, template, place });
  run.template = definition.template;
  let result: Value;
  try {
    const scope = innerScope(closure);
    bindParameters(definition, scope, args, run);
    result = run.captureBody(definition.body, scope, run);
  } catch (thrown) {
    // A problem leaves the frames as they are: they are its call stack.
    if (!catchReturn || !(thrown instanceof ReturnSignal)) throw thrown;
    result = thrown.value;
  }
  run.frames.length = frameCount;
  run.template = template;
  run.place = place;
  run.depth = depth;
  return result;
}

function checkArguments(definition: MacroDefinition, args: Arguments): void {
  const { name, parameters, uses } = definition;
  const names = parameters.map((parameter) => parameter.name);
  if (args.positional.length > names.length && !uses.has('varargs')) {
    throw new TemplateProblem(
      'template-error',
      `macro '${name}' takes at most ${names.length} arguments, found ${args.positional.length}`,
    );
  }
  for (const key of args.named.keys()) {
    const index = names.indexOf(key);
    if (index >= 0 && index < args.positional.length) {
      throw new TemplateProblem(
        'template-error',
        `macro '${name}' got the argument '${key}' twice`,
      );
    }
    if (index < 0 && key === 'caller' && !uses.has('caller')) {
      throw new TemplateProblem(
        'template-error',
        `macro '${name}' was called by a 'call' block and does not use caller()`,
      );
    }
    if (index < 0 && key !== 'caller' && !uses.has('kwargs')) {
      throw new TemplateProblem(
        'template-error',
        `macro '${name}' takes no argument named '${key}'`,
        { hint: didYouMean(key, names) },
      );
    }
  }
}

function bindParameters(
  definition: MacroDefinition,
  scope: Scope,
  args: Arguments,
  run: Run,
): void {
  const { parameters, uses, name } = definition;
  const rest = new Map(args.named);
  parameters.forEach((parameter, index) => {
    const given = args.positional[index] ?? rest.get(parameter.name);
    rest.delete(parameter.name);
    scope.variables.set(
      parameter.name,
      given ??
        (parameter.fallback
          ? evaluate(parameter.fallback, scope, run)
          : {
              kind: 'undefined',
              level: 'member',
              message: `macro '${name}' was called without its argument '${parameter.name}'`,
              hint: undefined,
            }),
    );
  });
  const caller = rest.get('caller');
  rest.delete('caller');
  if (uses.has('caller') && !scope.variables.has('caller')) {
    scope.variables.set(
      'caller',
      caller ?? {
        kind: 'undefined',
        level: 'member',
        message: `macro '${name}' uses caller() and was not called by a 'call' block`,
        hint: `write '{% call ${name}() %}…{% endcall %}'`,
      },
    );
  }
  if (uses.has('varargs')) {
    scope.variables.set('varargs', tupleOf(args.positional.slice(parameters.length)));
  }
  if (uses.has('kwargs')) scope.variables.set('kwargs', dictOf(rest, run));
}
