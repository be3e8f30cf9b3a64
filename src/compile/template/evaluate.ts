import { didYouMean } from '../../core/suggest.js';
import { callBuiltin, type Arguments } from './arguments.js';
import { limits } from './budget.js';
import { compareWith } from './comparing.js';
import { toPairs } from './collection-methods.js';
import { dictOf } from './dicts.js';
import { filters } from './filters.js';
import { toItems } from './iterating.js';
import { getAttribute, getSubscript } from './members.js';
import type {
  ArgumentNode,
  CallNode,
  CaptureNode,
  CompareNode,
  Expression,
  LookupNode,
  Place,
  SymbolNode,
} from './nodes.js';
import { applyOperator, applySign } from './operators.js';
import type { Run } from './run.js';
import { findVariable, variableNames, type Scope } from './scope.js';
import { sliceValue } from './slicing.js';
import { nestingProblem, TemplateProblem } from './template-problem.js';
import { tests } from './tests.js';
import { truthy } from './truth.js';
import { noteUndefined } from './note-undefined.js';
import { failUndefined } from './undefined-use.js';
import {
  isCallable,
  isObject,
  isUndefined,
  listOf,
  none,
  tupleOf,
  typeName,
  type Value,
} from './values.js';

/**
 * Returns the value of an expression with Jinja2's meaning. Problems are thrown as `TemplateProblem`; `run.place` says
 * where they belong.
 */
export function evaluate(node: Expression, scope: Scope, run: Run): Value {
  run.budget.step();
  run.depth += 1;
  if (run.depth > limits.evaluationDepth) {
    run.place = node;
    throw nestingProblem();
  }
  const value = evaluateNode(node, scope, run);
  run.depth -= 1;
  run.place = node;
  return value;
}

function evaluateNode(node: Expression, scope: Scope, run: Run): Value {
  const valueOf = (child: Expression): Value => evaluate(child, scope, run);
  switch (node.typename) {
    case 'Literal':
      return node.value === null ? none : node.value;
    case 'Symbol':
      return lookUp(node, scope, run);
    case 'Group':
      return tupleOf(evaluateItems(node.children, scope, run));
    case 'Array':
      return listOf(evaluateItems(node.children, scope, run));
    case 'Dict':
      run.budget.allocateItems(node.children.length);
      return dictOf(
        node.children.map(({ key, value }) => [
          defined(valueOf(key), key, run),
          defined(valueOf(value), value, run),
        ]),
        run,
      );
    case 'Attribute': {
      const target = valueOf(node.target);
      run.place = isUndefined(target) ? node.target : node.name;
      return getAttribute(target, node.name.value, run);
    }
    case 'LookupVal':
      return evaluateLookup(node, scope, run);
    case 'FunCall':
      return evaluateCall(node, scope, run);
    case 'Filter':
      return applyNamed('filter', node.name, node.args.children, scope, run);
    case 'Is': {
      const { name, args } = node.right;
      const test = name as SymbolNode;
      return applyNamed('test', test, [node.left, ...args.children], scope, run);
    }
    case 'InlineIf':
      if (test(node.cond, scope, run)) return valueOf(node.body);
      if (node.else_ !== null) return valueOf(node.else_);
      return {
        kind: 'undefined',
        level: 'omitted',
        message: "the 'if' expression has no 'else', and its condition is false",
        hint: "add 'else …'",
      };
    case 'Not':
      return !test(node.target, scope, run);
    case 'Neg':
    case 'Pos': {
      const value = defined(valueOf(node.target), node.target, run);
      run.place = node;
      return applySign(node.typename, value);
    }
    case 'And': {
      const left = valueOf(node.left);
      return truthy(left, run) ? valueOf(node.right) : left;
    }
    case 'Or': {
      const left = valueOf(node.left);
      return truthy(left, run) ? left : valueOf(node.right);
    }
    case 'Compare':
      return evaluateComparison(node, scope, run);
    case 'Concat': {
      const [left, right] = [valueOf(node.left), valueOf(node.right)];
      run.place = node;
      return applyOperator(node.typename, left, right, run);
    }
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'Div':
    case 'FloorDiv':
    case 'Mod':
    case 'Pow': {
      const left = defined(valueOf(node.left), node.left, run);
      const right = defined(valueOf(node.right), node.right, run);
      run.place = node;
      return applyOperator(node.typename, left, right, run);
    }
  }
}

/** Fails at the operand itself if it is a name or member that is not there. */
function defined(value: Value, place: Place, run: Run): Value {
  if (isUndefined(value) && value.level !== 'omitted') {
    run.place = place;
    failUndefined(value);
  }
  return value;
}

/** Returns whether a condition holds. */
export function test(node: Expression, scope: Scope, run: Run): boolean {
  return truthy(evaluate(node, scope, run), run);
}

function evaluateItems(items: readonly Expression[], scope: Scope, run: Run): Value[] {
  run.budget.allocateItems(items.length);
  return items.map((item) => defined(evaluate(item, scope, run), item, run));
}

