import { limits } from './budget.js';
import { evaluate, evaluateCall, test } from './evaluate.js';
import { toItems } from './iterating.js';
import { loopValue, type LoopState } from './loop-value.js';
import { defineMacro, macroValue } from './macros.js';
import type {
  AssignTarget,
  BodyNode,
  CallBlockNode,
  ForNode,
  IfNode,
  OutputNode,
  SetNode,
  Statement,
  WithNode,
} from './nodes.js';
import { createOutput } from './output.js';
import { toText } from './printing.js';
import type { Run } from './run.js';
import { findVariable, innerScope, type Scope } from './scope.js';
import { nestingProblem, TemplateProblem } from './template-problem.js';
import { isObject, none, typeName, type Value } from './values.js';

/** What one write counts as in the budget, in characters: its place is kept. */
const writeSize = 16;

/** How a turn of a loop ended before its time. */
type LoopExit = 'break' | 'continue';

/** Runs the statements of a body, to their end or to a `break` or `continue`; their output goes to `run.output`. Problems are thrown as in `evaluate`. */
export function executeBody(body: BodyNode, scope: Scope, run: Run): LoopExit | undefined {
  run.depth += 1;
  if (run.depth > limits.evaluationDepth) throw nestingProblem();
  for (const statement of body.children) {
    run.budget.step();
    const exit = executeStatement(statement, scope, run);
    if (exit !== undefined) {
      run.depth -= 1;
      return exit;
    }
  }
  run.depth -= 1;
  return undefined;
}

/** Returns what a body prints when it is run in a scope of its own. */
export function captureBody(body: BodyNode, scope: Scope, run: Run): string {
  return capture(run, () => executeBody(body, innerScope(scope), run));
}

function capture(run: Run, print: () => unknown): string {
  const outer = run.output;
  run.output = createOutput();
  try {
    print();
    const text = run.output.text();
    run.budget.allocateText(text.length);
    return text;
  } finally {
    run.output = outer;
  }
}

function executeStatement(node: Statement, scope: Scope, run: Run): LoopExit | undefined {
  switch (node.typename) {
    case 'Output':
      executeOutput(node, scope, run);
      break;
    case 'If':
      return executeIf(node, scope, run);
    case 'LoopExit':
      return node.kind;
    case 'For':
      executeFor(node, scope, run);
      break;
    case 'Set':
      executeSet(node, scope, run);
      break;
    case 'Macro': {
      const macro = defineMacro(node.name.value, null, node, run.template);
      scope.variables.set(node.name.value, macroValue(macro, scope, { catchReturn: true }));
      break;
    }
    case 'CallBlock':
      executeCallBlock(node, scope, run);
      break;
    case 'Do':
      evaluate(node.expr, scope, run);
      break;
    case 'With':
      return executeWith(node, scope, run);
  }
  return undefined;
}

function executeWith(node: WithNode, scope: Scope, run: Run): LoopExit | undefined {
  const values = node.values.map((value) => evaluate(value, scope, run));
  const inner = innerScope(scope);
  node.targets.forEach((target, index) => assign(target, values[index] ?? none, inner, run));
  return executeBody(node.body, inner, run);
}

function executeOutput(node: OutputNode, scope: Scope, run: Run): void {
  for (const child of node.children) {
    if (child.typename === 'TemplateData') {
      run.output.writeData(child.value, child);
    } else {
      const value = evaluate(child, scope, run);
      run.output.writeValue(toText(value, run), child, { value, node: child });
    }
    run.budget.allocateText(writeSize);
  }
}

function executeIf(node: IfNode, scope: Scope, run: Run): LoopExit | undefined {
  let branch: IfNode | BodyNode | null = node;
  while (branch?.typename === 'If') {
    if (test(branch.cond, scope, run)) {
      return executeBody(branch.body, scope, run);
    }
    branch = branch.else_;
  }
  return branch === null ? undefined : executeBody(branch, scope, run);
}

/** Each turn has a scope of its own: what is set inside does not leave the loop, as in Jinja2. */
function executeFor(node: ForNode, scope: Scope, run: Run): void {
  runLoop(node, evaluate(node.arr, scope, run), { scope, depth: 1 }, run);
}

/** Runs a loop over `iterable`; a recursive one is run again inside of itself by `loop(…)`. */
function runLoop(
  node: ForNode,
  iterable: Value,
  { scope, depth }: { readonly scope: Scope; readonly depth: number },
  run: Run,
): void {
  const all = toItems(iterable, run);
  const { cond } = node;
  const items =
    cond === null
      ? all
      : all.filter((item) => {
          run.budget.turn();
          const inner = innerScope(scope);
          assign(node.name, item, inner, run);
          return test(cond, inner, run);
        });
  const recurse = (inside: Value): string =>
    capture(run, () => runLoop(node, inside, { scope, depth: depth + 1 }, run));
  const state: LoopState = {
    lastChanged: undefined,
    depth,
    ...(node.recursive && { recurse }),
  };
  // As in Jinja2, `else` also follows a loop of which no turn came to its end.
  let isEmpty = true;
  for (const [index, item] of items.entries()) {
    run.budget.turn();
    const inner = innerScope(scope);
    inner.variables.set('loop', loopValue(items, index, state));
    run.place = node.name;
    assign(node.name, item, inner, run);
    const exit = executeBody(node.body, inner, run);
    if (exit === 'break') break;
    if (exit === undefined) isEmpty = false;
  }
  if (isEmpty && node.else_ !== null) executeBody(node.else_, innerScope(scope), run);
}

function executeSet(node: SetNode, scope: Scope, run: Run): void {
  const [target] = node.targets;
  const value =
    node.value.typename === 'Capture'
      ? captureBody(node.value.body, scope, run)
      : evaluate(node.value, scope, run);
  run.place = target;
  assign(target, value, scope, run);
}

/** Gives a value to a name, its items to a tuple of names, or sets an attribute of a namespace. */
function assign(target: AssignTarget, value: Value, scope: Scope, run: Run): void {
  if (target.typename === 'Symbol') {
    scope.variables.set(target.value, value);
    return;
  }
  if (target.typename === 'Attribute') {
    const name = target.target.typename === 'Symbol' ? target.target.value : '';
    const namespace = findVariable(scope, name);
    if (namespace === undefined || !isObject(namespace) || !namespace.assign) {
      throw new TemplateProblem('template-error', `'${name}' is not a namespace`, {
        hint: `make it one first: '{% set ${name} = namespace(…) %}'`,
      });
    }
    namespace.assign(target.name.value, value);
    return;
  }
  const items = toItems(value, run);
  if (items.length !== target.children.length) {
    throw new TemplateProblem(
      'template-error',
      `expected ${target.children.length} values to unpack from ${typeName(value)}, found ${items.length}`,
    );
  }
  target.children.forEach((child, index) =>
    assign(child as AssignTarget, items[index] ?? none, scope, run),
  );
}

/** `{% call(x) macro() %}…{% endcall %}`: the body becomes the macro's `caller`. */
function executeCallBlock(node: CallBlockNode, scope: Scope, run: Run): void {
  const caller = macroValue(defineMacro('caller', null, node, run.template), scope, {
    catchReturn: false,
  });
  const value = evaluateCall(node.call, scope, run, new Map([['caller', caller]]));
  run.place = node;
  run.output.writeValue(toText(value, run), node);
}