function lookUp(node: SymbolNode, scope: Scope, run: Run): Value {
  const name = node.value;
  const value = findVariable(scope, name) ?? run.globals.get(name, run);
  if (value !== undefined) return value;
  const refusal = run.globals.refusal(name);
  if (refusal !== undefined) {
    run.place = node;
    throw new TemplateProblem('template-unsupported', `'${name}' is not supported`, {
      hint: refusal,
    });
  }
  return {
    kind: 'undefined',
    level: 'name',
    message: `'${name}' is not defined`,
    hint: didYouMean(
      name,
      [...variableNames(scope), ...run.globals.names()],
      `if it is a text, put it in quotes: '${name}'; if it is a variable of the project, write var('${name}')`,
    ),
  };
}

function evaluateLookup(node: LookupNode, scope: Scope, run: Run): Value {
  const target = defined(evaluate(node.target, scope, run), node.target, run);
  const { val } = node;
  if (val.typename !== 'Slice') {
    const key = defined(evaluate(val, scope, run), val, run);
    run.place = node;
    return getSubscript(target, key, run);
  }
  const part = (expression: Expression | null): Value =>
    expression === null ? none : defined(evaluate(expression, scope, run), expression, run);
  const slice = { start: part(val.start), stop: part(val.stop), step: part(val.step) };
  run.place = node;
  return sliceValue(target, slice, run);
}

function evaluateComparison(node: CompareNode, scope: Scope, run: Run): boolean {
  let left = evaluate(node.expr, scope, run);
  let leftNode = node.expr;
  for (const { expr, type } of node.ops) {
    const right = evaluate(expr, scope, run);
    for (const [value, place] of [
      [left, leftNode],
      [right, expr],
    ] as const) {
      if (isUndefined(value) && value.level === 'name') {
        run.place = place;
        noteUndefined(value, run);
      }
    }
    run.place = node;
    if (!compareWith(type, left, right, run)) return false;
    left = right;
    leftNode = expr;
  }
  return true;
}

/** Returns the values of a call's arguments. */
function evaluateArguments(
  children: readonly ArgumentNode[],
  scope: Scope,
  run: Run,
): Pick<Arguments, 'positional' | 'named'> {
  const positional: Value[] = [];
  const named = new Map<string, Value>();
  const addNamed = (name: string, value: Value, place: Place): void => {
    if (named.has(name)) {
      run.place = place;
      throw new TemplateProblem('template-error', `the argument '${name}' is given twice`);
    }
    named.set(name, value);
  };
  for (const child of children) {
    if (child.typename === 'KeywordArgs') {
      for (const { key, value } of child.children) {
        addNamed((key as SymbolNode).value, evaluate(value, scope, run), key);
      }
    } else if (child.typename === 'Spread') {
      const value = defined(evaluate(child.value, scope, run), child.value, run);
      if (child.stars === 1) {
        for (const item of toItems(value, run)) positional.push(item);
      } else {
        for (const [key, item] of toPairs(value, run)) {
          if (typeof key !== 'string') {
            throw new TemplateProblem(
              'template-error',
              `the keys behind '**' must be strings, found ${typeName(key)}`,
            );
          }
          addNamed(key, item, child);
        }
      }
    } else {
      positional.push(evaluate(child, scope, run));
    }
  }
  return { positional, named };
}

/** Returns the result of a call; `extra` are named arguments that are not written in it. */
export function evaluateCall(
  node: CallNode,
  scope: Scope,
  run: Run,
  extra?: ReadonlyMap<string, Value>,
): Value {
  const target = defined(evaluate(node.name, scope, run), nameOf(node.name), run);
  const args = evaluateArguments(node.args.children, scope, run);
  run.place = node;
  const call = isCallable(target) || isObject(target) ? target.call : undefined;
  if (call === undefined) {
    throw new TemplateProblem('template-error', `${typeName(target)} is not a function`);
  }
  const named = extra ? new Map([...args.named, ...extra]) : args.named;
  return call({ positional: args.positional, named, node }, run);
}

/** The part of what is called that a problem underlines: the last name. */
function nameOf(node: Expression): Expression {
  return node.typename === 'Attribute' ? node.name : node;
}

/** Applies a filter or test whose name the parser has checked. The first child is its input. */
function applyNamed(
  kind: 'filter' | 'test',
  name: SymbolNode,
  children: readonly (ArgumentNode | CaptureNode)[],
  scope: Scope,
  run: Run,
): Value {
  const definition = (kind === 'filter' ? filters : tests).get(name.value);
  const [input, ...others] = children;
  if (definition === undefined || input === undefined) {
    throw new Error(`the parser let the ${kind} '${name.value}' pass`);
  }
  const value =
    input.typename === 'Capture'
      ? run.captureBody(input.body, scope, run)
      : inputValue(input, scope, run);
  const args = evaluateArguments(others as ArgumentNode[], scope, run);
  run.place = name;
  const allArgs = { positional: [value, ...args.positional], named: args.named };
  try {
    return callBuiltin(name.value, definition, allArgs, run);
  } catch (thrown) {
    // What cannot be done with nothing: the reason why it is nothing says more.
    if (isUndefined(value) && thrown instanceof TemplateProblem) defined(value, input, run);
    throw thrown;
  }
}

function inputValue(input: ArgumentNode, scope: Scope, run: Run): Value {
  const { positional } = evaluateArguments([input], scope, run);
  return positional[0] ?? none;
}
